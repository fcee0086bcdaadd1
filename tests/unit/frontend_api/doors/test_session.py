"""Signing in: one nonce, site, chain, moment and signature; then a session that is hard to steal."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest
from sqlalchemy import func, select

from frontend_api.doors import cookies, nonces
from resonance_dao.chain.siwe import SiweMessage
from resonance_dao.errors import ChainUnreachable, JournalUnavailable
from resonance_dao.journal.schema import session as session_table
from resonance_dao.workflows.roles import Role
from tests.unit.frontend_api.conftest import FakeChain
from tests.unit.frontend_api.doors.conftest import FUNDER, NOW, OWN, SITE, WORKER, Gate, sign

Mutation = Callable[[SiweMessage], str]


def at(unix: int) -> str:
    return datetime.fromtimestamp(unix, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def field(**changes: Any) -> Mutation:
    return lambda message: replace(message, **changes).to_text()


def text(old: str, new: str) -> Mutation:
    return lambda message: message.to_text().replace(old, new, 1)


def last_digit(message: SiweMessage) -> str:
    other = "0" if message.nonce[-1] != "0" else "1"
    return replace(message, nonce=message.nonce[:-1] + other).to_text()


def longer_life(message: SiweMessage) -> str:
    ends = int(message.nonce[24:34], 16) + 86_400
    return replace(message, nonce=f"{message.nonce[:24]}{ends:010x}{message.nonce[34:]}").to_text()


def hidden(message: SiweMessage) -> str:
    statement = f"Welcome\n\nURI: {message.uri}\nVersion: 1\nChain ID: 31337\nNonce: {message.nonce}"
    return replace(message, nonce="0" * 64, statement=statement).to_text()


# Each is signed rightly by its account: only what it says is wrong.
MUTATIONS: dict[str, Mutation] = {
    "another domain": field(domain="evil.example", uri="https://evil.example"),
    "another domain, our uri": field(domain="evil.example"),
    "a domain below ours": field(domain=f"in.{SITE}", uri=f"https://in.{SITE}"),
    "a domain that ours begins": field(domain=f"{SITE}.evil.example"),
    "another port": field(domain=f"{SITE}:8443", uri=f"https://{SITE}:8443"),
    "another uri": field(uri="https://evil.example/"),
    "an uri with us as its user": field(uri=f"https://{SITE}@evil.example/"),
    "a scheme that is not the uri's": field(scheme="http"),
    "an uri that is no page": field(uri=f"javascript://{SITE}/%0Aalert(1)"),
    "another version": field(version="2"),
    "another chain": field(chain_id=1),
    "no chain": text("Chain ID: 31337\n", ""),
    "expired": field(expiration_time=at(NOW)),
    "expired in another time zone": field(expiration_time="2026-01-01T08:59:59+09:00"),
    "not yet": field(not_before=at(NOW + 1)),
    "issued in the future": field(issued_at=at(NOW + 61)),
    "issued at no time": text("Issued At: 2026-01-01", "Issued At: 2026-13-01"),
    "an unknown nonce": field(nonce="0" * 64),
    "a nonce with one digit changed": last_digit,
    "a nonce with a longer life": longer_life,
    "a nonce in capitals": lambda message: replace(message, nonce=message.nonce.upper()).to_text(),
    "a nonce hidden in the statement": hidden,
    "two nonces": text("\nNonce: ", "\nNonce: 12345678\nNonce: "),
    "a line end more": lambda message: message.to_text() + "\n",
    "windows line ends": lambda message: message.to_text().replace("\n", "\r\n"),
    "an address in small letters": lambda m: m.to_text().replace(m.address, m.address.lower()),
    "a wish for more": field(resources=("urn:recap:eyJhdHQiOnt9fQ==",)),
}


def sessions(gate: Gate) -> int:
    with gate.parts.journal.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(session_table)).scalar_one())


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutated_message_opens_no_session(gate: Gate, name: str) -> None:
    browser = gate.browser()
    right = gate.message(browser)
    mutated = MUTATIONS[name](right)
    assert mutated != right.to_text()
    answer = gate.post(browser, mutated, sign(WORKER, mutated))
    assert (answer.status_code, answer.json()["code"]) in ((403, "signature_refused"), (422, "input_invalid"))
    assert "set-cookie" not in answer.headers
    assert sessions(gate) == 0
    # The nonce is whole still: what was wrong was the message.
    assert gate.post(browser, right.to_text(), sign(WORKER, right.to_text())).status_code == 201


def test_another_s_signature_or_a_changed_text_opens_no_session(gate: Gate) -> None:
    browser = gate.browser()
    message = gate.message(browser).to_text()
    for signature in (sign(FUNDER, message), sign(WORKER, message + " "), bytes(65), b"\x01"):
        answer = gate.post(browser, message, signature)
        assert (answer.status_code, answer.json()["code"]) == (403, "signature_refused")
    assert sessions(gate) == 0


def test_a_nonce_ends_after_ten_minutes(gate: Gate) -> None:
    browser = gate.browser()
    message = gate.message(browser).to_text()
    gate.time.pass_s(nonces.LIFETIME_S)
    answer = gate.post(browser, message, sign(WORKER, message))
    assert answer.status_code == 403
    assert "over" in answer.json()["detail"]


def test_a_nonce_opens_one_session_and_no_second(gate: Gate) -> None:
    browser = gate.browser()
    message = gate.message(browser).to_text()
    statuses = [gate.post(gate.browser(), message, sign(WORKER, message)).status_code for _ in range(3)]
    assert statuses == [201, 403, 403]
    other = replace(SiweMessage.from_text(message), address=FUNDER.address).to_text()
    assert gate.post(browser, other, sign(FUNDER, other)).status_code == 403


def test_of_fifty_parallel_posts_exactly_one_signs_in(gate: Gate) -> None:
    browser = gate.browser()
    message = gate.message(browser).to_text()
    signature = sign(WORKER, message)
    with ThreadPoolExecutor(16) as pool:
        posts = [pool.submit(gate.post, gate.browser(), message, signature) for _ in range(50)]
        statuses = sorted(post.result().status_code for post in posts)
    assert statuses == [201] + [403] * 49
    assert sessions(gate) == 1


def test_a_chain_that_fails_leaves_the_nonce_whole(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = gate.browser()
    message = gate.message(browser).to_text()

    def failing(*_: object) -> None:
        raise ChainUnreachable("down")

    with monkeypatch.context() as patched:
        patched.setattr("resonance_dao.workflows.reading.lists.Lists.roles_of", failing)
        assert gate.post(browser, message, sign(WORKER, message)).status_code == 503
    assert gate.post(browser, message, sign(WORKER, message)).status_code == 201


def test_the_cookie_is_for_this_host_over_tls_and_out_of_reach_of_scripts(gate: Gate) -> None:
    browser = gate.browser()
    answer = gate.sign_in(browser)
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-resonance=")
    assert {one.lower() for one in attributes} == {
        "secure", "httponly", "samesite=lax", "path=/", f"max-age={gate.settings.session_s}"
    }  # fmt: skip
    assert len(name.partition("=")[2]) == 64
    assert answer.headers["cache-control"] == "no-store"


def test_who_signs_in_while_the_index_lags_has_the_roles_that_the_chain_tells(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lagging(*_: object) -> None:
        raise JournalUnavailable("the index lags behind")

    monkeypatch.setattr("resonance_dao.workflows.reading.lists.Lists.roles_of", lagging)
    monkeypatch.setattr("frontend_api.doors.keeper.roles_of", lambda *_: (Role("reviewer", bounty_id=5),))
    answer = gate.sign_in(gate.browser())
    assert answer.status_code == 201
    assert [role["name"] for role in answer.json()["roles"]] == ["reviewer"]


def test_who_signed_in_is_shown_with_the_roles_of_the_chain(gate: Gate) -> None:
    browser = gate.browser()
    shown = gate.sign_in(browser).json()
    assert browser.get("/v1/session").json() == shown
    assert shown == {
        "kind": "account",
        "account": WORKER.address,
        "key_id": None,
        "scopes": ["evidence", "relay", "report"],
        "until": NOW + gate.settings.session_s,
        "roles": [
            {"name": "owner", "project_id": 3, "bounty_id": None},
            {"name": "auditor", "project_id": None, "bounty_id": None},
        ],
    }


def test_the_session_changes_with_every_sign_in(gate: Gate) -> None:
    browser = gate.browser()
    browser.cookies.set(cookies.NAME, "f" * 64, domain=f"{SITE}.local")
    # A cookie that somebody planted is no session, and none is made of it.
    assert browser.get("/v1/session").status_code == 401
    first = gate.sign_in(browser).headers["set-cookie"].partition(";")[0].partition("=")[2]
    assert first != "f" * 64
    browser.cookies.clear()
    browser.cookies.set(cookies.NAME, first, domain=f"{SITE}.local")
    assert gate.sign_in(browser, FUNDER).status_code == 201
    assert first != browser.cookies[cookies.NAME]
    assert sessions(gate) == 1
    old = gate.browser(Cookie=f"{cookies.NAME}={first}")
    assert old.get("/v1/session").status_code == 401
    assert browser.get("/v1/session").json()["account"] == FUNDER.address


@pytest.mark.parametrize(("later", "status"), [(-1, 200), (0, 401), (1, 401)])
def test_a_session_ends_at_its_second(gate: Gate, later: int, status: int) -> None:
    browser = gate.browser()
    gate.sign_in(browser)
    cookie = {"Cookie": f"{cookies.NAME}={browser.cookies[cookies.NAME]}"}
    gate.time.pass_s(gate.settings.session_s + later)
    assert gate.browser(**cookie).get("/v1/session").status_code == status


def test_a_session_ends_no_later_than_its_message(gate: Gate) -> None:
    assert gate.sign_in(gate.browser(), expiration_time=at(NOW + 90)).json()["until"] == NOW + 90


def test_signing_out_closes_this_session_or_all(gate: Gate) -> None:
    here, there, elsewhere = (gate.browser() for _ in range(3))
    for browser in (here, there, elsewhere):
        gate.sign_in(browser)
    kept = here.cookies[cookies.NAME]
    left = here.delete("/v1/session", headers=gate.keyed(**OWN))
    assert left.status_code == 204
    assert "max-age=0" in left.headers["set-cookie"].lower()
    assert gate.browser(Cookie=f"{cookies.NAME}={kept}").get("/v1/session").status_code == 401
    assert there.get("/v1/session").status_code == 200
    there.delete("/v1/session?everywhere=true", headers=gate.keyed(**OWN))
    assert elsewhere.get("/v1/session").status_code == 401


def test_whoever_is_not_signed_in_is_told_how(gate: Gate) -> None:
    answer = gate.browser().get("/v1/session", headers={"Accept-Language": "ja"})
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert "サインイン" in answer.json()["title"]


def test_a_contract_wallet_answers_for_itself(
    gate: Gate, chain: FakeChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    wallet = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
    browser = gate.browser()
    message = gate.message(browser, wallet).to_text()
    assert gate.post(browser, message, b"\x01" * 96).status_code == 403
    chain.code = "0x60"
    monkeypatch.setattr(chain, "call", lambda *_, **__: bytes(32))
    assert gate.post(browser, message, b"\x01" * 96).status_code == 403
    monkeypatch.setattr(chain, "call", lambda *_, **__: bytes.fromhex("1626ba7e").ljust(32, b"\0"))
    assert gate.post(browser, message, b"\x01" * 96).json()["account"] == wallet


def test_a_wallet_that_is_not_deployed_is_refused_by_name(gate: Gate) -> None:
    browser = gate.browser()
    message = gate.message(browser).to_text()
    answer = gate.post(browser, message, b"\x01" * 40 + bytes.fromhex("6492" * 16))
    assert answer.status_code == 403
    assert "EIP-6492" in answer.json()["detail"]


def test_asking_for_a_nonce_writes_nothing(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = gate.browser()
    browser.get("/v1/session/nonce")
    monkeypatch.setattr(gate.parts.journal.database, "write", lambda: pytest.fail("a nonce needs no commit"))
    told = browser.get("/v1/session/nonce", headers={"Accept-Language": "ja"})
    assert told.status_code == 200
    assert told.json()["statement"].isascii()
    assert "サインイン" in told.json()["explanation"]


def test_neither_token_nor_signature_nor_message_is_logged(gate: Gate) -> None:
    browser = gate.browser()
    message = gate.message(browser)
    signature = sign(WORKER, message.to_text())
    gate.post(browser, message.to_text(), signature)
    browser.get("/v1/session")
    for secret in (browser.cookies[cookies.NAME], signature.hex(), message.nonce, WORKER.address):
        assert secret not in gate.log.getvalue()
