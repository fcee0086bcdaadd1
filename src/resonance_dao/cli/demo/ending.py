"""
The ending: an audit that trusts nobody says PASS, and says FAIL and where when one byte of evidence is
altered.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from resonance_dao.cli.commands.log import show_report
from resonance_dao.cli.demo.cast import wallet
from resonance_dao.cli.demo.theatre import Theatre
from resonance_dao.cli.running import Run
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.gateway import DirectorySource, HttpBlockSource
from resonance_dao.evidence.store import BlockSource
from resonance_dao.evidence.tree import resolve, walk
from resonance_dao.transparency.receipt import SignedReceipt
from resonance_dao.workflows.audit.audit import audit
from resonance_dao.workflows.audit.report import AuditReport
from resonance_dao.workflows.lane import log_of
from resonance_dao.workflows.verifying import verify_receipt


def audit_passes(theatre: Theatre) -> bool:
    """
    Wait until all is on-chain, verify a receipt, audit from RPC and IPFS alone; returns whether it says
    PASS.
    """
    theatre.scene(
        "An auditor rebuilds everything from the chain and IPFS alone.",
        "監査人が、チェーンと IPFS だけからすべてを組み立て直します。",
    )
    anchored = theatre.gateway.wait_anchored()
    theatre.tell(f"{anchored['size']} records, all of them on-chain")
    receipt = theatre.gateway.get("/v1/log/entries/1")["receipt"]
    system = theatre.system
    signed = SignedReceipt.from_dict(receipt)
    log, source = log_of(system, signed.receipt.log), HttpBlockSource(theatre.gateway.url)
    found = verify_receipt(signed, system.chain, log, first_block=system.first_block, source=source)
    theatre.tell(f"receipt of record {found.signed.receipt.number}: {found.to_text()}")
    report = _audit(theatre, source)
    show_report(Run(theatre.output, _toolkit=theatre.toolkit), report)
    return report.passed and found.included


def tampering_is_found(theatre: Theatre, evidence: str) -> bool:
    """
    Alter one byte in a copy of the evidence, a CID or a path below one; returns whether the audit says FAIL
    and names the content.
    """
    theatre.scene(
        "One byte of a copy of the evidence is altered; the audit must fail and say where.",
        "証拠の複製を一バイトだけ書き換えます。監査は失敗し、その場所を示さなければなりません。",
    )
    copy = theatre.home / "altered-blocks"
    shutil.copytree(theatre.toolkit.settings.evidence_folder, copy)
    root, _, path = evidence.partition("/")
    altered = _alter(copy, resolve(Cid.parse(root), path, DirectorySource(copy).get_block))
    theatre.tell(f"altered: {altered.relative_to(theatre.home)}")
    report = _audit(theatre, DirectorySource(copy))
    for row in report.failures:
        theatre.tell(f"{row.verdict.value}  {row.check}  {row.subject}  {row.found}")
    caught = not report.passed and any(
        root in f"{row.subject}{row.cid}{row.found}" for row in report.failures
    )
    theatre.output.mark(caught, "the alteration was found" if caught else "the alteration was NOT found")
    return caught


def _audit(theatre: Theatre, source: BlockSource) -> AuditReport:
    return audit(theatre.system, source, wallet("operator").address)


def _alter(folder: Path, cid: Cid) -> Path:
    largest, _ = max(walk(cid, DirectorySource(folder).get_block), key=lambda item: len(item[1]))
    block = next(path for path in (folder / "blocks").rglob(str(largest)))
    content = bytearray(block.read_bytes())
    content[len(content) // 2] ^= 1
    block.chmod(0o644)
    block.write_bytes(bytes(content))
    return block
