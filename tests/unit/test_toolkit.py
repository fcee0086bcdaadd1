"""The toolkit: builds nothing before it is asked, and says what is missing when it is."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from resonance_dao.chain.chain import Block
from resonance_dao.chain.chain_clock import ChainClock
from resonance_dao.chain.keystore import create_keystore
from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import ChainUnreachable, InputInvalid, NotFound, ResonanceError, SignatureRefused
from resonance_dao.evidence.embedded import EmbeddedStore
from resonance_dao.evidence.evidence import add_bytes
from resonance_dao.evidence.mirrored import MirroredStore
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Identity
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.migration import upgrade
from resonance_dao.settings import Settings
from resonance_dao.toolkit import Toolkit
from resonance_dao.transparency.receipt_status import decide


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"RESONANCE_HOME": str(tmp_path / "home"), "RESONANCE_RPC_URL": "http://127.0.0.1:9"}


def toolkit(env: dict[str, str], **changes: str) -> Toolkit:
    together = {**env, **changes}
    return Toolkit(Settings.load(together), env=together)


def test_a_toolkit_touches_nothing_until_it_is_asked(env: dict[str, str], tmp_path: Path) -> None:
    toolkit(env).close()
    assert list(tmp_path.iterdir()) == []


def test_without_an_operator_the_error_names_both_ways_to_have_one(env: dict[str, str]) -> None:
    with pytest.raises(InputInvalid, match="RESONANCE_OPERATOR_KEYSTORE") as caught:
        _ = toolkit(env).operator
    assert "RESONANCE_OPERATOR_DEV_INDEX" in caught.value.hint


def test_a_keystore_that_is_absent_or_without_a_password_is_refused(
    env: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "operator.keystore.json"
    with pytest.raises(NotFound, match="does not exist"):
        _ = toolkit(env, RESONANCE_OPERATOR_KEYSTORE=str(path)).operator
    address = create_keystore(path, "correct")
    with pytest.raises(InputInvalid, match="RESONANCE_PASSWORD_FILE"):
        _ = toolkit(env, RESONANCE_OPERATOR_KEYSTORE=str(path)).operator
    (tmp_path / "password").write_text("correct\n")
    given = {"RESONANCE_OPERATOR_KEYSTORE": str(path), "RESONANCE_PASSWORD_FILE": str(tmp_path / "password")}
    both = toolkit(env, **given, RESONANCE_OPERATOR_DEV_INDEX="9")
    assert both.operator.address == address, "a keystore goes before a development account"


def test_a_development_account_signs_for_development_chains_only(env: dict[str, str]) -> None:
    operator = toolkit(env, RESONANCE_OPERATOR_DEV_INDEX="9").operator
    assert operator.address == DevSigner(9).address
    with pytest.raises(SignatureRefused):
        operator.sign_transaction({"chainId": 1})


def test_a_chain_that_does_not_answer_is_named(env: dict[str, str]) -> None:
    with pytest.raises(ChainUnreachable, match=r"127\.0\.0\.1:9"):
        toolkit(env).chain.block()


def test_evidence_goes_to_the_folder_and_to_every_mirror_that_is_named(
    env: dict[str, str], tmp_path: Path
) -> None:
    assert isinstance(toolkit(env).store, EmbeddedStore)
    mirrored = toolkit(env, RESONANCE_MIRROR_FOLDER=str(tmp_path / "mirror")).store
    assert isinstance(mirrored, MirroredStore)
    added = add_bytes(mirrored, b"evidence")
    assert {report.store: report.ok for report in added.pins} == {"embedded": True, "mirror": True}
    assert EmbeddedStore(tmp_path / "mirror").get_block(added.cid) == b"evidence"


def test_a_pinning_service_and_an_upload_are_places_for_copies(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "token").write_text("word\n")
    remote = {
        "RESONANCE_PIN_SERVICE_URL": "https://pins.example",
        "RESONANCE_CAR_UPLOAD_URL": "https://pins.example/upload",
        "RESONANCE_PIN_GATEWAY_URL": "https://pins.example",
        "RESONANCE_PIN_TOKEN_FILE": str(tmp_path / "token"),
        "RESONANCE_COPIES_MIN": "2",
    }
    service = toolkit(env, **remote).store
    assert isinstance(service, MirroredStore)
    assert service.names == ("embedded", "pinning-service")
    upload = toolkit(env, **{**remote, "RESONANCE_PIN_SERVICE_URL": ""}).store
    assert isinstance(upload, MirroredStore)
    assert upload.names == ("embedded", "car-upload")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"RESONANCE_CAR_UPLOAD_URL": "https://pins.example/upload"}, "RESONANCE_PIN_GATEWAY_URL"),
        ({"RESONANCE_PIN_SERVICE_URL": "http://pins.example"}, "RESONANCE_PIN_SERVICE_URL"),
        (
            {"RESONANCE_PIN_SERVICE_URL": "https://pins.example", "RESONANCE_PIN_TOKEN_FILE": "missing"},
            "RESONANCE_PIN_TOKEN_FILE",
        ),
        ({"RESONANCE_COPIES_MIN": "2"}, "RESONANCE_COPIES_MIN"),
    ],
)
def test_places_for_copies_that_cannot_be_are_refused(
    env: dict[str, str], changes: dict[str, str], named: str
) -> None:
    with pytest.raises(InputInvalid, match=named):
        _ = toolkit(env, **changes).store


def test_a_home_that_cannot_be_made_is_said(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    broken = toolkit(env, RESONANCE_HOME=str(tmp_path / "file" / "home"))
    with pytest.raises(InputInvalid, match="RESONANCE_HOME"):
        _ = broken.database
    with pytest.raises(ResonanceError):
        add_bytes(broken.store, b"x")


def test_the_database_is_made_once_and_closing_twice_is_harmless(env: dict[str, str], tmp_path: Path) -> None:
    kit = toolkit(env)
    assert kit.database is kit.database
    assert (tmp_path / "home" / "journal.db").is_file()
    kit.close()
    kit.close()


def test_a_receipt_of_a_machine_whose_clock_is_slow_is_no_broken_promise(
    env: dict[str, str], tmp_path: Path
) -> None:
    head, url = 1_767_225_600, f"sqlite:///{tmp_path / 'journal.db'}"
    block = Block(7, "0x", "0x", head, 1, 30_000_000)
    kit, key = toolkit(env), DevSigner(9)
    chain: Any = SimpleNamespace(block=lambda: block)
    kit.__dict__.update(chain_id=1, _clock=ChainClock(chain, wall=lambda: head - 7_200))
    upgrade(url)
    identity = Identity(31337, "0x" + "11" * 32, key.address, "0x" + "22" * 20)
    journal = Journal(Database(url), identity, key, anchor_within_s=3_600)
    body = {"reason_code": "GATEWAY_OUTAGE", "what": "It was down.", "why": "No power.", "next": "None."}
    receipt = journal.accept("disclosure", "gateway/outage", body, now=kit.now()).receipt.receipt
    assert decide(receipt, log_size=0, leaf=None, now=head + 3_500).state == "pending"
    assert decide(receipt, log_size=0, leaf=None, now=head + 3_700).state == "omitted"


def test_a_development_chain_has_a_time_of_its_own(env: dict[str, str]) -> None:
    kit, pending = toolkit(env), Block(8, "0x", "0x", 12_345, 1, 30_000_000)
    kit.__dict__.update(chain_id=31337, chain=SimpleNamespace(block=lambda number: pending))
    assert kit.now() == 12_345
