import json
import os
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from resonance_dao.chain.keystore import KeystoreSigner, create_keystore, password_source
from resonance_dao.errors import InputInvalid, NotFound, SignatureRefused


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    path = tmp_path_factory.mktemp("keys") / "owner.keystore.json"
    return path, create_keystore(path, "correct horse")


def test_an_absent_keystore_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        KeystoreSigner.open(tmp_path / "none.json", lambda: "")


@pytest.mark.parametrize(
    "text", ["", "{}", "[3]", '{"version": 1}', '{"version": 3}', '{"version": 3, "crypto": {}}']
)
def test_a_file_that_is_no_keystore_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "k.json"
    path.write_text(text)
    with pytest.raises(InputInvalid, match="keystore"):
        KeystoreSigner.open(path, lambda: "")


def test_a_wrong_password_is_refused_and_not_repeated(made: tuple[Path, str]) -> None:
    with pytest.raises(SignatureRefused) as refused:
        KeystoreSigner.open(made[0], lambda: "wrong horse")
    assert "wrong horse" not in str(refused.value.to_dict())


def test_a_keystore_is_never_overwritten(made: tuple[Path, str]) -> None:
    before = made[0].read_bytes()
    with pytest.raises(InputInvalid, match="must not exist"):
        create_keystore(made[0], "x")
    assert made[0].read_bytes() == before


def test_an_empty_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid):
        create_keystore(tmp_path / "k.json", "")
    assert not (tmp_path / "k.json").exists()


def test_a_keystore_opens_signs_on_any_chain_and_shows_no_key(made: tuple[Path, str]) -> None:
    path, address = made
    signer = KeystoreSigner.open(path, lambda: "correct horse")
    transaction: dict[str, Any] = {
        "chainId": 1,
        "nonce": 0,
        "gas": 21_000,
        "gasPrice": 1,
        "to": address,
        "value": 0,
    }
    assert Account.recover_transaction(signer.sign_transaction(transaction)) == signer.address == address
    assert repr(signer) == f"KeystoreSigner({address})"


def test_a_keystore_is_the_standard_one_and_its_owners_alone(made: tuple[Path, str]) -> None:
    path, _ = made
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text())["version"] == 3


def test_a_password_file_that_is_not_there_is_said_when_it_is_needed(tmp_path: Path) -> None:
    source = password_source({"RESONANCE_PASSWORD_FILE": str(tmp_path / "none")}, lambda: "prompted")
    with pytest.raises(NotFound, match="RESONANCE_PASSWORD_FILE"):
        source()
    with pytest.raises(NotFound, match="RESONANCE_PASSWORD_FD"):
        password_source({"RESONANCE_PASSWORD_FD": "x"}, lambda: "prompted")()


def test_the_password_comes_from_a_file_a_descriptor_or_a_prompt(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(" secret \n")
    assert (
        password_source({"RESONANCE_PASSWORD_FILE": str(tmp_path / "password")}, lambda: "prompted")()
        == " secret "
    )
    read, write = os.pipe()
    os.write(write, b"piped\r\n")
    os.close(write)
    assert password_source({"RESONANCE_PASSWORD_FD": str(read)}, lambda: "prompted")() == "piped"
    assert password_source({}, lambda: "prompted")() == "prompted"
