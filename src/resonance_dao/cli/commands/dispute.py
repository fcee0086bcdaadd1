"""`resonance revise`, `appeal` and `challenge`: what a contributor can do besides waiting."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from resonance_dao.cli.options import (
    AtGateway,
    BountyId,
    Comment,
    Dev,
    DryRun,
    Keystore,
    SignOnly,
    SubmissionId,
    Tranche,
    ValidFor,
    tranche_name,
)
from resonance_dao.cli.running import Run, command


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "revise")(revise)
    command(app, "appeal")(appeal)
    command(app, "challenge")(challenge)


def revise(  # noqa: PLR0913 - a command's options
    ctx: typer.Context,
    bounty_id: BountyId,
    submission_id: SubmissionId,
    files: Annotated[list[Path], typer.Argument(help="The new evidence: one or more files.")],
    sign_only: SignOnly = None,
    valid_for: ValidFor = "7d",
    gateway: AtGateway = "",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Change work that nobody judged yet, or that reviewers asked to change; payees stay as they are."""
    from dataclasses import replace

    from resonance_dao.cli.commands.work import pin_evidence
    from resonance_dao.cli.delivering import deliver
    from resonance_dao.workflows import bounties
    from resonance_dao.workflows.revisions import Revision, check_revisable

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    former = view.submission(submission_id).submission
    check_revisable(run.system, view, submission_id, replace(former, worker=signer.address))
    evidence = pin_evidence(run, files, gateway, dry_run=dry_run)
    order = Revision(submission_id, replace(former, evidence=evidence))
    deliver(
        run,
        order,
        signer,
        sign_only=sign_only,
        valid_for=valid_for,
        dry_run=dry_run,
        bounty=bounty_id,
        submission=submission_id,
        evidence=evidence,
    )


def appeal(  # noqa: PLR0913 - a command's options
    ctx: typer.Context,
    bounty_id: BountyId,
    submission_id: SubmissionId,
    comment: Comment,
    sign_only: SignOnly = None,
    valid_for: ValidFor = "7d",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Appeal once against a rejection; the arbiter of the terms then decides, or its silence does."""
    from resonance_dao.cli.delivering import deliver, pinned
    from resonance_dao.workflows.appeals import Appeal

    run: Run = ctx.obj
    signer = run.signer(keystore, dev)
    reason = pinned(run, comment, dry_run=dry_run)
    order = Appeal(bounty_id, submission_id, signer.address, reason)
    order.action(run.system)  # What cannot be appealed is refused before anything is signed.
    deliver(run, order, signer, sign_only=sign_only, valid_for=valid_for, dry_run=dry_run, reason=reason)


def challenge(  # noqa: PLR0913 - a command's options
    ctx: typer.Context,
    bounty_id: BountyId,
    submission_id: SubmissionId,
    tranche: Tranche,
    comment: Comment,
    sign_only: SignOnly = None,
    valid_for: ValidFor = "7d",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Challenge a report within its window and put down the bond of the terms; the arbiter then rules."""
    from resonance_dao.cli.delivering import deliver, pinned
    from resonance_dao.workflows import bounties
    from resonance_dao.workflows.challenges import Challenge, putting_down

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    reason = pinned(run, comment, dry_run=dry_run)
    order = Challenge(bounty_id, submission_id, tranche_name(tranche), signer.address, reason)
    order.action(run.system)
    deliver(
        run,
        order,
        signer,
        sign_only=sign_only,
        valid_for=valid_for,
        dry_run=dry_run,
        first=putting_down(run.system, view, signer.address),
        reason=reason,
    )
