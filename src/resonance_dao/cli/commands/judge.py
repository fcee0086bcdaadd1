"""`resonance review`, `outcome` and `settle`: what reviewers and sources sign, and what anyone may settle."""

from __future__ import annotations

import secrets
from enum import Enum
from typing import Annotated

import typer

from resonance_dao.cli.exits import CODES
from resonance_dao.cli.options import (
    BountyId,
    Comment,
    Dev,
    DryRun,
    Keystore,
    SignOnly,
    SubmissionId,
    Tranche,
    tranche_name,
)
from resonance_dao.cli.running import Run, command
from resonance_dao.errors import InputInvalid, TransactionFailed


class Verdict(str, Enum):
    """What a reviewer can say."""

    approve = "approve"
    reject = "reject"
    request_changes = "request-changes"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "review")(review)
    command(app, "outcome")(outcome)
    command(app, "settle")(settle)


def review(  # noqa: PLR0913 - a command's options
    ctx: typer.Context,
    bounty_id: BountyId,
    submission_id: SubmissionId,
    comment: Comment,
    verdict: Annotated[Verdict, typer.Argument(help="Your verdict.")],
    score: Annotated[
        str, typer.Option("--score", help="0 to 100 percent; default: 100 to approve, else 0.")
    ] = "",
    code: Annotated[
        str, typer.Option("--code", help='Short reason, such as "meets-brief" or "off-brief".')
    ] = "",
    sign_only: SignOnly = None,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Review a submission, with your wallet or as a signature that needs no gas."""
    from resonance_dao.cli.delivering import attest, pinned
    from resonance_dao.economy.money import parse_share
    from resonance_dao.workflows import bounties, contributions

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    approve = verdict is Verdict.approve
    if not approve and not code:
        raise InputInvalid("--code", code, "whatever is not an approval needs a short reason code")
    attestation = contributions.review(
        run.system,
        view,
        submission_id,
        verdict=verdict.value.replace("-", "_"),
        score_bps=parse_share(score or ("100" if approve else "0"), field="--score"),
        reason=code or "meets-brief",
        document=pinned(run, comment, dry_run=dry_run),
        now=run.system.now(),
        salt=secrets.token_bytes(32),
    )
    context = contributions.context_of(run.system, view, submission_id)
    attest(run, attestation, context, signer, sign_only, dry_run=dry_run)


def outcome(  # noqa: PLR0913 - a command's options
    ctx: typer.Context,
    bounty_id: BountyId,
    submission_id: SubmissionId,
    tranche: Tranche,
    value: Annotated[int, typer.Option("--value", min=0, help="What was measured, in units of the metric.")],
    comment: Comment,
    sign_only: SignOnly = None,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Report what the work achieved, or rule on a challenged report as its arbiter."""
    from resonance_dao.cli.delivering import attest, pinned
    from resonance_dao.workflows import bounties, contributions

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    attestation = contributions.outcome(
        run.system,
        view,
        submission_id,
        tranche_name(tranche),
        value=value,
        evidence=pinned(run, comment, dry_run=dry_run),
        now=run.system.now(),
        salt=secrets.token_bytes(32),
    )
    context = contributions.context_of(run.system, view, submission_id)
    attest(run, attestation, context, signer, sign_only, dry_run=dry_run)


def settle(ctx: typer.Context, keystore: Keystore = None, dev: Dev = None, dry_run: DryRun = False) -> None:
    """Do whatever is due so that nobody waits: decide, settle, return, release. Anyone may."""
    from resonance_dao.workflows.payouts import due

    run: Run = ctx.obj
    signer, actions = run.signer(keystore, dev), due(run.system)
    if dry_run:
        run.carry_out_all(actions, signer, dry_run=True)
        return
    outcomes = run.attempt_all(actions, signer)
    done = [outcome.tx_hash for outcome in outcomes if not isinstance(outcome, TransactionFailed)]
    failed = [
        {**action.to_dict(), "error": outcome.to_dict()}
        for action, outcome in zip(actions, outcomes, strict=True)
        if isinstance(outcome, TransactionFailed)
    ]
    run.output.result({"settled": done, "failed": failed}, [("settled", len(done)), ("failed", len(failed))])
    if failed:
        raise typer.Exit(CODES[TransactionFailed])
