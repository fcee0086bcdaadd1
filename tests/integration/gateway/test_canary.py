"""
A publisher's key and its password are nowhere but in their files: not in an answer, the log, the database, a
backup, the chain, nor in what the process was started with.
"""

from __future__ import annotations

import base64
import json
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from eth_account import Account

from resonance_dao.chain.chain import integer
from resonance_dao.chain.deployment import run, survey
from resonance_dao.chain.devchain import DevChain, free_port
from resonance_dao.chain.keystore import create_keystore
from resonance_dao.cli.app import main
from resonance_dao.cli.demo import gateway as gateway_process
from resonance_dao.cli.demo.gateway import Gateway, Refusal
from resonance_dao.settings import Settings
from resonance_dao.toolkit import Toolkit
from tests.integration.gateway.conftest import ROOT, environment

PASSWORD = "canary-Zq7-correct-horse"
pytestmark = [pytest.mark.chain, pytest.mark.slow]


def shapes(key: bytes) -> list[bytes]:
    """Return what a key or a password looks like where it leaks."""
    return [key, key.hex().encode(), key.hex().upper().encode(), base64.b64encode(key), repr(key).encode()]


def test_a_whole_life_shows_neither_key_nor_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gateway_process, "_READY_S", 240)
    monkeypatch.setattr(gateway_process, "_DONE_S", 240)
    secret = tmp_path / "secret"
    secret.mkdir()
    address = create_keystore(secret / "key.json", PASSWORD)
    (secret / "password").write_text(PASSWORD)
    document = json.loads((secret / "key.json").read_text())
    key = bytes(Account.decrypt(document, PASSWORD))
    with ExitStack() as stack:
        seen = dict(life(stack, tmp_path, secret, address))
    seen["terminal"] = "".join(capfd.readouterr()).encode()
    for file in [path for path in tmp_path.rglob("*") if path.is_file() and secret not in path.parents]:
        seen[str(file.relative_to(tmp_path))] = file.read_bytes()
    with tarfile.open(tmp_path / "backup.tar") as archive:
        for member in archive.getmembers():
            read = archive.extractfile(member)
            seen[f"backup:{member.name}"] = b"" if read is None else read.read()
    found = [
        (where, at)
        for where, content in seen.items()
        for at, shape in enumerate(
            [
                *shapes(key),
                str(int.from_bytes(key, "big")).encode(),
                PASSWORD.encode(),
                *shapes(PASSWORD.encode())[1:4],
            ]
        )
        if shape in content
    ]
    assert found == []
    # The search finds what is there: the key's address.
    places = {where.split(":")[0].split("/")[0] for where, content in seen.items() if hits(address, content)}
    assert places >= {"answers", "home", "backup"}
    assert str(secret / "password").encode() in seen["environment"]
    assert any(name.startswith("backup:") and name.endswith(".db") for name in seen), sorted(seen)


def hits(address: str, content: bytes) -> bool:
    return address[2:].lower().encode() in content.lower()


def life(stack: ExitStack, folder: Path, secret: Path, address: str) -> Iterator[tuple[str, bytes]]:
    """Upload, ask wrongly, be anchored, look at everything, make a backup."""
    dev = stack.enter_context(DevChain.start(ROOT))
    env = environment(
        folder,
        dev.url,
        RESONANCE_OPERATOR_KEYSTORE=str(secret / "key.json"),
        RESONANCE_PASSWORD_FILE=str(secret / "password"),
    )
    toolkit = Toolkit(Settings.load(env), env=env)
    stack.callback(toolkit.close)
    toolkit.chain.request("anvil_setBalance", [address, hex(10**21)])
    run(survey(toolkit.plan, toolkit.chain), toolkit.chain, toolkit.operator, toolkit.book)
    gateway = Gateway.start(env, free_port(), folder / "gateway.log")
    stack.callback(gateway.stop)
    gateway.upload(b"a photo")
    with pytest.raises(Refusal):
        gateway.post("/v1/payouts/push", {"token": address, "account": "nobody"})
    gateway.wait_anchored()
    answers = b""
    for path in (
        *("/v1/log", "/v1/log/entries", "/v1/log/entries/1/receipt", "/v1/log/checkpoint", "/ready"),
        *("/metrics", "/health", "/openapi.json", "/v1/transactions", "/nowhere", "/v1/log/entries/0"),
    ):
        answers += httpx.get(gateway.url + path, timeout=60, trust_env=False).content
    yield "answers", answers
    yield "environment", Path(f"/proc/{gateway._process.pid}/environ").read_bytes()
    yield "arguments", Path(f"/proc/{gateway._process.pid}/cmdline").read_bytes()
    for number in range(integer(toolkit.chain.request("eth_blockNumber")) + 1):
        block = toolkit.chain.request("eth_getBlockByNumber", [hex(number), True])
        yield f"block:{number}", json.dumps(block).encode()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in env.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main(["--json", "backup", str(folder / "backup.tar")])
        assert not ended.value.code
