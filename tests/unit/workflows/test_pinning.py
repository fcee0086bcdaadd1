"""Pinning: copies that fail, vanish or rot are told of and made again, and a slow store holds nobody up."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import EvidenceUnavailable
from resonance_dao.evidence.cid import Cid
from resonance_dao.evidence.embedded import EmbeddedStore, block_path
from resonance_dao.evidence.mirrored import REST_S, SLOW_S, MirroredStore
from resonance_dao.evidence.store import PinReport
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Identity
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.migration import upgrade
from resonance_dao.journal.pin_rounds import PinRounds
from resonance_dao.workflows.pin_words import copy_reports
from resonance_dao.workflows.pinning import SIDE_BY_SIDE, Pinner

NOW = 1_767_225_600
DAY_S = 86_400
OPERATOR = DevSigner(9)
IDENTITY = Identity(31337, "0x" + "11" * 32, OPERATOR.address, "0x" + "11" * 20)
BODY = {"to": IDENTITY.log, "function": "mint", "status": "requested", "tx_hash": None}


class Moody(EmbeddedStore):
    """A folder that can be made to fail; `waits_s` is what a failure costs by `clock`."""

    silent, waits_s, asked = False, 0.0, 0

    def is_pinned(self, cid: Cid) -> bool:
        self._answer()
        return super().is_pinned(cid)

    def put_block(self, cid: Cid, block: bytes) -> None:
        self._answer()
        super().put_block(cid, block)

    def _answer(self) -> None:
        if self.silent:
            self.asked += 1
            Clock.now += self.waits_s
            raise EvidenceUnavailable(f"{self.name} is silent")


class Clock:
    now = 0.0


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    upgrade(url := f"sqlite:///{tmp_path / 'journal.db'}")
    database = Database(url)
    yield Journal(database, IDENTITY, OPERATOR)
    database.close()


@pytest.fixture
def here(tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore(tmp_path / "here")


@pytest.fixture
def there(tmp_path: Path) -> Moody:
    return Moody(tmp_path / "there", name="there")


@pytest.fixture
def make(journal: Journal, here: EmbeddedStore, there: Moody) -> Callable[..., Pinner]:
    store = MirroredStore(here, [there], clock=lambda: Clock.now)
    return lambda **options: Pinner(journal, store, **{"check_every_s": DAY_S, **options})


def accept(journal: Journal, count: int = 1) -> list[Cid]:
    numbers = [journal.accept("transaction", "bounty/1", BODY, now=NOW).number for _ in range(count)]
    return [Cid.parse(journal.entry(number).cid) for number in numbers]


def round_of_checks(pinner: Pinner, now: int) -> None:
    while pinner.check(now):
        pass


def codes(journal: Journal) -> list[Any]:
    return [entry.to_record().body.get("reason_code", entry.kind) for entry in journal.entries()][1:]


def test_every_place_gets_every_record(journal: Journal, make: Any, here: Any, there: Any) -> None:
    cids = accept(journal, 3)
    assert make().pin(NOW) == 3
    assert all(here.is_pinned(cid) and there.is_pinned(cid) for cid in cids)
    assert journal.size() == 3


def test_a_store_that_is_down_is_told_of_once_for_all_it_lacks(
    journal: Journal, make: Any, there: Any
) -> None:
    there.silent, pinner = True, make()
    accept(journal, 5)
    while pinner.pin(NOW):
        pass
    assert (journal.size(), pinner.failing()) == (6, 6)
    there.silent = False
    assert pinner.retry(NOW + 30) == 6
    assert (journal.size(), journal.entry(7).kind, pinner.failing()) == (7, "correction", 0)
    assert journal.entry(7).to_record().body["details"]["copies"] == 5, "all but the disclosure's own"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "https://user:secret@pins.example:1/secret?secret gave nothing",
            "https://pins.example:1 gave nothing",
        ),
        ("http://pins.example/secret/: 12345678", "http://pins.example …"),
        ("HTTPS://user:secret@h:1/secret", "HTTPS://h:1"),
        ("wss://k:secret@h gone", "wss://h gone"),
        ("https://user:se/cret@h", "https://user"),
        ("https://[::1]:1/secret?", "https://[::1]:1"),
        ("mail a@b.example", "mail a…b.example"),
        ("", "It gave no reason."),
    ],
)
def test_what_a_store_says_is_published_without_what_may_be_a_secret(said: str, told: str) -> None:
    (report,) = copy_reports([PinReport(Cid.of(b"hello"), "there", ok=False, reason=said)])
    assert report.disclosure is not None
    assert report.disclosure.body["why"] == told


def test_an_entry_waits_until_enough_places_keep_it(journal: Journal, make: Any, there: Any) -> None:
    accept(journal)
    there.silent, pinner = True, make(copies_min=2)
    with pytest.raises(EvidenceUnavailable, match="fewer than 2 places"):
        pinner.pin(NOW)
    assert (journal.entry(1).pinned_at, codes(journal)) == (None, ["PIN_FAILED"])
    there.silent = False
    assert pinner.pin(NOW + 1) == 2
    assert journal.entry(1).pinned_at == NOW + 1


@pytest.mark.parametrize("harm", ["pin", "block", "rot"])
@pytest.mark.parametrize("place", ["here", "there"])
def test_a_copy_that_is_lost_or_altered_is_disclosed_made_again_and_corrected(
    journal: Journal, make: Any, here: Any, there: Any, harm: str, place: str
) -> None:
    cid, *_ = accept(journal)
    pinner = make()
    pinner.pin(NOW)
    pinner.check(NOW)
    store = here if place == "here" else there
    file = store.folder / "pins" / str(cid) if harm == "pin" else block_path(store.folder, cid)
    file.write_bytes(b"rotten") if harm == "rot" else file.unlink()
    round_of_checks(pinner, NOW + DAY_S)
    assert codes(journal) == ["PIN_LOST"]
    assert pinner.retry(NOW + DAY_S) == 1
    assert codes(journal) == ["PIN_LOST", "correction"]
    assert store.is_pinned(cid)
    assert store.get_block(cid) == journal.entry(1).record


def test_intact_copies_are_looked_at_and_nothing_is_told(journal: Journal, make: Any) -> None:
    accept(journal, 70)
    pinner = make()
    pinner.pin(NOW)
    pinner.check(NOW)
    round_of_checks(pinner, NOW + DAY_S)
    assert journal.size() == 70
    found = PinRounds(journal_of(journal)).all()
    assert [(one.store, one.checked, one.missing, one.ended_at) for one in found] == [
        ("embedded", 70, 0, NOW + DAY_S),
        ("there", 70, 0, NOW + DAY_S),
    ]


def journal_of(journal: Journal) -> Journal:
    """The same journal, opened anew: rounds are kept in the database."""
    return Journal(journal.database, IDENTITY, OPERATOR)


def test_a_store_that_does_not_answer_holds_its_round_up_and_loses_nothing(
    journal: Journal, make: Any, there: Any
) -> None:
    accept(journal, 3)
    pinner = make()
    pinner.pin(NOW)
    pinner.check(NOW)
    there.silent = True
    round_of_checks(pinner, NOW + DAY_S)
    assert (codes(journal)[2:], pinner.failing()) == (["PIN_STORE_UNREACHABLE"], 1)
    pinner.retry(NOW + DAY_S + 30)
    round_of_checks(pinner, NOW + DAY_S + 30)
    assert PinRounds(journal).all()[1].ended_at is None
    there.silent = False
    pinner.retry(NOW + DAY_S + 200)
    round_of_checks(pinner, NOW + DAY_S + 200)
    assert PinRounds(journal).all()[1].ended_at == NOW + DAY_S + 200
    assert codes(journal)[2:] == ["PIN_STORE_UNREACHABLE", "correction"]


def test_a_store_that_fails_slowly_is_left_alone_for_a_while(journal: Journal, make: Any, there: Any) -> None:
    there.silent, there.waits_s = True, SLOW_S
    accept(journal, 20)
    pinner = make()
    assert pinner.pin(NOW) == 20
    asked = there.asked
    assert 1 <= asked <= SIDE_BY_SIDE
    Clock.now += REST_S
    pinner.pin(NOW)
    assert asked < there.asked <= asked + SIDE_BY_SIDE


def test_checks_can_be_switched_off(journal: Journal, make: Any, there: Any) -> None:
    cid, *_ = accept(journal)
    pinner = make(check_every_s=0)
    pinner.pin(NOW)
    (there.folder / "pins" / str(cid)).unlink()
    assert pinner.check(NOW + DAY_S) == 0
    assert PinRounds(journal).all() == ()


def test_what_a_store_that_is_no_longer_configured_lacks_is_let_go(journal: Journal, make: Any) -> None:
    cid = accept(journal)[0]
    pinner = make()
    pinner.pin(NOW)
    pinner.report(str(cid), [PinReport(cid, "old", ok=False, reason="gone")], NOW)
    assert pinner.failing() == 1
    assert pinner.retry(NOW + 30) == 1
    assert pinner.failing() == 0


DEEDS = st.lists(
    st.sampled_from(["accept", "pin", "retry", "check", "silence", "speak", "unpin", "lose", "rot", "wait"]),
    min_size=5,
    max_size=40,
)


@given(deeds=DEEDS, chance=st.randoms(use_true_random=False))
@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_happens_to_a_store_every_copy_is_whole_in_the_end_and_every_disclosure_corrected(
    blank: Path, tmp_path_factory: pytest.TempPathFactory, deeds: list[str], chance: Random
) -> None:
    folder = tmp_path_factory.mktemp("run")
    database = Database(f"sqlite:///{shutil.copy(blank, folder / 'journal.db')}")
    journal, there = Journal(database, IDENTITY, OPERATOR), Moody(folder / "there", name="there")
    store = MirroredStore(EmbeddedStore(folder / "here"), [there], clock=lambda: Clock.now)
    pinner, now = Pinner(journal, store, check_every_s=DAY_S), NOW

    def harm(how: str) -> None:
        files = [path for path in (folder / "there").rglob("b*") if path.is_file()]
        if files:
            kind = "pins" if how == "unpin" else "blocks"
            chosen = [path for path in files if kind in path.parts]
            path = chance.choice(chosen or files)
            path.write_bytes(b"rotten") if how == "rot" and kind in path.parts else path.unlink()

    for deed in [*deeds, "speak", *["pin", "check", "wait", "retry"] * 8]:
        if deed == "accept":
            accept(journal)
        elif deed in ("silence", "speak"):
            there.silent = deed == "silence"
        elif deed == "wait":
            now += DAY_S
        elif deed in ("pin", "retry", "check"):
            {"pin": pinner.pin, "retry": pinner.retry, "check": pinner.check}[deed](now)
        else:
            harm(deed)
    entries = journal.entries()
    assert pinner.failing() == 0
    for entry in entries:
        assert all(store.check(Cid.parse(entry.cid), name).ok for name in store.names)
    told = [entry.number for entry in entries if entry.kind == "disclosure"]
    corrected = [entry.to_record().links[0] for entry in entries if entry.kind == "correction"]
    assert sorted(corrected) == told
    database.close()


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("blank") / "journal.db"
    upgrade(f"sqlite:///{file}")
    return file
