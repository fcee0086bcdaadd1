"""Which key sends what: refused first, then by whom, with what is under way, left, stuck and allowed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import JournalConflict, TransactionFailed
from resonance_dao.journal.operation import ANCHOR, REQUEST, Attempt, Operation
from resonance_dao.workflows.pricing import Price
from resonance_dao.workflows.senders import Pool, RelayerLimits, Senders, Turn, not_ours, poor

PUBLISHER, FIRST, SECOND = (DevSigner(index) for index in (6, 7, 8))
KEYS = (PUBLISHER.address, FIRST.address, SECOND.address)
TARGET = "0x" + "11" * 20
NOW = 1_767_225_600
GAS, FEE = 50_000, 10**9
PRICE = Price(FEE, 1)
COST = GAS * FEE
LIMITS = RelayerLimits(10**12, bump_after_s=60, in_flight_max=2)


def operation(number: int, sender: str = "", sent_at: int | None = NOW, **changes: Any) -> Operation:
    attempt = Attempt(f"0x{number:064x}", b"raw", GAS, FEE, 1, False, NOW, sent_at)
    usual: dict[str, Any] = {
        "id": number, "purpose": REQUEST, "entry": number, "batch": None, "to": TARGET, "data": b"\1\2\3\4\5",
        "gas_limit": None, "state": "queued", "nonce": None, "tx_hash": None, "block_number": None,
        "block_hash": None, "error": None, "created_at": NOW, "attempts": (attempt,) if sender else (),
        "sender": sender, "cancel_at": None,
    }  # fmt: skip
    return Operation(**{**usual, **changes})


class Keys:
    """The keys of a process, as a turn asks for them."""

    def __init__(self, limits: RelayerLimits = LIMITS, **changes: Any) -> None:
        self.limits, self.publisher, self.addresses = limits, KEYS[0], KEYS
        self.pool, self.gone = KEYS[1:], dict[str, str]()
        self.coin = dict.fromkeys(KEYS, 10 * COST)
        self.taken, self.asked = dict[str, int](), list[str]()
        vars(self).update(changes)

    def relaying(self) -> tuple[str, ...]:
        return tuple(self.pool)

    def retired(self) -> dict[str, str]:
        return self.gone

    def outlays(self, now: int) -> dict[str, int]:
        assert now == NOW
        return dict(self.taken)

    def balance(self, key: str) -> int:
        self.asked.append(key)
        return self.coin[key]

    def nonce(self, key: str) -> int:
        self.asked.append(key)
        return 40 + KEYS.index(key)

    def accounted(self, _key: str, used: int, now: int) -> int:
        assert now == NOW
        return used


class Box:
    """An outbox that knows what operations are about."""

    def __init__(self, subjects: dict[int, str] | None = None, holders: dict[str, str] | None = None) -> None:
        self._subjects, self._holders = subjects or {}, holders or {}

    def holders(self) -> dict[str, str]:
        return dict(self._holders)

    def subjects(self, page: Any) -> dict[int, str]:
        return {one.id: self._subjects[one.id] for one in page if one.id in self._subjects}


def turn(keys: Any = None, *flying: Operation, box: Any = None) -> Turn:
    return Turn(keys or Keys(), box or Box(), flying, PRICE, NOW)


def limited(key: int | None = None, route: int | None = None) -> RelayerLimits:
    return RelayerLimits(10**12, 60, 2, outlay_key_gwei=key, outlay_route_gwei=route)


def test_only_the_publisher_appends() -> None:
    assert turn().candidates(operation(1, purpose=ANCHOR)) == [KEYS[0]]
    assert turn().candidates(operation(1)) == list(KEYS[1:])


def test_a_key_with_as_much_under_way_as_it_may_have_waits() -> None:
    flying = [operation(1, KEYS[1]), operation(2, KEYS[1])]
    assert turn(None, flying[0]).candidates(operation(3)) == [KEYS[2], KEYS[1]]
    assert turn(None, *flying).candidates(operation(3)) == [KEYS[2]]
    assert turn(None, *flying).slots == 4
    over = turn(None, *flying, operation(3, KEYS[1]))
    assert over.slots == 4
    assert turn().slots == 6


@pytest.mark.parametrize(("waited", "is_stuck"), [(119, False), (120, True), (121, True)])
def test_a_key_that_is_stuck_comes_last(waited: int, is_stuck: bool) -> None:
    stuck = operation(1, KEYS[1], NOW - waited)
    busy = operation(2, KEYS[2])
    more = Keys(RelayerLimits(10**12, 60, 9))
    found = turn(more, stuck, busy, operation(3, KEYS[2])).candidates(operation(4))
    assert found == ([KEYS[2], KEYS[1]] if is_stuck else [KEYS[1], KEYS[2]])


def test_what_was_never_sent_does_not_wait() -> None:
    more = Keys(RelayerLimits(10**12, 60, 9))
    unsent = operation(1, KEYS[1], None)
    assert turn(more, unsent, operation(2, KEYS[2]), operation(3, KEYS[2])).candidates(operation(4)) == list(
        KEYS[1:]
    )


def test_a_subject_stays_with_the_key_that_has_it() -> None:
    about = Box({1: "bounty/1", 2: "bounty/2"}, {"bounty/1": KEYS[2]})
    first, second, third = (operation(number) for number in (1, 2, 3))
    now = turn(box=about)
    assert list(now.met([[first, second, third]])) == [first, second, third]
    assert now.candidates(first) == [KEYS[2]]
    assert now.candidates(second) == now.candidates(third) == list(KEYS[1:])
    now.took(KEYS[1], second, GAS)
    assert now.candidates(second) == [KEYS[1]]
    assert now.candidates(third) == [KEYS[2], KEYS[1]]


def test_a_subject_of_a_key_out_of_service_waits() -> None:
    about = Box({1: "bounty/1"}, {"bounty/1": KEYS[2]})
    now = turn(Keys(gone={KEYS[2]: "SENDER_NONCE_FOREIGN"}), box=about)
    list(now.met([[operation(1)]]))
    assert now.candidates(operation(1)) == []


def test_no_page_is_read_beyond_what_the_keys_may_take() -> None:
    pages = [[operation(1)], [operation(2)]]
    full = [operation(number, key) for number, key in enumerate(KEYS[1:] * 2, 10)]
    assert [one.id for one in turn(None, *full).met(pages)] == [1]
    assert [one.id for one in turn(None, *full[:3]).met(pages)] == [1, 2]


def test_there_is_room_while_one_key_is_neither_full_nor_set_aside_nor_used_up() -> None:
    now = turn(Keys(limited(key=GAS)))
    assert now.has_room
    now.set_aside(KEYS[1], poor(KEYS[1]))
    assert now.has_room
    assert str(now.trouble) == str(poor(KEYS[1]))
    assert now.candidates(operation(1)) == [KEYS[2]]
    now.took(KEYS[2], operation(1), GAS)
    assert now.choose([KEYS[2]], operation(2), GAS) is None
    assert not now.has_room
    assert not turn(None, *[operation(number, key) for number, key in enumerate(KEYS[1:] * 2)]).has_room


def test_a_key_that_was_set_aside_is_not_chosen() -> None:
    now = turn()
    now.set_aside(KEYS[1], poor(KEYS[1]))
    assert now.choose(list(KEYS[1:]), operation(1), GAS) == KEYS[2]
    assert now.choose([KEYS[1]], operation(1), GAS) is None


@pytest.mark.parametrize(("coin", "is_able"), [(COST - 1, False), (COST, True)])
def test_a_key_pays_to_the_wei(coin: int, is_able: bool) -> None:
    now = turn(Keys(coin={KEYS[0]: 0, KEYS[1]: coin, KEYS[2]: 0}))
    assert now.candidates(operation(1)) == [KEYS[1]]
    assert now.choose([KEYS[1]], operation(1), GAS) == (KEYS[1] if is_able else None)
    assert (now.trouble is None) is is_able
    if not is_able:
        assert f"account {KEYS[1]} cannot pay" in str(now.trouble)


def test_a_key_without_the_gas_of_a_transfer_is_no_candidate() -> None:
    for coin, found in ((21_000 * FEE - 1, []), (21_000 * FEE, [KEYS[1]])):
        now = turn(Keys(coin={KEYS[1]: coin, KEYS[2]: 0}))
        assert now.candidates(operation(1)) == found
        assert (now.trouble is None) == bool(found)


def test_what_is_under_way_is_kept_back_and_no_reason_to_ask_for_coin() -> None:
    coin = {KEYS[1]: 2 * COST - 1, KEYS[2]: 0}
    now = turn(Keys(coin=coin, pool=KEYS[1:2]), operation(1, KEYS[1]))
    assert now.choose([KEYS[1]], operation(2), GAS) is None
    assert now.trouble is None
    now = turn(Keys(coin={**coin, KEYS[1]: 2 * COST}, pool=KEYS[1:2]), operation(1, KEYS[1]))
    assert now.choose([KEYS[1]], operation(2), GAS) == KEYS[1]
    now.took(KEYS[1], operation(2), GAS)
    assert now.choose([KEYS[1]], operation(3), GAS) is None


def test_nobody_is_poor_when_nobody_was_asked_or_another_can_pay() -> None:
    now = turn(Keys(coin={KEYS[1]: 0, KEYS[2]: COST}))
    assert now.choose([], operation(1), GAS) is None
    assert now.choose(list(KEYS[1:]), operation(1), GAS) == KEYS[2]
    assert now.trouble is None


@pytest.mark.parametrize(
    ("of", "scope"), [("key", f"key/{KEYS[1]}"), ("route", f"route/{TARGET}/0x01020304")]
)
def test_a_days_limit_is_kept_to_the_gwei(of: str, scope: str) -> None:
    for limit, chosen in ((GAS + 4, None), (GAS + 5, KEYS[1])):
        now = turn(Keys(limited(**{of: limit}), taken={scope: 5}))
        assert now.choose([KEYS[1]], operation(1), GAS) == chosen
        if chosen is None:
            assert f"limit of {limit} gwei for {scope} is used up" in str(now.trouble)
            assert now.candidates(operation(2)) == ([KEYS[2]] if of == "key" else [])
        else:
            now.took(KEYS[1], operation(1), GAS)
            assert now.choose([KEYS[1]], operation(2), GAS) is None


def test_a_cost_is_rounded_up_to_the_gwei() -> None:
    now = Turn(Keys(limited(key=1)), Box(), (), Price(1, 1), NOW)  # type: ignore[arg-type]
    assert now.choose([KEYS[1]], operation(1), 1) == KEYS[1]
    now.took(KEYS[1], operation(1), 1)
    assert now.choose([KEYS[1]], operation(1), 1) is None


def test_a_used_up_key_leaves_the_turn_to_another() -> None:
    now = turn(Keys(limited(key=GAS), taken={f"key/{KEYS[1]}": 1}))
    assert now.choose(list(KEYS[1:]), operation(1), GAS) == KEYS[2]
    assert now.candidates(operation(2)) == [KEYS[2]]


def test_only_requests_have_limits_and_only_those_that_are_set() -> None:
    key, route = f"key/{KEYS[1]}", f"route/{TARGET}/0x01020304"
    assert limited(7, 9).of(KEYS[1], operation(1)) == {key: 7, route: 9}
    assert limited(0).of(KEYS[1], operation(1)) == {key: 0}
    assert limited(7, 9).of(KEYS[1], operation(1, purpose=ANCHOR)) == {}
    assert turn(Keys(limited(7))).limits(KEYS[1], operation(1)) == {key: 7}
    assert LIMITS.balance_min_wei == 0


def test_each_question_is_asked_once_a_round() -> None:
    keys = Keys()
    now = turn(keys)
    for number in (1, 2):
        now.candidates(operation(number))
        assert now.choose([KEYS[2]], operation(number), GAS) == KEYS[2]
        assert now.nonce(KEYS[2]) == 42
    assert sorted(keys.asked) == sorted([KEYS[2], *KEYS[1:]])


def senders(*pool: DevSigner, **calls: Any) -> Senders:
    journal = SimpleNamespace(identity=SimpleNamespace(chain_id=31337), database=None)
    chain = SimpleNamespace(request=lambda method, params=(): calls[method](*params))
    return Senders(journal, chain, PUBLISHER, pool, LIMITS)  # type: ignore[arg-type]


def test_the_same_key_twice_is_refused() -> None:
    for pool in ((FIRST, DevSigner(7)), (DevSigner(6),)):
        with pytest.raises(JournalConflict, match="the same"):
            senders(*pool)
    assert senders(FIRST, SECOND).addresses == KEYS


def test_a_key_that_is_not_here_is_told_of() -> None:
    with pytest.raises(TransactionFailed, match=f"key of {KEYS[2]} is not here"):
        senders(FIRST).key(KEYS[2])
    assert senders(FIRST).key(KEYS[1]).address == KEYS[1]


def test_the_publisher_relays_when_no_key_of_the_pool_is_in_service(monkeypatch: pytest.MonkeyPatch) -> None:
    several = senders(FIRST, SECOND)
    gone: dict[str, str] = {}
    monkeypatch.setattr(several, "_retired", SimpleNamespace(all=lambda: gone))
    assert several.relaying() == KEYS[1:]
    gone[KEYS[1]] = "SENDER_NONCE_FOREIGN"
    assert several.relaying() == KEYS[2:]
    gone[KEYS[2]] = "SENDER_NONCE_FOREIGN"
    assert several.relaying() == KEYS[:1]
    assert several.retired() == gone


def test_a_key_is_retired_with_its_reason_and_the_outlays_are_the_days(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    several, told = senders(FIRST), list[tuple[Any, ...]]()
    monkeypatch.setattr(several, "_retired", SimpleNamespace(add=lambda *given: told.append(given)))
    monkeypatch.setattr(several, "_outlays", SimpleNamespace(of=lambda now: {"at": now}))
    several.retire(KEYS[1], "SENDER_POOR", NOW)
    assert told == [(KEYS[1], "SENDER_POOR", NOW)]
    assert several.outlays(NOW) == {"at": NOW}


def test_what_is_on_the_chain_is_asked_of_the_chain() -> None:
    calls = {
        "eth_getTransactionCount": lambda account, block: (
            hex(5) if (account, block) == (KEYS[1], "latest") else "0x0"
        ),
        "eth_getBalance": lambda account, block: hex(77) if account == KEYS[1] else "0x0",
    }
    several = senders(FIRST, **calls)
    assert (several.nonce(KEYS[1]), several.balance(KEYS[1])) == (5, 77)


def test_a_turn_is_one_of_these_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    several = senders(FIRST, eth_getBalance=lambda *_: hex(COST))
    monkeypatch.setattr(several, "_retired", SimpleNamespace(all=dict))
    monkeypatch.setattr(several, "_outlays", SimpleNamespace(of=lambda now: {}))
    monkeypatch.setattr(several, "_outbox", Box())
    now = several.turn([operation(1, KEYS[0])], PRICE, NOW)
    assert now.slots == 3
    assert now.candidates(operation(2)) == [KEYS[1]]


def test_a_pool_is_empty_and_without_a_policy_unless_said() -> None:
    assert Pool() == Pool((), None)


def test_a_key_with_a_foreign_nonce_signs_nothing_new_and_another_takes_its_place() -> None:
    keys = Keys(pool=KEYS[1:], accounted=lambda key, used, now: used - (key == KEYS[1]))
    now = turn(keys)
    assert now.choose([KEYS[1]], operation(1), GAS) is None
    assert str(now.trouble) == str(not_ours(KEYS[1], 40))
    assert now.candidates(operation(1)) == [KEYS[2]]
    assert now.choose(list(KEYS[1:]), operation(1), GAS) == KEYS[2]


def test_the_first_day_ends_at_its_limit_to_the_gwei() -> None:
    for limit, chosen in ((GAS - 1, None), (GAS, KEYS[1])):
        assert turn(Keys(limited(key=limit))).choose([KEYS[1]], operation(1), GAS) == chosen
    now = turn(Keys(limited(key=2 * GAS)))
    now.took(KEYS[1], operation(1), GAS)
    assert now.choose([KEYS[1]], operation(2), GAS) == KEYS[1]


def test_of_several_poor_keys_the_first_is_told_unless_one_may_be_paid_back() -> None:
    none = dict.fromkeys(KEYS, 0)
    now = turn(Keys(coin=none))
    assert now.candidates(operation(1)) == []
    assert str(now.trouble) == str(poor(KEYS[1]))
    now = turn(Keys(coin=none), operation(1, KEYS[2]))
    assert now.candidates(operation(2)) == []
    assert now.trouble is None


def test_how_long_a_nonce_waits_is_counted_from_its_first_attempt() -> None:
    long, short = (operation(1, KEYS[1], NOW - waited).attempts[0] for waited in (120, 1))
    replaced, busy = operation(1, KEYS[1], attempts=(long, short)), operation(2, KEYS[2])
    more = Keys(RelayerLimits(10**12, 60, 9))
    assert turn(more, replaced, busy).candidates(operation(3)) == [KEYS[2], KEYS[1]]


def test_what_is_about_nothing_is_held_by_nobody() -> None:
    assert turn(box=Box({}, {"X": KEYS[2], "bounty/1": KEYS[2]})).candidates(operation(1)) == list(KEYS[1:])
