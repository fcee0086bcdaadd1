"""Which wallet signs: refusals name the option that people typed and what to do next."""

from __future__ import annotations

from pathlib import Path

import pytest

from resonance_dao.cli.output import Output
from resonance_dao.cli.running import Run
from resonance_dao.errors import InputInvalid, NotFound


@pytest.mark.parametrize(
    ("keystore", "dev", "given"), [(None, None, "neither"), (Path("key.json"), 1, "both")]
)
def test_one_wallet_is_named_and_not_two(keystore: Path | None, dev: int | None, given: str) -> None:
    with pytest.raises(InputInvalid, match=f"--keystore, --dev = '{given}': give either"):
        Run(Output(), {}).signer(keystore, dev)


def test_a_missing_keystore_is_made_by_the_command_that_the_hint_names(tmp_path: Path) -> None:
    from resonance_dao.cli.app import app

    with pytest.raises(NotFound, match=r"key\.json does not exist") as refused:
        Run(Output(), {}).signer(tmp_path / "key.json", None)
    assert "`resonance keystore FILE`" in refused.value.hint
    assert "keystore" in {command.name for command in app.registered_commands}
