"""`resonance reputation`: a project's policy, ratings, appeals, and how a multiplier comes about."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from resonance_dao.cli.exits import VERDICT_FAILED
from resonance_dao.cli.options import (
    BountyId,
    Comment,
    Dev,
    DryRun,
    Keystore,
    ProjectId,
    SignOnly,
    SubmissionId,
    Tranche,
    ValidFor,
    account,
    tranche_name,
)
from resonance_dao.cli.running import Run, command
from resonance_dao.errors import NotFound

if TYPE_CHECKING:
    from resonance_dao.workflows.ratings import RatingView

Account = Annotated[str, typer.Argument(help="The account's address.")]
Rater = Annotated[str, typer.Option("--rater", help="Who rated.")]
Component = Annotated[str, typer.Argument(help="skill, passion or peer-rating")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Reputation in a project, and the multiplier of pay.", no_args_is_help=True)
    command(group, "show")(show)
    command(group, "explain")(explain)
    command(group, "policy")(policy)
    command(group, "rate")(rate)
    command(group, "appeal")(appeal)
    command(group, "rule")(rule)
    command(group, "record")(record)
    app.add_typer(group, name="reputation")


def show(ctx: typer.Context, project_id: ProjectId, of: Account) -> None:
    """Show an account's ratings in a project, where each stands, and the multiplier."""
    from dataclasses import asdict

    from resonance_dao.economy.money import format_share
    from resonance_dao.workflows import ratings, reputation
    from resonance_dao.workflows.system import plain

    run: Run = ctx.obj
    chosen = account(of, "OF")
    found = ratings.ratings(run.system, project_id, chosen)
    bps = reputation.multiplier(run.system, project_id, chosen)
    value = {"multiplier_bps": bps, "ratings": [plain(asdict(one)) for one in found]}
    run.output.result(value, [("multiplier", _times(bps)), ("ratings", len(found))])
    rows = [(one.component, format_share(one.value_bps), one.stage, one.rater, one.uid) for one in found]
    if rows:
        run.output.table(("component", "value", "stage", "rater", "uid"), rows)


def explain(ctx: typer.Context, project_id: ProjectId, of: Account) -> None:
    """Show every input of an account's multiplier, and recompute it here; exit code 1 when they differ."""
    from dataclasses import asdict

    from resonance_dao.workflows import reputation
    from resonance_dao.workflows.system import plain

    run: Run = ctx.obj
    told = reputation.explain(run.system, project_id, account(of, "OF"))
    lines: list[tuple[str, object]] = [
        ("multiplier", _times(told.multiplier_bps)),
        ("recomputed", f"{_times(told.recomputed_bps)} {'the same' if told.agrees else 'DIFFERS'}"),
        ("half-life, days", told.policy.half_life if told.policy else "no policy"),
        ("day", told.day),
    ]
    run.output.result({**plain(asdict(told)), "agrees": told.agrees}, lines)
    rows = [
        (s.component, s.value, s.weight_bps, s.tally.sum, s.tally.weight, s.tally.day) for s in told.standings
    ]
    run.output.table(("component", "value, 1e-18", "weight, bps", "sum", "weight", "since day"), rows)
    if not told.agrees:
        raise typer.Exit(VERDICT_FAILED)


def policy(  # noqa: PLR0913 - a command's options
    ctx: typer.Context,
    project_id: ProjectId,
    arbiter: Annotated[str, typer.Option("--arbiter", help="Who rules on appeals.")] = "",
    rater: Annotated[list[str] | None, typer.Option("--rater", help="Who rates, repeated.")] = None,
    half_life: Annotated[int, typer.Option("--half-life", help="30, 90, 180 or 365 days.")] = 180,
    appeal_window: Annotated[str, typer.Option("--appeal-window", help="Time to appeal.")] = "14d",
    arbiter_window: Annotated[str, typer.Option("--arbiter-window", help="Time to rule.")] = "14d",
    outcomes: Annotated[
        str, typer.Option("--outcomes", help="The contract that vouches for outcomes; default: our escrow's.")
    ] = "",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Show a project's policy; with --arbiter, set it, once and for good. The project's owner."""
    from dataclasses import asdict

    from resonance_dao.cli.delivering import send
    from resonance_dao.workflows import reputation
    from resonance_dao.workflows.duration import parse_duration

    run: Run = ctx.obj
    if not arbiter:
        found = reputation.policy(run.system, project_id)
        if found is None:
            raise NotFound(f"project {project_id} has no policy", hint="Its owner sets one: --arbiter.")
        run.output.result(asdict(found))
        return
    chosen = reputation.Policy(
        escrow=account(outcomes, "--outcomes") if outcomes else reputation.outcome_source(run.system),
        half_life=half_life,
        appeal_window=parse_duration(appeal_window, field="--appeal-window"),
        arbiter_window=parse_duration(arbiter_window, field="--arbiter-window"),
        arbiter=account(arbiter, "--arbiter"),
        raters=tuple(account(one, "--rater") for one in rater or []),
    )
    action = reputation.setting_policy(run.system, project_id, chosen)
    send(run, [action], run.signer(keystore, dev), dry_run=dry_run, project=project_id)


def rate(  # noqa: PLR0913 - a command's options
    ctx: typer.Context,
    project_id: ProjectId,
    of: Account,
    component: Component,
    value: Annotated[str, typer.Option("--value", help="0 to 100 percent.")],
    comment: Comment,
    sign_only: SignOnly = None,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Rate skill or passion as a rater of the policy, or a peer as one with a track record."""
    from resonance_dao.cli.delivering import attest, pinned
    from resonance_dao.economy.money import parse_share
    from resonance_dao.workflows import ratings

    run: Run = ctx.obj
    attestation = ratings.rating(
        run.system,
        project_id,
        account(of, "OF"),
        tranche_name(component),
        value_bps=parse_share(value, field="--value"),
        reason=pinned(run, comment, dry_run=dry_run),
        now=run.system.now(),
        salt=secrets.token_bytes(32),
    )
    attest(run, attestation, b"", run.signer(keystore, dev), sign_only, dry_run=dry_run)


def appeal(  # noqa: PLR0913 - a command's options
    ctx: typer.Context,
    project_id: ProjectId,
    component: Component,
    rater: Rater,
    comment: Comment,
    sign_only: SignOnly = None,
    valid_for: ValidFor = "7d",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Appeal once against a rating of yours; the arbiter's silence strikes it."""
    from resonance_dao.cli.delivering import deliver, pinned
    from resonance_dao.workflows.ratings import RatingAppeal

    run: Run = ctx.obj
    signer = run.signer(keystore, dev)
    found = _rating(run, project_id, signer.address, rater, component)
    reason = pinned(run, comment, dry_run=dry_run)
    order = RatingAppeal(project_id, signer.address, found.rater, found.component, found.uid, reason)
    order.action(run.system)
    deliver(run, order, signer, sign_only=sign_only, valid_for=valid_for, dry_run=dry_run, reason=reason)


def rule(  # noqa: PLR0913 - a command's options
    ctx: typer.Context,
    project_id: ProjectId,
    of: Account,
    component: Component,
    rater: Rater,
    stands: Annotated[bool, typer.Option("--uphold/--strike", help="Whether the rating stands.")],
    comment: Comment,
    sign_only: SignOnly = None,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Rule on an appealed rating as the project's arbiter."""
    from resonance_dao.cli.delivering import attest, pinned
    from resonance_dao.workflows import ratings

    run: Run = ctx.obj
    found = _rating(run, project_id, account(of, "OF"), rater, component)
    attestation = ratings.ruling(
        run.system,
        found,
        stands=stands,
        reason=pinned(run, comment, dry_run=dry_run),
        now=run.system.now(),
        salt=secrets.token_bytes(32),
    )
    attest(run, attestation, b"", run.signer(keystore, dev), sign_only, dry_run=dry_run)


def record(
    ctx: typer.Context,
    bounty_id: BountyId,
    submission_id: SubmissionId,
    tranche: Tranche,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Count a settled outcome in the worker's track record. Anyone may."""
    from resonance_dao.cli.delivering import send
    from resonance_dao.workflows import bounties, reputation

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    rules = reputation.policy(run.system, view.project_id)
    if rules is None:
        raise NotFound(f"project {view.project_id} has no policy", hint="Its owner sets one first.")
    action = reputation.recording_outcome(
        run.system, view, submission_id, tranche_name(tranche), rules.escrow
    )
    send(run, [action], signer, dry_run=dry_run, bounty=bounty_id, submission=submission_id)


def _rating(run: Run, project_id: int, ratee: str, rater: str, component: str) -> RatingView:
    from resonance_dao.workflows.ratings import rating_of

    found = rating_of(run.system, project_id, ratee, account(rater, "--rater"), tranche_name(component))
    if found.stage == "none":
        raise NotFound(
            f"{found.rater} has not rated {found.component} of {ratee} in project {project_id}",
            hint="`resonance reputation show` lists the ratings.",
        )
    return found


def _times(bps: int) -> str:
    return f"x {bps // 10_000}.{bps % 10_000:04d}"
