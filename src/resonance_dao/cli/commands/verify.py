"""`resonance verify`: what became of a receipt, by an RPC endpoint and nothing else."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resonance_dao.cli.books import Contracts, borrowed_book
from resonance_dao.cli.exits import UNDECIDED, VERDICT_FAILED
from resonance_dao.cli.running import Run, command
from resonance_dao.errors import InputInvalid

if TYPE_CHECKING:
    from resonance_dao.chain.book import Entry
    from resonance_dao.transparency.batched_log import BatchedProof
    from resonance_dao.transparency.inclusion import InclusionProof
    from resonance_dao.transparency.receipt import SignedReceipt
    from resonance_dao.workflows.verifying import Verification

_UNKNOWN_LOG = (
    "  note: no deployment book names this log; the receipt does. Compare its address with one that you know,"
    " or give --log.",
    "  注意: このログはデプロイ記録にありません。受領証が示すものです。知っているアドレスと比べるか、--log を"
    "指定してください。",
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "verify")(verify)


def verify(  # noqa: PLR0913 - a verifier has these options
    ctx: typer.Context,
    receipt: Annotated[Path, typer.Argument(help="receipt.json, as the gateway answered it.")],
    rpc: Annotated[str, typer.Option("--rpc", help="JSON-RPC endpoint, over RESONANCE_RPC_URL.")] = "",
    publisher: Annotated[
        str, typer.Option("--publisher", help="Whom you expect to have signed; default: whom it names.")
    ] = "",
    log: Annotated[
        str, typer.Option("--log", help="The log you expect; default: that of the deployment book, if any.")
    ] = "",
    proof: Annotated[
        Path | None, typer.Option("--proof", help="The gateway's inclusion proof, in place of calldata.")
    ] = None,
    ipfs: Annotated[
        str,
        typer.Option("--ipfs", help="For a log of batches without --proof: IPFS gateway URL, or a folder."),
    ] = "",
    first_block: Annotated[
        int | None, typer.Option("--from-block", min=0, help="Look at no block before it.")
    ] = None,
    evidence: Annotated[
        Path | None, typer.Option("--evidence", help="Write receipt, facts and verdict to this file.")
    ] = None,
    contracts: Contracts = "",
) -> None:
    """
    Say whether what a receipt promised is on-chain: included (0), pending until T (12), or OMITTED (1).

    Needs no contract sources, no gateway and no database. Where the log holds batches, give --proof or
    --ipfs.
    """
    from resonance_dao.cli.commands.log import block_source
    from resonance_dao.cli.files import write_text
    from resonance_dao.workflows.log_contract import log_on
    from resonance_dao.workflows.verifying import verify_receipt

    run: Run = ctx.obj
    run.changes.update({"RESONANCE_RPC_URL": rpc} if rpc else {})
    signed = read_receipt(receipt)
    blocks = "ブロックを読みました" if run.output.language == "ja" else "blocks read"
    with borrowed_book(run, contracts):
        known = None if log else _booked(run, signed.receipt.log)
    expected = log or (known.address if known else signed.receipt.log)
    if signed.receipt.log.lower() != expected.lower():
        raise InputInvalid("receipt", signed.receipt.log, f"is of another log than {expected}")
    found = verify_receipt(
        signed,
        run.toolkit.endpoint,
        log_on(run.toolkit.endpoint, signed.receipt.log),
        publisher=publisher or None,
        first_block=first_block if first_block is not None else (known.block if known else 0) or 0,
        proof=_proof(proof) if proof else None,
        source=block_source(ipfs) if ipfs else None,
        progress=lambda done, of: run.output.progress(done, of, blocks),
    )
    if evidence is not None:
        write_text(evidence, json.dumps(found.to_dict(), indent=2) + "\n")
    _tell(run, found, is_known=bool(log or known))
    if not found.included:
        raise typer.Exit(VERDICT_FAILED if found.omitted else UNDECIDED)


def read_receipt(path: Path) -> SignedReceipt:
    """Return the receipt of `receipt.json`, of a gateway's whole answer, or of a kept verification."""
    from resonance_dao.cli.files import read_text
    from resonance_dao.transparency import canonical
    from resonance_dao.transparency.receipt import SignedReceipt

    document = canonical.parse(read_text(path).encode())
    inner = document.get("receipt") if isinstance(document, dict) else None
    return SignedReceipt.from_dict(inner if inner is not None else document)


def _proof(path: Path) -> InclusionProof | BatchedProof:
    from resonance_dao.cli.files import read_json
    from resonance_dao.transparency.batched_log import BatchedProof
    from resonance_dao.transparency.inclusion import InclusionProof

    document: Any = read_json(path)
    inner = document.get("proof", document) if isinstance(document, dict) else document
    kind = BatchedProof if isinstance(inner, dict) and "batch" in inner else InclusionProof
    return kind.from_dict(inner, "proof")


def _booked(run: Run, log: str) -> Entry | None:
    """Return the log's entry in the deployment book of the endpoint's chain, when there is one."""
    from resonance_dao.chain.book import Book
    from resonance_dao.workflows.log_contract import BATCHED, NAME

    book = Book.load(run.toolkit.settings.deployments, run.toolkit.endpoint)
    entries = [book.entry(name) for name in (NAME, BATCHED) if name in book.names()]
    # One of another address is returned too: it is what the receipt's is compared with.
    return next((entry for entry in entries if entry.address == log), entries[0] if entries else None)


def _tell(run: Run, found: Verification, *, is_known: bool) -> None:
    receipt, status = found.signed.receipt, found.status
    lines: list[tuple[str, object]] = [
        ("record", receipt.number),
        ("status", found.to_text()),
        ("due", _day(receipt.anchor_by)),
        ("log", f"{receipt.log} on chain {receipt.chain_id}, {found.log_size} records"),
        ("publisher", receipt.publisher),
        ("block", f"{found.block.number} {found.block.hash}"),
    ]
    lines += [("transaction", found.transaction)] if found.transaction else []
    run.output.result({**found.to_dict(), "log_is_known": is_known}, lines)
    if not is_known:
        run.output.say(*_UNKNOWN_LOG)
    if status.state == "omitted":
        run.output.mark(
            False, f"OMITTED: {receipt.publisher} signed record {receipt.number}, broke the promise"
        )


def _day(time: int) -> str:
    try:
        return f"{datetime.fromtimestamp(time, tz=timezone.utc):%Y-%m-%d %H:%M:%S} UTC ({time})"
    except (OverflowError, ValueError, OSError):
        return str(time)  # A promise for the year ten thousand is no date.
