"""What people say in words is pinned and public; nothing is not something that they said."""

from __future__ import annotations

import pytest

from resonance_dao.cli.delivering import pinned
from resonance_dao.cli.output import Output
from resonance_dao.cli.running import Run
from resonance_dao.errors import InputInvalid


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u3000"])
def test_a_text_that_says_nothing_is_refused_with_the_option_that_holds_it(text: str) -> None:
    with pytest.raises(InputInvalid, match=r"--proposal = .*: must say something"):
        pinned(Run(Output(), {}), text, dry_run=True, option="--proposal")


def test_a_text_gets_its_cid() -> None:
    assert pinned(Run(Output(), {}), "fits", dry_run=True).startswith("bafkrei")
