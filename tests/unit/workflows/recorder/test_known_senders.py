"""What a process knows of its keys: whose nonces are accounted for, and how much coin is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from resonance_dao.chain.signer import DevSigner
from resonance_dao.errors import TransactionFailed
from resonance_dao.journal.database import Database
from resonance_dao.journal.entry import Identity
from resonance_dao.journal.journal import Journal
from resonance_dao.journal.migration import upgrade
from resonance_dao.journal.outlay import DAY_S, GWEI
from resonance_dao.journal.schema import outlay
from resonance_dao.journal.senders import SenderNonces
from resonance_dao.workflows.senders import RelayerLimits, Senders, not_ours

PUBLISHER, RELAYER = DevSigner(6), DevSigner(7)
STRANGER = DevSigner(8).address
NOW = 1_767_225_600
Make = Callable[..., Senders]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    upgrade(url := f"sqlite:///{tmp_path / 'journal.db'}")
    opened = Database(url)
    yield opened
    opened.close()


@pytest.fixture
def make(database: Database) -> Make:
    journal = Journal(database, Identity(31337, "0x", PUBLISHER.address, STRANGER), PUBLISHER)

    def senders(**limits: Any) -> Senders:
        chain: Any = SimpleNamespace()
        return Senders(journal, chain, PUBLISHER, (RELAYER,), RelayerLimits(1, 1, 1, **limits))

    return senders


def take(database: Database, address: str, day: int, gwei: int) -> None:
    with database.write() as connection:
        connection.execute(outlay.insert().values(day=day, scope=f"key/{address}", gwei=gwei))


def test_a_key_that_used_more_than_is_known_is_doubted_until_that_is_accounted_for(
    make: Make, database: Database
) -> None:
    senders = make()
    assert senders.accounted(RELAYER.address, 4, NOW) == 4
    assert senders.doubted == set()
    assert senders.accounted(RELAYER.address, 5, NOW) == 4
    assert senders.doubted == {RELAYER.address}
    SenderNonces(database, 31337).accept(RELAYER.address, 5, NOW)
    assert senders.accounted(RELAYER.address, 5, NOW) == 5
    assert senders.doubted == set()


def test_a_key_out_of_service_is_doubted_no_longer(make: Make) -> None:
    senders = make()
    senders.accounted(RELAYER.address, 4, NOW)
    senders.accounted(RELAYER.address, 5, NOW)
    senders.retire(RELAYER.address, "SENDER_NONCE_FOREIGN", NOW)
    assert (senders.doubted, senders.retired()) == (set(), {RELAYER.address: "SENDER_NONCE_FOREIGN"})


def test_what_a_key_used_before_us_is_vouched_for_and_nothing_else(make: Make) -> None:
    senders = make()
    assert not senders.is_vouched_for(RELAYER.address, 0)
    senders.accounted(RELAYER.address, 4, NOW)
    assert [senders.is_vouched_for(RELAYER.address, nonce) for nonce in (3, 4, 5)] == [True, False, False]
    assert not senders.is_vouched_for(PUBLISHER.address, 0)


def test_a_key_should_have_coin_for_three_of_its_dearest_days(make: Make, database: Database) -> None:
    today = NOW // DAY_S
    take(database, RELAYER.address, today - 2, 7)
    take(database, RELAYER.address, today - 1, 5)
    take(database, RELAYER.address, today, 90)
    assert make().least(NOW) == {PUBLISHER.address: 0, RELAYER.address: 3 * 7 * GWEI}


def test_an_operator_who_says_how_much_coin_is_believed(make: Make, database: Database) -> None:
    take(database, RELAYER.address, NOW // DAY_S - 1, 5)
    assert make(balance_min_wei=9).least(NOW) == {PUBLISHER.address: 9, RELAYER.address: 9}


def test_a_key_that_is_not_here_is_told_of_by_its_address(make: Make) -> None:
    with pytest.raises(TransactionFailed) as refused:
        make().key(STRANGER)
    assert str(refused.value).startswith(f"the key of {STRANGER} is not here")


def test_a_foreign_nonce_is_told_of_by_account_and_number() -> None:
    assert str(not_ours(STRANGER, 5)).startswith(f"nonce 5 of {STRANGER} is used by a transaction")
