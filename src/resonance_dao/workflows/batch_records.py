"""
The records of a batch whose leaves are not on-chain: fetched by its manifest, and held against its root.
"""

from __future__ import annotations

from collections.abc import Sequence

from resonance_dao.errors import ProofMismatch
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.store import BlockSource
from resonance_dao.transparency.batched_log import RecordBatch
from resonance_dao.transparency.fields import to_hex
from resonance_dao.transparency.manifest import Manifest, cid_of_digest
from resonance_dao.transparency.merkle import leaf_hash


def leaves_of(batch: RecordBatch, digest: bytes, publisher: str, source: BlockSource) -> Sequence[bytes]:
    """
    Return the leaves of a batch that the publisher appended with the manifest of this digest.

    `EvidenceUnavailable` when the publisher withholds a part of it, `ProofMismatch` when manifest and records
    are not what the batch's root commits to.
    """
    manifest = Manifest.from_bytes(source.get_block(Cid.parse(cid_of_digest(digest))))
    told = (manifest.publisher, manifest.first, manifest.count)
    if told != (publisher, batch.first + 1, batch.count):
        raise ProofMismatch(f"the manifest of the batch from {batch.first} on is another's", found=list(told))
    leaves = [leaf_hash(source.get_block(Cid.parse(cid))) for cid in manifest.records]
    found = RecordBatch.of(batch.first, leaves)
    if found != batch:
        raise ProofMismatch(
            f"the records of the batch from {batch.first} on are not those of its root",
            hint="The publisher signed two stories: keep the manifest and the transaction as evidence.",
            expected=to_hex(batch.root),
            calculated=to_hex(found.root),
        )
    return leaves
