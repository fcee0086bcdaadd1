"""The read model's tables: rows follow from events alone, forward and back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from resonance_dao.journal.database import Database
from resonance_dao.journal.read_lists import ReadLists
from resonance_dao.journal.read_model import BLOCKS_KEPT, ReadModel
from resonance_dao.journal.read_rows import Rows
from resonance_dao.journal.read_values import ReadEvent, Row, SeenBlock, canonical_text

CONTRACT = "0x" + "cc" * 20


@pytest.fixture
def model(url: str) -> Iterator[ReadModel]:
    database = Database(url)
    made = ReadModel(database, "one")
    made.prepare()
    yield made
    database.close()


def block(number: int, branch: str = "a") -> SeenBlock:
    return SeenBlock(number, f"0x{branch}{number}", f"0x{branch}{number - 1}")


def event(number: int, place: int = 0, *subjects: str, branch: str = "a", **args: object) -> ReadEvent:
    about = subjects or ("sum/1",)
    named = (block(number, branch).hash, 1_000 + number, "0xaa", CONTRACT, "Test", "Added")
    return ReadEvent(number, place, *named, args or {"amount": number}, about)


def add(subject: str, rows: Rows, told: ReadEvent) -> None:
    """Sum the amounts of a subject; an amount of zero ends it."""
    before = rows.get("sum", subject)
    total = int(told.args["amount"]) + (0 if before is None else int(before.body["total"]))
    if told.args["amount"] == 0:
        rows.drop("sum", subject)
        return
    number = int(subject.partition("/")[2])
    rows.put(Row("sum", subject, subject, {"total": str(total)}, number=number, due_at=total))


def total(model: ReadModel, subject: str = "sum/1") -> str | None:
    row = ReadLists(model.database).named("sum", [subject]).get(subject)
    return None if row is None else str(row.body["total"])


def test_who_expects_another_place_writes_nothing(model: ReadModel) -> None:
    assert model.append(None, [block(1)], [event(1)], add)
    before = list(model.dump())
    for expected in (None, block(0), block(1, "b"), block(2)):
        assert not model.append(expected, [block(3)], [event(3)], add)
        assert not model.step_back(expected, 0, add)
    assert list(model.dump()) == before


def test_tables_that_nobody_prepared_are_not_written(url: str) -> None:
    database = Database(url)
    made = ReadModel(database, "one")
    assert not made.append(None, [block(1)], [event(1)], add)
    assert made.prepare()
    assert not made.prepare()
    assert made.append(None, [block(1)], [event(1)], add)
    database.close()


def test_tables_of_another_fingerprint_are_neither_read_nor_added_to(model: ReadModel) -> None:
    model.append(None, [block(1)], [event(1)], add)
    other = ReadModel(model.database, "two")
    assert other.position() is None
    assert not other.append(block(1), [block(2)], [event(2)], add)
    assert other.prepare()
    assert model.position() is None
    assert not model.append(None, [block(1)], [event(1)], add)
    assert other.counts() == {"event": 0}


def test_a_failing_fold_leaves_nothing(model: ReadModel) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        model.append(None, [block(1)], [event(1)], fails)
    assert model.position() is None
    assert model.counts() == {"event": 0}


def test_stepping_back_makes_rows_anew_from_what_is_left(model: ReadModel) -> None:
    model.append(None, [block(1)], [event(1, amount=5)], add)
    model.append(block(1), [block(2), block(3)], [event(2, amount=7), event(3, 0, "sum/2", amount=1)], add)
    assert (total(model), total(model, "sum/2")) == ("12", "1")
    assert model.step_back(block(3), 1, add)
    assert model.position() == block(1)
    assert (total(model), total(model, "sum/2")) == ("5", None)


def test_stepping_back_brings_back_what_was_ended(model: ReadModel) -> None:
    model.append(None, [block(1)], [event(1, amount=5)], add)
    model.append(block(1), [block(2)], [event(2, amount=0)], add)
    assert total(model) is None
    model.step_back(block(2), 1, add)
    assert total(model) == "5"


def test_stepping_back_behind_the_first_block_leaves_nothing(model: ReadModel) -> None:
    model.append(None, [block(1)], [event(1)], add)
    assert model.step_back(block(1), 0, add)
    assert (model.position(), model.counts()) == (None, {"event": 0})


def test_an_event_may_be_about_two_things(model: ReadModel) -> None:
    model.append(None, [block(1)], [event(1, 0, "sum/1", "sum/2", amount=3)], add)
    assert total(model) == total(model, "sum/2") == "3"
    assert [row.number for row in ReadLists(model.database).page("sum", 1, 10)] == [2]


@pytest.mark.parametrize("seed", range(5))
def test_any_way_of_reading_gives_the_same_bytes(model: ReadModel, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - replayed, not secret
    chain = branch_of("a", 30, chance)
    at: SeenBlock | None = None
    while at is None or at.number < 30:
        first = 1 if at is None else at.number + 1
        last = min(30, first + chance.randint(0, 4))
        stretch = [told for told in chain if first <= told.block_number <= last]
        blocks = [seen_of(chain, number) for number in range(first, last + 1)]
        assert model.append(at, blocks, stretch, add)
        at = blocks[-1]
        if chance.random() < 0.4:
            back = chance.randint(0, at.number)
            assert model.step_back(at, back, add)
            fresh = branch_of(chance.choice("bcdef"), 30, chance)
            chain = [told for told in chain if told.block_number <= back]
            chain += [told for told in fresh if told.block_number > back]
            at = model.position()
    _, read = model.digest()
    model.reset()
    model.append(None, [seen_of(chain, 30)], chain, add)
    assert model.digest()[1] == read


def branch_of(name: str, length: int, chance: random.Random) -> list[ReadEvent]:
    """At least one event in every block, so that it names its block."""
    return [
        event(number, place, f"sum/{chance.randint(1, 5)}", branch=name, amount=chance.randint(0, 3))
        for number in range(1, length + 1)
        for place in range(chance.randint(1, 2))
    ]


def seen_of(chain: list[ReadEvent], number: int) -> SeenBlock:
    found = next(told.block_hash for told in chain if told.block_number == number)
    return SeenBlock(number, found, "")


def test_one_byte_of_an_event_is_seen_in_the_digest(model: ReadModel) -> None:
    model.append(None, [block(1)], [event(1)], add)
    _, before = model.digest()
    model.reset()
    model.append(None, [block(1)], [replace(event(1), time=1_002)], add)
    assert model.digest()[1] != before


def test_only_the_newest_blocks_are_remembered(model: ReadModel) -> None:
    model.append(None, [block(number) for number in range(1, BLOCKS_KEPT + 10)], [], add)
    seen = model.seen()
    assert len(seen) == BLOCKS_KEPT
    assert seen[0] == block(BLOCKS_KEPT + 9)


def test_text_that_no_database_likes_comes_back(model: ReadModel) -> None:
    ugly = '\x00\x1f"\\\u2028\U0001f363' + "x" * 300_000
    model.append(None, [block(1)], [event(1, amount=1, text=ugly)], add)
    told: list[str] = []
    model.append(block(1), [block(2)], [event(2)], add)
    model.step_back(block(2), 1, lambda _subject, _rows, found: told.append(str(found.args["text"])))
    assert told == [ugly]
    assert canonical_text({"b": 1, "a": "é"}) == '{"a":"é","b":1}'
