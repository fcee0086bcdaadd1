"""`resonance submit`: what a contributor hands in."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resonance_dao.cli.options import AtGateway, BountyId, Dev, DryRun, Keystore, SignOnly, ValidFor, account
from resonance_dao.cli.running import Run, command
from resonance_dao.errors import InputInvalid

if TYPE_CHECKING:
    from resonance_dao.chain.signer import Signer
    from resonance_dao.workflows.terms import Submission, Terms

LARGEST_EVIDENCE = 100_000_000


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "submit")(submit)


def submit(  # noqa: PLR0913 - a command's options
    ctx: typer.Context,
    bounty_id: BountyId,
    files: Annotated[list[Path], typer.Argument(help="The evidence: one or more files.")],
    exempt: Annotated[
        list[str] | None,
        typer.Option("--exempt", help="A payee from whom no tax is withheld, repeated; such as a company."),
    ] = None,
    payee: Annotated[
        list[str] | None, typer.Option("--payee", help="ADDRESS=PERCENT, repeated; default: you, 100 %.")
    ] = None,
    sign_only: SignOnly = None,
    valid_for: ValidFor = "7d",
    gateway: AtGateway = "",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """
    Keep evidence and hand in work, with your wallet or as a signature that needs no gas.

    Without gas: --gateway URL --sign-only FILE here, then `resonance relay FILE --gateway URL`.
    """
    from resonance_dao.workflows import bounties, contributions
    from resonance_dao.workflows.terms import Submission

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    payees, shares = _payees(payee or [f"{signer.address}=100"])
    evidence = pin_evidence(run, files, gateway, dry_run=dry_run)
    untaxed = _exempt(payees, exempt or [])
    work = Submission(bounty_id, signer.address, payees, shares, untaxed, evidence)
    if sign_only is not None:
        _sign(run, view.terms, work, signer, sign_only, valid_for, dry_run=dry_run)
        return
    action = contributions.submitting(run.system, view.terms, work)
    receipt = run.carry_out(action, signer, dry_run=dry_run)
    if receipt is not None:
        number = run.system.escrow.events(receipt.logs, "SubmissionReceived")[0].args["submissionId"]
        value = {
            "bounty": bounty_id,
            "submission": number,
            "evidence": evidence,
            "transaction": receipt.tx_hash,
        }
        run.output.result(value)


def _sign(
    run: Run, terms: Terms, work: Submission, signer: Signer, file: Path, valid_for: str, *, dry_run: bool
) -> None:
    import json

    from resonance_dao.cli.delivering import show_message
    from resonance_dao.cli.files import write_text
    from resonance_dao.workflows import contributions
    from resonance_dao.workflows.duration import parse_duration

    deadline = run.system.now() + parse_duration(valid_for, field="--valid-for")
    if dry_run:
        show_message(run, contributions.submission_message(run.system, terms, work, deadline))
        return
    signed = contributions.sign_submission(run.system, terms, work, signer, deadline)
    write_text(file, json.dumps(signed.to_dict(), indent=2) + "\n")
    run.output.result(
        {"bounty": work.bounty_id, "evidence": work.evidence, "file": str(file), "deadline": deadline}
    )


def pin_evidence(run: Run, files: list[Path], gateway: str, *, dry_run: bool) -> str:
    """
    Pin evidence, one file or several under their names, and return its CID. With `gateway`, a URL, it is
    uploaded there too, before anything is signed or sent.
    """
    from resonance_dao.cli.handing_over import upload
    from resonance_dao.evidence.evidence import add_evidence, add_evidence_files

    names = [file.name for file in files]
    if len(set(names)) != len(names):
        raise InputInvalid("files", names, "must have different names")
    with ExitStack() as opened:
        try:
            streams = [opened.enter_context(file.open("rb")) for file in files]
        except OSError as exc:
            raise InputInvalid("files", str(exc.filename), f"cannot be read: {exc.strerror}") from exc
        store, chosen = run.store(dry_run=dry_run), dict(zip(names, streams, strict=True))
        if len(streams) == 1:
            added = add_evidence(store, streams[0], max_bytes=LARGEST_EVIDENCE)
        else:
            added = add_evidence_files(store, chosen, max_bytes=LARGEST_EVIDENCE)
        cid = run.kept(added, uploaded=bool(gateway))
        if gateway and not dry_run:
            upload(run, gateway, chosen, cid)
        return cid


def _exempt(payees: tuple[str, ...], texts: list[str]) -> int:
    bits = 0
    for text in texts:
        if (chosen := account(text, "--exempt")) not in payees:
            raise InputInvalid("--exempt", text, "must be one of the payees")
        bits |= 1 << payees.index(chosen)
    return bits


def _payees(texts: list[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    from resonance_dao.economy.money import BPS, parse_share

    accounts, shares = [], []
    for text in texts:
        payee, sign, share = text.partition("=")
        if not sign:
            raise InputInvalid("--payee", text, "must be ADDRESS=PERCENT")
        if (chosen := account(payee, "--payee")) in accounts:
            raise InputInvalid("--payee", text, "names a payee twice")
        accounts.append(chosen)
        shares.append(parse_share(share, field="--payee"))
    if sum(shares) != BPS:
        raise InputInvalid("--payee", texts, "percentages must sum to 100")
    return tuple(accounts), tuple(shares)
