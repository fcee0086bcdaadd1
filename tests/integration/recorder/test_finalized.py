"""Finality by the chain's own tag, on a chain that has one: nothing ends before the chain says so."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import pytest

from resonance_dao.errors import ChainMismatch, NotFound
from resonance_dao.workflows.recorder_values import RecorderSettings

pytestmark = [pytest.mark.chain, pytest.mark.slow]
EPOCHS = 64
"""Anvil calls a block final when two epochs of 32 are on top of it."""


@dataclass(frozen=True, slots=True)
class Tagged(RecorderSettings):
    """Believes the tag of a development chain too."""

    def by_tag(self, chain_id: int) -> bool:
        return chain_id > 0


@pytest.fixture
def tagged(stage: Any) -> Any:
    """A stage on a chain whose last final block is beyond its first."""
    stage.settings = Tagged(**asdict(stage.settings))
    stage.mine(2 * EPOCHS)
    assert stage.chain().block("finalized").number > 0
    return stage


def state_of(stage: Any, journal: Any, number: int) -> str:
    operation = journal.operation_of(number)
    return str(operation.state)


def live(stage: Any, recorder: Any, epochs: int) -> None:
    for _ in range(epochs):
        for _ in range(3):
            assert recorder.tick(stage.now(), flush=True).troubles == ()
        stage.mine(EPOCHS)


def test_a_request_and_its_batch_end_when_the_chain_calls_them_final_and_not_before(tagged: Any) -> None:
    journal = tagged.journal()
    recorder = tagged.recorder(journal)
    number = tagged.mint(journal, 5).number
    for _ in range(5):
        assert not recorder.tick(tagged.now(), flush=True).troubles
        tagged.mine(4)
    # Twenty blocks on top would do by depth.
    assert state_of(tagged, journal, number) == "mined"
    assert journal.outcome_of(number) is None
    live(tagged, recorder, 4)
    assert state_of(tagged, journal, number) == "final"
    publisher = journal.identity.publisher
    assert tagged.log.call(tagged.chain(), "sizeOf", publisher) == journal.size() == 2
    assert recorder.status().is_settled
    recorder.close()


def test_a_reorganisation_above_the_tag_is_borne_and_one_below_it_stops_everything(tagged: Any) -> None:
    journal = tagged.journal()
    recorder = tagged.recorder(journal)
    number = tagged.mint(journal, 5).number
    recorder.tick(tagged.now())
    tagged.mine(20)
    recorder.tick(tagged.now())
    assert state_of(tagged, journal, number) == "mined"
    tagged.chain().request("anvil_reorg", [10, []])
    live(tagged, recorder, 4)
    assert state_of(tagged, journal, number) == "final"
    tagged.chain().request("anvil_reorg", [tagged.chain().block().number - 100, []])
    tagged.mine(1)
    with pytest.raises(ChainMismatch, match="which was final"):
        recorder.tick(tagged.now())
    assert recorder.status().halted is not None
    recorder.close()


class Silent:
    """A node that says no more what is final."""

    def __init__(self, chain: Any) -> None:
        self._chain, self.is_silent = chain, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chain, name)

    def block(self, which: int | str = "latest") -> Any:
        if which == "finalized" and self.is_silent:
            raise NotFound("no such block")
        return self._chain.block(which)


def test_while_the_node_does_not_say_what_is_final_nothing_ends(tagged: Any) -> None:
    journal, node = tagged.journal(), Silent(tagged.chain())
    recorder = tagged.recorder(journal, node)
    number = tagged.mint(journal, 5).number
    recorder.tick(tagged.now())
    node.is_silent = True
    tagged.mine(3 * EPOCHS)
    tick = recorder.tick(tagged.now())
    assert any("what is final" in trouble for trouble in tick.troubles)
    assert journal.outcome_of(number) is None
    node.is_silent = False
    live(tagged, recorder, 3)
    assert state_of(tagged, journal, number) == "final"
    recorder.close()
