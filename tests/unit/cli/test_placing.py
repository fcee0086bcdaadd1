"""The options of every command may stand after it, where most people write them."""

from __future__ import annotations

import pytest

from resonance_dao.cli.placing import to_the_front


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (["bounty", "show", "5", "--json"], ["--json", "bounty", "show", "5"]),
        (["audit", "--rpc", "http://a", "--ipfs", "b"], ["--rpc", "http://a", "audit", "--ipfs", "b"]),
        (["--lang", "ja", "doctor"], ["--lang", "ja", "doctor"]),
        (["doctor", "--lang=ja"], ["--lang=ja", "doctor"]),
        (["submit", "5", "--", "--json"], ["submit", "5", "--", "--json"]),
        (["audit", "--rpc"], ["--rpc", "audit"]),
        ([], []),
    ],
)
def test_options_of_every_command_come_first_and_nothing_else_moves(
    typed: list[str], read: list[str]
) -> None:
    assert to_the_front(typed) == read


def test_json_after_a_command_gives_one_document(resonance) -> None:  # type: ignore[no-untyped-def]
    done = resonance("init", "there", "--json")
    assert done.code == 0
    assert done.document


def test_an_endpoint_after_a_command_is_the_one_that_is_asked(resonance) -> None:  # type: ignore[no-untyped-def]
    done = resonance("audit", "--rpc", "nonsense", "--json")
    assert done.document["error"]["details"]["field"] == "RESONANCE_RPC_URL"
