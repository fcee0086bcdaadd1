"""
What `resonance doctor` says of the keys that relay and of the two counts of a day's cost.

Budgets (`RESONANCE_BUDGET_*`) are what callers may ask for, counted before anything is accepted. Outlays
(`RESONANCE_OUTLAY_*`) are what keys may pay, counted when a transaction is signed. Budgets above the outlays
are a promise that waits until tomorrow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from resonance_dao.economy.money import format_amount
from resonance_dao.errors import InputInvalid, TransactionFailed

if TYPE_CHECKING:
    from resonance_dao.gateway_settings import GatewaySettings
    from resonance_dao.toolkit import Toolkit

_COIN = 18


def keys(toolkit: Toolkit) -> str:
    """Return which keys relay; raises when one cannot be opened or has too little coin."""
    from resonance_dao.chain.chain import balance_of

    settings = toolkit.settings
    named = (settings.operator_keystore, settings.operator_address, settings.operator_dev_index)
    if named == (None, None, None):
        return "none: no operator is named"
    pool, least = toolkit.relayer_keys, max(settings.balance_min_wei, 1)
    addresses = [toolkit.operator.address, *(key.address for key in pool)]
    poor = [address for address in addresses if balance_of(toolkit.endpoint, address) < least]
    if poor:
        raise TransactionFailed(
            f"{', '.join(poor)} has less coin than {format_amount(least, _COIN)}",
            hint="Send it some of the chain's coin: relaying costs gas.",
        )
    return f"{len(pool)} beside the operator's" if pool else "the operator's alone"


def limits(toolkit: Toolkit, env: Mapping[str, str]) -> str:
    """
    Return what a day may cost, by `resonance.toml` and the environment over it; raises when a setting is
    malformed, or budgets exceed outlays.
    """
    from resonance_dao.gateway_settings import GatewaySettings
    from resonance_dao.settings import SETTINGS_FILE
    from resonance_dao.workflows.keyring import parts

    settings = toolkit.settings
    gateway = GatewaySettings.load(env, SETTINGS_FILE)
    asked, keys_count = int(gateway.budget_wei), max(len(parts(settings.relayer_keys or "")), 1)
    each, route = settings.outlay_key_wei, settings.outlay_route_wei
    if each is not None and keys_count * each < asked:
        raise _promised("RESONANCE_OUTLAY_KEY_WEI", each, keys_count * each, "RESONANCE_BUDGET_WEI", asked)
    if route is not None and route < int(gateway.budget_route_wei):
        name, budget = "RESONANCE_BUDGET_ROUTE_WEI", int(gateway.budget_route_wei)
        raise _promised("RESONANCE_OUTLAY_ROUTE_WEI", route, route, name, budget)
    _check_uploads(gateway)
    paid = "no limit" if each is None else format_amount(keys_count * each, _COIN)
    return (
        f"of the chain's own coin, callers may ask for {format_amount(asked, _COIN)} a day, "
        f"the keys may pay {paid}, at most {settings.fee_cap_gwei} gwei per gas"
    )


def _check_uploads(gateway: GatewaySettings) -> None:
    for name, most in (
        ("RESONANCE_UPLOAD_DAY_BYTES", gateway.upload_day_bytes),
        ("RESONANCE_UPLOAD_KEY_DAY_BYTES", gateway.upload_key_day_bytes),
    ):
        if most < gateway.upload_bytes:
            raise InputInvalid(
                name,
                most,
                f"one file may have {gateway.upload_bytes} bytes, and a day takes fewer",
                hint="Lower RESONANCE_UPLOAD_MAX_BYTES, or no file of that size is ever taken.",
            )


def _promised(variable: str, value: int, paid: int, budget: str, asked: int) -> InputInvalid:
    return InputInvalid(
        variable,
        value,
        f"the keys may pay {format_amount(paid, _COIN)} a day, "
        f"and {budget} lets callers ask for {format_amount(asked, _COIN)}",
        hint=f"Lower {budget}, or what is above the limit waits until the next day (UTC).",
    )
