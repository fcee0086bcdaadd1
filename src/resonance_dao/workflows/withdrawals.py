"""
Withdrawals at a payee's word: several tokens at once, by a signature that anybody carries; pushes to many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from resonance_dao.chain.chain import Receipt
from resonance_dao.chain.contract import Contract
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.signing import Address, Amount, Order
from resonance_dao.workflows.system import Action, System


@dataclass(frozen=True)
class Withdrawal(Order):
    """
    Credit sent to `to` by the word of its payee: `payee` is `holder` itself, or the wallet that
    followed it; `amount` in base units.
    """

    kind: ClassVar[str] = "withdrawal"
    text: ClassVar[str] = (
        "WithdrawTo(address payee,address account,address token,address to,uint256 amount,"
        "uint256 nonce,uint256 deadline)"
    )
    payee: Address
    holder: Address
    token: Address
    to: Address
    amount: Amount

    @property
    def account(self) -> str:
        """The payee."""
        return self.payee

    def contract(self, system: System) -> Contract:
        """Return the vault."""
        return system.vault

    def message(self, system: System) -> Mapping[str, Any]:
        """Return whose credit of what goes where."""
        return {
            "payee": self.payee,
            "account": self.holder,
            "token": self.token,
            "to": self.to,
            "amount": self.amount,
        }

    def action(self, system: System, deadline: int = 0, signature: str = "0x") -> Action:
        """Return what withdraws. `InputInvalid` for more than the credit, or by another than the payee."""
        credit = int(system.vault.call(system.chain, "creditOf", self.token, self.holder))
        if not 0 < self.amount <= credit:
            raise InputInvalid(
                "amount", self.amount, f"must be more than zero and at most the credit, {credit} base units"
            )
        if (payee := payee_of(system, self.holder)) != self.payee:
            raise InputInvalid("payee", self.payee, f"must be {payee}, the payee of {self.holder}")
        coins = system.coins(self.token, self.amount)
        words = {
            "en": f"Withdraw {coins} of the token {self.token} to {self.to}",
            "ja": f"トークン {self.token} の {coins} を {self.to} へ引き出す",
        }
        if signature == "0x":
            return Action(
                system.vault, "withdrawFrom", (self.token, self.holder, self.to, self.amount), words
            )
        order = {
            "account": self.holder,
            "token": self.token,
            "to": self.to,
            "amount": self.amount,
            "deadline": deadline,
        }
        return Action(system.vault, "withdrawToBySignature", (order, signature), words)


def payee_of(system: System, account: str) -> str:
    """Return who commands an account's credit: itself, or the last wallet that followed it."""
    return str(system.vault.call(system.chain, "payeeOf", account))


def withdrawing_many(system: System, tokens: Sequence[str]) -> Action:
    """Return what withdraws the sender's credit of several tokens; one that fails undoes all."""
    if not tokens:
        raise InputInvalid("tokens", [], "must name at least one token")
    words = {
        "en": f"Withdraw credit of {len(tokens)} tokens",
        "ja": f"{len(tokens)} 種類のトークンを引き出す",
    }
    return Action(system.vault, "withdrawMany", (list(tokens),), words)


def pushing_many(system: System, token: str, accounts: Sequence[str]) -> Action:
    """Return what sends many accounts their credit of a token; anyone may, and one failure stops no other."""
    if not accounts:
        raise InputInvalid("accounts", [], "must name at least one account")
    words = {
        "en": f"Send {len(accounts)} accounts their credit of {token}",
        "ja": f"{len(accounts)} 口座へ {token} の残高を送る",
    }
    return Action(system.vault, "pushMany", (token, list(accounts)), words)


def check_owed(system: System, token: str, accounts: Sequence[str]) -> None:
    """Refuse an account without credit: a push to it would cost gas and do nothing."""
    for account in accounts:
        if not system.vault.call(system.chain, "creditOf", token, account):
            raise InputInvalid("accounts", account, f"has no credit in {token}")


def push_failures(system: System, receipt: Receipt) -> dict[str, str]:
    """Return the accounts that a batch could not pay, each with the reason; the rest was paid."""
    failed = system.vault.events(receipt.logs, "PushFailed")
    return {str(event.args["account"]): system.why(event.args["reason"]) for event in failed}
