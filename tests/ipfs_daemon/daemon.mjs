// A js-ipfs daemon for tests: the Kubo RPC and a gateway on free local ports, no peers, no network.
// Usage: node daemon.mjs <repository folder>. Prints one line of JSON when it listens; SIGTERM ends it.

// Node 20 has no Promise.withResolvers, which a dependency calls; so it must exist before anything is imported.
Promise.withResolvers ??= function () {
  let resolve, reject;
  const promise = new this((yes, no) => { resolve = yes; reject = no; });
  return { promise, resolve, reject };
};

const { create } = await import("ipfs-core");
const { HttpApi } = await import("ipfs-http-server");

const repository = process.argv[2];
if (repository === undefined) {
  console.error("usage: node daemon.mjs <repository folder>");
  process.exit(2);
}

const node = await create({
  repo: repository,
  offline: true,
  silent: true,
  preload: { enabled: false },
  config: {
    Bootstrap: [],
    Discovery: { MDNS: { Enabled: false } },
    Addresses: { Swarm: [], API: "/ip4/127.0.0.1/tcp/0", Gateway: "/ip4/127.0.0.1/tcp/0" },
  },
});
const api = new HttpApi(node);
await api.start();

const port = String(api._apiServers[0].info.port);
console.log(JSON.stringify({ api: `/ip4/127.0.0.1/tcp/${port}` }));

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, async () => {
    await api.stop();
    await node.stop();
    process.exit(0);
  });
}
