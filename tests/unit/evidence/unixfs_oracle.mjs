// Prints the CID that ipfs-unixfs-importer gives a file or folder.
// Usage: node unixfs_oracle.mjs <kubo-cid-v1 | unixfs-v0-2015> <path>
import { createReadStream, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { MemoryBlockstore } from "blockstore-core";
import { importer } from "ipfs-unixfs-importer";
import { fixedSize } from "ipfs-unixfs-importer/chunker";
import { balanced } from "ipfs-unixfs-importer/layout";

const [profile, root] = process.argv.slice(2);
const cut = {
  rawLeaves: profile === "kubo-cid-v1",
  cidVersion: profile === "kubo-cid-v1" ? 1 : 0,
  chunker: fixedSize({ chunkSize: 262144 }),
  layout: balanced({ maxChildrenPerNode: 174 }),
};

function* candidates(path, name) {
  if (!statSync(path).isDirectory()) {
    yield { path: name, content: createReadStream(path) };
    return;
  }
  yield { path: name };
  for (const child of readdirSync(path)) yield* candidates(join(path, child), `${name}/${child}`);
}

let last;
for await (const entry of importer(candidates(root, "root"), new MemoryBlockstore(), cut)) last = entry;
if (last.path !== "root") throw new Error(`the root came not last, but ${last.path}`);
console.log(last.cid.toString());
