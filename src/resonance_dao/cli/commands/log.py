"""`resonance log prove`, `verify` and `audit`: what an auditor does, trusting nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resonance_dao.cli.exits import VERDICT_FAILED
from resonance_dao.cli.running import Run, command
from resonance_dao.errors import InputInvalid

if TYPE_CHECKING:
    from resonance_dao.evidence.store import BlockSource
    from resonance_dao.workflows.audit.history import Progress
    from resonance_dao.workflows.audit.report import AuditReport
    from resonance_dao.workflows.system import System


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="The transparency log.", no_args_is_help=True)
    command(group, "prove")(prove)
    app.add_typer(group, name="log")
    command(app, "verify")(verify)
    command(app, "audit")(audit)


def prove(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help="The record's number.")],
) -> None:
    """Print the inclusion proof of a record from this machine's journal, checked against the chain."""
    from resonance_dao.workflows.proving import Prover

    run: Run = ctx.obj
    proof = Prover(run.toolkit.journal).proof_of(number)
    root = "0x" + proof.root.hex()
    on_chain = run.system.log.call(run.system.chain, "rootOf", run.toolkit.operator.address)
    if proof.size == run.system.log.call(run.system.chain, "sizeOf", run.toolkit.operator.address):
        from resonance_dao.transparency.inclusion import verify_inclusion

        verify_inclusion(proof.proof, proof.leaf, bytes(on_chain))
    run.output.result(
        proof.to_dict(), [("record", number), ("index", proof.index), ("size", proof.size), ("root", root)]
    )


def verify(
    ctx: typer.Context,
    receipt: Annotated[Path, typer.Argument(help="receipt.json, as the gateway answered it.")],
) -> None:
    """Say whether what a receipt promised is on-chain: included, pending until T, or OMITTED."""
    from resonance_dao.cli.files import read_text
    from resonance_dao.transparency.receipt import SignedReceipt
    from resonance_dao.workflows.verifying import verify_receipt

    run: Run = ctx.obj
    signed, system = SignedReceipt.from_text(read_text(receipt)), run.system
    if signed.receipt.log != system.log.address or signed.receipt.chain_id != system.chain_id:
        raise InputInvalid(
            "receipt", signed.receipt.log, f"is of another log or chain than {system.log.address}"
        )
    found = verify_receipt(signed, system.chain, system.log, first_block=system.first_block)
    run.output.result(found.to_dict(), [("record", found.signed.receipt.number), ("status", found.to_text())])
    if found.omitted:
        raise typer.Exit(VERDICT_FAILED)


def audit(
    ctx: typer.Context,
    ipfs: Annotated[str, typer.Option("--ipfs", help="IPFS gateway URL, or a folder of blocks.")] = "",
    publisher: Annotated[
        str, typer.Option("--publisher", help="The log's publisher; default: the only one.")
    ] = "",
) -> None:
    """Rebuild every payout and every record from the chain and IPFS alone, and say PASS or FAIL and where."""
    from resonance_dao.workflows.audit.audit import audit as run_audit

    run: Run = ctx.obj
    system = run.system
    source = block_source(ipfs or str(run.toolkit.settings.evidence_folder))
    report = run_audit(
        system,
        source,
        publisher or only_publisher(system),
        progress=lambda step: _tell(run, step),
    )
    show_report(run, report)
    if not report.passed:
        raise typer.Exit(VERDICT_FAILED)


def _tell(run: Run, step: Progress) -> None:
    # A line a tenth: a log may have millions of records.
    if step.number == step.total or step.number % max(1, step.total // 10) == 0:
        run.output.progress(step.number, step.total, step.step)


def block_source(place: str) -> BlockSource:
    """Return where blocks are read from: a trustless gateway's URL, or a folder."""
    from resonance_dao.evidence.gateway import DirectorySource, HttpBlockSource

    if place.startswith(("http://", "https://")):
        return HttpBlockSource(place)
    if not Path(place).is_dir():
        raise InputInvalid("--ipfs", place, "must be a gateway's URL or a folder of blocks")
    return DirectorySource(Path(place))


def only_publisher(system: System) -> str:
    """Return the log's publisher when there is exactly one."""
    found = sorted({event.args["publisher"] for event in system.events(system.log, "Appended")})
    if len(found) != 1:
        raise InputInvalid("--publisher", found, "must be named: the log has none, or several")
    return str(found[0])


def show_report(run: Run, report: AuditReport) -> None:
    """Print a report: the payouts, what failed and where, and the verdict."""
    from resonance_dao.economy.money import format_amount

    decimals = {row.token: run.system.shown_token(row.token).decimals for row in report.payouts}

    def shown(row_token: str, units: int) -> str:
        return format_amount(units, decimals[row_token], group=True)

    columns = ("base", "success", "long_term", "top_up", "total", "withheld", "withdrawn")
    rows = [
        (
            row.bounty,
            row.submission,
            row.payee,
            *(shown(row.token, getattr(row, name)) for name in columns),
            row.verdict.value,
        )
        for row in report.payouts
    ]
    parts = ("base", "success", "long-term", "top-up", "total", "withheld", "withdrawn")
    head = ("bounty", "work", "payee", *parts, "")
    if rows:
        run.output.table(head, rows)
    for row in (*report.notes, *report.failures):
        run.output.say(
            f"  {row.verdict.value:5} {row.check}  {row.subject}  {row.found}"
            + (f"  {row.cid}" if row.cid else "")
        )
    if run.output.as_json:
        run.output.result(report.to_dict())
    run.output.say(f"  {report.rebuilt}")
    counts = ", ".join(f"{count} {name}" for name, count in report.counts.items())
    run.output.mark(
        report.passed,
        f"audit of chain {report.chain_id} at block {report.block}: {len(report.rows)} checks; {counts}",
    )
