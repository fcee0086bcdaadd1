"""`resonance submit`, `challenge`, `claim` and `withdraw`: what a contributor does."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resonance_dao.cli.exits import CODES
from resonance_dao.cli.options import (
    BountyId,
    Comment,
    Dev,
    DryRun,
    Keystore,
    SubmissionId,
    Tranche,
    account,
    tranche_name,
)
from resonance_dao.cli.running import Run, command
from resonance_dao.errors import InputInvalid, TransactionFailed

if TYPE_CHECKING:
    from resonance_dao.chain.chain import Receipt
    from resonance_dao.workflows.payouts import Credit

LARGEST_EVIDENCE = 100_000_000


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "submit")(submit)
    command(app, "challenge")(challenge)
    command(app, "claim")(claim)
    command(app, "withdraw")(withdraw)


def submit(
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
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Pin evidence and hand in work with your own wallet."""
    from resonance_dao.workflows import bounties, contributions
    from resonance_dao.workflows.terms import Submission

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    payees, shares = _payees(payee or [f"{signer.address}=100"])
    evidence = _pin(run, files, dry_run=dry_run)
    untaxed = _exempt(payees, exempt or [])
    work = Submission(bounty_id, signer.address, payees, shares, untaxed, evidence)
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


def challenge(
    ctx: typer.Context,
    bounty_id: BountyId,
    submission_id: SubmissionId,
    tranche: Tranche,
    comment: Comment,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Challenge a report within its window; the arbiter of the terms then rules."""
    from resonance_dao.evidence.evidence import add_bytes
    from resonance_dao.workflows import bounties, contributions

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    document = run.kept(add_bytes(run.store(dry_run=dry_run), comment.encode()))
    action = contributions.challenging(
        run.system, view, submission_id, tranche_name(tranche), signer.address, document
    )
    receipt = run.carry_out(action, signer, dry_run=dry_run)
    if receipt is not None:
        run.output.result({"reason": document, "transaction": receipt.tx_hash})


def claim(
    ctx: typer.Context,
    bounty_id: BountyId,
    submission_id: SubmissionId,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Mint the project tokens of an award to its payees. Anyone may."""
    from resonance_dao.workflows import bounties, payouts

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    action = payouts.claiming_tokens(run.system, view, submission_id)
    receipt = run.carry_out(action, signer, dry_run=dry_run)
    if receipt is not None:
        run.output.result({"transaction": receipt.tx_hash})


def withdraw(
    ctx: typer.Context,
    token: Annotated[
        str | None, typer.Option("--token", help="The token; default: every one you have.")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="Another address of yours.")] = None,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Withdraw your credit from the vault to your wallet."""
    from resonance_dao.workflows import payouts

    run: Run = ctx.obj
    wanted = account(token, "--token") if token is not None else None
    receiver = account(to, "--to") if to is not None else None
    signer = run.signer(keystore, dev)
    owed = [
        credit
        for credit in payouts.credits_of(run.system, signer.address)
        if wanted in (None, credit.token.address)
    ]
    if not owed:
        of = f" of {wanted}" if wanted else ""
        raise InputInvalid("credit", 0, f"{signer.address} has no credit{of}")
    actions = [
        payouts.withdrawing(run.system, credit.token.address, signer.address, to=receiver) for credit in owed
    ]
    if dry_run:
        run.carry_out_all(actions, signer, dry_run=True)
        return
    _show_withdrawals(run, owed, run.attempt_all(actions, signer))


def _show_withdrawals(run: Run, owed: list[Credit], outcomes: list[Receipt | TransactionFailed]) -> None:
    from resonance_dao.economy.money import format_amount

    paid: list[dict[str, object]] = []
    failed: list[dict[str, object]] = []
    lines = []
    for credit, outcome in zip(owed, outcomes, strict=True):
        token = credit.token
        told = {"amount": str(credit.amount), "token": token.address}
        shown = f"{format_amount(credit.amount, token.decimals, group=True)} {token.symbol}"
        if isinstance(outcome, TransactionFailed):
            failed.append({**told, "error": outcome.to_dict()})
            lines.append((shown, "failed"))
        else:
            paid.append({**told, "transaction": outcome.tx_hash})
            lines.append((shown, outcome.tx_hash))
    run.output.result({"withdrawn": paid, "failed": failed}, lines)
    if failed:
        raise typer.Exit(CODES[TransactionFailed])


def _pin(run: Run, files: list[Path], *, dry_run: bool) -> str:
    from resonance_dao.evidence.evidence import add_evidence, add_evidence_files

    names = [file.name for file in files]
    if len(set(names)) != len(names):
        raise InputInvalid("files", names, "must have different names")
    with ExitStack() as opened:
        try:
            streams = [opened.enter_context(file.open("rb")) for file in files]
        except OSError as exc:
            raise InputInvalid("files", str(exc.filename), f"cannot be read: {exc.strerror}") from exc
        store = run.store(dry_run=dry_run)
        if len(streams) == 1:
            return run.kept(add_evidence(store, streams[0], max_bytes=LARGEST_EVIDENCE))
        chosen = dict(zip(names, streams, strict=True))
        return run.kept(add_evidence_files(store, chosen, max_bytes=LARGEST_EVIDENCE))


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
        accounts.append(account(payee, "--payee"))
        shares.append(parse_share(share, field="--payee"))
    if sum(shares) != BPS:
        raise InputInvalid("--payee", texts, "percentages must sum to 100")
    return tuple(accounts), tuple(shares)
