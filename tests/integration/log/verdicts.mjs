// Answers drawn cases as `LogProbe.sol` does, in the same layouts (`drawing.py`).
// Usage: node verdicts.mjs inclusions|consistencies|batched|heads < cases > answers

import { keccak256 } from "viem";

import {
  InputInvalid,
  ProofMismatch,
  transparency,
} from "../../../frontend_api/static/transparency/log.mjs";

const log = transparency((bytes) => keccak256(bytes, "bytes"));

const parts = [];
for await (const part of process.stdin) parts.push(part);
const given = new Uint8Array(Buffer.concat(parts));
const view = new DataView(given.buffer, given.byteOffset);
let at = 0;

const bytes = (count) => given.subarray(at, (at += count));
const long = () => Number(view.getBigUint64((at += 8) - 8));
const hashes = () => Array.from({ length: bytes(1)[0] }, () => bytes(32));

const proof = () => [long(), long(), bytes(32), bytes(32), hashes()];

function isSound(verify, given = proof()) {
  try {
    verify(...given);
    return 1;
  } catch (error) {
    if (error instanceof ProofMismatch || error instanceof InputInvalid)
      return 0;
    throw error;
  }
}

function head() {
  const seed = bytes(32);
  const batches = Array.from({ length: bytes(1)[0] }, () =>
    view.getUint16((at += 2) - 2),
  );
  let range = { size: 0, peaks: [] };
  const all = [];
  for (const batch of batches) {
    const leaves = Array.from({ length: batch }, (_, i) => {
      const preimage = new Uint8Array(64);
      preimage.set(seed);
      new DataView(preimage.buffer).setUint32(60, range.size + i);
      return keccak256(preimage, "bytes");
    });
    range = log.extend(range, leaves);
    all.push(...leaves);
  }
  const found = log.rangeHead(range);
  if (Buffer.compare(found, log.treeHead(all)) !== 0)
    throw new Error("range and tree differ");
  return found;
}

function isSoundlyBatched() {
  const [first, batchRoot] = [long(), bytes(32)];
  const [index, count, leaf, root, within] = proof();
  const [position, size, , , above] = proof();
  const batch = { first, count, root: batchRoot };
  const inner = { index, size: count, hashes: within };
  const outer = { index: position, size, hashes: above };
  return isSound(
    () => log.verifyBatched({ batch, inner, outer }, leaf, root),
    [],
  );
}

const answers = {
  batched: isSoundlyBatched,
  inclusions: () =>
    isSound((index, size, leaf, root, nodes) =>
      log.verifyInclusion({ index, size, hashes: nodes }, leaf, root),
    ),
  consistencies: () =>
    isSound((first, second, one, two, nodes) =>
      log.verifyConsistency({ first, second, hashes: nodes }, one, two),
    ),
  heads: head,
};

const found = [];
while (at < given.length) found.push(answers[process.argv[2]]());
process.stdout.write(
  process.argv[2] === "heads" ? Buffer.concat(found) : Buffer.from(found),
);
