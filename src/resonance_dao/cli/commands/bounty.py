"""`resonance bounty`: open, show, close and reclaim bounties."""

from __future__ import annotations

from typing import Annotated

import typer

from resonance_dao.cli.bounty_view import show
from resonance_dao.cli.commands.opening import open_bounty
from resonance_dao.cli.commands.simulate import simulate_bounty
from resonance_dao.cli.options import BountyId, Dev, DryRun, Keystore
from resonance_dao.cli.running import Run, command


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Bounties: terms, money in escrow, work.", no_args_is_help=True)
    command(group, "open")(open_bounty)
    command(group, "show")(show_bounty)
    command(group, "close")(close_bounty)
    command(group, "reclaim")(reclaim)
    command(group, "simulate")(simulate_bounty)
    app.add_typer(group, name="bounty")


def show_bounty(ctx: typer.Context, bounty_id: BountyId) -> None:
    """Show a bounty, its submissions and where each stands."""
    show(ctx.obj, bounty_id, None)


def close_bounty(
    ctx: typer.Context,
    bounty_id: BountyId,
    code: Annotated[
        str, typer.Option("--code", help='A short code, such as "enough"; "expired" only when it is.')
    ],
    reason: Annotated[str, typer.Option("--reason", help="The reason in words; it is pinned and public.")],
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Close a bounty with a disclosed reason; what is not owed returns to the funder's credit."""
    from resonance_dao.cli.delivering import pinned
    from resonance_dao.workflows import bounties

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    document = pinned(run, reason, dry_run=dry_run, option="--reason")
    receipt = run.carry_out(bounties.closing(run.system, view, code, document), signer, dry_run=dry_run)
    if receipt is not None:
        show(run, bounty_id, receipt.tx_hash)


def reclaim(
    ctx: typer.Context,
    bounty_id: BountyId,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Return the awards that nobody can win any more to the funder's credit. Anyone may."""
    from resonance_dao.workflows import bounties

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    receipt = run.carry_out(bounties.reclaiming(run.system, view), signer, dry_run=dry_run)
    if receipt is not None:
        show(run, bounty_id, receipt.tx_hash)
