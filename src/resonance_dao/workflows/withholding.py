"""
Tax withheld at the source: schedules registered from the data of a country, and what they take of a payment.

Not legal advice (法的助言ではありません): which schedule applies is for the payer to find out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from resonance_dao.economy.withholding import Bracket, Schedule, Withheld, tax_at
from resonance_dao.economy.withholding_rules import rules
from resonance_dao.errors import InputInvalid, NotFound
from resonance_dao.workflows.system import Action, System

_NOBODY = "0x" + "00" * 20


@dataclass(frozen=True)
class TaxPreview:
    """What a schedule takes of a payment made at `time`, unix s; amounts in base units."""

    withheld: Withheld
    collector: str
    time: int


def country_schedule(system: System, country: str, kind: str, token: str, collector: str) -> Schedule:
    """
    Return a country's rates as a schedule for a token of its currency, such as "JP" and "ordinary".

    The token's decimals say what one of the country's units is. `NotFound` for unknown names.
    """
    unit = 10 ** system.token_facts(token).decimals
    return rules(country).schedule(kind, token=token, unit=unit, collector=collector)


def schedule_id(system: System, schedule: Schedule) -> str:
    """Return the id that terms name, registered or not; 0x-hex."""
    identity: bytes = system.withholdings.call(system.chain, "hashSchedule", _to_abi(schedule))
    return "0x" + identity.hex()


def is_registered(system: System, identity: str) -> bool:
    """Return whether a schedule of that id can be named by terms."""
    return str(system.withholdings.call(system.chain, "tokenOf", _id(identity))) != _NOBODY


def registering(system: System, schedule: Schedule) -> Action:
    """Return what registers a schedule; anyone may, and one that is registered stays as it is."""
    words = {
        "en": f'Register the withholding schedule "{schedule.label}" collected by {schedule.collector}',
        "ja": f"源泉徴収表「{schedule.label}」を登録する(納付者 {schedule.collector})",
    }
    return Action(system.withholdings, "register", (_to_abi(schedule),), words)


def schedule(system: System, identity: str) -> Schedule:
    """Return a registered schedule; `NotFound` when there is none of that id."""
    if not is_registered(system, identity):
        raise NotFound(
            f"no withholding schedule {identity} is registered",
            hint="`resonance withholding register` registers one.",
        )
    told = system.withholdings.call(system.chain, "scheduleOf", _id(identity))
    brackets = tuple(
        Bracket(int(b["start"]), int(b["from"]), int(b["fixedTax"]), int(b["rateBps"]))
        for b in told["brackets"]
    )
    return Schedule(told["token"], int(told["unit"]), told["collector"], told["label"], brackets)


def tax_preview(system: System, identity: str, gross: int, time: int | None = None) -> TaxPreview:
    """
    Return what is withheld of `gross` base units at `time` (now when None), computed here and by the
    contract; `InputInvalid` should the two ever differ.
    """
    found, moment = schedule(system, identity), system.now() if time is None else time
    here = tax_at(found, gross, moment)
    there = system.withholdings.call(system.chain, "taxAt", _id(identity), gross, moment)
    if (int(there["tax"]), there["collector"]) != (here.tax, found.collector):
        raise InputInvalid("tax", here.tax, f"differs from the contract's {there}")
    return TaxPreview(here, found.collector, moment)


def schedules(system: System) -> list[str]:
    """Return the ids of all registered schedules, 0x-hex, in the order of their registration."""
    events = system.events(system.withholdings, "ScheduleRegistered")
    return ["0x" + event.args["scheduleId"].hex() for event in events]


def _id(identity: str) -> bytes:
    try:
        content = bytes.fromhex(identity.removeprefix("0x"))
    except ValueError:
        content = b""
    if len(content) != 32:
        raise InputInvalid("schedule", identity, "must be an id: 32 bytes as 0x-hexadecimal")
    return content


def _to_abi(schedule: Schedule) -> dict[str, Any]:
    rows = [
        {"start": b.start, "from": b.from_units, "fixedTax": b.fixed_units, "rateBps": b.rate_bps}
        for b in schedule.brackets
    ]
    return {
        "token": schedule.token,
        "unit": schedule.unit,
        "collector": schedule.collector,
        "label": schedule.label,
        "brackets": rows,
    }
