/**
 * The transparency log, verified in a browser: hashes, proofs and receipts, after RFC 9162 with Keccak-256 for SHA-256.
 *
 * Twin of `src/resonance_dao/transparency/`, of `contracts/TransparencyLog.sol` and `contracts/BatchedLog.sol`; all run
 * the vectors of `tests/vectors/log/`. Nothing here asks anybody anything: roots and sizes are read from the chain by the caller,
 * because a proof whose root came with it shows inclusion in some tree only.
 *
 *     const log = transparency((bytes) => keccak256(bytes, "bytes")); // viem's, or any other
 *     log.verifyInclusion({ index, size, hashes }, log.leafOf(recordHash), root);
 *
 * A hash is a Uint8Array of 32 bytes; indexes, sizes and times are integers up to 2^53 - 1. What does not verify
 * throws `ProofMismatch`, what has the wrong shape `InputInvalid`.
 */

/** What was given has the wrong shape. */
export class InputInvalid extends Error {
  name = "InputInvalid";
}

/** A proof, or a root, does not verify. */
export class ProofMismatch extends Error {
  name = "ProofMismatch";
}

const HASH_LENGTH = 32;
const text = (value) => new TextEncoder().encode(value);

/**
 * Return the log's functions over a hash function.
 * @param {(content: Uint8Array) => Uint8Array} keccak256
 */
export function transparency(keccak256) {
  const EMPTY_ROOT = keccak256(new Uint8Array());

  /** The leaf of a record of which the hash is known: keccak256(0x00 || hash). */
  const leafOf = (recordHash) =>
    keccak256(join(Uint8Array.of(0), hash(recordHash, "recordHash")));

  /** The leaf of a record's canonical bytes. */
  const leafHash = (record) => leafOf(keccak256(record));

  /** keccak256(0x01 || left || right). */
  const nodeHash = (left, right) =>
    keccak256(join(Uint8Array.of(1), left, right));

  /** The head over leaf hashes; an odd node rises as it is. */
  function treeHead(leaves) {
    if (leaves.length === 0) return EMPTY_ROOT;
    let level = leaves.map((leaf, at) => hash(leaf, `leaves[${at}]`));
    while (level.length > 1) {
      const parents = [];
      for (let at = 0; at + 1 < level.length; at += 2)
        parents.push(nodeHash(level[at], level[at + 1]));
      if (level.length % 2 === 1) parents.push(level[level.length - 1]);
      level = parents;
    }
    return level[0];
  }

  /** The mountain range { size, peaks } with leaves added, as `append` of the contract adds them. */
  function extend(range, leaves) {
    let { size } = range;
    const peaks = [...range.peaks];
    for (const leaf of leaves) {
      let node = hash(leaf, "leaf");
      for (let carry = size; carry % 2 === 1; carry = half(carry))
        node = nodeHash(peaks.pop(), node);
      peaks.push(node);
      size += 1;
    }
    return { size, peaks };
  }

  /** The head of a mountain range: its peaks, highest first, bagged from the right. */
  const rangeHead = ({ peaks }) =>
    peaks.length === 0
      ? EMPTY_ROOT
      : peaks.reduceRight((head, peak) => nodeHash(peak, head));

  /** The head that an inclusion proof { index, size, hashes } leads to. */
  function rootFromInclusionProof(proof, leaf) {
    const size = integer(proof.size, "size", 1);
    let index = integer(proof.index, "index", 0, size - 1);
    let last = size - 1;
    let node = hash(leaf, "leaf");
    for (const [at, sibling] of array(proof.hashes, "hashes").entries()) {
      if (last === 0)
        throw new ProofMismatch("the inclusion proof is too long");
      hash(sibling, `hashes[${at}]`);
      if (index % 2 === 1 || index === last) {
        node = nodeHash(sibling, node);
        // On the right edge, levels without a sibling add no hash.
        while (index % 2 === 0 && index > 0)
          [index, last] = [half(index), half(last)];
      } else {
        node = nodeHash(node, sibling);
      }
      [index, last] = [half(index), half(last)];
    }
    if (last > 0) throw new ProofMismatch("the inclusion proof is too short");
    return node;
  }

  /** Return when the leaf stands in the tree with this head; throw otherwise. */
  function verifyInclusion(proof, leaf, root) {
    if (!equal(rootFromInclusionProof(proof, leaf), hash(root, "root"))) {
      throw new ProofMismatch(
        `leaf ${proof.index} is not in the log of size ${proof.size}`,
      );
    }
  }

  /** The heads of both sizes, [first, second], as a consistency proof { first, second, hashes } gives them. */
  function rootsFromConsistencyProof(proof, firstRoot) {
    const second = integer(proof.second, "second", 1);
    const first = integer(proof.first, "first", 1, second);
    const given = array(proof.hashes, "hashes").map((node, at) =>
      hash(node, `hashes[${at}]`),
    );
    hash(firstRoot, "firstRoot");
    if (first === second) {
      if (given.length > 0)
        throw new ProofMismatch(
          "a log is consistent with itself without hashes",
        );
      return [firstRoot, firstRoot];
    }
    let [index, last] = [first - 1, second - 1];
    while (index % 2 === 1) [index, last] = [half(index), half(last)];
    // The tree of `first` is itself a node when it is complete; the proof leaves it out.
    const nodes = index === 0 ? [firstRoot, ...given] : given;
    if (nodes.length === 0)
      throw new ProofMismatch("the consistency proof is empty");
    return climb(nodes, index, last);
  }

  function climb(nodes, start, end) {
    let [index, last] = [start, end];
    let [first, second] = [nodes[0], nodes[0]];
    for (const node of nodes.slice(1)) {
      if (last === 0)
        throw new ProofMismatch("the consistency proof is too long");
      if (index % 2 === 1 || index === last) {
        [first, second] = [nodeHash(node, first), nodeHash(node, second)];
        while (index % 2 === 0 && index > 0)
          [index, last] = [half(index), half(last)];
      } else {
        second = nodeHash(second, node);
      }
      [index, last] = [half(index), half(last)];
    }
    if (last > 0) throw new ProofMismatch("the consistency proof is too short");
    return [first, second];
  }

  /** Return when the second tree extends the first; throw otherwise. Keep the first root yourself. */
  function verifyConsistency(proof, firstRoot, secondRoot) {
    const found = rootsFromConsistencyProof(proof, firstRoot);
    if (
      !equal(found[0], firstRoot) ||
      !equal(found[1], hash(secondRoot, "secondRoot"))
    ) {
      throw new ProofMismatch(
        `size ${proof.second} does not extend size ${proof.first}`,
      );
    }
  }

  /** The leaf of a batch { first, count, root } in the log of batches: keccak256(0x00 || keccak256(its three words)). */
  function batchLeaf({ first, count, root }) {
    integer(first, "first", 0);
    integer(count, "count", 1);
    return leafOf(
      keccak256(join(word(first), word(count), hash(root, "root"))),
    );
  }

  /** Return when the leaf stands at batch.first + inner.index of the log of batches with this head; throw otherwise. */
  function verifyBatched({ batch, inner, outer }, leaf, root) {
    if (inner.size !== batch.count)
      throw new InputInvalid(
        `inner.size: must be ${batch.count}, the batch's count`,
      );
    if (
      !equal(
        rootFromInclusionProof(inner, leaf),
        hash(batch.root, "batch.root"),
      )
    ) {
      throw new ProofMismatch(
        `leaf ${inner.index} is not in the batch from ${batch.first} on`,
      );
    }
    verifyInclusion(outer, batchLeaf(batch), root);
  }

  const word = (number) =>
    fromHex("0x" + BigInt(number).toString(16).padStart(64, "0"));
  const address = (value) =>
    join(new Uint8Array(12), fromHex(value.toLowerCase(), 20));

  /** What the publisher signed of a receipt (`receipt.json`): 32 bytes after EIP-712. */
  function receiptDigest(receipt) {
    const domain = keccak256(
      join(
        keccak256(
          text(
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)",
          ),
        ),
        keccak256(text("Resonance Receipt")),
        keccak256(text("1")),
        word(receipt.chain_id),
        address(receipt.log),
      ),
    );
    const promise = keccak256(
      join(
        keccak256(
          text(
            "Receipt(uint64 number,bytes32 recordHash,uint64 acceptedAt,uint64 anchorBy,address publisher)",
          ),
        ),
        word(receipt.number),
        fromHex(receipt.record_hash, HASH_LENGTH),
        word(receipt.accepted_at),
        word(receipt.anchor_by),
        address(receipt.publisher),
      ),
    );
    return keccak256(join(Uint8Array.of(0x19, 0x01), domain, promise));
  }

  /**
   * What became of a receipt whose signature was verified: "included", "pending" or "omitted". `leaf` is what stands
   * at its place, null while the log of `logSize` leaves is shorter; `now` is the time of the block both were read at.
   */
  function decide(receipt, { logSize, leaf, now }) {
    if (logSize >= receipt.number) {
      return equal(
        hash(leaf, "leaf"),
        leafOf(fromHex(receipt.record_hash, HASH_LENGTH)),
      )
        ? "included"
        : "omitted";
    }
    if (leaf !== null)
      throw new InputInvalid(
        `leaf: cannot be known, the log has ${logSize} leaves`,
      );
    return now < receipt.anchor_by ? "pending" : "omitted";
  }

  return {
    EMPTY_ROOT,
    batchLeaf,
    decide,
    extend,
    leafHash,
    leafOf,
    nodeHash,
    rangeHead,
    receiptDigest,
    rootFromInclusionProof,
    rootsFromConsistencyProof,
    treeHead,
    verifyBatched,
    verifyConsistency,
    verifyInclusion,
  };
}

/** The bytes of "0x" and lower-case digits; `length` of them, when it is given. */
export function fromHex(value, length = undefined) {
  if (
    typeof value !== "string" ||
    !/^0x(?:[0-9a-f]{2})*$/.test(value) ||
    value.endsWith("\n")
  ) {
    throw new InputInvalid(
      `${value}: must be 0x and lower-case hexadecimal digits`,
    );
  }
  const bytes = Uint8Array.from(value.slice(2).match(/../g) ?? [], (digits) =>
    Number.parseInt(digits, 16),
  );
  if (length !== undefined && bytes.length !== length)
    throw new InputInvalid(`${value}: must be ${length} bytes`);
  return bytes;
}

/** Bytes as "0x" and lower-case digits. */
export const toHex = (bytes) =>
  "0x" +
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// Shifts would cut off at 32 bits.
const half = (number) => Math.floor(number / 2);

const equal = (one, other) =>
  one.length === other.length && one.every((byte, at) => byte === other[at]);

function join(...parts) {
  const whole = new Uint8Array(
    parts.reduce((length, part) => length + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function hash(value, field) {
  if (!(value instanceof Uint8Array) || value.length !== HASH_LENGTH) {
    throw new InputInvalid(`${field}: must be ${HASH_LENGTH} bytes`);
  }
  return value;
}

function integer(value, field, low, high = Number.MAX_SAFE_INTEGER) {
  if (!Number.isSafeInteger(value) || value < low || value > high) {
    throw new InputInvalid(
      `${field}: must be an integer from ${low} to ${high}`,
    );
  }
  return value;
}

function array(value, field) {
  if (!Array.isArray(value))
    throw new InputInvalid(`${field}: must be an array`);
  return value;
}
