from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import replace
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from resonance_dao.errors import InputInvalid, SignatureRefused
from resonance_dao.transparency.checkpoint import Checkpoint, log_origin
from resonance_dao.transparency.keccak import keccak256
from resonance_dao.transparency.note import Note, NoteSignature
from resonance_dao.transparency.signed_checkpoint import key_id, sign_checkpoint, verify_checkpoint


@dataclasses.dataclass(frozen=True)
class Key:
    """A publisher's key as eth-account holds it."""

    account: Any

    @property
    def address(self) -> str:
        return str(self.account.address)

    def sign_typed_data(self, domain: Any, types: Any, message: Any) -> bytes:
        signable = encode_typed_data(dict(domain), dict(types), dict(message))
        return bytes(self.account.sign_message(signable).signature)


KEY, THIEF = Key(Account.from_key(keccak256(b"publisher"))), Key(Account.from_key(keccak256(b"thief")))
ORIGIN = log_origin("example.org", 31337, KEY.address)
HEAD = Checkpoint(ORIGIN, 42, keccak256(b"head"))


def sign(head: Checkpoint = HEAD, chain_id: int = 31337, key: Key = KEY) -> Note:
    return sign_checkpoint(head, chain_id, key)


def test_a_head_that_was_changed_after_signing_is_refused() -> None:
    note = sign()
    for other in (replace(HEAD, size=43), replace(HEAD, root=bytes(32)), replace(HEAD, extensions=("x",))):
        with pytest.raises(SignatureRefused, match="not signed by its publisher"):
            verify_checkpoint(replace(note, text=other.to_text()), ORIGIN, 31337, KEY.address)


def test_a_head_of_another_log_is_refused() -> None:
    with pytest.raises(SignatureRefused, match=r"is of example\.org"):
        verify_checkpoint(sign(), log_origin("example.net", 31337, KEY.address), 31337, KEY.address)


def test_a_head_of_another_chain_is_refused() -> None:
    with pytest.raises(SignatureRefused, match="not signed by its publisher"):
        verify_checkpoint(sign(chain_id=1), ORIGIN, 31337, KEY.address)


def test_a_note_that_only_others_signed_is_refused() -> None:
    with pytest.raises(SignatureRefused, match="no signature of its publisher"):
        verify_checkpoint(sign(key=THIEF), ORIGIN, 31337, KEY.address)
    forged = sign(key=THIEF).signatures[0].signature
    line = NoteSignature(ORIGIN, key_id(ORIGIN, KEY.address), forged)
    with pytest.raises(SignatureRefused, match="not signed by its publisher"):
        verify_checkpoint(Note(HEAD.to_text(), (line,)), ORIGIN, 31337, KEY.address)


def test_a_signed_text_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(InputInvalid):
        verify_checkpoint(replace(sign(), text="hello\n"), ORIGIN, 31337, KEY.address)


def test_lines_of_other_keys_are_passed_over() -> None:
    note = sign()
    witness = NoteSignature("witness.example/w1", b"\1\2\3\4", b"cosignature")
    both = Note.from_text(Note(note.text, (witness, *note.signatures)).to_text())
    assert verify_checkpoint(both, ORIGIN, 31337, KEY.address) == HEAD


def test_the_key_id_is_that_of_a_type_that_is_left_to_others() -> None:
    preimage = ORIGIN.encode() + b"\n\xffresonance-dao/eip712-checkpoint/1" + bytes.fromhex(KEY.address[2:])
    assert key_id(ORIGIN, KEY.address.lower()) == hashlib.sha256(preimage).digest()[:4]


def test_the_note_says_which_hash_its_root_is_made_with() -> None:
    lines = sign().to_text().splitlines()
    assert lines[0].endswith("/keccak256")
    assert lines[1:4] == ["42", HEAD.to_text().splitlines()[2], ""]
    assert lines[4].startswith(f"\u2014 {ORIGIN} ")


def test_what_is_signed_is_spelled_as_published() -> None:
    """Both sides of a program share its constants; others have only the page that tells them."""
    told: list[Any] = []

    class Recording(Key):
        def sign_typed_data(self, *typed: Any) -> bytes:
            told.extend(typed)
            return super().sign_typed_data(*typed)

    sign(key=Recording(KEY.account))
    assert told == [
        {"name": "Resonance Checkpoint", "version": "1", "chainId": 31337},
        {"Checkpoint": [{"name": "text", "type": "string"}]},
        {"text": HEAD.to_text()},
    ]
