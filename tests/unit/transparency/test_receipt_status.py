from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import InputInvalid, ProofMismatch
from resonance_dao.transparency.inclusion import prove_inclusion
from resonance_dao.transparency.merkle import record_hash
from resonance_dao.transparency.receipt import Receipt
from resonance_dao.transparency.receipt_status import decide, decide_by_proof
from resonance_dao.transparency.tree import Tree

RECEIPT = Receipt(6, record_hash(b"record 5"), 1000, 1060, "0x" + "11" * 20, 31337, "0x" + "22" * 20)


def test_what_cannot_be_known_is_refused() -> None:
    with pytest.raises(InputInvalid, match="leaf"):
        decide(RECEIPT, log_size=5, leaf=RECEIPT.leaf, now=1000)
    with pytest.raises(InputInvalid, match="leaf"):
        decide(RECEIPT, log_size=6, leaf=None, now=1000)
    with pytest.raises(InputInvalid, match="log_size"):
        decide(RECEIPT, log_size=-1, leaf=None, now=1000)
    with pytest.raises(InputInvalid, match="now"):
        decide(RECEIPT, log_size=0, leaf=None, now=-1)


@pytest.mark.parametrize(
    ("now", "state"), [(0, "pending"), (1059, "pending"), (1060, "omitted"), (9999, "omitted")]
)
def test_the_promise_is_pending_until_its_time(now: int, state: str) -> None:
    status = decide(RECEIPT, log_size=5, leaf=None, now=now)
    assert status.state == state
    assert status.until == (1060 if state == "pending" else None)


@pytest.mark.parametrize("now", [0, 1059, 1060])
def test_another_record_at_its_number_is_an_omission_at_once(leaves: list[bytes], now: int) -> None:
    status = decide(RECEIPT, log_size=9, leaf=leaves[4], now=now)
    assert status.state == "omitted"
    assert leaves[4].hex() in status.reason


@pytest.mark.parametrize("now", [0, 1060, 9999])
def test_a_record_in_its_place_is_included_whenever_it_is_looked_for(now: int) -> None:
    assert decide(RECEIPT, log_size=6, leaf=RECEIPT.leaf, now=now).state == "included"


def test_each_state_is_one_line_for_people() -> None:
    assert decide(RECEIPT, log_size=5, leaf=None, now=1000).to_text() == (
        "pending until 1060: the log has 5 records, this is number 6"
    )
    assert decide(RECEIPT, log_size=5, leaf=None, now=1070).to_text() == (
        "OMITTED: record 6 is not in the log of 5 records, 10 s after it was due"
    )
    assert (
        decide(RECEIPT, log_size=6, leaf=RECEIPT.leaf, now=0).to_text() == "included: record 6 is in the log"
    )


def test_a_proof_shows_inclusion(tree: Tree) -> None:
    proof = prove_inclusion(tree, 5, 9)
    assert decide_by_proof(RECEIPT, proof, log_size=9, root=tree.head(9), now=0).state == "included"
    with pytest.raises(ProofMismatch):
        decide_by_proof(RECEIPT, proof, log_size=9, root=tree.head(8), now=0)


def test_a_proof_of_another_place_or_size_is_refused(tree: Tree) -> None:
    for proof in (None, prove_inclusion(tree, 4, 9), prove_inclusion(tree, 5, 8)):
        with pytest.raises(InputInvalid, match="proof"):
            decide_by_proof(RECEIPT, proof, log_size=9, root=tree.head(9), now=0)


def test_no_proof_is_needed_while_the_log_is_shorter(tree: Tree) -> None:
    assert decide_by_proof(RECEIPT, None, log_size=5, root=tree.head(5), now=1059).state == "pending"
    assert decide_by_proof(RECEIPT, None, log_size=5, root=tree.head(5), now=1060).state == "omitted"


@given(st.integers(0, 20), st.integers(0, 3000), st.booleans())
def test_exactly_one_state_holds_and_time_never_takes_inclusion_back(
    size: int, now: int, honest: bool
) -> None:
    leaf = None if size <= RECEIPT.index else RECEIPT.leaf if honest else bytes(32)
    state = decide(RECEIPT, log_size=size, leaf=leaf, now=now).state
    later = decide(RECEIPT, log_size=size, leaf=leaf, now=now + 5000).state
    if state in ("included", "omitted"):
        assert later == state
    else:
        assert later == "omitted"
