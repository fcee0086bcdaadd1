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
const vectors = (name) => JSON.parse(readFileSync(new URL(`../../vectors/log/${name}.json`, import.meta.url)));
const leaf = (i) => log.leafHash(new TextEncoder().encode(`record ${i}`));
const leaves = Array.from({ length: 257 }, (_, i) => leaf(i));

const refusal = (error) => error instanceof ProofMismatch || error instanceof InputInvalid;
const inclusion = ({ index, size, hashes, leaf: stood, root }) =>
  log.verifyInclusion({ index, size, hashes: hashes.map((node) => fromHex(node)) }, fromHex(stood), fromHex(root));
const consistency = ({ first, second, hashes, first_root: one, second_root: two }) =>
  log.verifyConsistency({ first, second, hashes: hashes.map((node) => fromHex(node)) }, fromHex(one), fromHex(two));

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
    for (const falsified of refused) assert.throws(() => verify(falsified), refusal, falsified.kind);
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
  assert.equal(await recoverAddress({ hash: digest, signature }), message.publisher);
});

test("a receipt is pending until its time, then omitted unless its record stands in its place", () => {
  const receipt = { number: 2, record_hash: toHex(new Uint8Array(32)), anchor_by: 100 };
  const own = log.leafOf(new Uint8Array(32));
  assert.equal(log.decide(receipt, { logSize: 1, leaf: null, now: 99 }), "pending");
  assert.equal(log.decide(receipt, { logSize: 1, leaf: null, now: 100 }), "omitted");
  assert.equal(log.decide(receipt, { logSize: 2, leaf: own, now: 100 }), "included");
  assert.equal(log.decide(receipt, { logSize: 2, leaf: leaf(0), now: 1 }), "omitted");
  assert.throws(() => log.decide(receipt, { logSize: 2, leaf: null, now: 1 }), InputInvalid);
  assert.throws(() => log.decide(receipt, { logSize: 1, leaf: own, now: 1 }), InputInvalid);
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
    () => log.verifyInclusion({ index: 0, size: 1, hashes: [] }, leaves[0], new Uint8Array(0)),
    InputInvalid,
  );
  for (const value of ["", "0x0", "0xAB", "0x00\n", "00", null]) assert.throws(() => fromHex(value), InputInvalid);
});
