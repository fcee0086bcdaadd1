"""
Guardians: whom an account trusts to hand its credit to a new wallet when its key is lost or stolen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from resonance_dao.chain.contract import Contract
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.rotation import rotation, sorted_guardians
from resonance_dao.workflows.signing import Address, Order
from resonance_dao.workflows.system import Action, System


@dataclass(frozen=True)
class GuardianAnnouncement(Order):
    """An account announces its guardians-to-be, in ascending order, and how many act together."""

    kind: ClassVar[str] = "guardian-announcement"
    text: ClassVar[str] = (
        "AnnounceGuardians(address account,address[] guardians,uint256 threshold,"
        "uint256 nonce,uint256 deadline)"
    )
    holder: Address
    guardians: tuple[Address, ...]
    threshold: int

    @property
    def account(self) -> str:
        """The account itself."""
        return self.holder

    def contract(self, system: System) -> Contract:
        """Return the vault."""
        return system.vault

    def message(self, system: System) -> Mapping[str, Any]:
        """Return who is to be guardian of whom."""
        return {"account": self.holder, "guardians": list(self.guardians), "threshold": self.threshold}

    def action(self, system: System, deadline: int = 0, signature: str = "0x") -> Action:
        """Return what announces them. `InputInvalid` when they are not in order, too many, or itself."""
        if sorted_guardians(self.holder, self.guardians, self.threshold) != self.guardians:
            raise InputInvalid("guardians", self.guardians, "must be in ascending order")
        words = {
            "en": f"Announce {len(self.guardians)} guardians of {self.holder}",
            "ja": f"{self.holder} の後見人 {len(self.guardians)} 名を予告する",
        }
        chosen = list(self.guardians)
        if signature == "0x":
            return Action(system.vault, "announceGuardians", (chosen, self.threshold), words)
        arguments = (self.holder, chosen, self.threshold, deadline, signature)
        return Action(system.vault, "announceGuardiansBySignature", arguments, words)


@dataclass(frozen=True)
class GuardianVeto(Order):
    """The account, or a guardian in office, vetoes the guardians that wait."""

    kind: ClassVar[str] = "guardian-veto"
    text: ClassVar[str] = "VetoGuardians(address by,address account,uint256 nonce,uint256 deadline)"
    by: Address
    holder: Address

    @property
    def account(self) -> str:
        """Who vetoes."""
        return self.by

    def contract(self, system: System) -> Contract:
        """Return the vault."""
        return system.vault

    def message(self, system: System) -> Mapping[str, Any]:
        """Return who vetoes whose guardians."""
        return {"by": self.by, "account": self.holder}

    def action(self, system: System, deadline: int = 0, signature: str = "0x") -> Action:
        """Return what vetoes them. `InputInvalid` when none wait, or to somebody who may not."""
        view = rotation(system, self.holder)
        if not view.guardians_finishable_at:
            raise InputInvalid("account", self.holder, "has no new guardians that wait")
        if self.by not in (self.holder, *view.guardians):
            raise InputInvalid("by", self.by, f"is neither {self.holder} nor one of its guardians")
        words = {
            "en": f"Veto the new guardians of {self.holder}",
            "ja": f"{self.holder} の新しい後見人を拒否する",
        }
        if signature == "0x":
            return Action(system.vault, "vetoGuardians", (self.holder,), words)
        arguments = (self.by, self.holder, deadline, signature)
        return Action(system.vault, "vetoGuardiansBySignature", arguments, words)


def announcing_guardians(account: str, guardians: Sequence[str], threshold: int) -> GuardianAnnouncement:
    """Return the announcement with the guardians in the order that the vault wants."""
    return GuardianAnnouncement(account, sorted_guardians(account, guardians, threshold), threshold)


def finishing_guardians(system: System, account: str) -> Action:
    """Return what puts the announced guardians into office; anyone may, after the cooling-off."""
    announced = system.events(system.vault, "GuardiansAnnounced", account)
    ready = rotation(system, account).guardians_finishable_at
    if not announced or not ready:
        raise InputInvalid("account", account, "has no new guardians that wait")
    if (now := system.now()) < ready:
        raise InputInvalid("account", account, f"can take its new guardians from {ready} on; it is {now}")
    told = announced[-1].args
    words = {"en": f"Put the new guardians of {account} into office", "ja": f"{account} の後見人を就任させる"}
    arguments = (account, list(told["guardians"]), int(told["threshold"]))
    return Action(system.vault, "finishGuardians", arguments, words)
