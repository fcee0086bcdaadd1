"""`resonance pool`: many bring the money of one bounty, and share what comes back."""

from __future__ import annotations

import secrets
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resonance_dao.cli.options import Dev, DryRun, Keystore, SignOnly, ValidFor, account
from resonance_dao.cli.output import moment
from resonance_dao.cli.running import Run, command
from resonance_dao.errors import InputInvalid

if TYPE_CHECKING:
    from resonance_dao.workflows.pools import PoolView

Pool = Annotated[str, typer.Argument(help="The pool's address.")]
Amount = Annotated[str, typer.Option("--amount", help="The amount, in the pool's token.")]


class Means(str, Enum):
    """How a contribution is paid."""

    approve = "approve"
    permit = "permit"
    authorization = "authorization"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Funding pools: many fund one bounty.", no_args_is_help=True)
    command(group, "list")(list_pools)
    command(group, "show")(show)
    command(group, "open")(open_pool)
    command(group, "contribute")(contribute)
    command(group, "take-back")(take_back)
    command(group, "release")(release)
    command(group, "give-back")(give_back)
    app.add_typer(group, name="pool")


def list_pools(ctx: typer.Context) -> None:
    """List all pools."""
    from resonance_dao.workflows import pools

    run: Run = ctx.obj
    found = pools.pools(run.system)
    run.output.result({"pools": found}, [(f"pool {number}", one) for number, one in enumerate(found, 1)])


def show(ctx: typer.Context, pool: Pool) -> None:
    """Show a pool, who contributed, and what each could release now."""
    from dataclasses import asdict

    from resonance_dao.economy.money import format_amount
    from resonance_dao.workflows.system import plain

    run: Run = ctx.obj
    view = _pool(run, pool)
    token = run.system.shown_token(view.token)

    def coins(units: int) -> str:
        return f"{format_amount(units, token.decimals, group=True)} {token.symbol}"

    lines: list[tuple[str, object]] = [
        ("raised", f"{coins(view.raised)} of {coins(view.goal)}"),
        ("until", moment(view.deadline)),
        ("bounty", view.bounty_id or "not funded yet"),
    ]
    run.output.result({"pool": plain(asdict(view))}, lines)
    rows = [(who, coins(units), coins(view.pending[who])) for who, units in view.contributions.items()]
    if rows:
        run.output.table(("contributor", "contributed", "to release"), rows)


def open_pool(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The bounty file; `resonance init` writes a template.")],
    within: Annotated[str, typer.Option("--within", help="How long the pool collects, such as 30d.")],
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Open a pool for the bounty of a file; `bounty open --fund pool` opens the bounty when it is full."""
    from resonance_dao.cli.commands.opening import draft, keep
    from resonance_dao.cli.delivering import send
    from resonance_dao.workflows import pools
    from resonance_dao.workflows.duration import parse_duration

    run: Run = ctx.obj
    signer = run.signer(keystore, dev)
    drafted, content = draft(run, file, signer.address)
    deadline = run.system.now() + parse_duration(within, field="--within")
    salt = secrets.token_bytes(32)
    terms = pools.pooled(run.system, drafted, signer.address, deadline, salt)
    action = pools.opening_pool(run.system, terms, deadline, salt)
    keep(run, content, dry_run=dry_run)
    send(run, [action], signer, dry_run=dry_run, pool=terms.funder, deadline=deadline)


def contribute(  # noqa: PLR0913 - a command's options
    ctx: typer.Context,
    pool: Pool,
    amount: Amount,
    means: Annotated[
        Means, typer.Option("--by", help="An allowance, a permit, or an authorization for --sign-only.")
    ] = Means.approve,
    sign_only: SignOnly = None,
    valid_for: ValidFor = "7d",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Contribute to a pool. You can take it back until the bounty is funded."""
    from resonance_dao.cli.delivering import deliver, send
    from resonance_dao.workflows import pools
    from resonance_dao.workflows.duration import parse_duration

    run: Run = ctx.obj
    view, signer = _pool(run, pool), run.signer(keystore, dev)
    units = _units(run, view, amount)
    if (means is Means.authorization) != (sign_only is not None):
        raise InputInvalid("--by", means.value, "goes with --sign-only when it is an authorization, else not")
    if means is Means.authorization:
        nonce = "0x" + secrets.token_bytes(32).hex()
        order = pools.Contribution(view.address, signer.address, units, nonce)
        deliver(run, order, signer, sign_only=sign_only, valid_for=valid_for, dry_run=dry_run)
        return
    actions = pools.contributing(run.system, view.address, signer.address, units)
    if means is Means.permit:
        deadline = run.system.now() + parse_duration(valid_for, field="--valid-for")
        actions = [pools.contributing_with_permit(run.system, view.address, signer, units, deadline)]
    send(run, actions, signer, dry_run=dry_run, pool=view.address, amount=str(units))


def take_back(
    ctx: typer.Context,
    pool: Pool,
    amount: Annotated[str, typer.Option("--amount", help="The amount; default: all of it.")] = "",
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Take back your contribution, as credit in the vault, until the bounty is funded."""
    from resonance_dao.cli.delivering import send
    from resonance_dao.workflows import pools

    run: Run = ctx.obj
    view, signer = _pool(run, pool), run.signer(keystore, dev)
    units = _units(run, view, amount) if amount else None
    action = pools.taking_back(run.system, view.address, signer.address, units)
    send(run, [action], signer, dry_run=dry_run, pool=view.address)


def release(
    ctx: typer.Context, pool: Pool, keystore: Keystore = None, dev: Dev = None, dry_run: DryRun = False
) -> None:
    """Share out what came back to a pool: every contributor's part to its credit. Anyone may."""
    from resonance_dao.workflows import pools

    run: Run = ctx.obj
    view, signer = _pool(run, pool), run.signer(keystore, dev)
    due = [who for who, units in view.pending.items() if units]
    actions = [pools.sharing_out(run.system, view.address, who) for who in due]
    receipts = run.carry_out_all(actions, signer, dry_run=dry_run)
    if not dry_run:
        run.output.result({"released": due, "transactions": [receipt.tx_hash for receipt in receipts]})


def give_back(
    ctx: typer.Context,
    pool: Pool,
    contributor: Annotated[str, typer.Argument(help="The contributor's address.")],
    keystore: Keystore = None,
    dev: Dev = None,
    dry_run: DryRun = False,
) -> None:
    """Return a contribution when the deadline passed and no bounty was funded. Anyone may."""
    from resonance_dao.cli.delivering import send
    from resonance_dao.workflows import pools

    run: Run = ctx.obj
    view, signer = _pool(run, pool), run.signer(keystore, dev)
    chosen = account(contributor, "CONTRIBUTOR")
    action = pools.giving_back(run.system, view.address, chosen)
    send(run, [action], signer, dry_run=dry_run, contributor=chosen)


def _pool(run: Run, address: str) -> PoolView:
    from resonance_dao.workflows.pools import pool

    return pool(run.system, account(address, "POOL"))


def _units(run: Run, view: PoolView, amount: str) -> int:
    from resonance_dao.economy.money import parse_amount

    return parse_amount(amount, run.system.token_facts(view.token).decimals, field="--amount")
