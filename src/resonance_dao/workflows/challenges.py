"""
Challenges of reported outcomes by somebody who signs and pays no gas. The bond still comes from the
challenger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from resonance_dao.chain.contract import Contract
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.bounties import BountyView, bounty
from resonance_dao.workflows.contributions import case
from resonance_dao.workflows.funding import allowing
from resonance_dao.workflows.signing import Address, Order
from resonance_dao.workflows.system import NATIVE, Action, System
from resonance_dao.workflows.terms import TRANCHES


@dataclass(frozen=True)
class Challenge(Order):
    """A challenge of a report; `tranche` is a name, `reason` the CID of what is written."""

    kind: ClassVar[str] = "challenge"
    text: ClassVar[str] = (
        "ChallengeOutcome(uint256 bountyId,uint256 submissionId,uint8 tranche,string reason,"
        "address challenger,uint256 nonce,uint256 deadline)"
    )
    bounty_id: int
    submission_id: int
    tranche: str
    challenger: Address
    reason: str

    def __post_init__(self) -> None:
        if self.tranche not in TRANCHES:
            raise InputInvalid("tranche", self.tranche, f"must be one of {', '.join(TRANCHES)}")

    @property
    def account(self) -> str:
        """The challenger."""
        return self.challenger

    def contract(self, system: System) -> Contract:
        """Return the escrow."""
        return system.escrow

    def message(self, system: System) -> Mapping[str, Any]:
        """Return which report is challenged, and where it is written why."""
        return {
            "bountyId": self.bounty_id,
            "submissionId": self.submission_id,
            "tranche": TRANCHES.index(self.tranche),
            "reason": self.reason,
            "challenger": self.challenger,
        }

    def action(self, system: System, deadline: int = 0, signature: str = "0x") -> Action:
        """
        Return what challenges. `InputInvalid` when no report can be challenged now.

        A bond in the chain's own coin goes along with the call, so that whoever sends it puts it down.
        """
        view = bounty(system, self.bounty_id, only=[self.submission_id])
        _check(system, view, self)
        words = {
            "en": f"Challenge the {self.tranche} report on submission {self.submission_id}",
            "ja": f"提出 {self.submission_id} の報告に異議を申し立てる",
        }
        by = {"deadline": deadline, "signature": signature}
        tranche = TRANCHES.index(self.tranche)
        arguments = (
            *case(system, view, self.submission_id),
            tranche,
            self.challenger,
            self.reason,
            by,
        )
        value = view.terms.challenge_bond if view.terms.token == NATIVE else 0
        return Action(system.escrow, "challenge", arguments, words, value)


def putting_down(system: System, view: BountyView, challenger: str) -> list[Action]:
    """Return what lets the escrow take the bond of a challenge: an allowance, where one is needed."""
    words = {
        "en": "Allow the escrow to take exactly the bond of the challenge",
        "ja": "異議申立ての保証金ちょうどの引き出しを許可する",
    }
    bond = view.terms.challenge_bond
    return allowing(system, view.terms.token, challenger, system.escrow.address, bond, words)


def _check(system: System, view: BountyView, challenge: Challenge) -> None:
    found = view.submission(challenge.submission_id)
    state = found.tranches[challenge.tranche]
    if found.stage != "accepted" or state["stage"] != "reported":
        raise InputInvalid(
            "tranche", challenge.tranche, f"is {state['stage']}: only a report can be challenged"
        )
    end, now = int(state["clock"]) + view.terms.tranche(challenge.tranche).challenge_window, system.now()
    if now >= end:
        raise InputInvalid("tranche", challenge.tranche, f"could be challenged until {end}; it is {now}")
