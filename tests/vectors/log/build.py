"""
Writes the vectors of the log, which its twins in Python, Solidity and JavaScript run.

Independent of the package: the recursions are those of RFC 6962, section 2.1, word for word. Leaf i is
keccak256(0x00 || keccak256("record i")).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_hash.auto import keccak

FOLDER = Path(__file__).parent
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
Case = dict[str, Any]


def leaf(i: int) -> bytes:
    return keccak(b"\x00" + keccak(f"record {i}".encode()))


def split(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(d: list[bytes]) -> bytes:
    if not d:
        return keccak(b"")
    if len(d) == 1:
        return d[0]
    k = split(len(d))
    return keccak(b"\x01" + mth(d[:k]) + mth(d[k:]))


def path(m: int, d: list[bytes]) -> list[bytes]:
    if len(d) == 1:
        return []
    k = split(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: list[bytes], whole: bool) -> list[bytes]:
    if m == len(d):
        return [] if whole else [mth(d)]
    k = split(len(d))
    if m <= k:
        return [*subproof(m, d[:k], whole), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


def peaks(n: int) -> list[bytes]:
    found, start = [], 0
    for height in reversed(range(n.bit_length())):
        if n >> height & 1:
            found.append(mth([leaf(i) for i in range(start, start + (1 << height))]))
            start += 1 << height
    return found


def hashes(*parts: bytes) -> list[str]:
    return ["0x" + part.hex() for part in parts]


def text(value: bytes) -> str:
    return "0x" + value.hex()


def flip(value: bytes, bit: int) -> bytes:
    return (int.from_bytes(value, "big") ^ (1 << bit)).to_bytes(len(value), "big")


def proof_mutations(
    proof: list[bytes], ends: list[tuple[str, bytes]], rng: random.Random
) -> Iterator[tuple[str, list[bytes]]]:
    """Yield (kind, hashes), none equal to `proof`: the kinds of transparency-dev/merkle and some more."""
    noise = rng.randbytes(32)
    for name, value in [("garbage", noise), ("zero", bytes(32)), *ends]:
        yield f"{name} prepended", [value, *proof]
        yield f"{name} appended", [*proof, value]
    if proof:
        at = rng.randrange(len(proof))
        yield "proof emptied", []
        yield "last hash removed", proof[:-1]
        yield "first hash removed", proof[1:]
        yield "a hash removed", proof[:at] + proof[at + 1 :]
        yield "a hash doubled", [*proof[: at + 1], *proof[at:]]
        yield "a hash inserted", [*proof[:at], noise, *proof[at:]]
        yield "a hash replaced", [*proof[:at], noise, *proof[at + 1 :]]
        yield "a bit flipped", [*proof[:at], flip(proof[at], rng.randrange(256)), *proof[at + 1 :]]
    if len(proof) > 1:
        at = rng.randrange(len(proof) - 1)
        yield "neighbours swapped", [*proof[:at], proof[at + 1], proof[at], *proof[at + 2 :]]
        yield "order reversed", proof[::-1]


def root_mutations(root: bytes, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    yield "root of the empty log", keccak(b"")
    yield "zero root", bytes(32)
    yield "random root", rng.randbytes(32)
    yield "root with a bit flipped", flip(root, rng.randrange(256))


def inclusion_case(index: int, size: int, leaves: list[bytes]) -> Case:
    leaves = leaves[:size]
    return {
        "kind": "sound",
        "index": index,
        "size": size,
        "leaf": leaves[index],
        "root": mth(leaves),
        "hashes": path(index, leaves),
    }


def refused_inclusions(case: Case, rng: random.Random) -> Iterator[Case]:
    """
    Yield false variants of a sound case.

    No size +- 1: a head does not commit to its size, so some proofs hold for two sizes. Head and size are
    therefore always read together.
    """
    index, size, proof = case["index"], case["size"], case["hashes"]
    for kind, changed in proof_mutations(proof, [("root", case["root"]), ("leaf", case["leaf"])], rng):
        yield {**case, "kind": kind, "hashes": changed}
    for kind, root in root_mutations(case["root"], rng):
        yield {**case, "kind": kind, "root": root}
    yield {**case, "kind": "random leaf", "leaf": rng.randbytes(32)}
    yield {**case, "kind": "leaf with a bit flipped", "leaf": flip(case["leaf"], rng.randrange(256))}
    if proof:
        parent = keccak(b"\x01" + case["leaf"] + proof[0])
        yield {**case, "kind": "inner node for a leaf", "leaf": parent, "hashes": proof[1:]}
        yield {**case, "kind": "leaf and root exchanged", "leaf": case["root"], "root": case["leaf"]}
    for kind, other in [("index - 1", index - 1), ("index + 1", index + 1), ("index xor 2", index ^ 2)]:
        if other >= 0:
            yield {**case, "kind": kind, "index": other}
    yield {**case, "kind": "size x 2", "size": size * 2}
    yield {**case, "kind": "size / 2", "size": size // 2}
    yield {**case, "kind": "index at size", "index": size}


def consistency_case(first: int, second: int, leaves: list[bytes]) -> Case:
    leaves = leaves[:second]
    return {
        "kind": "sound",
        "first": first,
        "second": second,
        "first_root": mth(leaves[:first]),
        "second_root": mth(leaves),
        "hashes": subproof(first, leaves, True),
    }


def refused_consistencies(case: Case, rng: random.Random) -> Iterator[Case]:
    first, second, one, two = case["first"], case["second"], case["first_root"], case["second_root"]
    for kind, changed in proof_mutations(case["hashes"], [("first root", one), ("second root", two)], rng):
        yield {**case, "kind": kind, "hashes": changed}
    for kind, root in root_mutations(one, rng):
        yield {**case, "kind": f"first: {kind}", "first_root": root}
    for kind, root in root_mutations(two, rng):
        yield {**case, "kind": f"second: {kind}", "second_root": root}
    if one != two:
        yield {**case, "kind": "roots exchanged", "first_root": two, "second_root": one}
        yield {**case, "kind": "sizes exchanged", "first": second, "second": first}
        yield {**case, "kind": "first - 1", "first": first - 1}
        yield {**case, "kind": "first + 1", "first": first + 1}
        yield {**case, "kind": "first xor 2", "first": first ^ 2}
        yield {**case, "kind": "second x 2", "second": second * 2}
        yield {**case, "kind": "second / 2", "second": second // 2}


def plain(case: Case) -> Case:
    return {
        key: text(value) if isinstance(value, bytes) else hashes(*value) if isinstance(value, list) else value
        for key, value in case.items()
    }


def roots() -> Case:
    logs = [
        {"size": n, "root": text(mth([leaf(i) for i in range(n)])), "peaks": hashes(*peaks(n))}
        for n in [*range(17), 31, 32, 33, 63, 64, 65, 100, 255, 256, 257]
    ]
    return {"leaves": "leaf i = keccak256(0x00 || keccak256(utf8('record ' + i)))", "logs": logs}


def proofs() -> tuple[Case, Case]:
    rng = random.Random(20260101)  # noqa: S311
    leaves = [leaf(i) for i in range(257)]
    inclusion: Case = {"accepted": [], "refused": []}
    for index, size in [
        (0, 1),
        (0, 2),
        (1, 2),
        (2, 3),
        (0, 5),
        (4, 5),
        (3, 7),
        (6, 7),
        (5, 8),
        (64, 65),
        (13, 100),
        (256, 257),
    ]:
        case = inclusion_case(index, size, leaves)
        inclusion["accepted"].append(plain(case))
        inclusion["refused"] += map(plain, refused_inclusions(case, rng))
    consistency: Case = {"accepted": [], "refused": []}
    for first, second in [
        (1, 1),
        (1, 2),
        (2, 3),
        (3, 4),
        (3, 7),
        (4, 7),
        (6, 8),
        (7, 7),
        (8, 8),
        (5, 64),
        (64, 65),
        (100, 257),
    ]:
        case = consistency_case(first, second, leaves)
        consistency["accepted"].append(plain(case))
        consistency["refused"] += map(plain, refused_consistencies(case, rng))
    return inclusion, consistency


RECEIPT = {
    "number": 42,
    "recordHash": text(keccak(b"record 41")),
    "acceptedAt": 1767225600,
    "anchorBy": 1767225660,
    "publisher": "",
}
FIELDS = [
    ("number", "uint64"),
    ("recordHash", "bytes32"),
    ("acceptedAt", "uint64"),
    ("anchorBy", "uint64"),
    ("publisher", "address"),
]


def receipts() -> Case:
    """Signed by eth-account with the key keccak256("publisher")."""
    account = Account.from_key(keccak(b"publisher"))
    domain = {
        "name": "Resonance Receipt",
        "version": "1",
        "chainId": 31337,
        "verifyingContract": "0x5FbDB2315678afecb367f032d93F642f64180aa3",
    }
    types = {"Receipt": [{"name": name, "type": kind} for name, kind in FIELDS]}
    message = {**RECEIPT, "publisher": account.address}
    signable = encode_typed_data(domain, types, message)
    signature = bytes(account.sign_message(signable).signature)
    r, s, v = signature[:32], signature[32:64], signature[64]
    high = (ORDER - int.from_bytes(s, "big")).to_bytes(32, "big")
    refused = [
        ("empty", b""),
        ("64 bytes", r + s),
        ("66 bytes", signature + b"\x00"),
        ("high s", r + high + bytes([55 - v])),
        ("v 0 or 1", r + s + bytes([v - 27])),
        ("v of EIP-155", r + s + bytes([v + 8])),
        ("other v", r + s + bytes([55 - v])),
        ("zero r", bytes(32) + s + bytes([v])),
        ("zero s", r + bytes(32) + bytes([v])),
        ("r beyond the field", b"\xff" * 32 + s + bytes([v])),
        ("a bit of r flipped", flip(r, 0) + s + bytes([v])),
        ("a bit of s flipped", r + flip(s, 0) + bytes([v])),
        ("another key", bytes(Account.from_key(keccak(b"thief")).sign_message(signable).signature)),
    ]
    return {
        "domain": domain,
        "types": types,
        "message": message,
        "digest": text(keccak(b"\x19" + signable.version + signable.header + signable.body)),
        "signature": text(signature),
        "refused": [{"kind": kind, "signature": text(value)} for kind, value in refused],
    }


def files() -> dict[str, str]:
    """Return {file name: text} of everything that this module writes."""
    inclusion, consistency = proofs()
    vectors = {"roots": roots(), "inclusion": inclusion, "consistency": consistency, "receipt": receipts()}
    return {f"{name}.json": json.dumps(value, indent=1) + "\n" for name, value in vectors.items()}


if __name__ == "__main__":
    for name, content in files().items():
        (FOLDER / name).write_text(content)
