"""What nodes' words mean: exact, and unknown words are never a refusal."""

from __future__ import annotations

import pytest

from resonance_dao.errors import ChainUnreachable, ResonanceError, TransactionFailed
from resonance_dao.workflows.broadcast import Answer, broadcast, meaning


class Node:
    """A chain that answers a broadcast with an error, or with a hash."""

    def __init__(self, error: ResonanceError | None) -> None:
        self.error = error

    def send_raw(self, raw: bytes) -> str:
        if self.error is not None:
            raise self.error
        return "0x"


def test_a_node_that_does_not_answer_is_not_an_answer() -> None:
    with pytest.raises(ChainUnreachable):
        broadcast(Node(ChainUnreachable("timeout")), b"")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("already known", Answer.TAKEN),
        ("transaction already imported", Answer.TAKEN),
        ("nonce too low: next nonce 5, tx nonce 4", Answer.NONCE_USED),
        ("Nonce too low", Answer.NONCE_USED),
        ("replacement transaction underpriced", Answer.TOO_CHEAP),
        ("replacement transaction underpriced: new tx gas fee cap 1 <= 2", Answer.TOO_CHEAP),
        ("insufficient funds for gas * price + value: balance 0, tx cost 1", Answer.POOR),
        ("exceeds block gas limit", Answer.INVALID),
        ("intrinsic gas too low: gas 1, minimum needed 21000", Answer.INVALID),
        ("unknown transaction", Answer.UNKNOWN),
        ("the transaction is already known to be wrong", Answer.UNKNOWN),
        ("nonce too high", Answer.UNKNOWN),
        ("transaction gas limit too high (cap: 16777216, tx: 17000000)", Answer.INVALID),
        ("transaction gas limit too high (cap: 16777216", Answer.INVALID),
        ("tx fee (1.20 ether) exceeds the configured cap (1.00 ether)", Answer.CAPPED),
        ("tx fee exceeds", Answer.UNKNOWN),
        ("nonce too low (", Answer.NONCE_USED),
        ("(nonce too low)", Answer.UNKNOWN),
        ("", Answer.UNKNOWN),
    ],
)
def test_words_are_compared_whole(words: str, answer: Answer) -> None:
    assert meaning(words) is answer


@pytest.mark.parametrize("error", [TransactionFailed, ChainUnreachable])
def test_a_refusal_is_read_whatever_its_class(error: type[ResonanceError]) -> None:
    refused = error("no", rpc_code=-32000, rpc_message="nonce too low")
    assert broadcast(Node(refused), b"") == (Answer.NONCE_USED, "nonce too low")  # type: ignore[arg-type]


def test_a_node_that_takes_it_has_taken_it() -> None:
    assert broadcast(Node(None), b"") == (Answer.TAKEN, "")  # type: ignore[arg-type]
