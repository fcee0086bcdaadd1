"""Sealing to readers whose wallets state their keys."""

from __future__ import annotations

import io
import secrets
from dataclasses import replace
from typing import Any

import pytest

from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import InputInvalid, SignatureRefused
from resonance_dao.evidence.evidence import cid_of_file
from resonance_dao.evidence.sealed_file import open_sealed
from resonance_dao.evidence.sealed_keys import ReaderSecret
from resonance_dao.transparency.record import Record
from resonance_dao.workflows.sealing import ReaderStatement, forgotten, seal, state_reader

CHAIN_ID = 31337
ANN, BEN = DevSigner(1), DevSigner(2)
ANNS, BENS = ReaderSecret(b"a" * 32), ReaderSecret(b"b" * 32)
NOW = 1_767_225_600
STATED = state_reader(ANN, ANNS.public, NOW, CHAIN_ID)


def seal_to(*readers: ReaderStatement) -> Any:
    out = io.BytesIO()
    return seal(io.BytesIO(b"private"), out, readers, CHAIN_ID, secrets.token_bytes), out


@pytest.mark.parametrize("readers", [(), (STATED, STATED), (STATED,) * 65])
def test_no_reader_too_many_and_one_twice_are_refused(readers: tuple[ReaderStatement, ...]) -> None:
    with pytest.raises(InputInvalid, match="readers"):
        seal_to(*readers)


@pytest.mark.parametrize(
    "changes",
    [
        {"account": BEN.address},
        {"key": "0x" + BENS.public.hex()},
        {"issued": NOW + 1},
        {"issued": -1},
        {"chain_id": 1},
        {"signature": "0x" + "11" * 65},
        {"signature": "nonsense"},
    ],
)
def test_a_statement_that_is_not_its_account_s_is_refused_and_nothing_is_written(changes: Any) -> None:
    out = io.BytesIO()
    with pytest.raises(SignatureRefused):
        seal(io.BytesIO(b"private"), out, [replace(STATED, **changes)], CHAIN_ID, secrets.token_bytes)
    assert out.getvalue() == b""


@pytest.mark.parametrize("key", ["", "0x12", "11" * 32, "0x" + "zz" * 32])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(InputInvalid, match="reader key"):
        replace(STATED, key=key).check(CHAIN_ID)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"account": 1}', STATED.to_json().replace(str(NOW), '"x"')]
)
def test_what_is_no_statement_is_refused(text: str) -> None:
    with pytest.raises(InputInvalid, match="no statement"):
        ReaderStatement.from_json(text)


def test_a_statement_is_written_and_read_back() -> None:
    assert ReaderStatement.from_json(STATED.to_json()) == STATED


def test_every_reader_opens_what_was_sealed_to_them() -> None:
    evidence, out = seal_to(STATED, state_reader(BEN, BENS.public, NOW, CHAIN_ID))
    out.seek(0)
    assert cid_of_file(out) == evidence.cid
    for reader in (ANNS, BENS):
        out.seek(0)
        assert b"".join(open_sealed(out, reader.unwrap(evidence.keyring))) == b"private"
    assert evidence.size == len(out.getvalue())


def test_what_is_recorded_of_sealed_evidence_is_a_record_and_says_nothing_of_it() -> None:
    evidence, _ = seal_to(STATED)
    for body in (evidence.to_body(), dict(forgotten(evidence.keyring))):
        record = Record("evidence", 1, NOW, CHAIN_ID, f"evidence/{evidence.cid}", body)
        assert b"private" not in record.to_bytes()


def test_the_same_content_sealed_twice_cannot_be_told_to_be_the_same() -> None:
    (first, _), (second, _) = seal_to(STATED), seal_to(STATED)
    assert first.cid != second.cid
    assert first.keyring.commitment != second.keyring.commitment
