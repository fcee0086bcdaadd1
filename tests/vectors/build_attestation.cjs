// Writes attestation.json: what the EAS SDK computes and signs, for the twins in Solidity and Python.
// The keys are anvil's first two development keys; they guard nothing.
"use strict";

const { writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { AbiCoder, TypedDataEncoder, Wallet, ZeroHash, id, solidityPackedKeccak256, ZeroAddress } = require("ethers");
const { Offchain, OffchainAttestationVersion } = require("@ethereum-attestation-service/eas-sdk");

const KEYS = [
  "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
  "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
];
const REVIEW =
  "address escrow,uint256 bountyId,uint256 submissionId,bytes32 contentHash," +
  "uint8 verdict,uint16 scoreBps,bytes32 reasonCode,string reason";
const OUTCOME =
  "address escrow,uint256 bountyId,uint256 submissionId,uint8 tranche,uint128 value,string evidence";
const EAS = "0x4200000000000000000000000000000000000021";
const WORKER = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
const MAX64 = (2n ** 64n - 1n).toString();

const schemaUid = (schema) => solidityPackedKeccak256(["string", "address", "bool"], [schema, ZeroAddress, true]);

function values(schema, given) {
  return AbiCoder.defaultAbiCoder().encode(schema.split(",").map((field) => field.split(" ")[0]), given);
}

const escrow = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
const review = values(REVIEW, [escrow, 1, 2, id("content"), 1, 9000, ZeroHash, "bafkreireview"]);
const rejection = values(REVIEW, [escrow, 1, 3, id("other"), 2, 0, "0x" + "6f66662d6272696566".padEnd(64, "0"), "理由"]);
const outcome = values(OUTCOME, [escrow, 1, 2, 0, 8000, "bafkreioutcome"]);

const domains = [
  { chainId: 31337n, address: EAS, version: "1.4.0" },
  { chainId: 10n, address: EAS, version: "1.0.1" },
  { chainId: 1n, address: "0xA1207F3BBa224E2c9c3c6D5aF63D0eb1582Ce587", version: "0.26" },
];
const messages = [
  { schema: schemaUid(REVIEW), recipient: WORKER, time: "1760000000", expirationTime: "1770000000", revocable: true,
    refUID: ZeroHash, data: review, salt: id("salt 1") },
  { schema: schemaUid(REVIEW), recipient: WORKER, time: "1", expirationTime: "0", revocable: true,
    refUID: id("reference"), data: rejection, salt: id("salt 2") },
  { schema: schemaUid(OUTCOME), recipient: WORKER, time: "1760000000", expirationTime: "0", revocable: true,
    refUID: ZeroHash, data: outcome, salt: id("salt 3") },
  { schema: "0x" + "0123456789abcdef".repeat(4), recipient: ZeroAddress, time: MAX64, expirationTime: MAX64,
    revocable: false, refUID: "0x" + "ff".repeat(32), data: "0x", salt: ZeroHash },
  { schema: ZeroHash, recipient: ZeroAddress, time: "0", expirationTime: "0", revocable: false, refUID: ZeroHash,
    data: "0x" + "00".repeat(32) + "ab".repeat(3), salt: "0x" + "f0".repeat(32) },
];

async function attestationCase(domain, message, key) {
  const wallet = new Wallet(key);
  const offchain = new Offchain(domain, OffchainAttestationVersion.Version2);
  const signed = await offchain.signOffchainAttestation(message, wallet);
  if (!offchain.verifyOffchainAttestationSignature(wallet.address, signed)) throw new Error("the SDK refuses its own");
  const { v, r, s } = signed.signature;
  return {
    chainId: Number(domain.chainId),
    eas: domain.address,
    version: domain.version,
    attester: wallet.address,
    attestation: message,
    uid: signed.uid,
    digest: TypedDataEncoder.hash(signed.domain, signed.types, signed.message),
    signature: r + s.slice(2) + v.toString(16).padStart(2, "0"),
  };
}

async function main() {
  const cases = [];
  for (const [i, domain] of domains.entries()) {
    for (const message of messages) cases.push(await attestationCase(domain, message, KEYS[i % KEYS.length]));
  }
  const schemas = [REVIEW, OUTCOME].map((schema) => ({ schema, uid: schemaUid(schema) }));
  writeFileSync(join(__dirname, "attestation.json"), JSON.stringify({ schemas, cases }, null, 1) + "\n");
}

main();
