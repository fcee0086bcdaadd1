"""What every request passes: our name, our own pages, a known caller, a limit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from eth_account import Account
from starlette.testclient import TestClient

from frontend_api.doors import cookies
from frontend_api.doors.hosts import Hosts
from frontend_api.doors.identity import ACCOUNT, ANONYMOUS, KEY, Identity, network_of
from resonance_dao.journal.api_keys import ApiKeys
from tests.unit.frontend_api.doors.conftest import FUNDER, OWN, SITE, WORKER, Gate

READING = {"project_id": "1", "bounty_id": "1", "submission_id": "1", "number": "1", "cid": "bafkqaaa"}


def changing(gate: Gate) -> Iterator[tuple[str, str]]:
    for path, methods in gate.app.openapi()["paths"].items():
        for method in methods:
            if method not in ("get", "head"):
                yield method.upper(), path


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "127.0.0.1", f"{SITE}.", f"{SITE}.evil.example", f"evil.{SITE}", f"{SITE}:8443",
     f"{SITE}@evil.example", f"{SITE}/", f"*.{SITE}", f"{SITE}, evil.example", "[::1]", "テスト"],
)  # fmt: skip
def test_a_host_that_is_not_ours_is_turned_away(gate: Gate, host: str) -> None:
    answer = gate.browser().get("/v1/log", headers={b"Host": host.encode()})  # type: ignore[dict-item]
    assert (answer.status_code, answer.json()["code"]) == (421, "host_unknown")


def test_only_the_health_of_the_process_is_told_under_any_name(gate: Gate) -> None:
    assert gate.browser().get("/health", headers={"Host": "10.0.0.7:8700"}).status_code == 200
    assert gate.browser().get("/ready", headers={"Host": "10.0.0.7:8700"}).status_code == 421


@pytest.mark.parametrize(
    ("host", "port", "allowed"),
    [
        ("dao.example.org", 8700, True),
        ("DAO.Example.ORG", 8700, True),
        ("dao.example.org:8700", 8700, True),
        ("dao.example.org:8701", 8700, False),
        ("example.net:8443", 8700, True),
        ("example.net", 8700, False),
        ("a.b.example.com", 8700, True),
        ("example.com", 8700, False),
        ("evilexample.com", 8700, False),
        ("[::1]:8700", 8700, True),
        ("[::1]:9000", 8700, False),
        ("dao.example.org:", 8700, False),
    ],
)
def test_names_are_allowed_as_they_are_listed(host: str, port: int, allowed: bool) -> None:
    hosts = Hosts(["dao.example.org", "example.net:8443", "*.example.com", "[::1]"])
    assert hosts.allow(host, port) == allowed


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": f"https://{SITE}.evil.example"},
    {"Origin": f"https://{SITE}:8443"},
    {"Origin": f"file://{SITE}"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {**OWN, "Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_no_route_is_changed_from_a_foreign_page(gate: Gate, headers: dict[str, str]) -> None:
    browser = gate.browser()
    gate.sign_in(browser)
    found = list(changing(gate))
    assert len(found) >= 20
    for method, path in found:
        answer = browser.request(method, path, headers=gate.keyed(**headers))
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin"), path
    assert gate.parts.journal.size() == 0


def test_no_route_is_changed_by_a_session_alone(gate: Gate) -> None:
    browser = gate.browser()
    gate.sign_in(browser)
    for method, path in changing(gate):
        answer = browser.request(method, path, headers=gate.keyed())
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin"), path
        answer = browser.request(method, path, headers=OWN)
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing"), path
    assert browser.get("/v1/session").status_code == 200


def test_our_own_page_may_change_things(gate: Gate) -> None:
    browser = gate.browser()
    gate.sign_in(browser)
    assert gate.push(browser, **OWN).status_code == 202
    assert gate.push(browser, **{"Sec-Fetch-Site": "same-origin"}).status_code == 202


def test_a_program_needs_neither_session_nor_origin(gate: Gate) -> None:
    assert gate.push(gate.browser()).status_code == 202


def test_where_sessions_are_needed_nobody_in_particular_may_change_things(build: Callable[..., Gate]) -> None:
    gate = build(relay_needs_session=True)
    browser = gate.browser()
    for method, path in changing(gate):
        if path != "/v1/session":
            answer = browser.request(method, path, headers=gate.keyed())
            assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed"), path
            assert answer.headers["www-authenticate"] == 'Bearer realm="resonance"'
    assert browser.get("/v1/log/entries").status_code == 200
    gate.sign_in(browser)
    assert gate.push(browser, **OWN).status_code == 202


@pytest.mark.parametrize("shown", ["Bearer nonsense", "Bearer ", f"Bearer resonance_{'0' * 16}_{'0' * 64}"])
def test_a_wrong_api_key_is_never_read_as_none(gate: Gate, shown: str) -> None:
    for answer in (
        gate.push(gate.browser(Authorization=shown)),
        gate.browser(Authorization=shown).get("/v1/log"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "credentials_refused")
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert gate.parts.journal.size() == 0


def test_an_old_cookie_reads_but_changes_nothing(gate: Gate) -> None:
    browser = gate.browser(Cookie=f"{cookies.NAME}={'0' * 64}")
    assert browser.get("/v1/log/entries").status_code == 200
    answer = gate.push(browser, **OWN)
    assert (answer.status_code, answer.json()["code"]) == (401, "credentials_refused")


def test_an_api_key_does_what_it_was_made_for(gate: Gate) -> None:
    relay, evidence = (
        gate.browser(Authorization=f"Bearer {gate.api_key(one)}") for one in ("relay", "evidence")
    )
    assert gate.push(relay).status_code == 202
    refused = gate.push(evidence)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    upload = {"files": {"file": ("a", b"work")}}
    assert evidence.post("/v1/evidence", headers=gate.keyed(), **upload).status_code == 202
    assert relay.post("/v1/evidence", headers=gate.keyed(), **upload).status_code == 403
    assert relay.post("/v1/transactions", headers=gate.keyed(), json={"tx_hash": "0x"}).status_code == 403
    shown = relay.get("/v1/session").json()
    assert (shown["kind"], shown["account"], shown["scopes"]) == ("key", None, ["relay"])


def test_an_api_key_opens_nothing_once_revoked_or_over(gate: Gate) -> None:
    text = gate.api_key("relay")
    browser, short = (
        gate.browser(Authorization=f"Bearer {text}"),
        gate.api_key("relay", until=gate.time.unix + 9),
    )
    assert gate.push(browser).status_code == 202
    ApiKeys(gate.parts.journal.database).revoke(text.split("_")[1], gate.time.unix)
    gate.time.pass_s(1)
    assert gate.push(browser).status_code == 401
    other = gate.browser(Authorization=f"Bearer {short}")
    gate.time.pass_s(7)
    assert gate.push(other).status_code == 202
    gate.time.unix += 1
    assert gate.push(other).status_code == 401


def test_no_caller_gets_the_answer_of_another(gate: Gate) -> None:
    """Two accounts, a machine and nobody send requests under the same key: each has its own."""
    callers = [gate.browser() for _ in range(2)]
    for browser, wallet in zip(callers, (WORKER, FUNDER), strict=True):
        gate.sign_in(browser, wallet)
    callers += [gate.browser(Authorization=f"Bearer {gate.api_key('relay')}"), gate.browser()]
    same = {**OWN, "Idempotency-Key": "same"}

    def ask(at: int) -> Any:
        return callers[at].post("/v1/payouts/reclaim", json={"bounty_id": 1 + at}, headers=same)

    first, again = ([ask(at) for at in range(4)] for _ in range(2))
    assert [answer.status_code for answer in first] == [202] * 4
    assert [answer.json() for answer in again] == [answer.json() for answer in first]
    assert len({answer.json()["number"] for answer in first}) == 4
    assert [gate.push(browser, "same", **OWN).status_code for browser in callers] == [409] * 4


def test_the_same_call_is_relayed_once_whoever_asks_and_under_whatever_key(gate: Gate) -> None:
    callers = [gate.browser(), gate.browser(Authorization=f"Bearer {gate.api_key('relay')}")]
    body = {"bounty_id": 1}
    first = callers[0].post("/v1/payouts/reclaim", json=body, headers=gate.keyed())
    others = [one.post("/v1/payouts/reclaim", json=body, headers=gate.keyed()) for one in callers * 2]
    number = first.json()["number"]
    assert [(answer.status_code, answer.json()["details"]) for answer in others] == [
        (409, {"number": number})
    ] * 4
    assert f"request {number}" in others[0].json()["hint"]
    assert gate.parts.journal.size() == 1


def test_a_hundred_parallel_retries_are_one_request(gate: Gate) -> None:
    browser = gate.browser(Authorization=f"Bearer {gate.api_key('relay')}")
    with ThreadPoolExecutor(8) as pool:
        answers = [job.result() for job in [pool.submit(gate.push, browser, "same") for _ in range(100)]]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.text for answer in answers}) == 1
    assert gate.parts.journal.size() == 1


def test_what_can_be_read_is_the_same_for_everybody_but_the_session(gate: Gate) -> None:
    gate.push(gate.browser())
    callers = [gate.browser(), gate.browser(), gate.browser()]
    for browser, wallet in zip(callers, (WORKER, FUNDER), strict=False):
        gate.sign_in(browser, wallet)
    gate.app.state.leaving.set()  # Streams end after their first event.
    own = ("/v1/session", "/v1/session/nonce", "/ready", "/metrics")
    for path, methods in gate.app.openapi()["paths"].items():
        if "get" not in methods or path in own:
            continue
        filled = re.sub(r"\{([a-z_]+)\}", lambda found: READING.get(found[1], WORKER.address), path)
        answers = {
            (answer.status_code, answer.text) for answer in (one.get(filled) for one in _quiet(callers))
        }
        assert len(answers) == 1, path
    accounts = [browser.get("/v1/session").json().get("account") for browser in callers]
    assert accounts == [WORKER.address, FUNDER.address, None]


def _quiet(callers: list[TestClient]) -> Iterator[TestClient]:
    # Views of the faked contracts fail as defects do; what counts here is that all get the same.
    for browser in callers:
        browser._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
        yield browser


def test_whoever_comes_too_often_is_told_when_to_come_again(build: Callable[..., Gate]) -> None:
    gate = build(anonymous_changes_per_minute=3)
    browser = gate.browser()
    answers = [gate.push(browser) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    assert [answer.headers["ratelimit"] for answer in answers[:3]] == [
        '"anonymous";r=2;t=20', '"anonymous";r=1;t=40', '"anonymous";r=0;t=60'
    ]  # fmt: skip
    assert answers[0].headers["ratelimit-policy"] == '"anonymous";q=3;w=60'
    assert (answers[3].json()["code"], answers[3].headers["retry-after"]) == ("too_many_requests", "20")
    assert gate.push(gate.browser(address="198.51.100.9")).status_code == 202
    assert browser.get("/v1/log/entries").status_code == 200
    gate.time.pass_s(19)
    assert gate.push(browser).status_code == 429
    gate.time.pass_s(1)
    assert gate.push(browser).status_code == 202


def test_an_account_has_its_limit_wherever_it_comes_from(build: Callable[..., Gate]) -> None:
    gate = build(account_changes_per_minute=2)
    browser = gate.browser()
    gate.sign_in(browser)
    cookie = f"{cookies.NAME}={browser.cookies[cookies.NAME]}"
    elsewhere = gate.browser(address="198.51.100.9", Cookie=cookie)
    assert [gate.push(one, **OWN).status_code for one in (browser, elsewhere, elsewhere)] == [202, 202, 429]


def test_many_accounts_of_one_network_come_twice_as_often_as_one(build: Callable[..., Gate]) -> None:
    gate = build(account_changes_per_minute=2)
    callers = [gate.browser() for _ in range(3)]
    for number, browser in enumerate(callers, 1):
        gate.sign_in(browser, Account.from_key(f"0x{number:064x}"))
    answers = [gate.push(browser, **OWN) for browser in (*callers, *callers)]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 202, 429, 429]
    assert answers[-1].headers["ratelimit-policy"] == '"network";q=4;w=60'
    cookie = f"{cookies.NAME}={callers[2].cookies[cookies.NAME]}"
    other = gate.browser(address="198.51.100.9", Cookie=cookie)
    assert gate.push(other, **OWN).status_code == 429, "its own quota was used up meanwhile"
    gate.time.pass_s(60)
    assert gate.push(other, **OWN).status_code == 202


def test_streams_are_counted_by_network_and_those_of_a_machine_by_its_name() -> None:
    callers = [Identity(ANONYMOUS, "", "n"), Identity(ACCOUNT, "0x1", "n"), Identity(ACCOUNT, "0x2", "n")]
    assert {one.held_as for one in callers} == {"network/n"}
    assert Identity(KEY, "machine", "n").held_as == "key/machine"


def test_guessing_keys_is_counted_where_it_comes_from(build: Callable[..., Gate]) -> None:
    gate = build(anonymous_changes_per_minute=5)
    statuses = [
        gate.browser(Authorization=f"Bearer resonance_{number:016x}_{'0' * 64}").get("/v1/log").status_code
        for number in range(7)
    ]
    assert statuses == [401] * 5 + [429] * 2


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "local"),
        (None, "local"),
    ],
)
def test_a_network_is_what_one_caller_commands(host: str | None, network: str) -> None:
    assert network_of(host) == network


def test_the_operator_s_figures_open_to_its_account_and_to_keys_made_for_it(gate: Gate) -> None:
    browsers = [gate.browser(), gate.browser()]
    gate.sign_in(browsers[1])
    scopes = ("relay", "operate", "metrics")
    browsers += [gate.browser(Authorization=f"Bearer {gate.api_key(one)}") for one in scopes]
    assert [browser.get("/metrics").status_code for browser in browsers] == [401, 403, 403, 200, 200]
    gate.parts.operator = WORKER
    assert browsers[1].get("/metrics").status_code == 200
