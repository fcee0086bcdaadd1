"""`resonance submit` and `resonance withdraw`: what a contributor does."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from resonance_dao.cli.options import BountyId, Dev, DryRun, Keystore
from resonance_dao.cli.running import Run, command
from resonance_dao.errors import InputInvalid

LARGEST_EVIDENCE = 100_000_000


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "submit")(submit)
    command(app, "withdraw")(withdraw)


def submit(
    ctx: typer.Context,
    bounty_id: BountyId,
    files: Annotated[list[Path], typer.Argument(help="The evidence: one or more files.")],
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
    evidence = _pin(run, files)
    work = Submission(bounty_id, signer.address, payees, shares, evidence)
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
    from resonance_dao.economy.money import format_amount
    from resonance_dao.workflows import payouts

    run: Run = ctx.obj
    signer, paid = run.signer(keystore, dev), []
    for credit in payouts.credits_of(run.system, signer.address):
        if token is not None and credit.token.address.lower() != token.lower():
            continue
        action = payouts.withdrawing(run.system, credit.token.address, signer.address, to=to)
        receipt = run.carry_out(action, signer, dry_run=dry_run)
        shown = f"{format_amount(credit.amount, credit.token.decimals, group=True)} {credit.token.symbol}"
        transaction = None if receipt is None else receipt.tx_hash
        paid.append({"amount": str(credit.amount), "token": credit.token.address, "transaction": transaction})
        run.output.say(f"  {shown}  {transaction or '(dry run)'}")
    if not paid:
        raise InputInvalid("credit", 0, f"{signer.address} has no credit" + (f" of {token}" if token else ""))
    if run.output.as_json:
        run.output.result({"withdrawn": paid})


def _pin(run: Run, files: list[Path]) -> str:
    from resonance_dao.evidence.evidence import add_evidence, add_evidence_files

    names = [file.name for file in files]
    if len(set(names)) != len(names):
        raise InputInvalid("files", names, "must have different names")
    with ExitStack() as opened:
        try:
            streams = [opened.enter_context(file.open("rb")) for file in files]
        except OSError as exc:
            raise InputInvalid("files", str(exc.filename), f"cannot be read: {exc.strerror}") from exc
        if len(streams) == 1:
            return add_evidence(run.toolkit.store, streams[0], max_bytes=LARGEST_EVIDENCE).text
        chosen = dict(zip(names, streams, strict=True))
        return add_evidence_files(run.toolkit.store, chosen, max_bytes=LARGEST_EVIDENCE).text


def _payees(texts: list[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    from eth_utils.address import is_address, to_checksum_address

    from resonance_dao.economy.money import BPS, parse_share

    accounts, shares = [], []
    for text in texts:
        account, _, share = text.partition("=")
        if not is_address(account):
            raise InputInvalid("--payee", text, "must be ADDRESS=PERCENT")
        accounts.append(to_checksum_address(account))
        shares.append(parse_share(share, field="--payee"))
    if sum(shares) != BPS:
        raise InputInvalid("--payee", texts, "percentages must sum to 100")
    return tuple(accounts), tuple(shares)
