"""The gateway's own settings."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from frontend_api.settings import LOOPBACK, VARIABLES, GatewaySettings
from resonance_dao.errors import InputInvalid
from resonance_dao.settings import Settings

WORDS = ("log_domain", "hosts", "proxies", "relay_needs_session")


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
    words = {
        "hosts": "dao.example.org, *.example.net:8443",
        "proxies": "127.0.0.1, 10.0.0.0/8",
        "relay_needs_session": "true",
    }
    given = {**{key: str(number) for number, key in enumerate(VARIABLES, 1)}, **words}
    loaded = GatewaySettings.load({VARIABLES[key]: text for key, text in given.items()})
    numbers = {key: int(text) for key, text in given.items() if key not in WORDS}
    assert set(VARIABLES) == {field.name for field in fields(GatewaySettings)}
    assert loaded == GatewaySettings(
        log_domain="7",
        hosts=("dao.example.org", "*.example.net:8443"),
        proxies=("127.0.0.1", "10.0.0.0/8"),
        relay_needs_session=True,
        **numbers,
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


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "resonance.toml"


def test_the_file_has_a_table_for_them_and_the_environment_stands_over_it(file: Path) -> None:
    file.write_text(
        'host = "192.0.2.7"\n[gateway]\nbody_bytes = 7\nsession_s = 8\nrelay_needs_session = true\n'
        'hosts = ["dao.example.org", "*.example.net"]\n'
    )
    loaded = GatewaySettings.load({"RESONANCE_SESSION_S": "9"}, file)
    assert loaded == GatewaySettings(
        body_bytes=7, session_s=9, relay_needs_session=True, hosts=("dao.example.org", "*.example.net")
    )
    assert Settings.load({}, file).host == "192.0.2.7"


@pytest.mark.parametrize(
    "text",
    [
        'gateway = "https://user:secret@pins.example"',
        '[[gateway]]\nhosts = "secret"',
        '[gateway]\nhosts = { url = "https://pins.example/secret" }',
        '[gateway]\npin_gateway_url = "https://pins.example/secret"',
    ],
)
def test_what_has_another_shape_or_name_is_refused_and_not_shown(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(InputInvalid) as refused:
        GatewaySettings.load({}, file)
    assert "secret" not in str(refused.value.to_dict())


def test_the_file_tells_the_address_that_it_listens_on(file: Path) -> None:
    file.write_text('host = "192.0.2.7"\n')
    assert GatewaySettings.load({}, file).hosts == (*LOOPBACK, "192.0.2.7")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("[gateway]\nbody = 1", "gateway.body"),
        ("[gateway]\nRESONANCE_BODY_MAX_BYTES = 1", "gateway.RESONANCE_BODY_MAX_BYTES"),
        ("[gateway]\nbody_bytes = 0", "RESONANCE_BODY_MAX_BYTES"),
        ("[gateway]\nbody_bytes = 1.5", "RESONANCE_BODY_MAX_BYTES"),
        ("[gateway]\nhosts = [1]", "RESONANCE_HOSTS"),
        ("[gateway]\nrelay_needs_session = 1", "RESONANCE_RELAY_NEEDS_SESSION"),
        ("gateway = 1", "gateway"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(file: Path, text: str, field: str) -> None:
    file.write_text(text)
    with pytest.raises(InputInvalid) as caught:
        GatewaySettings.load({}, file)
    assert caught.value.field == field


def test_every_setting_is_documented_in_both_languages() -> None:
    documented = GatewaySettings.document()
    assert [name for name, _, _ in documented] == [field.name for field in fields(GatewaySettings)]
    assert all(key.en and re.search("[぀-ヿ一-鿿]", key.ja) for _, _, key in documented)
    assert len({key.variable for _, _, key in documented}) == len(documented)


@pytest.mark.parametrize(
    "text", ["*", "proxy.example.org", "127.0.0.1:80", "10.0.0.1/8", "0.0.0.0/0", "::/0"]
)
def test_a_proxy_that_is_no_address_or_is_everybody_is_refused(text: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        GatewaySettings.load({"RESONANCE_PROXIES": f"127.0.0.1,{text}"})
    assert caught.value.field == "RESONANCE_PROXIES"


def test_no_proxy_is_believed_that_was_not_named() -> None:
    assert GatewaySettings.load({}).proxies == ()
    assert GatewaySettings.load({"RESONANCE_PROXIES": "::1"}).proxies == ("::1",)
