"""A bounty as the command line shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resonance_dao.cli.running import Run

if TYPE_CHECKING:
    from resonance_dao.workflows.bounties import BountyView


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
