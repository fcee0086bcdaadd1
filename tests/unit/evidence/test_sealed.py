"""Sealed files and their keys: whoever has no key sees nothing, and nothing can be altered unseen."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonance_dao.errors import EvidenceMismatch, InputInvalid, NotFound, ResonanceError, SignatureRefused
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.sealed_file import (
    HEADER_BYTES,
    MAGIC,
    SealedHeader,
    open_sealed,
    seal_file,
)
from resonance_dao.evidence.sealed_keys import Keyring, ReaderSecret, SealedKeys, wrap

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
PART = 65_536
SIZES = (1, PART - 1, PART, PART + 1, 2 * PART, 3 * PART + 5)
CID = Cid.of(b"sealed")
ANN, BEN = ReaderSecret(b"a" * 32), ReaderSecret(b"b" * 32)


def sealed(content: bytes, key: bytes = KEY) -> bytes:
    out = io.BytesIO()
    seal_file(io.BytesIO(content), out, key)
    return out.getvalue()


def opened(raw: bytes, key: bytes = KEY) -> bytes:
    return b"".join(open_sealed(io.BytesIO(raw), key))


def counting() -> Callable[[int], bytes]:
    numbers = iter(range(1, 100))
    return lambda size: bytes([next(numbers)]) * size


def ring() -> Keyring:
    random = counting()
    keys = tuple(wrap(KEY, CID, name, who.public, random) for name, who in (("ann", ANN), ("ben", BEN)))
    return Keyring(CID, b"c" * 32, keys)


def test_an_empty_file_and_a_short_key_are_refused() -> None:
    with pytest.raises(InputInvalid, match="empty"):
        sealed(b"")
    with pytest.raises(InputInvalid, match="32 bytes"):
        sealed(b"x", b"short")


def test_content_that_changes_while_it_is_sealed_is_refused() -> None:
    class Changing(io.BytesIO):
        def seek(self, *place: int) -> int:
            self.getbuffer()[0] ^= 1
            return super().seek(*place)

    with pytest.raises(InputInvalid, match="changed"):
        seal_file(Changing(b"content"), io.BytesIO(), KEY)


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_is_opened(size: int) -> None:
    content = os.urandom(size)
    raw = sealed(content)
    assert opened(raw) == content
    assert len(raw) == HEADER_BYTES + size + 16 * -(-size // PART)
    assert content[:32] not in raw or size < 32


@pytest.mark.parametrize("raw", [b"", MAGIC, b"x" * 200, MAGIC[:-1] + b"2" + bytes(100)])
def test_what_is_not_sealed_is_refused(raw: bytes) -> None:
    with pytest.raises(InputInvalid, match="no sealed file"):
        opened(raw)


def test_another_key_is_refused_before_anything_is_decrypted() -> None:
    with pytest.raises(SignatureRefused):
        opened(sealed(b"content"), OTHER)


@given(place=st.integers(0, 2**32), bit=st.integers(0, 7))
def test_no_bit_can_be_altered(place: int, bit: int) -> None:
    raw = bytearray(sealed(b"content" * 20))
    raw[place % len(raw)] ^= 1 << bit
    with pytest.raises((EvidenceMismatch, SignatureRefused, InputInvalid)):
        opened(bytes(raw))


@pytest.mark.parametrize("size", SIZES[1:])
@pytest.mark.parametrize("cut", [1, 16, 17, PART, PART + 16])
def test_nothing_can_be_cut_off_or_put_on(size: int, cut: int) -> None:
    raw = sealed(bytes(size))
    with pytest.raises((EvidenceMismatch, InputInvalid)):
        opened(raw[: max(0, len(raw) - cut)])
    with pytest.raises(EvidenceMismatch):
        opened(raw + bytes(cut))


def test_parts_cannot_change_places() -> None:
    raw = sealed(bytes(3 * PART))
    head, size = raw[:HEADER_BYTES], PART + 16
    first, second, rest = (
        raw[HEADER_BYTES:][:size],
        raw[HEADER_BYTES + size :][:size],
        raw[HEADER_BYTES + 2 * size :],
    )
    with pytest.raises(EvidenceMismatch):
        opened(head + second + first + rest)


def test_a_commitment_to_other_content_is_found_out() -> None:
    # Whoever seals can write any commitment; it is authenticated, so the parts are sealed anew here.
    from resonance_dao.evidence import sealed_file

    header = SealedHeader(sealed_file.derive(KEY, "id"), bytes(32))
    part = sealed_file._cipher(KEY).encrypt(sealed_file._nonce(0, True), b"x", header.to_bytes())
    with pytest.raises(EvidenceMismatch, match="commitment"):
        opened(header.to_bytes() + part)


def test_each_reader_gets_the_key_and_a_stranger_does_not() -> None:
    assert ANN.unwrap(ring()) == BEN.unwrap(ring()) == KEY
    with pytest.raises(SignatureRefused, match="not sealed to this reader"):
        ReaderSecret(b"s" * 32).unwrap(ring())


def test_a_key_in_another_file_s_keyring_does_not_open() -> None:
    moved = Keyring(Cid.of(b"other"), b"c" * 32, ring().keys)
    with pytest.raises(SignatureRefused, match="altered"):
        ANN.unwrap(moved)


@pytest.mark.parametrize("reader", [bytes(32), b"short"])
def test_a_public_key_that_is_none_is_refused(reader: bytes) -> None:
    with pytest.raises(InputInvalid, match="X25519"):
        wrap(KEY, CID, "x", reader, counting())


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": "x"}', "[" * 100_000, ring().to_json().replace("wrapped", "w")]
)
def test_what_is_no_keyring_is_refused(text: str) -> None:
    with pytest.raises(InputInvalid, match="no keyring"):
        Keyring.from_json(text)


def test_a_keyring_is_written_and_read_back() -> None:
    assert Keyring.from_json(ring().to_json()) == ring()
    assert KEY.hex() not in ring().to_json()


def test_a_reader_s_secret_is_kept_encrypted_and_never_shown() -> None:
    pem = ANN.to_pem(b"password")
    assert ReaderSecret.from_pem(pem, b"password").public == ANN.public
    assert ("a" * 32).encode().hex() not in repr(ANN)
    for wrong in (b"wrong", b""):
        with pytest.raises(SignatureRefused):
            ReaderSecret.from_pem(pem, wrong)
    with pytest.raises(SignatureRefused):
        ReaderSecret.from_pem(b"no pem", b"password")
    with pytest.raises(InputInvalid):
        ANN.to_pem(b"")


def test_keys_are_kept_for_their_owner_alone_and_forgotten_for_good(tmp_path: Path) -> None:
    keys = SealedKeys(tmp_path / "keys")
    with pytest.raises(NotFound):
        keys.get(CID)
    assert not keys.forget(CID)
    keys.keep(ring())
    (file,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keys.get(CID) == ring()
    other = os.link(file, tmp_path / "same")
    assert keys.forget(CID)
    assert other is None
    assert (tmp_path / "same").read_bytes().strip(b"\0") == b"", "overwritten before it is unlinked"
    with pytest.raises(NotFound):
        keys.get(CID)


def test_a_folder_that_cannot_be_written_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "keys").touch()
    with pytest.raises(ResonanceError):
        SealedKeys(tmp_path / "keys").keep(ring())
