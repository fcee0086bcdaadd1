"""`resonance apply` and `resonance application`: workers apply with a bid, the project selects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from resonance_dao.cli.options import (
    BountyId,
    Comment,
    Dev,
    DryRun,
    Keystore,
    SignOnly,
    ValidFor,
    account,
)
from resonance_dao.cli.running import Run, command

if TYPE_CHECKING:
    from resonance_dao.workflows.applications import ApplicationView
    from resonance_dao.workflows.system import System

Worker = Annotated[str, typer.Argument(help="The worker's address.")]
Hash = Annotated[
    str, typer.Option("--hash", help="The application that you saw, as `application list` shows it.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "apply")(apply)
    group = typer.Typer(help="Applications for a bounty, and who is selected.", no_args_is_help=True)
    command(group, "list")(list_applications)
    command(group, "select")(select)
    command(group, "decline")(decline)
    command(group, "withdraw")(withdraw)
    command(group, "release")(release)
    app.add_typer(group, name="application")


def apply(  # noqa: PLR0913 - a command's options
    ctx: typer.Context,
    bounty_id: BountyId,
    bid: Annotated[str, typer.Option("--bid", help="The award that you ask for, in the bounty's token.")],
    proposal: Annotated[str, typer.Option("--proposal", help="Your proposal in words; pinned and public.")],
    sign_only: SignOnly = None,
    valid_for: ValidFor = "7d",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Apply for a bounty with a bid, or change your application."""
    from resonance_dao.cli.delivering import deliver, pinned
    from resonance_dao.economy.money import parse_amount
    from resonance_dao.workflows import bounties
    from resonance_dao.workflows.applications import Application

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    units = parse_amount(bid, run.system.token_facts(view.terms.token).decimals, field="--bid")
    document = pinned(run, proposal, dry_run=dry_run, option="--proposal")
    order = Application(bounty_id, signer.address, units, document)
    order.action(run.system)
    deliver(run, order, signer, sign_only=sign_only, valid_for=valid_for, dry_run=dry_run, proposal=document)


def list_applications(ctx: typer.Context, bounty_id: BountyId) -> None:
    """List every application for a bounty, and what became of it."""
    from dataclasses import asdict

    from resonance_dao.economy.money import format_amount
    from resonance_dao.workflows import applications, bounties
    from resonance_dao.workflows.system import plain

    run: Run = ctx.obj
    token = run.system.shown_token(bounties.bounty(run.system, bounty_id).terms.token)
    found = applications.applications(run.system, bounty_id)
    run.output.result({"applications": [plain(asdict(one)) for one in found]}, [("applications", len(found))])
    rows = [
        (
            one.stage,
            one.worker,
            f"{format_amount(one.bid, token.decimals, group=True)} {token.symbol}",
            one.application_hash,
            f"ipfs://{one.proposal}",
        )
        for one in found
    ]
    if rows:
        run.output.table(("stage", "worker", "bid", "hash", "proposal"), rows)


def select(
    ctx: typer.Context,
    bounty_id: BountyId,
    worker: Worker,
    within: Annotated[
        str, typer.Option("--within", help="The worker's time, such as 14d; then anyone may release it.")
    ],
    application: Hash = "",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Select a worker and keep an award for it. The project's owner or a steward."""
    from resonance_dao.cli.delivering import send
    from resonance_dao.workflows import applications, bounties
    from resonance_dao.workflows.duration import parse_duration

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    found = _named(run.system, bounty_id, worker, application)
    deliver_by = run.system.now() + parse_duration(within, field="--within")
    action = applications.selecting(run.system, view, found[0], found[1], deliver_by)
    send(run, [action], signer, dry_run=dry_run, worker=found[0], application=found[1], deliver_by=deliver_by)


def decline(  # noqa: PLR0913 - a command's options
    ctx: typer.Context,
    bounty_id: BountyId,
    worker: Worker,
    code: Annotated[str, typer.Option("--code", help='A short code, such as "over-budget".')],
    comment: Comment,
    application: Hash = "",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Decline an application with a reason. The project's owner or a steward; nobody has to."""
    from resonance_dao.cli.delivering import pinned, send
    from resonance_dao.workflows import applications, bounties

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    found = _named(run.system, bounty_id, worker, application)
    document = pinned(run, comment, dry_run=dry_run)
    action = applications.declining(run.system, view, found[0], found[1], code, document)
    send(run, [action], signer, dry_run=dry_run, worker=found[0], reason=document)


def withdraw(
    ctx: typer.Context,
    bounty_id: BountyId,
    sign_only: SignOnly = None,
    valid_for: ValidFor = "7d",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Withdraw your application, or step back when you were selected."""
    from resonance_dao.cli.delivering import deliver
    from resonance_dao.workflows.applications import ApplicationWithdrawal
    from resonance_dao.workflows.applications import application as standing

    run: Run = ctx.obj
    signer = run.signer(keystore, dev)
    found: ApplicationView = standing(run.system, bounty_id, signer.address)
    order = ApplicationWithdrawal(bounty_id, signer.address, found.application_hash)
    deliver(run, order, signer, sign_only=sign_only, valid_for=valid_for, dry_run=dry_run)


def release(
    ctx: typer.Context,
    bounty_id: BountyId,
    worker: Worker,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Release the place of a worker who handed in nothing in time. Anyone may."""
    from resonance_dao.cli.delivering import send
    from resonance_dao.workflows.applications import releasing

    run: Run = ctx.obj
    signer = run.signer(keystore, dev)
    chosen = account(worker, "WORKER")
    send(run, [releasing(run.system, bounty_id, chosen)], signer, dry_run=dry_run, worker=chosen)


def _named(system: System, bounty_id: int, worker: str, given: str) -> tuple[str, str]:
    """Return the worker and the application meant: the one that is named, else the one that stands."""
    from resonance_dao.workflows.applications import application

    chosen = account(worker, "WORKER")
    return chosen, given or application(system, bounty_id, chosen).application_hash
