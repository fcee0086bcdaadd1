"""`resonance relay` and `cancel-signature`: what others signed, sent; and what you signed, made void."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resonance_dao.cli.exits import CODES, code_of
from resonance_dao.cli.options import Dev, DryRun, Keystore
from resonance_dao.cli.running import Run, command
from resonance_dao.errors import InputInvalid, SignatureRefused

if TYPE_CHECKING:
    from resonance_dao.chain.signer import Signer


class Signed(str, Enum):
    """For what a signature was made."""

    escrow = "escrow"
    applications = "applications"
    vault = "vault"
    reputation = "reputation"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "relay")(relay)
    command(app, "cancel-signature")(cancel_signature)


def relay(
    ctx: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(help="What somebody signed, as --sign-only writes it; several judgements go at once."),
    ],
    gateway: Annotated[
        str, typer.Option("--gateway", help="Hand it over to the gateway at this URL, which pays the gas.")
    ] = "",
    receipt: Annotated[
        Path | None,
        typer.Option(
            "--receipt", help="With --gateway: where its receipt goes; default: receipt-<number>.json."
        ),
    ] = None,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """
    Send anything that somebody signed, and pay its gas: work, judgements, appeals, withdrawals, ...

    With --gateway a gateway pays. Keep the receipt that it answers with: `resonance verify` takes it. The
    same file handed over again is the same request, and is done once.
    """
    from resonance_dao.cli.files import read_json
    from resonance_dao.cli.handing_over import hand_over
    from resonance_dao.workflows.orders import relaying_file

    run: Run = ctx.obj
    contents = [read_json(file) for file in files]
    if gateway:
        if keystore is not None or dev is not None:
            raise InputInvalid("--gateway", gateway, "and a wallet are two ways: give one of them")
        hand_over(run, gateway, files, contents, receipt, dry_run=dry_run)
        return
    if receipt is not None:
        raise InputInvalid("--receipt", str(receipt), "needs --gateway: only a gateway gives receipts")
    if len(files) > 1:
        _relay_many(run, files, contents, run.signer(keystore, dev), dry_run=dry_run)
        return
    (content,) = contents
    if not isinstance(content, dict):
        raise InputInvalid("file", str(files[0]), "must hold something signed, as --sign-only writes it")
    action = relaying_file(run.system, content)
    mined = run.carry_out(action, run.signer(keystore, dev), dry_run=dry_run)
    if mined is not None:
        run.output.result({**_named(content), "transaction": mined.tx_hash})


def cancel_signature(
    ctx: typer.Context,
    contract: Annotated[Signed, typer.Argument(help="For what you signed.")],
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Make void what you signed for a contract and nobody relayed yet."""
    from resonance_dao.cli.delivering import send
    from resonance_dao.workflows.signing import cancelling

    run: Run = ctx.obj
    action = cancelling(run.system, contract.value)
    send(run, [action], run.signer(keystore, dev), dry_run=dry_run, cancelled=contract.value)


def _relay_many(run: Run, files: list[Path], contents: list[Any], signer: Signer, *, dry_run: bool) -> None:
    from resonance_dao.workflows import batches
    from resonance_dao.workflows.contributions import SignedAttestation

    for file, content in zip(files, contents, strict=True):
        if not isinstance(content, dict) or "attestation" not in content:
            raise InputInvalid("file", str(file), "must hold a judgement: only those are relayed together")
    signed = [SignedAttestation.from_dict(content) for content in contents]
    batch = batches.relaying_many(run.system, signed)
    failed: list[dict[str, object]] = [
        {"file": str(files[index]), "error": error.to_dict()} for index, error in batch.refused.items()
    ]
    receipt = None
    if batch.action is not None:
        receipt = run.carry_out(batch.action, signer, dry_run=dry_run)
        if dry_run:
            return
    skipped = batches.relay_failures(run.system, receipt) if receipt is not None else []
    failed += [{"file": str(files[batch.taken[one.index]]), "reason": one.reason} for one in skipped]
    names = {str(entry["file"]) for entry in failed}
    relayed = [str(file) for file in files if str(file) not in names]
    told = {"relayed": relayed, "failed": failed, "transaction": receipt.tx_hash if receipt else None}
    why = {str(files[index]): str(error) for index, error in batch.refused.items()}
    why |= {str(entry["file"]): str(entry["reason"]) for entry in failed if "reason" in entry}
    run.output.result(told, [("relayed", len(relayed)), *((f, f"failed: {said}") for f, said in why.items())])
    if failed:
        first = next(iter(batch.refused.values()), None)
        raise typer.Exit(code_of(first) if first is not None else CODES[SignatureRefused])


def _named(content: dict[str, Any]) -> dict[str, Any]:
    if "attestation" in content:
        from resonance_dao.chain.attestation import Attestation

        return {"uid": Attestation.from_dict(content["attestation"]).uid()}
    return {"kind": content.get("kind", "submission")}
