"""
Keys in files: Web3 Secret Storage version 3, the format of geth and every wallet
(https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage).

The password comes from a prompt, a file or a file descriptor; never from the command line, where everybody
on the machine can read it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from resonance_dao.chain.signer import AccountSigner
from resonance_dao.errors import InputInvalid, NotFound, SignatureRefused

PASSWORD_FILE = "RESONANCE_PASSWORD_FILE"  # noqa: S105  # The name of a variable.
PASSWORD_FD = "RESONANCE_PASSWORD_FD"  # noqa: S105

_CANNOT_OPEN = "the keystore {} does not open with this password"


class KeystoreSigner(AccountSigner):
    """Signs with the key of a keystore file, on any chain."""

    @classmethod
    def open(cls, path: Path, password: Callable[[], str]) -> KeystoreSigner:
        """
        Open the keystore at `path`; `password` is asked once.

        Raises `NotFound`, `InputInvalid` when the file is no keystore, `SignatureRefused` when the password
        is wrong.
        """
        from eth_account import Account

        document = _read(path)
        try:
            return cls(Account.from_key(Account.decrypt(document, password())))
        except (ValueError, KeyError, TypeError) as exc:
            # eth-keyfile's words for a wrong password ("MAC mismatch") help nobody.
            wrong = isinstance(exc, ValueError) and "mac" in str(exc).lower()
            if not wrong:
                raise InputInvalid(
                    "keystore", path.name, "must be a Web3 Secret Storage file, version 3"
                ) from exc
            raise SignatureRefused(
                _CANNOT_OPEN.format(path.name), hint="Check the password and the file."
            ) from exc


def create_keystore(path: Path, password: str) -> str:
    """
    Make a new key, keep it in a new file at `path` that only its owner may read, and return its address.

    Raises `InputInvalid` when the file exists already or the password is empty.
    """
    from eth_account import Account

    if not password:
        raise InputInvalid("password", "", "must not be empty")
    account = Account.create()
    document = Account.encrypt(account.key, password)
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as exc:
        raise InputInvalid("keystore", path.name, "must not exist yet") from exc
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        json.dump(document, file)
    return str(account.address)


def password_source(env: Mapping[str, str], prompt: Callable[[], str]) -> Callable[[], str]:
    """
    Return where the password comes from: the file or descriptor that `env` names, else `prompt`.

    One line end after the password is left out. Raises `NotFound` when the file cannot be read, at the time
    of asking.
    """
    file, descriptor = env.get(PASSWORD_FILE), env.get(PASSWORD_FD)
    if file:
        return lambda: _first_line(lambda: Path(file).read_text(encoding="utf-8"), PASSWORD_FILE)
    if descriptor:
        return lambda: _first_line(lambda: _read_descriptor(descriptor), PASSWORD_FD)
    return prompt


def _read_descriptor(text: str) -> str:
    with os.fdopen(int(text), encoding="utf-8") as opened:
        return opened.read()


def _first_line(read: Callable[[], str], name: str) -> str:
    try:
        return read().removesuffix("\n").removesuffix("\r")
    except (OSError, ValueError) as exc:
        raise NotFound(f"the password that {name} points to cannot be read", hint=f"Check {name}.") from exc


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        hint = "Make one with `resonance keystore FILE`."
        raise NotFound(f"the keystore {path} does not exist", hint=hint) from exc
    except (OSError, ValueError) as exc:
        raise InputInvalid("keystore", path.name, "must be JSON") from exc
    if not isinstance(document, dict) or document.get("version") != 3:
        raise InputInvalid("keystore", path.name, "must be a Web3 Secret Storage file, version 3")
    return document
