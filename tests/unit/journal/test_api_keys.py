"""API keys: what is kept, what opens, what ends."""

from __future__ import annotations

from itertools import count

import pytest

from resonance_dao.errors import InputInvalid, JournalConflict, NotFound
from resonance_dao.journal.api_keys import ApiKeys
from resonance_dao.journal.database import Database
from resonance_dao.workflows.machine_keys import new_key, recognised

NOW = 1_767_225_600
numbers = count(1)


@pytest.fixture
def keys(url: str) -> ApiKeys:
    return ApiKeys(Database(url))


def dice(size: int) -> bytes:
    return next(numbers).to_bytes(size, "big")


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("name", {"name": ""}),
        ("name", {"name": "a\nb"}),
        ("name", {"name": "x" * 101}),
        ("scope", {"scopes": []}),
        ("scope", {"scopes": ["relay", "everything"]}),
        ("until", {"until": NOW}),
    ],
)
def test_a_key_that_breaks_a_rule_is_not_made(field: str, given: dict[str, object]) -> None:
    asked = {"name": "import", "scopes": ["relay"], **given}
    with pytest.raises(InputInvalid) as caught:
        new_key(now=NOW, random=dice, **asked)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_only_the_whole_key_opens(keys: ApiKeys) -> None:
    text, key = new_key("import", ["relay"], now=NOW, random=dice)
    keys.add(key)
    assert recognised(keys, text, NOW) == key
    wrong = [text[:-1], text + "0", text.upper(), text[:-1] + ("1" if text[-1] == "0" else "0"), "", "é" * 40]
    other_id = text.replace(key.id, "0" * 16)
    assert [recognised(keys, one, NOW) for one in (*wrong, other_id)] == [None] * 7


def test_an_id_is_given_once(keys: ApiKeys) -> None:
    _, key = new_key("import", ["relay"], now=NOW, random=dice)
    keys.add(key)
    with pytest.raises(JournalConflict):
        keys.add(key)


@pytest.mark.parametrize(("later", "opens"), [(99, True), (100, False), (101, False)])
def test_a_key_ends_at_its_second(keys: ApiKeys, later: int, opens: bool) -> None:
    text, key = new_key("import", ["relay"], now=NOW, random=dice, until=NOW + 100)
    keys.add(key)
    assert (recognised(keys, text, NOW + later) is not None) == opens


def test_a_revoked_key_opens_nothing_and_keeps_its_time(keys: ApiKeys) -> None:
    text, key = new_key("import", ["relay", "evidence"], now=NOW, random=dice)
    keys.add(key)
    assert keys.revoke(key.id, NOW + 5).revoked_at == NOW + 5
    assert keys.revoke(key.id, NOW + 9).revoked_at == NOW + 5
    assert recognised(keys, text, NOW + 6) is None
    assert [one.id for one in keys.all()] == [key.id]


def test_a_key_that_is_not_there_cannot_be_revoked(keys: ApiKeys) -> None:
    with pytest.raises(NotFound):
        keys.revoke("0" * 16, NOW)


def test_the_secret_is_not_in_the_database(keys: ApiKeys, url: str) -> None:
    text, key = new_key("import", ["operate", "relay"], now=NOW, random=lambda size: b"\xa7" * size)
    keys.add(key)
    assert key.scopes == ("relay", "operate")
    assert text.rsplit("_", 1)[1] not in repr(keys.all())
    file = Database(url).file
    if file is not None:
        written = b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
        assert b"\xa7" * 32 not in written
        assert b"a7" * 32 not in written
