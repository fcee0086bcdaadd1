"""The gateway's own settings."""

from __future__ import annotations

from dataclasses import fields

import pytest

from frontend_api.settings import LOOPBACK, VARIABLES, GatewaySettings
from resonance_dao.errors import InputInvalid

WORDS = ("log_domain", "hosts", "relay_needs_session")


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "1e3", "many", "１"])
@pytest.mark.parametrize("name", [name for key, name in VARIABLES.items() if key not in WORDS])
def test_a_limit_that_is_no_number_above_zero_is_refused(name: str, text: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        GatewaySettings.load({name: text})
    assert caught.value.field == name


def test_what_is_not_set_has_its_default() -> None:
    assert GatewaySettings.load({"RESONANCE_UPLOAD_MAX_BYTES": ""}) == GatewaySettings()
    assert GatewaySettings().upload_bytes == 100_000_000


def test_every_variable_is_read() -> None:
    words = {"hosts": "dao.example.org, *.example.net:8443", "relay_needs_session": "true"}
    given = {**{key: str(number) for number, key in enumerate(VARIABLES, 1)}, **words}
    loaded = GatewaySettings.load({VARIABLES[key]: text for key, text in given.items()})
    numbers = {key: int(text) for key, text in given.items() if key not in WORDS}
    assert set(VARIABLES) == {field.name for field in fields(GatewaySettings)}
    assert loaded == GatewaySettings(
        log_domain="4", hosts=("dao.example.org", "*.example.net:8443"), relay_needs_session=True, **numbers
    )


@pytest.mark.parametrize(
    "text", ["*", "https://dao.example.org", "a b", ",", "dao.example.org/x", "*.*", "[::1"]
)
def test_a_host_that_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        GatewaySettings.load({"RESONANCE_HOSTS": text})
    assert caught.value.field == "RESONANCE_HOSTS"


@pytest.mark.parametrize(
    ("listening", "names"),
    [
        ("0.0.0.0", ()),  # noqa: S104  no name at all
        ("::", ()),
        ("127.0.0.1", ()),
        ("::1", ()),
        ("192.0.2.7", ("192.0.2.7",)),
        ("2001:db8::7", ("[2001:db8::7]",)),
    ],
)
def test_the_address_it_listens_on_is_a_name_of_the_gateway(listening: str, names: tuple[str, ...]) -> None:
    assert GatewaySettings.load({"RESONANCE_HOST": listening}).hosts == (*LOOPBACK, *names)
    told = {"RESONANCE_HOST": listening, "RESONANCE_HOSTS": "dao.example.org"}
    assert GatewaySettings.load(told).hosts == ("dao.example.org",)


@pytest.mark.parametrize("text", ["yes", "1", "on"])
def test_whether_a_session_is_needed_is_said_with_true_or_false(text: str) -> None:
    with pytest.raises(InputInvalid, match="true or false"):
        GatewaySettings.load({"RESONANCE_RELAY_NEEDS_SESSION": text})


def test_a_budget_that_no_database_can_count_is_refused() -> None:
    with pytest.raises(InputInvalid, match="below"):
        GatewaySettings.load({"RESONANCE_BUDGET_WEI": str(2**63 * 10**9)})
