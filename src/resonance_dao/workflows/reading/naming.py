"""Which row a call is about, by its calldata: so that one call can be looked up among all that may be due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from resonance_dao.chain.contract import Contract
from resonance_dao.errors import InputInvalid
from resonance_dao.journal.read_lists import ReadLists
from resonance_dao.journal.read_values import Row
from resonance_dao.workflows.system import System
from resonance_dao.workflows.terms import decode_submission

_Name = Callable[[System, Mapping[str, Any]], tuple[str, str]]


def named(lists: ReadLists, system: System, to: str, data: bytes) -> Row | None:
    """Return the row that a call is about; None when it is no call that can ever be due, or there is none."""
    contract = _contract(lists, system, to)
    if contract is None:
        return None
    try:
        function, arguments = contract.decode_input(data)
        name = _NAMES.get((contract.artifact.name, function))
        if name is None:
            return None
        kind, key = name(system, {**arguments, "to": to})
    except InputInvalid:
        return None
    row = lists.named(kind, [key]).get(key)
    return _counted(lists, row) if row is not None and function == "strikeRevoked" else row


def _contract(lists: ReadLists, system: System, to: str) -> Contract | None:
    ours = (system.escrow, system.bonds, system.desk, system.reputation)
    found = next((contract for contract in ours if contract.address == to), None)
    if found is None and lists.named("pool", [to]):
        return system.pool(to)
    return found


def _counted(lists: ReadLists, rating: Row) -> Row | None:
    key = f"{rating.account}/{rating.body['uid']}"
    return lists.named("counted", [key]).get(key)


def _work(kind: str) -> _Name:
    def name(system: System, arguments: Mapping[str, Any]) -> tuple[str, str]:
        work = decode_submission(system, arguments["submission"])
        return kind, f"{work.bounty_id}/{arguments['submissionId']}"

    return name


def _bounty(kind: str) -> _Name:
    return lambda _system, arguments: (kind, str(arguments["bountyId"]))


def _outcome(system: System, arguments: Mapping[str, Any]) -> tuple[str, str]:
    return "outcome", f"{_work('outcome')(system, arguments)[1]}/{arguments['tranche']}"


def _selection(_system: System, arguments: Mapping[str, Any]) -> tuple[str, str]:
    return "selection", f"{arguments['bountyId']}/{arguments['worker']}"


def _rating(_system: System, arguments: Mapping[str, Any]) -> tuple[str, str]:
    key = arguments["key"]
    return "rating", "/".join(str(key[part]) for part in ("projectId", "ratee", "rater", "component"))


def _share(_system: System, arguments: Mapping[str, Any]) -> tuple[str, str]:
    return "share", f"{arguments['to']}/{arguments['contributor']}"


_NAMES: Mapping[tuple[str, str], _Name] = {
    ("BountyEscrow", "close"): _bounty("bounty"),
    ("BountyEscrow", "reclaim"): _bounty("bounty"),
    ("BountyEscrow", "acceptBySilence"): _work("submission"),
    ("BountyEscrow", "rejectBySilence"): _work("submission"),
    ("BountyEscrow", "settleAppeal"): _work("submission"),
    ("BountyEscrow", "settle"): _work("submission"),
    ("ReviewerBonds", "claimSilence"): _work("silence"),
    ("ReviewerBonds", "markEnded"): _bounty("bond"),
    ("ReviewerBonds", "withdraw"): _bounty("bond"),
    ("ApplicationDesk", "release"): _selection,
    ("ReputationLedger", "recordOutcome"): _outcome,
    ("ReputationLedger", "strikeBySilence"): _rating,
    ("ReputationLedger", "strikeRevoked"): _rating,
    ("FundingPool", "giveBack"): _share,
    ("FundingPool", "release"): _share,
}
