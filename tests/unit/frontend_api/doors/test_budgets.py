"""What a day's relaying may cost: 10,000 requests spend no more, whatever is refused, repeated or dies."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from eth_account import Account
from httpx import Response
from starlette.testclient import TestClient

from frontend_api.doors import budgets
from frontend_api.doors.cost import Costs
from frontend_api.doors.identity import Identity, nobody
from frontend_api.doors.purse import Purse
from resonance_dao.errors import TransactionFailed
from resonance_dao.journal.spending import Spending
from tests.unit.frontend_api.conftest import FakeChain
from tests.unit.frontend_api.doors.conftest import NOW, OWN, WORKER, Gate

DAY = NOW // budgets.DAY_S
COST = 240_001  # 200,000 gas and a fifth, at 1 gwei and 2 wei, in gwei rounded up
WEI = 10**9


def standing() -> int:
    return 0


def test_ten_thousand_requests_spend_no_more_than_the_budget(parts: Any) -> None:
    """Four replicas, forty callers, three routes; some requests are refused late, one replica dies."""
    dice, spending = Random(24), Spending(parts.journal.database)  # noqa: S311  a seed, not a secret
    purses = [Purse(spending, standing) for _ in range(4)]
    spent = dict[str, int]()
    for number in range(10_000):
        limits = {"all": 300_000, f"route {number % 3}": 150_000, f"anonymous/{number % 40}": 9_000}
        purse, gwei = purses[number % 4], dice.randrange(1, 400)
        if number == 5_000:
            purses[0] = Purse(spending, standing)
        if purse.spend(DAY, limits, gwei) is not None:
            continue
        if dice.random() < 0.2:
            purse.refund(DAY, limits, gwei)
            continue
        for scope in limits:
            spent[scope] = spent.get(scope, 0) + gwei
    assert 300_000 * 0.9 < spent["all"] <= 300_000
    assert all(gwei <= 150_000 for scope, gwei in spent.items() if scope.startswith("route"))
    assert all(gwei <= 9_000 for scope, gwei in spent.items() if scope.startswith("anonymous"))
    for purse in purses:
        purse.close()
    given = spending.given(DAY)
    assert all(spent[scope] <= given[scope] for scope in spent)


def test_threads_of_one_process_spend_no_more_than_the_budget(parts: Any) -> None:
    purse = Purse(Spending(parts.journal.database), standing)
    with ThreadPoolExecutor(16) as pool:
        refused = list(pool.map(lambda _: purse.spend(DAY, {"all": 1_000}, 7), range(500)))
    assert refused.count(None) == 1_000 // 7


def test_what_costs_nothing_is_paid_from_a_purse_that_was_never_opened(parts: Any) -> None:
    purse = Purse(Spending(parts.journal.database), standing)
    assert purse.spend(DAY, {"all": 10}, 0) is None
    purse.refund(DAY, {"all": 10}, 0)
    assert purse.spend(DAY, {"all": 10}, 10) is None
    assert purse.spend(DAY, {"all": 10}, 1) == "all"


def test_a_new_day_has_a_new_budget(parts: Any) -> None:
    purse = Purse(Spending(parts.journal.database), standing)
    assert [purse.spend(day, {"all": 10}, 10) for day in (DAY, DAY, DAY + 1)] == [None, "all", None]


def test_what_is_given_back_at_the_end_is_there_for_the_next_process(parts: Any) -> None:
    spending = Spending(parts.journal.database)
    first = Purse(spending, standing)
    first.spend(DAY, {"all": 3_200}, 1)
    assert spending.given(DAY) == {"all": 100}
    first.close()
    first.close()
    assert spending.given(DAY) == {"all": 1}


@pytest.mark.parametrize(("wei", "passes"), [(COST * WEI - 1, 0), (COST * WEI, 1), (2 * COST * WEI, 2)])
@pytest.mark.parametrize("key", ["budget_wei", "budget_route_wei", "budget_anonymous_wei"])
def test_a_gateway_relays_while_each_budget_reaches(
    build: Callable[..., Gate], key: str, wei: int, passes: int
) -> None:
    gate = build(**{key: wei})
    shown = {"Authorization": f"Bearer {gate.api_key('relay')}"} if key == "budget_wei" else {}
    answers = [gate.push(gate.browser(**shown)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202] * passes + [429] * (3 - passes)
    assert answers[-1].json()["code"] == "budget_spent"
    assert answers[-1].headers["retry-after"] == str((DAY + 1) * budgets.DAY_S - NOW)
    assert gate.parts.journal.size() == passes
    gate.time.pass_s(budgets.DAY_S)
    assert gate.push(gate.browser(**shown)).status_code == (202 if passes else 429)


def test_whoever_has_no_key_leaves_a_quarter_of_the_whole(build: Callable[..., Gate]) -> None:
    gate = build(budget_wei=4 * COST * WEI)
    signed_in = gate.browser(address="198.51.100.9")
    gate.sign_in(signed_in)
    public = [gate.browser(), signed_in, gate.browser(address="198.51.100.1"), gate.browser()]
    answers = [gate.push(browser, **OWN) for browser in public]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    assert "of all callers without an API key" in answers[-1].json()["detail"]
    machine = gate.browser(Authorization=f"Bearer {gate.api_key('relay')}")
    assert [gate.push(machine).status_code for _ in range(2)] == [202, 429]


def test_many_accounts_of_one_network_spend_what_one_may(build: Callable[..., Gate]) -> None:
    gate = build(budget_account_wei=2 * COST * WEI)
    callers = [gate.browser(), gate.browser(), gate.browser(), gate.browser(address="198.51.100.9")]
    wallets = [Account.from_key(f"0x{number:064x}") for number in range(1, 5)]
    for browser, wallet in zip(callers, wallets, strict=True):
        gate.sign_in(browser, wallet)
    answers = [gate.push(browser, **OWN) for browser in callers]
    assert [answer.status_code for answer in answers] == [202, 202, 429, 202]
    assert "of all accounts of one network" in answers[2].json()["detail"]
    assert not any("203.0.113" in scope for scope in Spending(gate.parts.journal.database).given(DAY))


def test_a_refusal_is_remembered_so_that_a_spent_budget_costs_no_commit(
    parts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    spending, now = Spending(parts.journal.database), [0]
    here, there = Purse(spending, lambda: now[0]), Purse(spending, lambda: now[0])
    assert there.spend(DAY, {"all": 100}, 60) is None
    assert here.spend(DAY, {"all": 100}, 50) == "all"
    with monkeypatch.context() as patched:
        patched.setattr(spending, "take", lambda *_: pytest.fail("a refusal is known"))
        assert here.spend(DAY, {"all": 100}, 50) == "all"
    assert here.spend(DAY, {"all": 100}, 40) is None
    there.refund(DAY, {"all": 100}, 60)
    there.close()
    now[0] += 30 * 10**9 - 1
    assert here.spend(DAY, {"all": 100}, 50) == "all"
    now[0] += 1
    assert here.spend(DAY, {"all": 100}, 50) is None


def test_one_caller_s_budget_leaves_the_others_theirs(build: Callable[..., Gate]) -> None:
    gate = build(budget_anonymous_wei=COST * WEI, budget_account_wei=COST * WEI, budget_key_wei=COST * WEI)
    signed_in = gate.browser()
    gate.sign_in(signed_in)
    machine = gate.browser(Authorization=f"Bearer {gate.api_key('relay')}")
    for browser in (gate.browser(), gate.browser(address="198.51.100.9"), signed_in, machine):
        assert [gate.push(browser, **OWN).status_code for _ in range(2)] == [202, 429]


def test_what_is_refused_or_repeated_costs_nothing(build: Callable[..., Gate], chain: FakeChain) -> None:
    gate = build(budget_anonymous_wei=2 * COST * WEI)
    chain.revert = TransactionFailed("no")
    assert [gate.push(gate.browser()).status_code for _ in range(5)] == [422] * 5
    chain.revert = None
    assert [gate.push(gate.browser(), "same").status_code for _ in range(5)] == [202] * 5
    assert gate.push(gate.browser(), "other").status_code == 202
    assert gate.push(gate.browser(), "third").status_code == 429
    assert gate.push(gate.browser(), "same").status_code == 202


@pytest.mark.parametrize("told", [{}, {"error": {"name": "NotOpen"}}])
def test_why_a_request_would_fail_is_told_whether_or_not_an_estimate_says_it(told: dict[str, Any]) -> None:
    class Node(FakeChain):
        def request(self, method: str, params: Any = ()) -> Any:
            raise TransactionFailed("execution reverted", **told)

    node = Node(revert=TransactionFailed("not open", error={"name": "NotOpen"}))
    with pytest.raises(TransactionFailed) as failed:
        Costs(standing).of(node, _Action(), WORKER.address)
    assert failed.value.details["error"] == {"name": "NotOpen"}
    assert len(node.called) == (0 if told else 1)


def test_what_fails_while_it_is_accepted_costs_nothing(gate: Gate) -> None:
    keeper = gate.app.state.keeper
    identity = Identity("account", WORKER.address, "local")

    def failing() -> Any:
        raise TransactionFailed("late")

    for _ in range(3):
        with pytest.raises(TransactionFailed):
            keeper.paid(identity, "POST /x", COST, failing)
    keeper.close()
    assert set(Spending(gate.parts.journal.database).given(DAY).values()) == {0}


def test_auditors_read_on_when_the_budget_is_spent(build: Callable[..., Gate]) -> None:
    gate = build(budget_wei=1_000_000_000)
    assert gate.push(gate.browser()).status_code == 429
    assert gate.browser().get("/v1/log/entries").status_code == 200
    upload = gate.browser().post("/v1/evidence", files={"file": ("a", b"x")}, headers=gate.keyed())
    assert upload.status_code == 202


def upload(gate: Gate, browser: TestClient, content: bytes, **headers: str) -> Response:
    files = {"file": ("a", content)}
    return browser.post("/v1/evidence", files=files, headers=gate.keyed(**headers))


def test_a_network_brings_no_more_evidence_in_a_day_than_it_may(build: Callable[..., Gate]) -> None:
    gate = build(upload_day_bytes=100)
    here, there = gate.browser(), gate.browser(address="198.51.100.9")
    answers = [upload(gate, here, bytes([number]) * 40) for number in range(1, 4)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    problem = answers[2].json()
    assert (problem["code"], problem["title"]) == (
        "evidence_spent",
        "The gateway takes no more evidence from here today",
    )
    assert "40 bytes are more than is left today of the 100 bytes of evidence a day" in problem["detail"]
    assert answers[2].headers["retry-after"] == str((DAY + 1) * budgets.DAY_S - NOW)
    japanese = upload(gate, here, b"z" * 40, **{"Accept-Language": "ja"}).json()["title"]
    assert japanese == "本日受け付ける証拠の量の上限に達しました"
    assert gate.parts.journal.size() == 2
    assert upload(gate, here, b"y" * 20).status_code == 202, "what is left may be used"
    assert upload(gate, there, b"y" * 40).status_code == 202
    gate.time.pass_s(budgets.DAY_S)
    assert upload(gate, here, b"z" * 40).status_code == 202


def test_accounts_bring_what_one_may_and_so_does_their_network(build: Callable[..., Gate]) -> None:
    gate = build(upload_day_bytes=100)
    callers = [gate.browser(), gate.browser(), gate.browser(address="198.51.100.9")]
    for number, browser in enumerate(callers, 1):
        gate.sign_in(browser, Account.from_key(f"0x{number:064x}"))
    answers = [upload(gate, browser, b"x" * 60, **OWN) for browser in callers]
    assert [answer.status_code for answer in answers] == [202, 429, 202]
    assert "of all accounts of one network" in answers[1].json()["detail"]
    assert upload(gate, callers[2], b"y" * 60, **OWN).status_code == 429


def test_a_machine_has_a_limit_of_its_own(build: Callable[..., Gate]) -> None:
    gate = build(upload_day_bytes=1, upload_key_day_bytes=100)
    machines = [gate.browser(Authorization=f"Bearer {gate.api_key('evidence')}") for _ in range(2)]
    assert [upload(gate, machines[0], b"x" * 60).status_code for _ in range(2)] == [202, 429]
    assert upload(gate, machines[1], b"x" * 60).status_code == 202


def test_what_is_refused_or_answered_again_counts_for_nothing(build: Callable[..., Gate]) -> None:
    gate = build(upload_day_bytes=100)
    browser = gate.browser()
    wrong = {"cid": "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"}
    for _ in range(5):
        files = {"file": ("a", b"x" * 90)}
        refused = browser.post("/v1/evidence", files=files, data=wrong, headers=gate.keyed())
        assert refused.status_code == 422
    for _ in range(5):
        again = browser.post("/v1/evidence", files=files, headers={"Idempotency-Key": "one"})
        assert again.status_code == 202
    assert upload(gate, browser, b"y" * 11).status_code == 429
    assert upload(gate, browser, b"y" * 10).status_code == 202


def test_evidence_spends_nothing_of_what_relaying_may_cost(build: Callable[..., Gate]) -> None:
    gate = build(upload_day_bytes=100, budget_anonymous_wei=COST * WEI)
    assert upload(gate, gate.browser(), b"x" * 100).status_code == 202
    assert gate.push(gate.browser()).status_code == 202


def test_no_address_of_a_caller_is_kept(gate: Gate) -> None:
    gate.push(gate.browser(address="203.0.113.7"))
    scopes = Spending(gate.parts.journal.database).given(DAY)
    assert len(scopes) == 4
    assert not any("203.0.113.7" in scope for scope in scopes)
    one, other = nobody("203.0.113.7"), nobody("203.0.113.8")
    settings, secret = gate.settings, b"s" * 32
    found = [set(budgets.of(settings, who, "r", secret, day)) for who in (one, other) for day in (1, 2)]
    assert len(set.union(*found)) == 3 + 4


class _Action:
    to, data, value = "0x" + "11" * 20, b"\x01\x02\x03\x04", 0
