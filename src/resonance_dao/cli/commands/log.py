"""`resonance log` and `audit`: what an auditor does, trusting nobody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resonance_dao.cli.books import Contracts, borrowed_book
from resonance_dao.cli.exits import VERDICT_FAILED
from resonance_dao.cli.running import Run, command
from resonance_dao.errors import InputInvalid

if TYPE_CHECKING:
    from resonance_dao.evidence.store import BlockSource
    from resonance_dao.workflows.audit.history import Progress
    from resonance_dao.workflows.audit.report import AuditReport
    from resonance_dao.workflows.proving import EntryProof
    from resonance_dao.workflows.system import System


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="The transparency log.", no_args_is_help=True)
    command(group, "prove")(prove)
    command(group, "schema")(schema)
    app.add_typer(group, name="log")
    command(app, "audit")(audit)


def prove(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help="The record's number.")],
) -> None:
    """Print the inclusion proof of a record from this machine's journal, checked against the chain."""
    from resonance_dao.workflows.lane import prover_of

    run: Run = ctx.obj
    proof = prover_of(run.toolkit.journal, run.toolkit.log).proof_of(number)
    root = "0x" + proof.root.hex()
    _require_on_chain(run, proof)
    run.output.result(
        proof.to_dict(), [("record", number), ("index", proof.index), ("size", proof.size), ("root", root)]
    )


def _require_on_chain(run: Run, proof: EntryProof) -> None:
    """Hold a proof against the contract, when it is for the size that the contract has now."""
    from resonance_dao.transparency.batched_log import BatchedProof, verify_batched
    from resonance_dao.transparency.inclusion import verify_inclusion

    log, chain, publisher = run.toolkit.log, run.toolkit.chain, run.toolkit.operator.address
    is_batched = isinstance(proof.proof, BatchedProof)
    if proof.size != log.call(chain, "batchesOf" if is_batched else "sizeOf", publisher):
        return
    root = bytes(log.call(chain, "rootOf", publisher))
    if isinstance(proof.proof, BatchedProof):
        verify_batched(proof.proof, proof.leaf, root)
    else:
        verify_inclusion(proof.proof, proof.leaf, root)


def schema(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(help="The kind of record; none: list them.")] = "",
) -> None:
    """Print the JSON Schema (2020-12) of a kind of record, complete in one document."""
    from resonance_dao.transparency.published import published
    from resonance_dao.transparency.record import KINDS
    from resonance_dao.transparency.schema import document

    run: Run = ctx.obj
    if kind:
        typer.echo(json.dumps(published(kind), indent=2, ensure_ascii=False))
        return
    titles = {name: document(name)["title"] for name in KINDS}
    run.output.result({"kinds": titles}, list(titles.items()))


def audit(
    ctx: typer.Context,
    ipfs: Annotated[str, typer.Option("--ipfs", help="IPFS gateway URL, or a folder of blocks.")] = "",
    publisher: Annotated[
        str, typer.Option("--publisher", help="The log's publisher; default: the only one.")
    ] = "",
    contracts: Contracts = "",
) -> None:
    """
    Rebuild every payout and every record from the chain and IPFS alone, and say PASS or FAIL and where.

    Needs a clone: the code on-chain is compared with what is compiled from it.
    """
    from resonance_dao.workflows.audit.audit import audit as run_audit

    run: Run = ctx.obj
    with borrowed_book(run, contracts):
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

    if Path(place).is_dir():
        return DirectorySource(Path(place))
    if "://" in place:
        return HttpBlockSource(place, field="--ipfs")
    # What is neither may still hold what was meant for a gateway.
    shown = "***" if "@" in place else place
    raise InputInvalid("--ipfs", shown, "must be a gateway's URL or a folder of blocks")


def only_publisher(system: System) -> str:
    """Return the log's publisher when there is exactly one."""
    logs = (system.log, system.batched_log)
    found = sorted({event.args["publisher"] for log in logs for event in system.events(log, "Appended")})
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
