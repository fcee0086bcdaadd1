"""
The keys of one process, as they are named: a keystore file, an address whose key is at the signer, or a
development account.

    keyring = Keyring(password, server)
    keyring.open("relay-1.keystore.json")
    keyring.open("0xf39F...2266")
    keyring.open("dev:7")
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from resonance_dao.chain.abi import checksum
from resonance_dao.chain.contract import Contract
from resonance_dao.chain.keystore import KeystoreSigner
from resonance_dao.chain.policy import GuardedSigner, SignerPolicy, Statement
from resonance_dao.chain.remote_signer import RemoteSigner
from resonance_dao.chain.signer import DevSigner, Signer
from resonance_dao.chain.signer_server import SIGNER_URL, Credentials, SignerServer
from resonance_dao.errors import InputInvalid
from resonance_dao.transparency import receipt, signed_checkpoint
from resonance_dao.workflows.senders import Pool

RELAYER_KEYS = "RESONANCE_RELAYER_KEYS"
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_DEV = re.compile(r"dev:([0-9]{1,4})")


class Keyring:
    """
    Opens keys. `password` is asked once, for every keystore: a descriptor can be read only once. `server`
    None: no key is elsewhere.
    """

    def __init__(self, password: Callable[[], str], server: SignerServer | None = None) -> None:
        self._password, self._server = cache(password), server

    def open(self, name: str) -> Signer:
        """Return a key; raises as the signers do when they cannot sign."""
        if _ADDRESS.fullmatch(name):
            return self.remote(name)
        if (account := _DEV.fullmatch(name)) is not None:
            return DevSigner(int(account[1]))
        return KeystoreSigner.open(Path(name), self._password)

    def remote(self, address: str) -> Signer:
        """Return the key of an address at the signer."""
        if self._server is None:
            raise InputInvalid(SIGNER_URL, None, f"must be set: it keeps the key of {address}")
        return RemoteSigner.open(self._server, address)

    def pool(self, names: str, publisher: str) -> list[Signer]:
        """Return the keys named in `names`, with commas between them; none twice, nor the publisher's."""
        keys = [self.open(name) for name in parts(names)]
        addresses = [publisher, *(key.address for key in keys)]
        for address in addresses[1:]:
            if addresses.count(address) > 1:
                raise InputInvalid(RELAYER_KEYS, address, "must be named once, and not be the operator's")
        return keys


def parts(names: str) -> list[str]:
    """Return the names in a text that has commas between them."""
    return [part.strip() for part in names.split(",") if part.strip()]


def address_of(name: str) -> str | None:
    """Return the address of a key as it is named, without opening it; None when its file does not tell."""
    if _ADDRESS.fullmatch(name):
        return checksum(name)
    if (account := _DEV.fullmatch(name)) is not None:
        return DevSigner(int(account[1])).address
    try:
        told = json.loads(Path(name).read_text(encoding="utf-8")).get("address", "")
        return checksum("0x" + str(told).removeprefix("0x"))
    except (OSError, ValueError, AttributeError, InputInvalid):
        return None


def read_credentials(token: Path | None, certificate: Path | None, authorities: Path | None) -> Credentials:
    """Return what proves who we are to the signer. Raises `InputInvalid` for a file that cannot be read."""
    files = {"TOKEN": token, "CERTIFICATE": certificate, "AUTHORITIES": authorities}
    for what, file in files.items():
        if file is not None and not file.is_file():
            raise InputInvalid(f"RESONANCE_SIGNER_{what}_FILE", str(file), "is no file")
    try:
        word = None if token is None else token.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as exc:
        rule = "cannot be read as one word of ASCII"
        raise InputInvalid("RESONANCE_SIGNER_TOKEN_FILE", str(token), rule) from exc
    return Credentials(word, certificate, authorities)


def statements(chain_id: int, log: str) -> tuple[Statement, ...]:
    """Return what the publisher states to others: receipts of its log, and checkpoints."""
    receipts = {"name": receipt.NAME, "version": receipt.VERSION, "chainId": chain_id}
    checkpoints = {"name": signed_checkpoint.NAME, "version": signed_checkpoint.VERSION, "chainId": chain_id}
    return (
        Statement({**receipts, "verifyingContract": log}, receipt.TYPES),
        Statement(checkpoints, signed_checkpoint.TYPES),
    )


def stating(signer: Signer, chain_id: int, log: str) -> Signer:
    """Return the publisher's key as it signs receipts and checkpoints of its log, and nothing else."""
    return GuardedSigner(signer, SignerPolicy(chain_id, tuple, 0, statements(chain_id, log)))


def guarded_publisher(
    signer: Signer, chain_id: int, watched: Callable[[], Sequence[Contract]], log: Contract, fee_cap: int
) -> Signer:
    """Return the publisher's key behind its policy: it appends, relays when no other key does, and states."""
    stated = statements(chain_id, log.address)
    policy = SignerPolicy(chain_id, lambda: (log, *watched()), fee_cap, stated)
    return GuardedSigner(signer, policy)


def guarded_pool(
    signers: Sequence[Signer], chain_id: int, watched: Callable[[], Sequence[Contract]], fee_cap: int
) -> Pool:
    """Return the pool's keys behind theirs: they relay to what is watched, and state nothing."""
    policy = SignerPolicy(chain_id, watched, fee_cap)
    return Pool([GuardedSigner(signer, policy) for signer in signers], policy)
