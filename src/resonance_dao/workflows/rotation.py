"""
Rotation: an account hands all that it is owed, now and later, to a new wallet. Announced, it waits seven days
and can be vetoed; guardians whom the account chose beforehand can do it together at once.

Nothing here is ever finished by itself: whoever finishes ends the time in which an owner can still veto.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from resonance_dao.chain.contract import Contract
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.signing import Address, Order
from resonance_dao.workflows.system import Action, System
from resonance_dao.workflows.withdrawals import payee_of

_NOBODY = "0x" + "00" * 20
_FIELDS = "(address by,address account,address successor,uint256 nonce,uint256 deadline)"
MOST_GUARDIANS = 8


@dataclass(frozen=True)
class RotationView:
    """
    How an account stands: its payee now, the wallet that is announced and from when it can be finished
    (unix s), its guardians and how many of them act together, and whether new guardians wait until when.
    """

    account: str
    payee: str
    announced: str | None
    finishable_at: int
    by_guardian: bool
    guardians: tuple[str, ...]
    threshold: int
    guardians_finishable_at: int


@dataclass(frozen=True)
class SuccessorOrder(Order):
    """What somebody says of an account's successor."""

    own: ClassVar[str]
    signed: ClassVar[str]
    words: ClassVar[tuple[str, str]]
    by: Address
    holder: Address
    successor: Address

    @property
    def account(self) -> str:
        """Who says it."""
        return self.by

    def contract(self, system: System) -> Contract:
        """Return the vault."""
        return system.vault

    def message(self, system: System) -> Mapping[str, Any]:
        """Return who says it of whom."""
        return {"by": self.by, "account": self.holder, "successor": self.successor}

    def action(self, system: System, deadline: int = 0, signature: str = "0x") -> Action:
        """Return what says it. `InputInvalid` when it cannot be said now."""
        self._check(system)
        en, ja = self.words
        words = {
            "en": en.format(account=self.holder, successor=self.successor),
            "ja": ja.format(account=self.holder, successor=self.successor),
        }
        if signature == "0x":
            return Action(system.vault, self.own, (self.holder, self.successor), words)
        arguments = (self.by, self.holder, self.successor, deadline, signature)
        return Action(system.vault, self.signed, arguments, words)

    def _check(self, system: System) -> None:
        _require_entitled(rotation(system, self.holder), self.by)


@dataclass(frozen=True)
class RotationAnnouncement(SuccessorOrder):
    """The account, or one of its guardians, announces the wallet that is to follow."""

    kind: ClassVar[str] = "rotation-announcement"
    text: ClassVar[str] = "AnnounceRotation" + _FIELDS
    own: ClassVar[str] = "announceRotation"
    signed: ClassVar[str] = "announceRotationBySignature"
    words: ClassVar[tuple[str, str]] = (
        "Announce that {successor} follows {account}; it can be vetoed",
        "{account} の後継を {successor} とすることを予告する(拒否できます)",
    )

    def _check(self, system: System) -> None:
        super()._check(system)
        if self.successor in {_NOBODY, self.holder, system.vault.address}:
            raise InputInvalid("successor", self.successor, "must be another wallet, not zero, not the vault")


@dataclass(frozen=True)
class RotationVeto(SuccessorOrder):
    """The account, or a guardian where a guardian announced it, vetoes a waiting rotation."""

    kind: ClassVar[str] = "rotation-veto"
    text: ClassVar[str] = "VetoRotation" + _FIELDS
    own: ClassVar[str] = "vetoRotation"
    signed: ClassVar[str] = "vetoRotationBySignature"
    words: ClassVar[tuple[str, str]] = (
        "Veto that {successor} follows {account}",
        "{account} の後継を {successor} とすることを拒否する",
    )

    def _check(self, system: System) -> None:
        _require_announced(rotation(system, self.holder), self.successor)
        super()._check(system)


@dataclass(frozen=True)
class RotationApproval(SuccessorOrder):
    """A guardian approves a successor; the approval that reaches the threshold rotates at once."""

    kind: ClassVar[str] = "rotation-approval"
    text: ClassVar[str] = "ApproveRotation" + _FIELDS
    own: ClassVar[str] = "approveRotation"
    signed: ClassVar[str] = "approveRotationBySignature"
    words: ClassVar[tuple[str, str]] = (
        "Approve as a guardian that {successor} follows {account}",
        "後見人として {account} の後継 {successor} を承認する",
    )

    def _check(self, system: System) -> None:
        if self.by not in rotation(system, self.holder).guardians:
            raise InputInvalid("by", self.by, f"is no guardian of {self.holder}")


def finishing_rotation(system: System, account: str) -> Action:
    """Return what finishes the rotation that waits for an account; anyone may, after the cooling-off."""
    view = rotation(system, account)
    if view.announced is None:
        raise InputInvalid("account", account, "has no rotation that waits")
    if (now := system.now()) < view.finishable_at:
        raise InputInvalid("account", account, f"can be rotated from {view.finishable_at} on; it is {now}")
    words = {
        "en": f"Make {view.announced} the payee of all that {account} is owed, for good",
        "ja": f"{account} が受け取るすべてを今後 {view.announced} のものとする(取り消せません)",
    }
    return Action(system.vault, "finishRotation", (account, view.announced), words)


def disapproving(system: System, account: str) -> Action:
    """Return what takes the sending guardian's approval back."""
    words = {"en": f"Take back the approval for {account}", "ja": f"{account} の後継の承認を取り下げる"}
    return Action(system.vault, "disapproveRotation", (account,), words)


def shortening(system: System, account: str) -> Action:
    """Return what shortens a retired account's chain of rotations; who is paid does not change."""
    words = {"en": f"Shorten the path from {account} to its payee", "ja": f"{account} の承継経路を短くする"}
    return Action(system.vault, "shortenPath", (account,), words)


def rotation(system: System, account: str) -> RotationView:
    """Return how an account stands."""
    vault, chain = system.vault, system.chain
    waiting = vault.call(chain, "announcementOf", account)
    office = vault.call(chain, "guardiansOf", account)
    change = vault.call(chain, "guardianChangeOf", account)
    return RotationView(
        account=account,
        payee=payee_of(system, account),
        announced=None if waiting["successor"] == _NOBODY else str(waiting["successor"]),
        finishable_at=int(waiting["finishableAt"]),
        by_guardian=bool(waiting["byGuardian"]),
        guardians=tuple(office["guardians"]),
        threshold=int(office["threshold"]),
        guardians_finishable_at=int(change["finishableAt"]),
    )


def sorted_guardians(account: str, guardians: Sequence[str], threshold: int) -> tuple[str, ...]:
    """Return guardians in the order that the vault wants; too many, twice the same or itself is refused."""
    chosen = tuple(sorted(guardians, key=str.lower))
    if len(set(chosen)) != len(chosen) or len(chosen) > MOST_GUARDIANS or account in chosen:
        raise InputInvalid("guardians", chosen, f"must be at most {MOST_GUARDIANS} others, each once")
    if not (1 if chosen else 0) <= threshold <= len(chosen):
        raise InputInvalid("threshold", threshold, f"must be 1 to {len(chosen)}, or 0 for no guardians")
    return chosen


def _require_announced(view: RotationView, successor: str) -> None:
    if view.announced != successor:
        raise InputInvalid("successor", successor, f"does not wait to follow {view.account}")


def _require_entitled(view: RotationView, by: str) -> None:
    if view.payee != view.account:
        raise InputInvalid("account", view.account, f"was rotated to {view.payee} already")
    if by != view.account and by not in view.guardians:
        raise InputInvalid("by", by, f"is neither {view.account} nor one of its guardians")
