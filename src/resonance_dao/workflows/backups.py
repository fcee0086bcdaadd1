"""
Backups: a journal and what belongs to it in one file, and back.

The file is a tar archive, for its owner alone: `journal.db`, `evidence/blocks/<cid>`, `evidence/pins.txt`,
`sealed-keys/<cid>.json` if asked for, and at its end `manifest.json` with the hashes of what does not hash
itself. An archive without that end is not whole.

A backup is brought back beside nothing: into a home without a journal, when no gateway runs there, and only
if the chain does not hold more than it does.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from resonance_dao.errors import EvidenceMismatch, EvidenceUnavailable, InputInvalid, ResonanceError
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.embedded import EmbeddedStore, read_block, sync_folder, write_durably
from resonance_dao.evidence.sealed_keys import Keyring
from resonance_dao.evidence.store import MAX_BLOCK_BYTES
from resonance_dao.journal import backup
from resonance_dao.journal.backup import Held
from resonance_dao.journal.database import Database

SCHEMA = "resonance/backup/1"
JOURNAL, MANIFEST, PINS = "journal.db", "manifest.json", "evidence/pins.txt"
BLOCKS, KEYS = "evidence/blocks/", "sealed-keys/"
PINS_FILE = "pins.txt"
_MOST_TEXT = 64 * 1024 * 1024
_CHUNK = 1024 * 1024
_ANOTHER = "Use another backup."


@dataclass(frozen=True, slots=True)
class Places:
    """Where a gateway keeps its own: the journal's file, the evidence and the keys to sealed evidence."""

    journal: Path
    evidence: Path
    sealed_keys: Path


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a backup. `damaged` blocks of the embedded store were left out: other copies have them."""

    made_at: int
    held: Held
    blocks: int
    damaged: int
    sealed_keys: int

    def to_dict(self) -> dict[str, object]:
        """Return plain values for JSON."""
        counts = {"blocks": self.blocks, "damaged": self.damaged, "sealed_keys": self.sealed_keys}
        return {"schema": SCHEMA, "made_at": self.made_at, **counts, "journal": self.held.to_dict()}


def make(places: Places, file: Path, *, now: int, evidence: bool, sealed_keys: bool) -> Contents:
    """Write a backup to a new file, whole or not at all; the gateway may go on meanwhile."""
    if file.exists():
        raise InputInvalid("file", str(file), "is there already", hint="Name a new file.")
    with _writing(file), tempfile.TemporaryDirectory(dir=file.resolve().parent, prefix=".backup-") as folder:
        copied, archive = Path(folder) / JOURNAL, Path(folder) / "archive.tar"
        # The journal first: whatever it tells of is in the folders by then.
        backup.copy(places.journal, copied)
        database = Database(f"sqlite:///{copied}")
        try:
            if not backup.has_begun(database):
                raise InputInvalid(
                    "RESONANCE_HOME",
                    str(places.journal),
                    "holds no record yet: there is nothing to keep",
                    hint="Is it the gateway's folder? A journal begins with the first request.",
                )
            held = backup.check(database)
        finally:
            database.close()
        descriptor = os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
                contents = _write(tar, places, copied, held, now, evidence=evidence, sealed_keys=sealed_keys)
            raw.flush()
            os.fsync(raw.fileno())
        archive.replace(file)
        sync_folder(file.resolve().parent)
    return contents


def unpack(file: Path, folder: Path) -> Contents:
    """
    Unpack a backup into a new folder, every byte checked, and return what is in it.

    Raises `InputInvalid` for a file that is no backup, is damaged or ends too early.
    """
    folder.mkdir(mode=0o700, parents=True)
    hashes: dict[str, str] = {}
    store, manifest, blocks = EmbeddedStore(folder / "evidence"), None, 0
    with _reading(file), tarfile.open(file, mode="r:") as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content is None or manifest is not None:
                raise _damaged(file, f"{member.name!r} does not belong there")
            if member.name == JOURNAL:
                hashes[JOURNAL] = _save(content, folder / JOURNAL)
            elif member.name.startswith(BLOCKS):
                store.put_block(
                    Cid.parse(member.name.removeprefix(BLOCKS)), content.read(MAX_BLOCK_BYTES + 1)
                )
                blocks += 1
            elif member.name.startswith(KEYS):
                hashes[member.name] = _save_key(content.read(_MOST_TEXT), folder / "sealed-keys")
            elif member.name == PINS:
                hashes[PINS] = _save(content, folder / PINS_FILE)
            elif member.name == MANIFEST:
                manifest = json.loads(content.read(_MOST_TEXT))
            else:
                raise _damaged(file, f"{member.name!r} does not belong there")
    with _reading(file):
        if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
            raise _damaged(file, "its end is missing, or it is no backup of this program")
        if hashes != manifest["sha256"] or blocks != manifest["blocks"]:
            raise _damaged(file, "it does not hold what it says")
        return _contents(manifest)


def put_in_place(folder: Path, places: Places, *, sealed_keys: bool) -> None:
    """Move what `unpack` made to where the gateway looks for it: the journal last."""
    with _writing(places.journal):
        places.journal.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = EmbeddedStore(places.evidence)
        for path in sorted((folder / "evidence" / "blocks").glob("*/*")):
            target.put_block(Cid.parse(path.name), path.read_bytes())
        _pin_again(target, folder / PINS_FILE)
        if sealed_keys:
            for path in sorted((folder / "sealed-keys").glob("*.json")):
                write_durably(places.sealed_keys / path.name, path.read_bytes())
        with (folder / JOURNAL).open("rb+") as raw:
            os.fchmod(raw.fileno(), 0o600)
            os.fsync(raw.fileno())
        # Never over a journal that is there: a link fails where a rename would replace it.
        os.link(folder / JOURNAL, places.journal)
        sync_folder(places.journal.parent)


def _write(
    tar: tarfile.TarFile,
    places: Places,
    copied: Path,
    held: Held,
    now: int,
    *,
    evidence: bool,
    sealed_keys: bool,
) -> Contents:
    hashes = {JOURNAL: _hash_of(copied)}
    tar.add(copied, JOURNAL, filter=_plain)
    blocks = damaged = keys = 0
    if evidence:
        blocks, damaged = _add_blocks(tar, places.evidence)
        pins = copied.with_name(PINS_FILE)
        pins.write_text("".join(f"{pin}\n" for pin in EmbeddedStore(places.evidence).pins()), "ascii")
        tar.add(pins, PINS, filter=_plain)
        hashes[PINS] = _hash_of(pins)
    if sealed_keys:
        for path in sorted(places.sealed_keys.glob("*.json")):
            hashes[KEYS + path.name] = _add(tar, KEYS + path.name, path.read_bytes())
            keys += 1
    contents = Contents(now, held, blocks, damaged, keys)
    _add(tar, MANIFEST, json.dumps({**contents.to_dict(), "sha256": hashes}, indent=2).encode())
    return contents


def _add_blocks(tar: tarfile.TarFile, evidence: Path) -> tuple[int, int]:
    """Add every whole block; return how many, and how many were damaged."""
    blocks = damaged = 0
    for path in sorted((evidence / "blocks").glob("*/*")):
        try:
            _add(tar, BLOCKS + path.name, read_block(path, Cid.parse(path.name)))
            blocks += 1
        except EvidenceMismatch:
            damaged += 1
        except (EvidenceUnavailable, InputInvalid):  # collected meanwhile, or no block at all
            continue
    return blocks, damaged


def _pin_again(store: EmbeddedStore, file: Path) -> None:
    if not file.is_file():
        return
    with file.open(encoding="ascii") as lines:
        for line in lines:
            # What lacks a block is left to the rounds of checks, which fetch it from another copy.
            with suppress(EvidenceUnavailable, EvidenceMismatch):
                store.pin(Cid.parse(line.strip()))


def _contents(manifest: dict[str, Any]) -> Contents:
    counts = (manifest[name] for name in ("blocks", "damaged", "sealed_keys"))
    return Contents(manifest["made_at"], Held(**manifest["journal"]), *counts)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> str:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))
    return sha256(content).hexdigest()


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def _hash_of(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as raw:
        while chunk := raw.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _save(content: Any, path: Path) -> str:
    digest = sha256()
    with path.open("xb") as raw:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            raw.write(chunk)
    return digest.hexdigest()


def _save_key(text: bytes, folder: Path) -> str:
    keyring = Keyring.from_json(text.decode("utf-8", "replace"))
    write_durably(folder / f"{keyring.cid.as_v1()}.json", text)
    return sha256(text).hexdigest()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise InputInvalid("file", str(path), f"cannot be written: {exc.strerror or exc}") from exc


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, tarfile.TarError, ValueError, KeyError, TypeError) as exc:
        raise _damaged(file, f"it cannot be read as an archive ({type(exc).__name__})") from exc
    except InputInvalid:
        raise
    except ResonanceError as exc:
        raise _damaged(file, str(exc)) from exc


def _damaged(file: Path, what: str) -> InputInvalid:
    return InputInvalid("file", str(file), f"is no whole backup: {what}", hint=_ANOTHER)
