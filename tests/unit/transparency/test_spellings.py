"""One value has one spelling once it is read, and one place when it is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from resonance_dao.errors import InputInvalid
from resonance_dao.transparency.checkpoint import check_line
from resonance_dao.transparency.inclusion import InclusionProof
from resonance_dao.transparency.receipt import Receipt

ADDRESS = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
RECEIPT = Receipt(1, bytes(32), 1, 2, ADDRESS, 1, ADDRESS)


def test_the_addresses_of_a_receipt_are_kept_in_their_one_spelling() -> None:
    assert replace(RECEIPT, publisher=ADDRESS.lower(), log=ADDRESS.lower()) == RECEIPT


def test_a_hash_that_is_none_is_refused_at_its_place() -> None:
    with pytest.raises(InputInvalid) as refused:
        InclusionProof.from_dict({"index": 0, "size": 3, "hashes": ["0x" + "11" * 32, "0x"]})
    assert refused.value.field == "$.hashes[1]"


@pytest.mark.parametrize("control", ["\x00", "\x1f", "\x7f"])
def test_every_control_character_is_refused_and_a_space_is_none(control: str) -> None:
    with pytest.raises(InputInvalid):
        check_line(f"a{control}b", "field")
    assert check_line("a b", "field") == "a b"
