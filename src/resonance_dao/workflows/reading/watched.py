"""Which contracts are read: ours but for the logs, the token of every project, and every funding pool."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from resonance_dao.chain.contract import Contract
from resonance_dao.journal.read_model import ReadModel
from resonance_dao.journal.read_values import ReadEvent, SeenBlock
from resonance_dao.workflows.reading.events import event_names
from resonance_dao.workflows.system import System

ADDRESSES_AT_ONCE = 500
_OPENS = {
    ("ProjectRegistry", "ProjectOpened"): ("token", "ProjectToken"),
    ("FundingPools", "PoolOpened"): ("pool", "FundingPool"),
}


class Watched:
    """The contracts as of the block at which reading stands. The logs' appends are the journal's own."""

    def __init__(self, model: ReadModel, system: System) -> None:
        self._model, self._system = model, system
        logs = {system.log.address, system.batched_log.address}
        self._own = {
            contract.address: contract
            for contract in system.contracts.values()
            if contract.address not in logs
        }
        self._opened: dict[str, Contract] = {}
        self._names: dict[str, Mapping[str, str]] = {}
        self._at: SeenBlock | None = None
        self._is_loaded = False

    def at(self, block: SeenBlock | None) -> None:
        """Know the contracts that were opened up to this block."""
        if self._is_loaded and self._at == block:
            return
        rows = self._model.contracts()
        self._opened = {address: self._contract(address, artifact) for address, artifact in rows}
        self._at, self._is_loaded = block, True

    def moved(self, block: SeenBlock) -> None:
        """Note that everything up to this block is written, with what was opened in it."""
        self._at = block

    def addresses(self) -> list[list[str]]:
        """Return the addresses, in parts that a node takes in one question."""
        return _parts([*self._own, *self._opened])

    def opened_by(self, events: Iterable[ReadEvent]) -> list[list[str]]:
        """Add the contracts that these events open, and return their addresses as `addresses` does."""
        fresh = []
        for event in events:
            opening = _OPENS.get((event.source, event.name))
            if opening is None or not event.subjects:
                continue
            address = str(event.args[opening[0]])
            if address not in self._opened and address not in self._own:
                self._opened[address] = self._contract(address, opening[1])
                fresh.append(address)
                self._is_loaded = False  # Until it is written it may yet be taken back: look again.
        return _parts(fresh)

    def reads(self, address: str) -> tuple[Contract, Mapping[str, str]]:
        """Return the contract at an address, and the names of its events by topic."""
        contract = self._own.get(address) or self._opened[address]
        name = contract.artifact.name
        if name not in self._names:
            self._names[name] = event_names(contract.artifact)
        return contract, self._names[name]

    def _contract(self, address: str, artifact: str) -> Contract:
        return Contract(address, self._system.artifacts.get(artifact))


def _parts(addresses: list[str]) -> list[list[str]]:
    return [addresses[at : at + ADDRESSES_AT_ONCE] for at in range(0, len(addresses), ADDRESSES_AT_ONCE)]
