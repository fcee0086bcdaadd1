"""`resonance claim`, `withdraw` and `push`: how what was earned leaves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resonance_dao.cli.exits import CODES
from resonance_dao.cli.options import (
    BountyId,
    Dev,
    DryRun,
    Keystore,
    SignOnly,
    SubmissionId,
    ValidFor,
    account,
)
from resonance_dao.cli.running import Run, command
from resonance_dao.errors import InputInvalid, TransactionFailed

if TYPE_CHECKING:
    from resonance_dao.chain.chain import Receipt
    from resonance_dao.chain.signer import Signer
    from resonance_dao.workflows.payouts import Credit
    from resonance_dao.workflows.system import Action


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "claim")(claim)
    command(app, "withdraw")(withdraw)
    command(app, "push")(push)


def claim(
    ctx: typer.Context,
    bounty_id: BountyId,
    submission_id: SubmissionId,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Mint the project tokens of an award to its payees. Anyone may, and again for who was left out."""
    from resonance_dao.workflows import bounties
    from resonance_dao.workflows.claiming import claims

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    found = claims(run.system, view, submission_id)
    left_out = {payee: str(why) for payee, why in found.left_out.items()}
    for payee, why in left_out.items():
        run.output.say(f"  left out: {payee}: {why}", f"  発行できません: {payee}: {why}")
    sent = [receipt.tx_hash for receipt in run.carry_out_all(found.actions, signer, dry_run=dry_run)]
    if not dry_run:
        value = {"transactions": sent, "left_out": left_out}
        run.output.result(value, [("transaction", one) for one in sent])
    if left_out:
        raise typer.Exit(CODES[TransactionFailed])


def withdraw(  # noqa: PLR0913 - a command's options
    ctx: typer.Context,
    token: Annotated[
        str | None, typer.Option("--token", help="The token; default: every one you have.")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="Another address of yours.")] = None,
    of: Annotated[
        str | None, typer.Option("--account", help="An account that was rotated to you; default: your own.")
    ] = None,
    sign_only: SignOnly = None,
    valid_for: ValidFor = "7d",
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
    holder = account(of, "--account") if of is not None else signer.address
    owed = [
        credit for credit in payouts.credits_of(run.system, holder) if wanted in (None, credit.token.address)
    ]
    if not owed:
        named = f" of {wanted}" if wanted else ""
        raise InputInvalid("credit", 0, f"{holder} has no credit{named}")
    if sign_only is not None:
        _sign(run, holder, owed, signer, receiver or signer.address, sign_only, valid_for, dry_run=dry_run)
        return
    actions = [_withdrawal(run, credit, holder, signer.address, receiver) for credit in owed]
    if dry_run:
        run.carry_out_all(actions, signer, dry_run=True)
        return
    _show_withdrawals(run, owed, run.attempt_all(actions, signer))


def push(
    ctx: typer.Context,
    accounts: Annotated[list[str], typer.Argument(help="Whom to send their credit.")],
    token: Annotated[str, typer.Option("--token", help="The token.")],
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Send others all their credit of a token and pay the gas. Anyone may; one failure stops no other."""
    from resonance_dao.workflows import withdrawals

    run: Run = ctx.obj
    signer, coin = run.signer(keystore, dev), account(token, "--token")
    chosen = [account(one, "ACCOUNTS") for one in accounts]
    receipt = run.carry_out(withdrawals.pushing_many(run.system, coin, chosen), signer, dry_run=dry_run)
    if receipt is None:
        return
    failed = withdrawals.push_failures(run.system, receipt)
    paid = [one for one in chosen if one not in failed]
    run.output.result(
        {"paid": paid, "failed": failed, "transaction": receipt.tx_hash},
        [("paid", len(paid)), *((who, f"failed: {why}") for who, why in failed.items())],
    )
    if failed:
        raise typer.Exit(CODES[TransactionFailed])


def _withdrawal(run: Run, credit: Credit, holder: str, payee: str, receiver: str | None) -> Action:
    from resonance_dao.workflows import payouts
    from resonance_dao.workflows.withdrawals import Withdrawal

    token = credit.token.address
    if holder == payee:
        return payouts.withdrawing(run.system, token, payee, to=receiver)
    return Withdrawal(payee, holder, token, receiver or payee, credit.amount).action(run.system)


def _sign(
    run: Run,
    holder: str,
    owed: list[Credit],
    signer: Signer,
    receiver: str,
    file: Path,
    valid_for: str,
    *,
    dry_run: bool,
) -> None:
    from resonance_dao.cli.delivering import deliver
    from resonance_dao.workflows.withdrawals import Withdrawal

    if len(owed) != 1:
        raise InputInvalid("--token", None, "must name one token: a signed withdrawal is of one")
    credit = owed[0]
    order = Withdrawal(signer.address, holder, credit.token.address, receiver, credit.amount)
    deliver(run, order, signer, sign_only=file, valid_for=valid_for, dry_run=dry_run)


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
