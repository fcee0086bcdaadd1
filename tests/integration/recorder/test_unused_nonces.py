"""A nonce that the journal takes for used and the chain does not: told, and never used for something else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from resonance_dao.journal.operation import FILL, FINAL, SENT, SIGNED
from resonance_dao.journal.outbox import Outbox
from resonance_dao.journal.schema import operation as operations_table
from resonance_dao.workflows.gaps import UNUSED_AFTER
from resonance_dao.workflows.recording import progress

pytestmark = pytest.mark.chain
UNUSED = "is not used on the chain"


def test_a_nonce_whose_operation_ended_without_the_chain_is_told_and_not_filled(stage: Any) -> None:
    chain, journal = stage.chain(), stage.journal()
    chain.request("evm_setAutomine", [False])
    recorder, lost = stage.recorder(journal), stage.mint(journal, 5).number
    recorder.tick(stage.now())
    operation = journal.operation_of(lost)
    assert operation is not None
    # As a node would have it believed that tells of a block which is not the chain's.
    chain.request("anvil_dropAllTransactions")
    with journal.database.write() as connection:
        table = operations_table
        connection.execute(update(table).where(table.c.id == operation.id).values(state=FINAL))
    waiting = stage.mint(journal, 6).number
    told = [[trouble for trouble in tick.troubles if UNUSED in trouble]
            for tick in (recorder.tick(stage.now()) for _ in range(UNUSED_AFTER + 2))]  # fmt: skip
    # What waits behind it is in flight from the first of these ticks on.
    assert [len(troubles) for troubles in told] == [0] * (UNUSED_AFTER - 1) + [1] * 3
    assert (
        f"nonce 0 of {journal.identity.publisher} {UNUSED}, though what it was for ended as final"
        in told[-1][0]
    )
    assert Outbox(journal).in_states([SIGNED, SENT], purpose=FILL) == []
    assert progress(journal, waiting).state == "sent"
    # The chain takes what it was for after all, and all goes on.
    chain.send_raw(operation.attempts[-1].raw)
    for _ in range(3):
        stage.mine()
        troubles = recorder.tick(stage.now()).troubles
    assert [trouble for trouble in troubles if UNUSED in trouble] == []
    stage.settle(recorder)
    assert progress(journal, waiting).state == "succeeded"
