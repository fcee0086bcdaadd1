"""What was typed wrongly is named as people typed it."""

from __future__ import annotations

import pytest

from resonance_dao.cli.commands.work import _payees
from resonance_dao.errors import InputInvalid

A, B = "0x" + "a1" * 20, "0x" + "b2" * 20


def test_a_wrong_choice_is_told_without_the_library_that_found_it(resonance) -> None:  # type: ignore[no-untyped-def]
    done = resonance("cancel-signature", "nonsense")
    assert done.code == 2
    assert "'nonsense' is not one of 'escrow'" in done.err
    assert "Value error" not in done.err


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (["--fund", "approve"], "FILE"),
        (["--fund", "pool"], "--pool"),
        (["b.yaml", "--pool", A], "--pool"),
        (["b.yaml", "--fund", "pool", "--pool", A], "FILE"),
        (["b.yaml", "--fund", "authorization"], "--fund"),
        (["b.yaml", "--fund", "permit", "--sign-only", "out.json"], "--fund"),
    ],
)
def test_an_opening_without_one_source_of_terms_names_the_option(  # type: ignore[no-untyped-def]
    words: list[str], field: str, resonance
) -> None:
    done = resonance("bounty", "open", *words, "--dev", 1, "--json")
    assert done.code == 3
    assert done.document["error"]["details"]["field"] == field


def test_a_payee_named_twice_is_refused_and_two_are_not() -> None:
    assert len(_payees([f"{A}=60", f"{B}=40"])[0]) == 2
    with pytest.raises(InputInvalid, match="names a payee twice"):
        _payees([f"{A}=60", f"{A}=40"])
