import json
from pathlib import Path
from typing import Any

import pytest

from resonance_dao.chain import book as book_module
from resonance_dao.chain.book import Book, Entry, code_hash
from resonance_dao.errors import ChainMismatch, InputInvalid, NotDeployed

HERE = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
CODE = b"\x60\x80"


def entry(**changes: Any) -> Entry:
    made = {"name": "Vault", "contract": "Coin", "address": HERE, "transaction": "0xab", "block": 3}
    return Entry(**{**made, "code_hash": code_hash(CODE), **changes})


@pytest.fixture
def kept(tmp_path: Path, chain: Any) -> Path:
    chain.codes[HERE] = CODE
    Book.load(tmp_path, chain).record(entry())
    return tmp_path


def test_what_is_not_in_the_book_is_not_deployed(tmp_path: Path, chain: Any) -> None:
    with pytest.raises(NotDeployed, match="Vault is not deployed on chain 31337") as caught:
        Book.load(tmp_path, chain).address("Vault")
    assert "RESONANCE_DEPLOYMENTS" in caught.value.hint
    with pytest.raises(NotDeployed, match="nothing is deployed on chain 5"):
        Book.open(tmp_path, 5)


def test_what_was_begun_and_not_finished_is_not_deployed(tmp_path: Path, chain: Any) -> None:
    book = Book.load(tmp_path, chain)
    book.record(entry(code_hash=None))
    assert book.names() == ()
    with pytest.raises(NotDeployed):
        book.entry("Vault")
    assert book.begun("Vault") == entry(code_hash=None)


def test_a_restarted_development_chain_is_noticed_by_its_first_block(kept: Path, chain: Any) -> None:
    chain.genesis = "0x" + "99" * 32
    with pytest.raises(ChainMismatch, match="the development chain was restarted") as refused:
        Book.load(kept, chain)
    assert "--fresh" in refused.value.hint


def test_a_restarted_development_chain_is_noticed_by_its_missing_contracts(kept: Path, chain: Any) -> None:
    chain.codes.clear()
    with pytest.raises(ChainMismatch, match=f"was restarted: Vault is not at {HERE}"):
        Book.load(kept, chain)


def test_another_history_of_a_real_chain_is_not_called_a_restart(tmp_path: Path, other_chain: Any) -> None:
    Book.load(tmp_path, other_chain(chain_id=10)).record(entry())
    with pytest.raises(ChainMismatch, match="this is not the chain 10 of the book") as refused:
        Book.load(tmp_path, other_chain(chain_id=10, genesis="0x99"))
    assert "--fresh" not in refused.value.hint


def test_other_code_at_the_address_is_refused(kept: Path, chain: Any) -> None:
    chain.codes[HERE] = b"\x60\x81"
    with pytest.raises(ChainMismatch, match="is not the code that was deployed"):
        Book.load(kept, chain)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"chain_id": 31337, "genesis_hash": "0x", "contracts": {"A": {"colour": 1}}}']
)
def test_a_damaged_book_is_refused_and_left_as_it_is(kept: Path, chain: Any, text: str) -> None:
    (kept / "31337.json").write_text(text)
    with pytest.raises(InputInvalid, match="must be a deployment book"):
        Book.load(kept, chain)
    assert (kept / "31337.json").read_text() == text


def test_a_write_that_fails_leaves_the_old_book(
    kept: Path, chain: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Book.load(kept, chain)
    before = (kept / "31337.json").read_text()

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(book_module.os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        book.record(entry(name="Second"))
    assert (kept / "31337.json").read_text() == before


def test_a_book_reads_as_it_was_written(kept: Path, chain: Any) -> None:
    book = Book.load(kept, chain)
    assert book.entry("Vault") == entry()
    assert Book.open(kept, 31337).to_dict() == book.to_dict()
    assert json.loads((kept / "31337.json").read_text()) == book.to_dict()


def test_the_standard_json_input_is_kept_beside_the_book_by_its_hash(tmp_path: Path, chain: Any) -> None:
    book = Book.load(tmp_path, chain)
    book.record(entry(), "{}")
    name = book.entry("Vault").standard_json
    assert name == "31337/inputs/44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a.json"
    assert (tmp_path / name).read_text() == "{}"


def test_a_fresh_start_forgets_the_old_chain(kept: Path, chain: Any) -> None:
    chain.genesis = "0x" + "99" * 32
    assert Book.load(kept, chain, fresh=True).names() == ()


def test_an_entry_becomes_a_contract_to_talk_to(kept: Path, chain: Any, coin: Any) -> None:
    book = Book.load(kept, chain)
    assert book.contract("Vault", {"Coin": coin}).address == HERE
    with pytest.raises(NotDeployed, match="no artifact of Coin"):
        book.contract("Vault", {})
