"""
The deployed system as the workflows see it: a chain, its contracts, and the actions that may be sent to
them.

Plan, then do. A verb that changes the chain returns an `Action`, which can be shown (`preview`), sent with a
wallet (`perform`) or handed to the recorder's outbox; nothing else in the workflows sends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from resonance_dao.chain.abi import topic_of
from resonance_dao.chain.artifact import Artifacts
from resonance_dao.chain.attestation import EasDomain
from resonance_dao.chain.book import Book
from resonance_dao.chain.chain import Chain, Receipt
from resonance_dao.chain.contract import Contract, Event
from resonance_dao.chain.create2 import created_address
from resonance_dao.chain.revert import RevertDecoder
from resonance_dao.chain.sender import Preview, send
from resonance_dao.chain.sender import preview as preview_call
from resonance_dao.chain.signer import Signer
from resonance_dao.economy.money import format_amount
from resonance_dao.errors import InputInvalid, NotDeployed, TransactionFailed

Text = Mapping[str, str]
NATIVE = "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE"
"""Stands for the chain's own coin wherever a token is named (ERC-7528)."""
_VERSION_SELECTOR = bytes.fromhex("54fd4d50")  # version(), which every EAS contract answers

IN_BOOK = {
    "vault": "PayoutVault",
    "projects": "ProjectRegistry",
    "contributions": "ContributionRegistry",
    "reputation": "ReputationLedger",
    "withholdings": "WithholdingSchedules",
    "escrow": "BountyEscrow",
    "outcomes": "OutcomeReader",
    "desk": "ApplicationDesk",
    "bonds": "ReviewerBonds",
    "pools": "FundingPools",
    "log": "TransparencyLog",
    "batched_log": "BatchedLog",
}
"""The deployment's contracts as the book names them; the opener is the escrow's own."""


@dataclass(frozen=True)
class Action:
    """
    One call that would change the chain: where it goes, what it says, and what it means in words.

    `value` is the chain's own coin that goes along, in wei; only a wallet sends any.
    """

    contract: Contract
    function: str
    arguments: tuple[Any, ...]
    summary: Text
    value: int = 0

    @property
    def to(self) -> str:
        """The contract's address."""
        return self.contract.address

    @cached_property
    def data(self) -> bytes:
        """The calldata."""
        return self.contract.encode(self.function, *self.arguments)

    def to_dict(self) -> dict[str, object]:
        """Return the action as plain values, the calldata decoded by name."""
        _, arguments = self.contract.decode_input(self.data)
        along: dict[str, object] = {"value": str(self.value)} if self.value else {}
        return {
            "to": self.to,
            "contract": self.contract.artifact.name,
            "function": self.function,
            "arguments": plain(arguments),
            "summary": dict(self.summary),
            "data": "0x" + self.data.hex(),
            **along,
        }


@dataclass(frozen=True)
class TokenFacts:
    """What a token says of itself."""

    address: str
    name: str
    symbol: str
    decimals: int


@dataclass(frozen=True)
class System:
    """The contracts of one deployment on one chain."""

    chain: Chain
    chain_id: int
    artifacts: Artifacts
    vault: Contract
    projects: Contract
    contributions: Contract
    escrow: Contract
    opener: Contract
    outcomes: Contract
    desk: Contract
    bonds: Contract
    pools: Contract
    reputation: Contract
    withholdings: Contract
    log: Contract
    batched_log: Contract
    eas: str
    first_block: int
    known: Callable[[int, Sequence[int]], Any] | None = None
    """Where a bounty with some of its works may be known from without a search (`KnownBounties`)."""

    @classmethod
    def from_book(cls, chain: Chain, book: Book, artifacts: Artifacts) -> System:
        """Build the system from a deployment book; `NotDeployed` names what is missing."""
        contracts = {field: book.contract(name, artifacts) for field, name in IN_BOOK.items()}
        # The escrow creates its opener before anything else.
        opener = Contract(created_address(contracts["escrow"].address, 1), artifacts.get("BountyOpener"))
        blocks = [book.entry(name).block for name in IN_BOOK.values()]
        # A contract whose creation was not found may have events from anywhere on.
        first = min(0 if block is None else block for block in blocks)
        return cls(
            chain=chain,
            chain_id=book.chain_id,
            artifacts=artifacts,
            eas=book.address("EAS"),
            first_block=first,
            opener=opener,
            known=None,
            **contracts,
        )

    @property
    def contracts(self) -> dict[str, Contract]:
        """The deployment's own contracts by name."""
        return {name: getattr(self, name) for name in (*IN_BOOK, "opener")}

    def token(self, address: str) -> Contract:
        """Return a token's contract, seen as a project token: ERC-20 with permit, votes and minters."""
        return Contract(address, self.artifacts.get("ProjectToken"))

    def pool(self, address: str) -> Contract:
        """Return a funding pool's contract."""
        return Contract(address, self.artifacts.get("FundingPool"))

    def token_facts(self, address: str) -> TokenFacts:
        """Return name, symbol and decimals, or refuse an address that is neither ERC-20 nor native."""
        if address == NATIVE:
            return TokenFacts(address, "the chain's own coin", "native", 18)
        token = self.token(address)
        try:
            name, symbol, decimals = (token.call(self.chain, fn) for fn in ("name", "symbol", "decimals"))
        except (TransactionFailed, InputInvalid, NotDeployed) as exc:
            raise InputInvalid(
                "token", address, "is not an ERC-20 token with name, symbol and decimals"
            ) from exc
        return TokenFacts(address, printable(name), printable(symbol), int(decimals))

    def shown_token(self, address: str) -> TokenFacts:
        """
        Return a token's facts for display; one that says nothing of itself is shown in base units of its
        address.

        ERC-20 makes name, symbol and decimals optional, and a stranger may deposit any token for anybody.
        """
        try:
            return self.token_facts(address)
        except InputInvalid:
            return TokenFacts(address, "", address, 0)

    def coins(self, address: str, units: int) -> str:
        """Return base units of a token as people read them, with its symbol."""
        token = self.shown_token(address)
        return f"{format_amount(units, token.decimals, group=True)} {token.symbol}"

    def why(self, reason: bytes) -> str:
        """Return what a contract gave as the reason of something that it skipped, in a sentence."""
        return RevertDecoder(self.artifacts.values()).decode(reason).message

    def now(self) -> int:
        """Return the chain's time, unix s: deadlines are the chain's, never the machine's."""
        return self.chain.block().timestamp

    def domain(self) -> EasDomain:
        """Return the EIP-712 domain that attestations are signed for."""
        from eth_abi.abi import decode

        (version,) = decode(["string"], self.chain.call(self.eas, _VERSION_SELECTOR))
        return EasDomain(self.chain_id, self.eas, version)

    def events(
        self, contract: Contract, name: str, *indexed: int | str | Sequence[int] | None
    ) -> list[Event]:
        """
        Return a contract's events of one name, filtered by its indexed arguments in order; None: any, several
        numbers: any of these, and none when there are none.
        """
        topics = [contract.topic(name), *map(_topics_of, indexed)]
        if [] in topics:
            return []  # To a node, a list of none means any.
        head = self.chain.block().number
        return contract.events(self.chain.logs([contract.address], self.first_block, head, topics), name)


def perform(system: System, action: Action, signer: Signer) -> Receipt:
    """
    Send an action with a wallet and wait for its receipt; a revert raises `TransactionFailed` with the
    reason.
    """
    return send(system.chain, signer, action.to, action.data, value=action.value)


def preview(system: System, action: Action, sender: str) -> Preview:
    """Return what the action would cost and do, without sending it."""
    return preview_call(
        system.chain, sender, action.to, action.data, value=action.value, contract=action.contract
    )


def _topics_of(value: int | str | Sequence[int] | None) -> str | list[str] | None:
    if value is None or isinstance(value, (int, str)):
        return None if value is None else topic_of(value)
    return [topic_of(number) for number in value]


def printable(text: str) -> str:
    """Return text from the chain without control characters: a token may call itself anything."""
    return "".join(char for char in text if char.isprintable())[:64]


def plain(value: Any) -> Any:
    """Return decoded values as JSON can hold them: bytes as 0x-hex, large integers as decimal strings."""
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 - 1:
        return str(value)
    return value
