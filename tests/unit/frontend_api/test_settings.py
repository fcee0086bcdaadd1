"""The gateway's own settings."""

from __future__ import annotations

import pytest

from frontend_api.settings import VARIABLES, GatewaySettings
from resonance_dao.errors import InputInvalid


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "1e3", "many", "１"])
@pytest.mark.parametrize("name", [name for key, name in VARIABLES.items() if key != "log_domain"])
def test_a_limit_that_is_no_number_above_zero_is_refused(name: str, text: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        GatewaySettings.load({name: text})
    assert caught.value.field == name


def test_what_is_not_set_has_its_default() -> None:
    assert GatewaySettings.load({"RESONANCE_UPLOAD_MAX_BYTES": ""}) == GatewaySettings()
    assert GatewaySettings().upload_bytes == 100_000_000


def test_every_variable_is_read() -> None:
    env = dict.fromkeys(VARIABLES.values(), "7")
    assert GatewaySettings.load(env) == GatewaySettings(7, 7, 7, "7")
