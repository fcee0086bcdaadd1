"""
Logs into events of the read model: decoded, in plain values, each with what it is about.

What strangers emit is read whatever it is. An event whose arguments cannot be decoded (text that is no
UTF-8, say) is kept by the hash of its data and is about nothing: the reading goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from resonance_dao.chain import abi
from resonance_dao.chain.abi import checksum
from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.chain import Block, Log
from resonance_dao.chain.contract import Contract
from resonance_dao.errors import InputInvalid
from resonance_dao.journal.read_values import ReadEvent
from resonance_dao.workflows.system import plain

ZERO_ADDRESS = "0x" + "00" * 20
_TOKEN_EVENTS = {"ReservationChanged", "TransfersOpened"}


def event_names(artifact: Artifact) -> dict[str, str]:
    """Return an artifact's events by their first topic."""
    return {abi.topic(entry): str(entry["name"]) for entry in artifact.abi if entry["type"] == "event"}


def read_event(contract: Contract, names: Mapping[str, str], log: Log, block: Block) -> ReadEvent | None:
    """Return one event of a contract; None for what its artifact does not know."""
    name = names.get(log.topics[0]) if log.topics else None
    if name is None:
        return None
    source = contract.artifact.name
    args, subjects = _told(contract, source, log)
    return ReadEvent(
        block_number=log.block_number,
        log_index=log.log_index,
        block_hash=log.block_hash,
        time=block.timestamp,
        tx_hash=log.tx_hash,
        contract=log.address,
        source=source,
        name=name,
        args=args,
        subjects=subjects,
    )


def _told(contract: Contract, source: str, log: Log) -> tuple[dict[str, Any], tuple[str, ...]]:
    try:
        event = contract.decode_log(log)
    except InputInvalid:
        return {"topics": list(log.topics), "data_sha256": hashlib.sha256(log.data).hexdigest()}, ()
    args: dict[str, Any] = plain(event.args)
    about = _ABOUT.get(source)
    return args, () if about is None else about(event.name, args, log.address)


def _projects(name: str, args: Mapping[str, Any], _contract: str) -> tuple[str, ...]:
    about = (f"project/{args['projectId']}",)
    return (*about, f"contract/{args['token']}") if name == "ProjectOpened" else about


def _token(name: str, args: Mapping[str, Any], contract: str) -> tuple[str, ...]:
    is_mint = name == "Transfer" and args["from"] == ZERO_ADDRESS
    return (f"token/{contract}",) if is_mint or name in _TOKEN_EVENTS else ()


def _bounty(_name: str, args: Mapping[str, Any], _contract: str) -> tuple[str, ...]:
    return (f"bounty/{args['bountyId']}",) if "bountyId" in args else ()


def _reputation(name: str, args: Mapping[str, Any], _contract: str) -> tuple[str, ...]:
    if name == "PolicySet":
        return (f"project/{args['projectId']}",)
    if name == "OutcomeCounted":
        return (f"bounty/{args['bountyId']}",)
    if "rater" not in args:
        return ()
    return (
        "/".join(["rating", *(str(args[part]) for part in ("projectId", "ratee", "rater", "component"))]),
    )


def _contributions(name: str, args: Mapping[str, Any], _contract: str) -> tuple[str, ...]:
    return (f"revocation/{args['attester']}/{args['uid']}",) if name == "Revoked" else ()


def _vault(name: str, args: Mapping[str, Any], _contract: str) -> tuple[str, ...]:
    # The vault's ERC-6909 ids are the tokens' addresses; nothing of any other id can be moved but nothing.
    if name != "Transfer" or int(args["id"]) >= 1 << 160:
        return ()
    token = checksum(f"0x{int(args['id']):040x}")
    sides = dict.fromkeys(args[side] for side in ("sender", "receiver"))
    return tuple(f"credit/{token}/{account}" for account in sides if account != ZERO_ADDRESS)


def _pools(name: str, args: Mapping[str, Any], _contract: str) -> tuple[str, ...]:
    return (f"pool/{args['pool']}", f"contract/{args['pool']}") if name == "PoolOpened" else ()


def _pool(_name: str, _args: Mapping[str, Any], contract: str) -> tuple[str, ...]:
    return (f"pool/{contract}",)


_ABOUT: dict[str, Callable[[str, Mapping[str, Any], str], tuple[str, ...]]] = {
    "ProjectRegistry": _projects,
    "ProjectToken": _token,
    "BountyEscrow": _bounty,
    "ApplicationDesk": _bounty,
    "ReviewerBonds": _bounty,
    "ReputationLedger": _reputation,
    "ContributionRegistry": _contributions,
    "PayoutVault": _vault,
    "FundingPools": _pools,
    "FundingPool": _pool,
}
