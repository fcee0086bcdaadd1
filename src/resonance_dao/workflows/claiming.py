"""
Project tokens of an award: minted to its payees, in as many calls as the gas of a transaction asks for.

A payee to whom nothing can be minted makes a call revert for all whom it names. So each call is tried before
it is proposed, and whoever makes it fail is left out; their tokens stay reserved for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from resonance_dao.errors import TransactionFailed
from resonance_dao.workflows.bounties import BountyView
from resonance_dao.workflows.contributions import case
from resonance_dao.workflows.system import Action, System

MOST_AT_ONCE = 100
"""How many payees one call mints to: about half of what a transaction may use (EIP-7825)."""


@dataclass(frozen=True)
class Claims:
    """The calls that mint what can be minted now, and why each payee who is left out is left out."""

    actions: list[Action]
    left_out: dict[str, TransactionFailed]


@dataclass(frozen=True)
class _Trial:
    """Tries calls without sending them; `failed` has the payees, by index, to whom nothing can be minted."""

    system: System
    view: BountyView
    submission_id: int
    failed: dict[int, TransactionFailed] = field(default_factory=dict)

    def mintable(self, payees: Sequence[int]) -> list[int]:
        """Return those of the payees who can be minted to, each half on its own where the whole fails."""
        failure = self._failure(payees)
        if failure is None:
            return list(payees)
        if len(payees) == 1:
            self.failed[payees[0]] = failure
            return []
        middle = len(payees) // 2
        return self.mintable(payees[:middle]) + self.mintable(payees[middle:])

    def _failure(self, payees: Sequence[int]) -> TransactionFailed | None:
        action = claiming_tokens(self.system, self.view, self.submission_id, payees)
        try:
            self.system.chain.call(action.to, action.data)
        except TransactionFailed as exc:
            error = exc.details.get("error")
            if isinstance(error, dict) and str(error.get("name", "")).startswith("BountyEscrow_"):
                raise  # The escrow refuses the claim as such, whoever is named.
            return exc
        return None


def claims(system: System, view: BountyView, submission_id: int) -> Claims:
    """
    Return what mints an award's project tokens to all payees who have not got theirs; anyone may send it.

    What fails on the way is taken up by asking again. `TransactionFailed` where the escrow refuses, or nobody
    can be minted to.
    """
    trial = _Trial(system, view, submission_id)
    waiting = _unclaimed(view, submission_id)
    actions = []
    for start in range(0, len(waiting), MOST_AT_ONCE):
        payees = trial.mintable(waiting[start : start + MOST_AT_ONCE])
        if payees:
            actions.append(claiming_tokens(system, view, submission_id, payees))
    if trial.failed and not actions:
        raise next(iter(trial.failed.values()))
    names = view.submission(submission_id).submission.payees
    return Claims(actions, {names[index]: why for index, why in trial.failed.items()})


def claiming_tokens(
    system: System, view: BountyView, submission_id: int, payees: Sequence[int] | None = None
) -> Action:
    """Return one call that mints to payees, by index; by default to the first who have not got theirs."""
    if payees is None:
        payees = _unclaimed(view, submission_id)[:MOST_AT_ONCE]
    words = {
        "en": f"Mint the project tokens of submission {submission_id} to {len(payees)} payees",
        "ja": f"提出 {submission_id} のトークンを {len(payees)} 名に発行する",
    }
    named = sum(1 << index for index in payees)
    return Action(system.escrow, "claimTokens", (*case(system, view, submission_id), named), words)


def _unclaimed(view: BountyView, submission_id: int) -> list[int]:
    """Return who waits for tokens, by index; where nobody does, everybody, and the escrow says so."""
    found = view.submission(submission_id)
    everybody = range(len(found.submission.payees))
    return [index for index in everybody if not found.claimed_payees >> index & 1] or list(everybody)
