"""The system as the workflows see it: built from a book, shown without surprises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.chain.artifact import Artifact, Artifacts
from resonance_dao.chain.book import Book, Entry
from resonance_dao.chain.chain import ChainIdentity
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.create2 import created_address
from resonance_dao.errors import InputInvalid, NotDeployed
from resonance_dao.workflows.system import Action, System, plain, printable

NAMES = (
    *("EAS", "PayoutVault", "ProjectRegistry", "ContributionRegistry", "BountyEscrow", "TransparencyLog"),
    *("ReputationLedger", "WithholdingSchedules", "ApplicationDesk", "ReviewerBonds", "FundingPools"),
    *("OutcomeReader", "BatchedLog"),
)
ABI = (
    {
        "type": "function",
        "name": "pay",
        "inputs": [
            {"name": "to", "type": "address"},
            {"name": "amount", "type": "uint256"},
            {"name": "reason", "type": "bytes32"},
        ],
        "outputs": [],
    },
)
ARTIFACTS = Artifacts({name: Artifact(name, "", ABI, b"", b"") for name in (*NAMES, "BountyOpener")})


def book(folder: Path, blocks: dict[str, int | None]) -> Book:
    entries = {
        name: Entry(name, name, f"0x{number:040d}", block=blocks[name], code_hash="0x00")
        for number, name in enumerate(NAMES, 1)
        if name in blocks
    }
    return Book(folder, ChainIdentity(31337, "0x00"), entries)


@pytest.mark.parametrize("missing", NAMES)
def test_a_system_with_a_contract_missing_names_it(missing: str, tmp_path: Path) -> None:
    blocks = dict.fromkeys((name for name in NAMES if name != missing), 5)
    with pytest.raises(NotDeployed, match=missing) as caught:
        System.from_book(None, book(tmp_path, blocks), ARTIFACTS)  # type: ignore[arg-type]
    assert "resonance deploy" in caught.value.hint


def test_the_contracts_of_a_deployment_are_its_book_s_and_the_opener(tmp_path: Path) -> None:
    system = System.from_book(None, book(tmp_path, dict.fromkeys(NAMES, 1)), ARTIFACTS)  # type: ignore[arg-type]
    named = {contract.artifact.name for contract in system.contracts.values()}
    assert named == {*NAMES, "BountyOpener"} - {"EAS"}


@pytest.mark.parametrize("number", [-1, 2**256, 10**80])
def test_a_number_that_no_contract_can_hold_is_refused(number: int, tmp_path: Path) -> None:
    event = {
        "type": "event",
        "name": "Paid",
        "anonymous": False,
        "inputs": [{"name": "id", "type": "uint256", "indexed": True}],
    }
    system = System.from_book(None, book(tmp_path, dict.fromkeys(NAMES, 1)), ARTIFACTS)  # type: ignore[arg-type]
    paid = Contract("0x" + "11" * 20, Artifact("Vault", "", (event,), b"", b""))
    with pytest.raises(InputInvalid, match="must be a whole number from 0 to"):
        system.events(paid, "Paid", number)


def test_events_are_read_from_the_first_contracts_block_on(tmp_path: Path) -> None:
    blocks: dict[str, int | None] = {name: 10 + number for number, name in enumerate(NAMES)}
    system = System.from_book(None, book(tmp_path, blocks), ARTIFACTS)  # type: ignore[arg-type]
    assert system.first_block == 11
    assert system.escrow.address == f"0x{5:040d}"
    assert system.eas == f"0x{1:040d}"


def test_the_opener_is_what_the_escrow_created_first(tmp_path: Path) -> None:
    system = System.from_book(None, book(tmp_path, dict.fromkeys(NAMES, 1)), ARTIFACTS)  # type: ignore[arg-type]
    assert system.opener.address == created_address(system.escrow.address, 1)
    assert system.opener.artifact.name == "BountyOpener"


def test_events_are_read_from_the_beginning_when_a_contracts_block_is_unknown(tmp_path: Path) -> None:
    blocks: dict[str, int | None] = {**dict.fromkeys(NAMES, 10), "ProjectRegistry": None}
    assert System.from_book(None, book(tmp_path, blocks), ARTIFACTS).first_block == 0  # type: ignore[arg-type]


def test_an_action_shows_what_it_sends() -> None:
    contract = Contract(f"0x{7:040d}", ARTIFACTS["PayoutVault"])
    action = Action(contract, "pay", (f"0x{8:040d}", 10**20, b"\x01" * 32), {"en": "Pay", "ja": "払う"})
    told = json.loads(json.dumps(action.to_dict()))
    assert told["arguments"] == {"to": f"0x{8:040d}", "amount": str(10**20), "reason": "0x" + "01" * 32}
    assert (told["to"], told["contract"], told["function"]) == (contract.address, "PayoutVault", "pay")
    assert told["data"] == "0x" + contract.encode("pay", *action.arguments).hex()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b"\x00\xff", "0x00ff"),
        (2**53 - 1, 2**53 - 1),
        (2**53, "9007199254740992"),
        (-(2**53), "-9007199254740992"),
        (True, True),
        ((1, b"a"), [1, "0x61"]),
        ({"a": [b""]}, {"a": ["0x"]}),
        (None, None),
    ],
)
def test_plain_values_are_what_json_can_hold(value: Any, shown: Any) -> None:
    assert plain(value) == shown
    assert type(plain(value)) is type(shown)


@given(st.text())
def test_a_name_from_the_chain_can_neither_repaint_nor_fill_a_terminal(text: str) -> None:
    assert printable(text).isprintable()
    assert len(printable(text)) <= 64
