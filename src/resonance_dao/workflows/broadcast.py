"""
Broadcasting: what a node's answer to a signed transaction means.

Nodes agree on no codes, so the words are compared, exactly, up to the first colon and without what stands in
brackets. What is not in the table may have been taken.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from resonance_dao.chain.chain import Chain
from resonance_dao.errors import ChainUnreachable, TransactionFailed


class Answer(Enum):
    """What became of a broadcast."""

    TAKEN = "taken"
    """The node has it, or had it before."""
    NONCE_USED = "nonce used"
    """Its nonce is used on the chain: it, or another attempt, was mined."""
    TOO_CHEAP = "too cheap"
    """The node wants a higher price."""
    POOR = "poor"
    """The account cannot pay for it."""
    INVALID = "invalid"
    """No node will ever take it."""
    CAPPED = "capped"
    """It may cost more than the node's operator lets it pass on."""
    UNKNOWN = "unknown"
    """It may have been taken."""


class Reply(NamedTuple):
    """What became of a broadcast, and the node's own words when it refused it."""

    answer: Answer
    words: str = ""


WORDS_SHOWN = 200
_BRACKETS = re.compile(r"\([^()]*\)")
_WORDS = {
    "already known": Answer.TAKEN,
    "alreadyknown": Answer.TAKEN,
    "known transaction": Answer.TAKEN,
    "transaction already imported": Answer.TAKEN,
    "transaction already in mempool": Answer.TAKEN,
    "nonce too low": Answer.NONCE_USED,
    "oldnonce": Answer.NONCE_USED,
    "invalid transaction nonce": Answer.NONCE_USED,
    "replacement transaction underpriced": Answer.TOO_CHEAP,
    "transaction underpriced": Answer.TOO_CHEAP,
    "max fee per gas less than block base fee": Answer.TOO_CHEAP,
    "fee too low": Answer.TOO_CHEAP,
    "feetoolow": Answer.TOO_CHEAP,
    "feetoolowtocompete": Answer.TOO_CHEAP,
    "gas price below configured minimum gas price": Answer.TOO_CHEAP,
    "txpool is full": Answer.TOO_CHEAP,
    "insufficient funds for gas * price + value": Answer.POOR,
    "insufficient funds": Answer.POOR,
    "insufficientfunds": Answer.POOR,
    "exceeds block gas limit": Answer.INVALID,
    "gas limit too high": Answer.INVALID,
    "transaction gas limit too high": Answer.INVALID,
    "intrinsic gas too low": Answer.INVALID,
    "gas uint64 overflow": Answer.INVALID,
    "tip higher than fee cap": Answer.INVALID,
    "max priority fee per gas higher than max fee per gas": Answer.INVALID,
    "invalid sender": Answer.INVALID,
    "invalid chain id": Answer.INVALID,
    "invalid chain id for signer": Answer.INVALID,
    "transaction type not supported": Answer.INVALID,
    "oversized data": Answer.INVALID,
    "tx fee exceeds the configured cap": Answer.CAPPED,
}


def broadcast(chain: Chain, raw: bytes) -> Reply:
    """
    Send a signed transaction and say what the node made of it.

    Raises `ChainUnreachable` when nothing answered; then it may have been taken all the same.
    """
    try:
        chain.send_raw(raw)
    except (TransactionFailed, ChainUnreachable) as exc:
        if isinstance(exc, ChainUnreachable) and "rpc_code" not in exc.details:
            raise
        words = str(exc.details.get("rpc_message", ""))
        return Reply(meaning(words), words)
    return Reply(Answer.TAKEN)


def meaning(message: str) -> Answer:
    """Return what a node's words mean."""
    told = re.split("[:(]", _BRACKETS.sub(" ", message.lower()), maxsplit=1)[0]
    return _WORDS.get(" ".join(told.split()).rstrip(" ."), Answer.UNKNOWN)


def unclear(account: str, nonce: int, reply: Reply) -> TransactionFailed:
    """Return what is told while a transaction waits, because of what the node said of it."""
    return TransactionFailed(
        f"nonce {nonce} of {account} waits: the node said {reply.words[:WORDS_SHOWN]!r}",
        hint="Raise what the node lets one transaction cost (geth: --rpc.txfeecap)."
        if reply.answer is Answer.CAPPED
        else "Look at the node. If it goes on, the nonce is used up by a transaction of nothing.",
    )
