"""
Pricing by its name in a bounty file: `preset` stands for the amount, the split and the targets.

The numbers come from `economy.presets`. What is written beside a preset may repeat what it gives, or say what
it leaves open; a key that contradicts it is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field

from resonance_dao.economy import presets
from resonance_dao.economy.impact_share import HIGHEST_CAP_BPS
from resonance_dao.economy.money import BPS, format_amount, parse_amount, parse_share
from resonance_dao.errors import InputInvalid
from resonance_dao.workflows.yaml_file import Strict

Share = str | int
Amount = str | int
Target = Annotated[int, Field(ge=1, lt=2**128)]
_NAMES = {"share_bps": "share", "base_bps": "base", "cap_bps": "cap", "silent_bps": "when_silent"}
_Part = TypeVar("_Part", bound=Strict)


class FixedPriceWithSuccessFee(Strict):
    """A price at acceptance and a fee at the target, in whole coins."""

    kind: Literal["fixed_price_with_success_fee"]
    fixed: Amount
    fee: Amount
    target: Target
    when_silent: Share = 100

    def numbers(self, decimals: int) -> presets.Preset:
        """Return the numbers of the terms for a token of so many decimals."""
        return presets.fixed_price_with_success_fee(
            _coins("fixed", self.fixed, decimals),
            _coins("fee", self.fee, decimals),
            target=self.target,
            silent_bps=_bps("when_silent", self.when_silent),
        )


class OutcomeGuarantee(Strict):
    """A low base, all else for the outcome, and never less than `guaranteed`; amounts in whole coins."""

    kind: Literal["outcome_guarantee"]
    amount: Amount
    guaranteed: Amount
    target: Target
    base: Share = 10
    cap: Share = 100
    when_silent: Share = 100

    def numbers(self, decimals: int) -> presets.Preset:
        """Return the numbers of the terms for a token of so many decimals."""
        return presets.outcome_guarantee(
            _coins("amount", self.amount, decimals),
            _coins("guaranteed", self.guaranteed, decimals),
            target=self.target,
            base_bps=_bps("base", self.base),
            cap_bps=_bps("cap", self.cap, HIGHEST_CAP_BPS),
            silent_bps=_bps("when_silent", self.when_silent),
        )


class RevenueShare(Strict):
    """A share of the revenue up to a cap; amounts and the revenue that is reported are whole coins."""

    kind: Literal["revenue_share"]
    share: Share
    up_to: Amount
    forecast_revenue: Annotated[int, Field(ge=0, lt=2**128)]
    guaranteed: Amount = 0

    def numbers(self, decimals: int) -> presets.Preset:
        """Return the numbers of the terms for a token of so many decimals."""
        return presets.revenue_share(
            _bps("share", self.share),
            _coins("up_to", self.up_to, decimals),
            self.forecast_revenue,
            metric_unit=10**decimals,
            guaranteed=_coins("guaranteed", self.guaranteed, decimals),
        )


class ImpactShare(Strict):
    """30 % at acceptance, 50 % for the success, 20 % for the long term; amounts in whole coins."""

    kind: Literal["impact_share"]
    amount: Amount
    target: Target
    long_term_target: Target
    guaranteed: Amount = 0
    cap: Share = 100
    when_silent: Share = 100

    def numbers(self, decimals: int) -> presets.Preset:
        """Return the numbers of the terms for a token of so many decimals."""
        return presets.impact_share(
            _coins("amount", self.amount, decimals),
            target=self.target,
            long_term_target=self.long_term_target,
            guaranteed=_coins("guaranteed", self.guaranteed, decimals),
            cap_bps=_bps("cap", self.cap, HIGHEST_CAP_BPS),
            silent_bps=_bps("when_silent", self.when_silent),
        )


Preset = Annotated[
    FixedPriceWithSuccessFee | OutcomeGuarantee | RevenueShare | ImpactShare, Field(discriminator="kind")
]


@dataclass(frozen=True)
class Filled:
    """What a preset puts into a file, key by key, as a person would have written it."""

    pay: Mapping[str, Amount]
    split: Mapping[str, Share]
    success: Mapping[str, Share]
    long_term: Mapping[str, Share]


def filled(numbers: presets.Preset, decimals: int) -> Filled:
    """Return a preset's numbers as the keys of a file."""
    pay = {"amount": numbers.amount, "guaranteed": numbers.guaranteed}
    shares = {
        "base": numbers.base_bps,
        "success": numbers.success.share_bps,
        "long_term": numbers.long_term.share_bps,
    }
    return Filled(
        pay={key: format_amount(units, decimals) for key, units in pay.items()},
        split={key: _percent(bps) for key, bps in shares.items()},
        success=_outcome(numbers.success),
        long_term=_outcome(numbers.long_term),
    )


def numbers_of(preset: Any, decimals: int) -> presets.Preset:
    """Return a preset's numbers; `InputInvalid` names its key below `preset`."""
    try:
        numbers: presets.Preset = preset.numbers(decimals)
    except InputInvalid as exc:
        names = _NAMES | ({"cap": "up_to"} if preset.kind == "revenue_share" else {})
        field = f"bounty: preset.{names.get(exc.field, exc.field)}"
        raise InputInvalid(field, exc.value, exc.rule) from exc
    return numbers


def fill(part: _Part, place: str, values: Mapping[str, Any], decimals: int) -> _Part:
    """Return a part of the file with these values in it; `InputInvalid` where it says something else."""
    for key, value in values.items():
        written = getattr(part, key)
        if key not in part.model_fields_set or written is None:
            continue
        name = f"bounty: {place}.{key}"
        read = _READERS.get(key, _share)
        if read(written, decimals, name) != read(value, decimals, name):
            raise InputInvalid(name, written, f"contradicts the preset, which gives {value}")
    return part.model_copy(update=dict(values))


def _outcome(part: presets.Tranche) -> dict[str, Share]:
    if not part.share_bps:
        return {}
    return {
        "target": part.target,
        "cap": _percent(part.cap_bps),
        "when_silent": _percent(part.silent_bps),
    }


def _coins(field: str, value: Amount, decimals: int) -> int:
    return parse_amount(value, decimals, field=field)


def _bps(field: str, value: Share, highest: int = BPS) -> int:
    return parse_share(value, field=field, highest=highest)


def _percent(bps: int) -> str:
    return format_amount(bps, 2)


def _amount(value: Any, decimals: int, name: str) -> int:
    return parse_amount(value, decimals, field=name)


def _share(value: Any, decimals: int, name: str) -> int:
    return parse_share(value, field=name, highest=HIGHEST_CAP_BPS)


def _target(value: Any, decimals: int, name: str) -> int:
    return int(value)


_READERS: Mapping[str, Callable[[Any, int, str], int]] = {
    "amount": _amount,
    "guaranteed": _amount,
    "target": _target,
}
