"""What `resonance doctor` says of keys and of a day's cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from resonance_dao.cli.spending_diagnosis import keys, limits
from resonance_dao.errors import InputInvalid, TransactionFailed
from resonance_dao.settings import Settings
from resonance_dao.toolkit import Toolkit

ETHER = 10**18


class Coins:
    """A chain on which accounts have coin and nothing else."""

    def __init__(self, wei: int) -> None:
        self.wei = wei

    def request(self, method: str, _params: Any) -> str:
        assert method == "eth_getBalance"
        return hex(self.wei)


def toolkit(tmp_path: Path, **given: object) -> Toolkit:
    env = {"RESONANCE_HOME": str(tmp_path), "RESONANCE_OPERATOR_DEV_INDEX": "9"}
    env |= {f"RESONANCE_{name.upper()}": str(value) for name, value in given.items()}
    return Toolkit(Settings.load(env), env=env)


@pytest.mark.parametrize(("coin", "least"), [(0, 0), (4, 5)])
def test_a_key_without_enough_coin_is_named(tmp_path: Path, coin: int, least: int) -> None:
    kit = toolkit(tmp_path, relayer_keys="dev:6", balance_min_wei=least)
    kit.__dict__["endpoint"] = Coins(coin)
    with pytest.raises(TransactionFailed, match=kit.relayer_keys[0].address):
        keys(kit)


def test_keys_that_can_pay_are_counted(tmp_path: Path) -> None:
    for named, told in (("", "the operator's alone"), ("dev:6,dev:7", "2 beside the operator's")):
        kit = toolkit(tmp_path, relayer_keys=named, balance_min_wei=5)
        kit.__dict__["endpoint"] = Coins(5)
        assert keys(kit) == told


@pytest.mark.parametrize(
    ("given", "budgets", "named"),
    [
        ({"outlay_key_wei": ETHER - 1}, {}, "RESONANCE_OUTLAY_KEY_WEI"),
        ({"outlay_key_wei": ETHER // 2, "relayer_keys": "dev:6"}, {}, "RESONANCE_OUTLAY_KEY_WEI"),
        ({"outlay_route_wei": ETHER - 1}, {}, "RESONANCE_OUTLAY_ROUTE_WEI"),
        ({}, {"RESONANCE_BUDGET_WEI": "much"}, "RESONANCE_BUDGET_WEI"),
        ({}, {"RESONANCE_UPLOAD_DAY_BYTES": "99999999"}, "RESONANCE_UPLOAD_DAY_BYTES"),
        ({}, {"RESONANCE_UPLOAD_KEY_DAY_BYTES": "1"}, "RESONANCE_UPLOAD_KEY_DAY_BYTES"),
    ],
)
def test_budgets_that_promise_more_than_the_keys_may_pay_are_told(
    tmp_path: Path, given: dict[str, object], budgets: dict[str, str], named: str
) -> None:
    with pytest.raises(InputInvalid, match=named):
        limits(toolkit(tmp_path, **given), budgets)


def test_budgets_of_the_settings_file_count_and_the_environment_is_over_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "resonance.toml").write_text(f"[gateway]\nbudget_wei = {5 * ETHER}\n")
    kit = toolkit(tmp_path, outlay_key_wei=ETHER)
    with pytest.raises(InputInvalid, match="lets callers ask for 5"):
        limits(kit, {})
    assert "may ask for 1 a day" in limits(kit, {"RESONANCE_BUDGET_WEI": str(ETHER)})


@pytest.mark.parametrize(
    "given",
    [
        {"outlay_key_wei": ETHER},
        {"outlay_key_wei": ETHER // 2, "relayer_keys": "dev:6,dev:7"},
        {"outlay_route_wei": ETHER},
    ],
)
def test_what_fits_is_shown_in_coin(tmp_path: Path, given: dict[str, object]) -> None:
    told = limits(toolkit(tmp_path, **given), {})
    assert "callers may ask for 1 a day" in told
    assert "500 gwei" in told
    assert ("may pay 1," in told) == ("outlay_key_wei" in given)
