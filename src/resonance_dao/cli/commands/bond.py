"""`resonance bond`: what reviewers put down, and lose to workers whose work they let lie."""

from __future__ import annotations

from typing import Annotated

import typer

from resonance_dao.cli.options import BountyId, Dev, DryRun, Keystore, SubmissionId, account
from resonance_dao.cli.output import moment
from resonance_dao.cli.running import Run, command


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Reviewers' bonds.", no_args_is_help=True)
    command(group, "show")(show)
    command(group, "set")(set_bond)
    command(group, "post")(post)
    command(group, "claim")(claim)
    command(group, "end")(end)
    command(group, "return")(give_back)
    app.add_typer(group, name="bond")


def show(ctx: typer.Context, bounty_id: BountyId) -> None:
    """Show the bonds of a bounty, and what is left of each."""
    from dataclasses import asdict

    from resonance_dao.economy.money import format_amount, format_share
    from resonance_dao.workflows import bonds, bounties
    from resonance_dao.workflows.system import plain

    run: Run = ctx.obj
    found = bonds.bonds(run.system, bounties.bounty(run.system, bounty_id))
    token = run.system.shown_token(found.token)
    lines: list[tuple[str, object]] = [
        ("bond", f"{format_amount(found.bond, token.decimals, group=True)} {token.symbol}"),
        ("lost each time", format_share(found.loss_bps)),
        ("ended at", moment(found.ended_at) if found.ended_at else "not noted yet"),
    ]
    lines += [(who, format_amount(left, token.decimals, group=True)) for who, left in found.left.items()]
    run.output.result({"bonds": plain(asdict(found))}, lines)


def set_bond(
    ctx: typer.Context,
    bounty_id: BountyId,
    amount: Annotated[str, typer.Option("--amount", help="What a reviewer puts down, in the token.")],
    loss: Annotated[str, typer.Option("--loss", help="The percentage that is lost each time.")],
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Set the bond of a bounty, once, before any work came in. The project's owner or a steward."""
    from resonance_dao.cli.delivering import send
    from resonance_dao.economy.money import parse_amount, parse_share
    from resonance_dao.workflows import bonds, bounties

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    units = parse_amount(amount, run.system.token_facts(view.terms.token).decimals, field="--amount")
    action = bonds.setting_bond(run.system, view, units, parse_share(loss, field="--loss"))
    send(run, [action], signer, dry_run=dry_run, bounty=bounty_id)


def post(
    ctx: typer.Context,
    bounty_id: BountyId,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Put down your bond as a reviewer, as the project has set it."""
    from resonance_dao.cli.delivering import send
    from resonance_dao.workflows import bonds, bounties

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    actions = bonds.posting_bond(run.system, view, signer.address)
    send(run, actions, signer, dry_run=dry_run, bounty=bounty_id, reviewer=signer.address)


def claim(
    ctx: typer.Context,
    bounty_id: BountyId,
    submission_id: SubmissionId,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Move what silent reviewers lose to the worker's credit. Anyone may, once for a submission."""
    from resonance_dao.cli.delivering import send
    from resonance_dao.workflows import bonds, bounties

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    action = bonds.claiming_silence(run.system, view, submission_id)
    send(run, [action], signer, dry_run=dry_run, bounty=bounty_id, submission=submission_id)


def end(
    ctx: typer.Context,
    bounty_id: BountyId,
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Note that nothing of a bounty can be accepted any more; 30 days later bonds go back. Anyone may."""
    from resonance_dao.cli.delivering import send
    from resonance_dao.workflows import bonds, bounties

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    send(run, [bonds.noting_end(run.system, view)], signer, dry_run=dry_run, bounty=bounty_id)


def give_back(
    ctx: typer.Context,
    bounty_id: BountyId,
    reviewer: Annotated[str, typer.Argument(help="The reviewer's address.")],
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Return the rest of a bond to its reviewer's credit. Anyone may, after the grace."""
    from resonance_dao.cli.delivering import send
    from resonance_dao.workflows import bonds, bounties

    run: Run = ctx.obj
    signer, view = run.signer(keystore, dev), bounties.bounty(run.system, bounty_id)
    chosen = account(reviewer, "REVIEWER")
    send(run, [bonds.returning_bond(run.system, view, chosen)], signer, dry_run=dry_run, reviewer=chosen)
