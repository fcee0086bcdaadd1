"""
A bounty before it is opened: who can get what and when, from its file alone.

Needs no chain, wallet or key. The terms are those that opening would sign, made by the same code, and every
amount is the contract's. Not legal advice (法的助言ではありません).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from resonance_dao.chain.attestation import ZERO_HASH
from resonance_dao.economy.freelance_rules import freelance_rules
from resonance_dao.economy.impact_share import capped_at
from resonance_dao.economy.money import format_amount, parse_amount
from resonance_dao.economy.presets import Preset
from resonance_dao.economy.simulation import FunderTotals, Offer, Outcome, PayTimes, outcomes, totals
from resonance_dao.economy.withholding import Schedule
from resonance_dao.economy.withholding_rules import rules
from resonance_dao.errors import InputInvalid
from resonance_dao.evidence.cid import Cid
from resonance_dao.transparency.canonical import encode
from resonance_dao.workflows.bounty_file import BountyFile
from resonance_dao.workflows.simulation_roles import Role, roles
from resonance_dao.workflows.simulation_timeline import Clocks, Window, timeline
from resonance_dao.workflows.simulation_warnings import Alarm, Subject, alarms
from resonance_dao.workflows.system import plain
from resonance_dao.workflows.terms import TRANCHES, Terms

UNKNOWN = "0x" + "00" * 19 + "01"
"""Stands for accounts that the file does not name: the funder, and the desk that takes applications."""
_SCHEDULE = "(address,uint96,address,string,(uint40,uint96,uint96,uint16)[])"


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What the file does not say: chain time `now` (unix s) and the pay token's decimals and symbol.

    `funder` is who would open, None when unknown; `schedule` the schedule of withholding that the file names,
    None when unknown; `bid` what an application might agree on, in base units; `country` whose rules count;
    `is_token_read` whether decimals and symbol are what the token says of itself.
    """

    now: int
    decimals: int
    symbol: str
    funder: str | None = None
    schedule: Schedule | None = None
    bid: int | None = None
    country: str = "JP"
    is_token_read: bool = False

    def coins(self, units: int) -> str:
        """Return base units as people read them, with the token's symbol."""
        return f"{format_amount(units, self.decimals, group=True)} {self.symbol}".rstrip()


@dataclass(frozen=True, slots=True)
class Cap:
    """What a tranche pays at its target, basis points of the award, and the most that counts of that."""

    share_bps: int
    target: int
    cap_bps: int

    @property
    def capped_at(self) -> int:
        """The measured value from which more no longer counts."""
        return capped_at(self.target, self.cap_bps)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; measured values as decimal text."""
        measured = {"target": str(self.target), "capped_at": str(self.capped_at)}
        return {"share_bps": self.share_bps, "cap_bps": self.cap_bps, **measured}


@dataclass(frozen=True)
class Simulation:
    """All that can come of a bounty; amounts in base units, times unix s."""

    bounty: BountyFile
    facts: Facts
    terms: Terms
    offer: Offer
    preset: Preset | None
    outcomes: tuple[Outcome, ...]
    totals: FunderTotals
    timeline: tuple[Window, ...]
    in_silence: PayTimes
    undisputed: PayTimes
    at_latest: PayTimes
    roles: tuple[Role, ...]
    alarms: tuple[Alarm, ...]

    @property
    def caps(self) -> dict[str, Cap]:
        """Return what each tranche with a share counts towards: "success", "long_term"."""
        agreed = {name: self.terms.tranche(name) for name in TRANCHES}
        return {
            name: Cap(part.share_bps, part.target, part.cap_bps)
            for name, part in agreed.items()
            if part.share_bps
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the simulation as JSON holds it: amounts as decimal text in base units."""
        return {
            "schema": "resonance/simulation/1",
            "assumptions": _assumptions(self),
            "terms": plain(self.terms.to_abi()),
            "preset": _preset(self.preset),
            "caps": {name: found.to_dict() for name, found in self.caps.items()},
            "outcomes": [_outcome(found) for found in self.outcomes],
            "funder": {
                "escrowed": str(self.totals.escrowed),
                "paid_if_all_won": [str(self.totals.least_paid), str(self.totals.most_paid)],
                "returned_if_all_won": [
                    str(self.totals.least_returned),
                    str(self.totals.most_returned_if_won),
                ],
                "returned_if_none_won": str(self.totals.most_returned),
            },
            "paid_at": {
                "in_silence": _times(self.in_silence),
                "undisputed": _times(self.undisputed),
                "at_latest": _times(self.at_latest),
            },
            "timeline": [_window(window) for window in self.timeline],
            "roles": [
                {
                    "name": role.name,
                    "title": dict(role.title),
                    "accounts": list(role.accounts),
                    "can": [dict(words) for words in role.can],
                }
                for role in self.roles
            ],
            "warnings": [{"code": alarm.code, **alarm.words} for alarm in self.alarms],
        }


def simulate(bounty: BountyFile, facts: Facts) -> Simulation:
    """
    Return what can come of a bounty opened at `facts.now`.

    `InputInvalid` for whatever opening would refuse, for a bid where the bounty takes none or above its
    amount, and `NotFound` for a category of work that the country's data do not know.
    """
    resolved = bounty.resolved(facts.decimals)
    document = str(Cid.of(encode(resolved.document())))
    terms = resolved.to_terms(
        facts.decimals, facts.now, document, funder=facts.funder or UNKNOWN, desk=UNKNOWN
    )
    _check_bid(bounty, facts, terms)
    offer, clocks = offer_of(terms, facts.bid), Clocks(terms, facts.now)
    schedule = facts.schedule if terms.withholding != ZERO_HASH else None
    subject = Subject(terms, offer, clocks, facts.funder, bounty.category, schedule is not None)
    return Simulation(
        bounty=resolved,
        facts=facts,
        terms=terms,
        offer=offer,
        preset=bounty.preset_numbers(facts.decimals),
        outcomes=outcomes(offer, schedule, clocks.in_silence),
        totals=totals(offer),
        timeline=timeline(clocks),
        in_silence=clocks.in_silence,
        undisputed=clocks.undisputed,
        at_latest=clocks.at_latest,
        roles=roles(terms, facts.funder, schedule.collector if schedule else None),
        alarms=alarms(subject, freelance_rules(facts.country), rules(facts.country)),
    )


def offer_of(terms: Terms, bid: int | None = None) -> Offer:
    """Return the numbers of terms that pay follows from."""
    return Offer(
        amount=terms.amount,
        guaranteed=terms.guaranteed,
        shares_bps=terms.shares_bps,
        caps_bps=terms.caps_bps,
        silent_bps=(terms.success.silent_bps, terms.long_term.silent_bps),
        lowest_bps=terms.min_multiplier_bps,
        highest_bps=terms.max_multiplier_bps,
        awards=terms.max_awards,
        agreed=bid,
    )


def schedule_of(identity: str, token: str, decimals: int, collector: str, country: str = "JP") -> Schedule:
    """
    Return the country's schedule of that id, found again from its token and collector without a chain.

    `InputInvalid` when none of the country's tables has this id with them.
    """
    found = rules(country)
    for kind in found.kinds:
        schedule = found.schedule(kind, token=token, unit=10**decimals, collector=collector)
        if hash_of(schedule) == identity:
            return schedule
    rule = f"gives none of the schedules of {country} the id {identity} that pay.withholding names"
    raise InputInvalid("collector", collector, rule)


def hash_of(schedule: Schedule) -> str:
    """Return the id of a schedule, `keccak256(abi.encode(schedule))`, 0x-hex."""
    from eth_abi.abi import encode as abi_encode
    from eth_utils.crypto import keccak

    return "0x" + keccak(abi_encode([_SCHEDULE], [schedule.as_tuple()])).hex()


def bid_of(text: str, decimals: int) -> int:
    """Return a bid as base units; `InputInvalid` when it is no amount above zero."""
    units = parse_amount(text, decimals, field="bid")
    if units == 0:
        raise InputInvalid("bid", text, "must be more than zero")
    return units


def _check_bid(bounty: BountyFile, facts: Facts, terms: Terms) -> None:
    if facts.bid is None:
        return
    if not bounty.applications:
        raise InputInvalid("bid", facts.coins(facts.bid), "needs a bounty with applications: true")
    if not 0 < facts.bid <= terms.amount:
        raise InputInvalid("bid", facts.coins(facts.bid), f"must be at most {facts.coins(terms.amount)}")


def _assumptions(found: Simulation) -> dict[str, Any]:
    facts = found.facts
    return {
        "opened_at": facts.now,
        "decimals": facts.decimals,
        "symbol": facts.symbol,
        "token_read": facts.is_token_read,
        "funder": facts.funder,
        "bid": None if facts.bid is None else str(facts.bid),
        "country": facts.country,
        "payees": 1,
        "tax_known": found.terms.withholding == ZERO_HASH or facts.schedule is not None,
    }


def _preset(preset: Preset | None) -> dict[str, str] | None:
    if preset is None:
        return None
    return {
        "amount": str(preset.amount),
        "extra_base": str(preset.extra_base),
        "extra_success": str(preset.extra_success),
    }


def _outcome(found: Outcome) -> dict[str, Any]:
    done = found.done
    parts = {"base": done.base, "success": done.success, "long_term": done.long_term, "top_up": done.top_up}
    taxes = zip(parts, found.payments, strict=True)
    return {
        "case": found.case,
        "multiplier_bps": found.multiplier_bps,
        "success_bps": found.success_bps,
        "long_term_bps": found.long_term_bps,
        **{name: str(units) for name, units in parts.items()},
        "gross": str(found.paid),
        "tax": str(found.tax),
        "net": str(found.net),
        "returned": str(done.returned),
        "payments": {
            name: {"gross": str(paid.gross), "tax": str(paid.tax), "net": str(paid.net)}
            for name, paid in taxes
        },
    }


def _window(window: Window) -> dict[str, Any]:
    return {
        "name": window.name,
        "title": dict(window.title),
        "start": window.start,
        "end": window.end,
        "who": dict(window.who),
        "silence": dict(window.silence),
    }


def _times(times: PayTimes) -> dict[str, int]:
    return {
        "base": times.base,
        "success": times.success,
        "long_term": times.long_term,
        "top_up": times.top_up,
    }


def multiplier_text(bps: int) -> str:
    """Return a multiplier as people read it: 10,000 is "1"."""
    return format_amount(bps, 4)
