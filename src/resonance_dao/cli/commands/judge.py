"""`resonance review`, `outcome` and `settle`: what reviewers and sources sign, and what anyone may settle."""

from __future__ import annotations

import secrets
from enum import Enum
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
    tranche_name,
)
from resonance_dao.cli.running import Run, command
from resonance_dao.errors import InputInvalid, TransactionFailed

if TYPE_CHECKING:
    from resonance_dao.chain.attestation import Attestation
    from resonance_dao.chain.signer import Signer
    from resonance_dao.workflows.bounties import BountyView

Sign = Annotated[
    Path | None,
    typer.Option("--sign-only", help="Write the signed judgement to a file; anyone can relay it."),
]


class Verdict(str, Enum):
    """What a reviewer can say."""

    approve = "approve"
    reject = "reject"
    request_changes = "request-changes"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "review")(review)
    command(app, "outcome")(outcome)
    command(app, "relay")(relay)
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
    sign_only: Sign = None,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Review a submission, with your wallet or as a signature that needs no gas."""
    from resonance_dao.economy.money import parse_share
    from resonance_dao.evidence.evidence import add_bytes
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
        document=run.kept(add_bytes(run.store(dry_run=dry_run), comment.encode())),
        now=run.system.now(),
        salt=secrets.token_bytes(32),
    )
    _deliver(run, view, submission_id, attestation, signer, sign_only, dry_run)


def outcome(  # noqa: PLR0913 - a command's options
    ctx: typer.Context,
    bounty_id: BountyId,
    submission_id: SubmissionId,
    tranche: Tranche,
    value: Annotated[int, typer.Option("--value", min=0, help="What was measured, in units of the metric.")],
    comment: Comment,
    sign_only: Sign = None,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Report what the work achieved, or rule on a challenged report as its arbiter."""
    from resonance_dao.evidence.evidence import add_bytes
    from resonance_dao.workflows import bounties, contributions

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    attestation = contributions.outcome(
        run.system,
        view,
        submission_id,
        tranche_name(tranche),
        value=value,
        evidence=run.kept(add_bytes(run.store(dry_run=dry_run), comment.encode())),
        now=run.system.now(),
        salt=secrets.token_bytes(32),
    )
    _deliver(run, view, submission_id, attestation, signer, sign_only, dry_run)


def relay(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A signed judgement, as --sign-only writes it.")],
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Send somebody's signed judgement and pay its gas."""
    from resonance_dao.cli.files import read_json
    from resonance_dao.workflows import contributions
    from resonance_dao.workflows.judgements import check_signed

    run: Run = ctx.obj
    content = read_json(file)
    if not isinstance(content, dict):
        raise InputInvalid("file", str(file), "must hold a signed judgement")
    signed = contributions.SignedAttestation.from_dict(content)
    judgement, view = check_signed(run.system, signed)
    context = contributions.context_of(run.system, view, judgement.submission_id)
    receipt = run.carry_out(
        contributions.relaying(run.system, signed, context), run.signer(keystore, dev), dry_run=dry_run
    )
    if receipt is not None:
        run.output.result({"uid": signed.attestation.uid(), "transaction": receipt.tx_hash})


def settle(ctx: typer.Context, keystore: Keystore = None, dev: Dev = None, dry_run: DryRun = False) -> None:
    """Settle whatever is due: final tranches, and work that reviewers let lie. Anyone may."""
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


def _deliver(
    run: Run,
    view: BountyView,
    submission_id: int,
    attestation: Attestation,
    signer: Signer,
    sign_only: Path | None,
    dry_run: bool,
) -> None:
    import json

    from resonance_dao.cli.files import write_text
    from resonance_dao.workflows import contributions

    if sign_only is not None:
        signed = contributions.sign(run.system, attestation, signer)
        write_text(sign_only, json.dumps(signed.to_dict(), indent=2) + "\n")
        run.output.result({"uid": attestation.uid(), "file": str(sign_only)})
        return
    context = contributions.context_of(run.system, view, submission_id)
    receipt = run.carry_out(
        contributions.attesting(run.system, attestation, context), signer, dry_run=dry_run
    )
    if receipt is not None:
        run.output.result({"uid": attestation.uid(), "transaction": receipt.tx_hash})
