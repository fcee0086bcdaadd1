from collections.abc import Callable
from typing import Any

import pytest
import requests

from resonance_dao.chain import client
from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.chain import integer, octets
from resonance_dao.chain.client import RpcChain, transaction_hash
from resonance_dao.chain.revert import RevertDecoder
from resonance_dao.errors import ChainUnreachable, InputInvalid, NotFound, TransactionFailed

ALICE = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
HASH = "0x" + "ab" * 32
Answer = Callable[[str, list[Any]], Any]


class Endpoint:
    """Stands in for web3's provider: answers by a function, which may raise."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def make_request(self, method: str, params: list[Any]) -> Any:
        self.asked.append(method)
        return self.answer(method, params)


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch, coin: Artifact) -> Callable[[Answer], tuple[RpcChain, Endpoint]]:
    monkeypatch.setattr(client, "_PAUSES_S", (0, 0))

    def connected(answer: Answer) -> tuple[RpcChain, Endpoint]:
        chain = RpcChain("http://127.0.0.1:1/key", reverts=RevertDecoder([coin]), log_span=100)
        endpoint = Endpoint(answer)
        monkeypatch.setattr(chain, "_provider", endpoint)
        return chain, endpoint

    return connected


def down(method: str, params: list[Any]) -> Any:
    raise requests.ConnectionError("http://127.0.0.1:1/key refused")


def refusing(code: int, message: str, data: object = None) -> Answer:
    return lambda method, params: {"error": {"code": code, "message": message, "data": data}}


@pytest.mark.parametrize("url", ["", "127.0.0.1:8545", "ftp://host", "http://", "file:///etc/passwd"])
def test_an_address_that_is_no_http_address_is_refused(url: str) -> None:
    with pytest.raises(InputInvalid):
        RpcChain(url)


def test_an_endpoint_is_named_by_what_is_no_secret() -> None:
    assert RpcChain("https://user:secret@[::1]:8545/secret?secret").name == "https://[::1]:8545"


def test_an_endpoint_that_is_down_is_tried_three_times_and_its_key_is_not_shown(connect: Any) -> None:
    chain, endpoint = connect(down)
    with pytest.raises(ChainUnreachable) as refused:
        chain.block()
    assert len(endpoint.asked) == 3
    assert "key" not in str(refused.value) + repr(chain)


def test_a_request_that_changes_a_development_chain_is_not_repeated(connect: Any) -> None:
    chain, endpoint = connect(down)
    with pytest.raises(ChainUnreachable):
        chain.request("evm_increaseTime", [1])
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize("answer", [None, [], "text", {}, {"error": "text"}, {"error": None}])
def test_an_answer_that_is_not_json_rpc_is_refused(connect: Any, answer: object) -> None:
    chain, _ = connect(lambda method, params: answer)
    with pytest.raises(ChainUnreachable, match="not JSON-RPC"):
        chain.request("eth_chainId")


@pytest.mark.parametrize("answer", ["text", {}, {"number": "0x1"}, {"number": None}, []])
def test_a_block_that_cannot_be_read_is_refused(connect: Any, answer: object) -> None:
    chain, _ = connect(lambda method, params: {"result": answer})
    with pytest.raises(ChainUnreachable):
        chain.block()


def test_a_block_that_is_not_there_is_not_found(connect: Any) -> None:
    chain, _ = connect(lambda method, params: {"result": None})
    with pytest.raises(NotFound):
        chain.block(9)


def test_a_refused_method_names_the_endpoints_words(connect: Any) -> None:
    chain, endpoint = connect(refusing(-32601, "Method\nnot found"))
    with pytest.raises(ChainUnreachable, match=r"refused eth_foo: Method\?not found"):
        chain.request("eth_foo")
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize(
    "data", ["0x08d585cc", {"data": "0x08d585cc"}, {"result": "0x08d585cc"}, "Reverted 0x08d585cc"]
)
def test_revert_data_is_found_wherever_nodes_put_it(connect: Any, data: object) -> None:
    chain, _ = connect(refusing(3, "execution reverted", data))
    with pytest.raises(TransactionFailed) as failed:
        chain.call(ALICE, b"")
    assert failed.value.details["error"]["data"] == "0x08d585cc"


@pytest.mark.parametrize("data", [None, "0xzz", 5, {"data": None}])
def test_a_revert_without_data_is_still_a_failed_transaction(connect: Any, data: object) -> None:
    chain, _ = connect(refusing(-32000, "execution reverted", data))
    with pytest.raises(TransactionFailed, match="without a reason"):
        chain.call(ALICE, b"")


def test_what_is_the_senders_fault_and_what_is_the_nodes_are_told_apart(connect: Any) -> None:
    with pytest.raises(TransactionFailed, match="nonce too low") as failed:
        connect(refusing(-32003, "nonce too low"))[0].call(ALICE, b"")
    assert failed.value.details["rpc_message"] == "nonce too low"
    for code, message in [
        (-32000, "header not found"),
        (-32005, "limit exceeded"),
        (-32000, "missing trie node ab"),
    ]:
        with pytest.raises(ChainUnreachable):
            connect(refusing(code, message))[0].call(ALICE, b"")


def test_a_transaction_that_cannot_be_paid_for_is_refused(connect: Any) -> None:
    def answer(method: str, params: list[Any]) -> Any:
        refused = {"error": {"code": -32003, "message": "insufficient funds"}}
        return refused if method == "eth_sendRawTransaction" else {"result": None}

    with pytest.raises(TransactionFailed, match="insufficient funds"):
        connect(answer)[0].send_raw(b"\1")


@pytest.mark.parametrize("message", ["already known", "transaction already imported", "Known transaction"])
def test_sending_what_is_known_already_answers_its_hash(connect: Any, message: str) -> None:
    chain, _ = connect(refusing(-32000, message))
    assert chain.send_raw(b"\1\2") == transaction_hash(b"\1\2")


def test_a_nonce_that_was_used_by_this_very_transaction_is_no_error(connect: Any) -> None:
    mined = {
        "transactionHash": transaction_hash(b"\1"),
        "status": "0x1",
        "from": ALICE,
        "gasUsed": "0x1",
        "logs": [],
    }

    def answer(method: str, params: list[Any]) -> Any:
        if method == "eth_sendRawTransaction":
            return {"error": {"code": -32000, "message": "nonce too low"}}
        return {"result": {**mined, "blockNumber": "0x1", "blockHash": HASH}}

    assert connect(answer)[0].send_raw(b"\1") == transaction_hash(b"\1")


def test_a_receipt_that_is_not_mined_is_none(connect: Any) -> None:
    assert connect(lambda method, params: {"result": None})[0].receipt(HASH) is None
    assert connect(lambda method, params: {"result": {"blockNumber": None}})[0].receipt(HASH) is None


def log_at(number: int, **more: object) -> dict[str, object]:
    return {
        "address": ALICE.lower(),
        "topics": [HASH.upper().replace("0X", "0x")],
        "data": "0x01",
        "blockNumber": hex(number),
        "blockHash": HASH,
        "transactionHash": HASH,
        "logIndex": "0x0",
        **more,
    }


def test_a_range_that_is_too_large_is_halved_until_every_block_is_read_once(connect: Any) -> None:
    read: list[int] = []

    def answer(method: str, params: list[Any]) -> Any:
        first, last = int(params[0]["fromBlock"], 16), int(params[0]["toBlock"], 16)
        if last - first >= 7:
            return {"error": {"code": -32005, "message": "query returned more than 10000 results"}}
        read.extend(range(first, last + 1))
        return {"result": [log_at(n) for n in range(first, last + 1)]}

    logs = connect(answer)[0].logs([ALICE], 5, 250)
    assert read == list(range(5, 251))
    assert [log.block_number for log in logs] == read
    assert (logs[0].address, logs[0].topics, logs[0].data) == (ALICE, (HASH,), b"\1")


def test_a_single_block_that_is_refused_is_an_error_and_not_a_loop(connect: Any) -> None:
    chain, endpoint = connect(refusing(-32005, "limit exceeded"))
    with pytest.raises(ChainUnreachable):
        chain.logs([ALICE], 0, 7)
    assert len(endpoint.asked) == 4


def test_logs_that_a_reorganisation_removed_are_left_out(connect: Any) -> None:
    chain, _ = connect(lambda method, params: {"result": [log_at(1, removed=True), log_at(2)]})
    assert [log.block_number for log in chain.logs([ALICE], 0, 9)] == [2]


def test_an_empty_range_asks_nothing(connect: Any) -> None:
    chain, endpoint = connect(down)
    assert chain.logs([ALICE], 5, 4) == []
    assert endpoint.asked == []


@pytest.mark.parametrize("value", [None, "", "x", {}, "0x"])
def test_a_quantity_that_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(ChainUnreachable):
        integer(value)


def test_data_that_is_no_hex_is_refused() -> None:
    assert octets("0x") == b""
    with pytest.raises(ChainUnreachable):
        octets("0xabc")
