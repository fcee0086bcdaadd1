"""
Amounts of money between people and base units.

A person writes "300000" or "0.5"; the chain counts base units. Between them stand only integers and decimal
digits: no float is ever made, nothing is rounded, and an amount with more decimals than the token has is
refused.

    >>> parse_amount("300000.5", decimals=18)
    300000500000000000000000
    >>> format_amount(300000500000000000000000, decimals=18)
    '300000.5'
"""

from __future__ import annotations

import re

from resonance_dao.errors import InputInvalid

BPS = 10_000
"""Basis points in the whole: the one scale of every share and achievement."""

MAX_UINT128 = 2**128 - 1
# A comma separates thousands and nothing else: "1,5" is one and a half in half of the world.
_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,38}|[1-9][0-9]{0,2}(?:[,_][0-9]{3}){1,12})(?:\.([0-9]{1,38}))?")
_PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?\s*%?")


def parse_amount(text: object, decimals: int, *, field: str = "amount") -> int:
    """
    Return the base units of a decimal text or an `int` of whole coins; a float or too many decimals is
    refused.
    """
    if isinstance(text, bool) or not isinstance(text, (str, int)):
        raise InputInvalid(field, text, 'must be a decimal number in quotes, such as "1234.5"; never a float')
    found = _AMOUNT.fullmatch(str(text))
    if found is None:
        raise InputInvalid(field, text, 'must be a decimal number of zero or more, such as "1,234.5"')
    whole, fraction = re.sub("[,_]", "", found[1]), found[2] or ""
    if len(fraction) > decimals:
        raise InputInvalid(field, text, f"has {len(fraction)} decimals, but the token has {decimals}")
    units = int(whole + fraction.ljust(decimals, "0"))
    if units > MAX_UINT128:
        raise InputInvalid(field, text, "is larger than 2^128 - 1 base units")
    return units


def format_amount(units: int, decimals: int, *, group: bool = False) -> str:
    """Return base units as the shortest exact decimal text; `group` puts commas between thousands."""
    sign, magnitude = ("-" if units < 0 else ""), abs(units)
    whole, fraction = divmod(magnitude, 10**decimals)
    digits = f"{whole:,}" if group else str(whole)
    tail = str(fraction).rjust(decimals, "0").rstrip("0") if fraction else ""
    return f"{sign}{digits}{'.' + tail if tail else ''}"


def parse_share(text: object, *, field: str = "share", highest: int = BPS) -> int:
    """Return the basis points of a percentage: `30`, "30%", "12.5 %"."""
    if isinstance(text, bool) or not isinstance(text, (str, int)):
        raise InputInvalid(
            field, text, 'must be a percentage such as 30 or "12.5%"; a fraction goes in quotes'
        )
    found = _PERCENT.fullmatch(str(text).strip())
    if found is None:
        raise InputInvalid(field, text, "must be a percentage with at most two decimals")
    bps = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if bps > highest:
        raise InputInvalid(field, text, f"must be at most {format_share(highest)}")
    return bps


def format_share(bps: int) -> str:
    """Return basis points as a percentage: 3000 -> "30%", 1250 -> "12.5%"."""
    return f"{format_amount(bps, 2)}%"
