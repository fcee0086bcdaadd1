"""`resonance bounty`: open, show, close and reclaim bounties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from resonance_dao.cli.commands.opening import open_bounty
from resonance_dao.cli.commands.simulate import simulate_bounty
from resonance_dao.cli.options import BountyId, Dev, DryRun, Keystore
from resonance_dao.cli.running import Run, command

if TYPE_CHECKING:
    from resonance_dao.workflows.bounties import BountyView


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


def show(run: Run, bounty_id: int, transaction: str | None) -> None:
    """Show a bounty as the chain has it, and the transaction that changed it."""
    from dataclasses import asdict

    from resonance_dao.workflows.bounties import bounty
    from resonance_dao.workflows.system import plain

    view = bounty(run.system, bounty_id)
    value = {"bounty": plain(asdict(view)), "transaction": transaction}
    run.output.result(value, _lines(run, view) + ([("transaction", transaction)] if transaction else []))
    rows = [
        (
            found.id,
            found.stage,
            found.submission.worker,
            *(_tranche(found.tranches[name]) for name in found.tranches),
        )
        for found in view.submissions
    ]
    if rows:
        run.output.table(("submission", "stage", "worker", "success", "long-term"), rows)


def _lines(run: Run, view: BountyView) -> list[tuple[str, Any]]:
    from datetime import datetime, timezone

    from resonance_dao.economy.money import format_amount, format_share

    terms, token = view.terms, run.system.shown_token(view.terms.token)

    def coins(units: int) -> str:
        return f"{format_amount(units, token.decimals, group=True)} {token.symbol}"

    shares = (terms.base_bps, terms.success.share_bps, terms.long_term.share_bps)
    until = datetime.fromtimestamp(terms.submit_by, tz=timezone.utc).isoformat()
    return [
        ("bounty", f"{view.id} of project {view.project_id}"),
        ("award", f"{coins(terms.amount)} x {terms.max_awards}"),
        ("guaranteed", coins(terms.guaranteed)),
        ("base / success / long-term", " / ".join(format_share(share) for share in shares)),
        ("escrowed", coins(view.escrowed)),
        ("reviewers", f"{terms.quorum} of {len(terms.reviewers)}: {', '.join(terms.reviewers)}"),
        ("submit by", until),
        ("terms", f"ipfs://{terms.document}"),
        ("closed", "yes" if view.closed else "no"),
    ]


def _tranche(state: Any) -> str:
    from resonance_dao.economy.money import format_share

    stage = str(state["stage"])
    return stage if stage == "waiting" else f"{stage} {format_share(state['achieved_bps'])}"
