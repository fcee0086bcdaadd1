import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resonance_dao.chain import abi
from resonance_dao.chain.artifact import Artifact
from resonance_dao.chain.revert import RevertDecoder

NOTICE = {"Coin_TooMuch(uint256,bytes32)": [{"notice": "Thrown when the amount is above the limit."}]}
METADATA = json.dumps({"output": {"userdoc": {"errors": NOTICE}}})
TOO_MUCH = abi.selector({"name": "Coin_TooMuch", "inputs": [{"type": "uint256"}, {"type": "bytes32"}]})


@pytest.fixture
def decoder(artifact: Callable[..., Artifact]) -> RevertDecoder:
    return RevertDecoder([artifact("Plain"), artifact("Coin", metadata=METADATA), artifact("Last")])


def test_no_data_is_said_to_give_no_reason(decoder: RevertDecoder) -> None:
    assert decoder.decode(b"").message == "the call reverted without a reason"


@pytest.mark.parametrize(
    "data", [b"\x01\x02\x03\x04", TOO_MUCH + b"\x01", bytes.fromhex("08c379a0") + b"\xff" * 32]
)
def test_data_that_cannot_be_read_is_shown_as_it_is(decoder: RevertDecoder, data: bytes) -> None:
    revert = decoder.decode(data)
    assert revert.name == ""
    assert data.hex()[:72] in revert.message


def test_a_text_reason_is_given_as_it_is(decoder: RevertDecoder) -> None:
    data = bytes.fromhex("08c379a0") + abi.encode([{"type": "string"}], ["not today"], where="test")
    assert decoder.decode(data).message == "the contract refused: not today"


@pytest.mark.parametrize(
    ("code", "words"), [(0x11, "too large or went below zero"), (0x99, "unknown internal check")]
)
def test_a_panic_is_explained(decoder: RevertDecoder, code: int, words: str) -> None:
    data = bytes.fromhex("4e487b71") + code.to_bytes(32, "big")
    assert words in decoder.decode(data).message
    assert f"0x{code:02x}" in decoder.decode(data).message


def test_a_custom_error_is_named_with_its_arguments_and_its_documentation(decoder: RevertDecoder) -> None:
    data = TOO_MUCH + (9).to_bytes(32, "big") + b"\xab" * 32
    revert = decoder.decode(data)
    assert revert.args == {"amount": 9, "why": b"\xab" * 32}
    assert revert.message == (
        f"the contract refused with Coin_TooMuch(amount=9, why=0x{'ab' * 32}): "
        "thrown when the amount is above the limit"
    )
    failure = revert.failure(data)
    assert json.loads(json.dumps(failure.to_dict()))["details"]["error"] == {
        "name": "Coin_TooMuch",
        "args": {"amount": 9, "why": "0x" + "ab" * 32},
        "data": "0x" + data.hex(),
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=100),
    st.sampled_from([b"", TOO_MUCH, bytes.fromhex("08c379a0"), bytes.fromhex("4e487b71")]),
)
def test_no_data_can_upset_the_decoder(decoder: RevertDecoder, data: bytes, prefix: bytes) -> None:
    assert decoder.decode(prefix + data).message
