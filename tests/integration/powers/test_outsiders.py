"""
An outsider calls every function that writes, of every contract, as the ABI lists them.

The arguments are made from the ABI, so a new function is called here the day it is compiled. Bounty 1 has
work that waits; what an outsider meets at the other stages is `tests/contracts/BountyEscrow/outsider.t.sol`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from resonance_dao.chain.abi import Parameter
from resonance_dao.chain.artifact import Artifacts
from resonance_dao.chain.powers import Power, own_contracts, read_powers, writing_functions
from resonance_dao.errors import TransactionFailed
from tests.integration.powers.conftest import Stage

ROOT = Path(__file__).parents[3]

# Accounts with these names are the owner, whom the outsider tries to act for; all others are the outsider.
VICTIMS = {"worker", "account", "sender", "from", "contributor", "reviewer", "by", "challenger", "attester"}


def argument(parameter: Parameter, stage: Stage, bounty_id: int) -> Any:
    """Return what comes nearest to being allowed: the terms and work that are there, a deadline ahead."""
    kind, name = str(parameter["type"]), parameter["name"]
    by_name = {
        "bountyId": bounty_id,
        "submission": stage.submission,
        "former": stage.submission,
        "deadline": 2**40,
        "signature": b"",
    }
    if kind.endswith("]"):
        return [argument({**parameter, "type": kind[: kind.rindex("[")]}, stage, bounty_id)]
    if kind == "tuple":
        return {part["name"]: argument(part, stage, bounty_id) for part in parameter["components"]}
    if kind == "address":
        return stage.owner if name in VICTIMS else stage.outsider
    if kind.startswith("bytes") and kind != "bytes":
        return b"code".ljust(int(kind[5:]), b"\0")
    plain = {"bool": True, "bytes": stage.terms[bounty_id], "string": "bafyreason"}
    return by_name.get(name, plain.get(kind, 1))


def call_data(stage: Stage, power: Power) -> bytes:
    contract = stage.contracts[power.contract]
    inputs = writing_functions(contract.artifact)[power.function]["inputs"]
    bounty_id = 2 if power.contract == "ApplicationDesk" else 1
    return contract.encode(power.function, *(argument(item, stage, bounty_id) for item in inputs))


@pytest.fixture(scope="module")
def powers(artifacts: Artifacts) -> tuple[Power, ...]:
    return read_powers((ROOT / "docs" / "powers.toml").read_text("utf-8"), artifacts)


def test_every_contract_is_on_the_stage(stage: Stage, artifacts: Artifacts) -> None:
    assert [own.name for own in own_contracts(artifacts) if own.name not in stage.contracts] == []


def test_an_outsider_meets_the_refusal_of_every_power(stage: Stage, powers: tuple[Power, ...]) -> None:
    met = {}
    for power in (power for power in powers if power.is_privileged):
        address = stage.contracts[power.contract].address
        with pytest.raises(TransactionFailed) as refused:
            stage.chain.call(address, call_data(stage, power), sender=stage.outsider)
        error: Any = refused.value.details["error"]
        met[power.contract, power.function] = error["name"]
    assert met == {(power.contract, power.function): power.refusal for power in powers if power.is_privileged}


def test_whatever_an_outsider_sends_changes_nothing_of_others(
    stage: Stage, powers: tuple[Power, ...]
) -> None:
    before = stage.facts()
    sent = [
        stage.chain.request(
            "eth_sendTransaction",
            [
                {
                    "from": stage.outsider,
                    "to": stage.contracts[power.contract].address,
                    "data": "0x" + call_data(stage, power).hex(),
                    "gas": hex(5_000_000),
                }
            ],
        )
        for power in powers
    ]
    taken = [power for power, tx_hash in zip(powers, sent, strict=True) if _status(stage, tx_hash) == 1]
    assert stage.facts() == before
    # The calls were not all senseless: some of what anyone may do was done, and no power was used.
    assert taken
    assert not any(power.is_privileged for power in taken)


def _status(stage: Stage, tx_hash: str) -> int:
    receipt = stage.chain.receipt(tx_hash)
    assert receipt is not None
    return receipt.status
