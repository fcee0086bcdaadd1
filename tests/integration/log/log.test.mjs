// The verifier in JavaScript on the stored vectors. `node --test log.test.mjs`.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { keccak256, recoverAddress } from "viem";

import {
  fromHex,
  InputInvalid,
  ProofMismatch,
  toHex,
  transparency,
} from "../../../frontend_api/static/transparency/log.mjs";

const log = transparency((bytes) => keccak256(bytes, "bytes"));
const vectors = (name) =>
  JSON.parse(
    readFileSync(new URL(`../../vectors/log/${name}.json`, import.meta.url)),
  );
const leaf = (i) => log.leafHash(new TextEncoder().encode(`record ${i}`));
const leaves = Array.from({ length: 257 }, (_, i) => leaf(i));

const refusal = (error) =>
  error instanceof ProofMismatch || error instanceof InputInvalid;
const inclusion = ({ index, size, hashes, leaf: stood, root }) =>
  log.verifyInclusion(
    { index, size, hashes: hashes.map((node) => fromHex(node)) },
    fromHex(stood),
    fromHex(root),
  );
const consistency = ({
  first,
  second,
  hashes,
  first_root: one,
  second_root: two,
}) =>
  log.verifyConsistency(
    { first, second, hashes: hashes.map((node) => fromHex(node)) },
    fromHex(one),
    fromHex(two),
  );

test("known logs have the known heads and peaks", () => {
  for (const { size, root, peaks } of vectors("roots").logs) {
    const range = log.extend({ size: 0, peaks: [] }, leaves.slice(0, size));
    assert.deepEqual(range.peaks.map(toHex), peaks);
    assert.equal(toHex(log.rangeHead(range)), root);
    assert.equal(toHex(log.treeHead(leaves.slice(0, size))), root);
  }
});

for (const [name, verify] of Object.entries({ inclusion, consistency })) {
  test(`known proofs of ${name} are accepted, known mutations refused`, () => {
    const { accepted, refused } = vectors(name);
    assert.ok(accepted.length > 10 && refused.length > 200);
    accepted.forEach(verify);
    for (const falsified of refused)
      assert.throws(() => verify(falsified), refusal, falsified.kind);
  });
}

test("a receipt's digest is what its publisher signed", async () => {
  const { domain, message, digest, signature } = vectors("receipt");
  const receipt = {
    number: message.number,
    record_hash: message.recordHash,
    accepted_at: message.acceptedAt,
    anchor_by: message.anchorBy,
    publisher: message.publisher,
    chain_id: domain.chainId,
    log: domain.verifyingContract,
  };
  assert.equal(toHex(log.receiptDigest(receipt)), digest);
  assert.equal(
    await recoverAddress({ hash: digest, signature }),
    message.publisher,
  );
});

test("a receipt is pending until its time, then omitted unless its record stands in its place", () => {
  const receipt = {
    number: 2,
    record_hash: toHex(new Uint8Array(32)),
    anchor_by: 100,
  };
  const own = log.leafOf(new Uint8Array(32));
  assert.equal(
    log.decide(receipt, { logSize: 1, leaf: null, now: 99 }),
    "pending",
  );
  assert.equal(
    log.decide(receipt, { logSize: 1, leaf: null, now: 100 }),
    "omitted",
  );
  assert.equal(
    log.decide(receipt, { logSize: 2, leaf: own, now: 100 }),
    "included",
  );
  assert.equal(
    log.decide(receipt, { logSize: 2, leaf: leaf(0), now: 1 }),
    "omitted",
  );
  assert.throws(
    () => log.decide(receipt, { logSize: 2, leaf: null, now: 1 }),
    InputInvalid,
  );
  assert.throws(
    () => log.decide(receipt, { logSize: 1, leaf: own, now: 1 }),
    InputInvalid,
  );
});

test("what is no hash, no index and no list is refused", () => {
  const root = log.treeHead(leaves.slice(0, 1));
  for (const proof of [
    { index: 0, size: 1, hashes: [new Uint8Array(31)] },
    { index: 0, size: 2, hashes: ["0x" + "00".repeat(32)] },
    { index: 0, size: 2, hashes: [new Array(32).fill(0)] },
    { index: 0, size: 0, hashes: [] },
    { index: 1, size: 1, hashes: [] },
    { index: -1, size: 1, hashes: [] },
    { index: 0.5, size: 1, hashes: [] },
    { index: 0, size: 2 ** 53, hashes: [] },
    { index: "0", size: 1, hashes: [] },
    { index: 0, size: 1, hashes: {} },
  ]) {
    assert.throws(() => log.verifyInclusion(proof, leaves[0], root), refusal);
  }
  assert.throws(
    () =>
      log.verifyInclusion(
        { index: 0, size: 1, hashes: [] },
        leaves[0],
        new Uint8Array(0),
      ),
    InputInvalid,
  );
  for (const value of ["", "0x0", "0xAB", "0x00\n", "00", null])
    assert.throws(() => fromHex(value), InputInvalid);
});

test("a page can load it as it stands: it imports nothing and asks nobody", () => {
  const source = readFileSync(
    new URL(
      "../../../frontend_api/static/transparency/log.mjs",
      import.meta.url,
    ),
    "utf8",
  );
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");
  assert.doesNotMatch(
    code,
    /\b(import|require|process|Buffer|fetch|globalThis|eval)\b/,
  );
});

test("a batch stands as the leaf of its three words, and a proof in two steps fits together", () => {
  const records = leaves.slice(5, 8);
  const batch = { first: 5, count: 3, root: log.treeHead(records) };
  const words = new Uint8Array(96);
  [words[31], words[63]] = [5, 3];
  words.set(batch.root, 64);
  assert.equal(
    toHex(log.batchLeaf(batch)),
    toHex(log.leafOf(keccak256(words, "bytes"))),
  );
  const inner = {
    index: 2,
    size: 3,
    hashes: [log.nodeHash(records[0], records[1])],
  };
  const outer = { index: 1, size: 2, hashes: [leaves[0]] };
  const root = log.nodeHash(leaves[0], log.batchLeaf(batch));
  log.verifyBatched({ batch, inner, outer }, records[2], root);
  assert.throws(
    () => log.verifyBatched({ batch, inner, outer }, records[1], root),
    ProofMismatch,
  );
  const shifted = { ...batch, first: 4 };
  assert.throws(
    () => log.verifyBatched({ batch: shifted, inner, outer }, records[2], root),
    ProofMismatch,
  );
  for (const wrong of [
    { count: 4 },
    { count: 0 },
    { first: -1 },
    { root: "0x" },
  ]) {
    const other = { ...batch, ...wrong };
    const sized = { ...inner, size: other.count };
    assert.throws(
      () =>
        log.verifyBatched(
          { batch: other, inner: sized, outer },
          records[2],
          root,
        ),
      refusal,
    );
    assert.throws(() => log.batchLeaf({ ...batch, first: 0.5 }), InputInvalid);
  }
  assert.throws(
    () =>
      log.verifyBatched(
        { batch, inner: { ...inner, size: 4 }, outer },
        records[2],
        root,
      ),
    InputInvalid,
  );
});
