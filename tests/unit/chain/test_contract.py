from typing import Any

import pytest

from resonance_dao.chain import abi
from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.chain import Log
from resonance_dao.chain.contract import Contract
from resonance_dao.errors import InputInvalid, NotDeployed, NotFound

HERE = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
ALICE = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
PAIR = {"amount": 5, "note": b"\x01" * 32, "payees": [ALICE]}


@pytest.fixture
def contract(coin: Artifact) -> Contract:
    return Contract(HERE, coin)


@pytest.fixture
def put(contract: Contract) -> Log:
    pair = next(e for e in contract.artifact.abi if e.get("name") == "Put")["inputs"][1]
    topics = (contract.topic("Put"), "0x" + f"{7:064x}", "0x" + "ab" * 32)
    return Log(HERE, topics, abi.encode([pair], [PAIR], where="test"), 3, "0x22", "0x33", 1)


def changed(log: Log, **fields: Any) -> Log:
    return Log(**{**{name: getattr(log, name) for name in Log.__slots__}, **fields})


def test_an_unknown_function_is_refused(contract: Contract) -> None:
    with pytest.raises(NotFound, match=r"Coin\.take"):
        contract.encode("take")


def test_an_overloaded_name_is_refused_with_the_signatures(contract: Contract) -> None:
    with pytest.raises(InputInvalid, match=r"get\(uint256\), get\(\)"):
        contract.encode("get", 1)


def test_call_data_of_another_contract_is_refused(contract: Contract) -> None:
    with pytest.raises(InputInvalid, match="no function of Coin"):
        contract.decode_input(b"\xde\xad\xbe\xef")


def test_an_empty_result_says_that_nothing_is_deployed(contract: Contract) -> None:
    with pytest.raises(NotDeployed, match=f"no such contract at {HERE}"):
        contract.decode_result("get(uint256)", b"")


def test_an_unknown_event_is_refused(contract: Contract, put: Log) -> None:
    with pytest.raises(NotFound):
        contract.topic("Took")
    with pytest.raises(InputInvalid):
        contract.decode_log(changed(put, topics=()))
    with pytest.raises(InputInvalid):
        contract.decode_log(changed(put, topics=("0x" + "00" * 32,)))


def test_a_malformed_event_is_refused(contract: Contract, put: Log) -> None:
    with pytest.raises(InputInvalid, match="has 3 topics"):
        contract.decode_log(changed(put, topics=put.topics[:2]))
    with pytest.raises(InputInvalid):
        contract.decode_log(changed(put, data=b"\xff"))


def test_call_data_goes_both_ways(contract: Contract) -> None:
    assert contract.decode_input(contract.encode("put", PAIR)) == ("put", {"pair": PAIR})
    assert contract.decode_input(contract.encode("get(uint256)", 9)) == ("get", {"id": 9})


def test_results_are_a_value_a_dict_or_nothing(contract: Contract) -> None:
    assert contract.decode_result("put", contract.encode("put", PAIR)[4:]) == PAIR
    assert contract.decode_result("get(uint256)", bytes(31) + b"\1" + bytes(31) + b"\4") == {
        "ok": True,
        "left": 4,
    }
    assert contract.decode_result("touch", b"") is None


def test_an_event_is_decoded_with_the_hash_of_its_indexed_text(contract: Contract, put: Log) -> None:
    event = contract.decode_log(put)
    assert event.args == {"id": 7, "pair": PAIR, "label": b"\xab" * 32}
    assert (event.name, event.address, event.block_number, event.log_index) == ("Put", HERE, 3, 1)


def test_events_of_others_are_left_out(contract: Contract, put: Log) -> None:
    logs = [
        changed(put, address=ALICE),
        changed(put, topics=("0x" + "00" * 32,)),
        changed(put, topics=()),
        put,
    ]
    assert [event.args["id"] for event in contract.events(logs)] == [7]
    assert len(contract.events(logs, "Put")) == 1
    assert contract.events(logs, "Took") == []
