"""Sessions and their nonces: each nonce once, whoever asks at once, and nothing kept that could be used."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest

from resonance_dao.journal.database import Database
from resonance_dao.journal.sessions import Session, Sessions

NOW, ENDS = 1_767_225_600, 1_767_229_200
ACCOUNT, OTHER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "0x5FbDB2315678afecb367f032d93F642f64180aa3"


def session(name: str, account: str = ACCOUNT, now: int = NOW) -> Session:
    return Session(sha256(name.encode()).digest(), account, now, now + 3_600)


@pytest.fixture
def sessions(url: str) -> Sessions:
    return Sessions(Database(url))


def test_a_nonce_opens_one_session_and_no_second(sessions: Sessions) -> None:
    assert sessions.open(session("a"), "nonce", ENDS)
    assert not sessions.open(session("b", OTHER), "nonce", ENDS)
    assert sessions.find(session("b").token_hash, NOW) is None


def test_of_fifty_at_once_with_one_nonce_exactly_one_opens(url: str) -> None:
    replicas = [Sessions(Database(url)) for _ in range(4)]

    def sign_in(number: int) -> bool:
        return replicas[number % 4].open(session(str(number)), "nonce", ENDS)

    with ThreadPoolExecutor(50) as pool:
        opened = list(pool.map(sign_in, range(50)))
    assert opened.count(True) == 1
    found = [replicas[0].find(session(str(number)).token_hash, NOW) is not None for number in range(50)]
    assert found == opened


def test_a_nonce_that_ended_is_forgotten_with_the_sessions_that_ended(sessions: Sessions) -> None:
    sessions.open(session("a"), "nonce", NOW + 600)
    assert not sessions.open(session("b", now=NOW + 599), "nonce", NOW + 600)
    assert sessions.open(session("c", now=NOW + 600), "nonce", NOW + 600)
    sessions.open(session("d", now=NOW + 3_600), "another", ENDS)
    assert sessions.find(session("a").token_hash, NOW) is None


@pytest.mark.parametrize(("later", "is_there"), [(3_599, True), (3_600, False), (3_601, False)])
def test_a_session_ends_at_its_second(sessions: Sessions, later: int, is_there: bool) -> None:
    sessions.open(session("a"), "nonce", ENDS)
    found = sessions.find(session("a").token_hash, NOW + later)
    assert found == (session("a") if is_there else None)


def test_signing_in_again_closes_the_session_before(sessions: Sessions) -> None:
    sessions.open(session("a"), "1", ENDS)
    sessions.open(session("b"), "2", ENDS, instead_of=session("a").token_hash)
    assert sessions.find(session("a").token_hash, NOW) is None
    assert sessions.find(session("b").token_hash, NOW) is not None


def test_closing_ends_one_session_or_all_of_an_account(sessions: Sessions) -> None:
    for number, (name, account) in enumerate((("a", ACCOUNT), ("b", ACCOUNT), ("c", ACCOUNT), ("d", OTHER))):
        sessions.open(session(name, account), str(number), ENDS)
    sessions.close(session("a").token_hash)
    sessions.close(session("a").token_hash)
    assert sessions.find(session("a").token_hash, NOW) is None
    assert sessions.close_all(ACCOUNT) == 2
    assert sessions.find(session("c").token_hash, NOW) is None
    assert sessions.find(session("d").token_hash, NOW) is not None


def test_all_replicas_share_the_first_secret(url: str) -> None:
    proposed = [bytes([number]) * 32 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda secret: Sessions(Database(url)).secret(secret), proposed))
    assert len(found) == 1
    assert found <= set(proposed)
    assert {Sessions(Database(url)).secret(b"\xff" * 32)} == found


def test_no_token_can_be_read_from_the_database(sessions: Sessions, url: str) -> None:
    secret_token = "a token that only its browser knows"
    sessions.open(session(secret_token), "nonce", ENDS)
    file = Database(url).file
    if file is None:
        return
    written = b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
    assert session(secret_token).token_hash in written
    assert secret_token.encode() not in written
