// Off Linux x86-64, fetches this platform's anvil and forge at the version that package.json pins for Linux.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const system = process.platform;
const machine = { x64: "amd64", arm64: "arm64" }[process.arch] ?? process.arch;
if (`${system}-${machine}` !== "linux-amd64") {
  const pinned = JSON.parse(readFileSync("package.json", "utf8")).optionalDependencies;
  const wanted = Object.entries(pinned).map(([name, version]) => `${name.replace("linux-amd64", `${system}-${machine}`)}@${version}`);
  console.log(`Fetching ${wanted.join(" ")} ...`);
  const done = spawnSync("npm", ["install", "--no-save", "--ignore-scripts", "--no-fund", "--no-audit", ...wanted], { stdio: "inherit" });
  process.exit(done.status ?? 1);
}
