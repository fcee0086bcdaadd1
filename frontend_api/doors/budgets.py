"""
Which budgets a request is paid from: everybody's, its route's and its caller's, each for one day.

Accounts are made at will, so all of one network share what one account may spend, and whoever has no API key
leaves a quarter of the whole to those who have one.

Budgets are what callers may ask for, estimated before anything is accepted. What the relaying keys may pay is
another count, the core's `outlay_key_wei` and `outlay_route_wei`, made when a transaction is signed.

Evidence costs disks and pins instead of gas: its bytes are counted beside, in scopes of their own.

Where nobody in particular comes from is kept as a keyed hash, a new one every day, and forgotten after two.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from frontend_api.doors.cost import GWEI
from frontend_api.doors.identity import ACCOUNT, ANONYMOUS, KEY, Identity
from frontend_api.settings import GatewaySettings

DAY_S = 86_400
ALL, PUBLIC, NETWORK, EVIDENCE = "all", "public", "network/", "evidence/"


def of(settings: GatewaySettings, identity: Identity, route: str, secret: bytes, day: int) -> dict[str, int]:
    """Return the day's limits in gwei by the scope that they are counted for."""
    own = {
        ANONYMOUS: settings.budget_anonymous_wei,
        ACCOUNT: settings.budget_account_wei,
        KEY: settings.budget_key_wei,
    }
    limits = {ALL: settings.budget_wei, f"route {route}": settings.budget_route_wei}
    if identity.kind != KEY:
        limits[PUBLIC] = settings.budget_wei * 3 // 4
    if identity.kind == ACCOUNT:
        limits[NETWORK + _marked(identity, secret, day)] = settings.budget_account_wei
    limits[_caller(identity, secret, day)] = own[identity.kind]
    return {scope: wei // GWEI for scope, wei in limits.items()}


def of_evidence(settings: GatewaySettings, identity: Identity, secret: bytes, day: int) -> dict[str, int]:
    """Return the day's limits in bytes by the scope that they are counted for."""
    own = settings.upload_key_day_bytes if identity.kind == KEY else settings.upload_day_bytes
    limits = {EVIDENCE + _caller(identity, secret, day): own}
    if identity.kind == ACCOUNT:
        limits[EVIDENCE + NETWORK + _marked(identity, secret, day)] = own
    return limits


def shown(scope: str) -> str:
    """Return a scope in words that name no caller."""
    scope = scope.removeprefix(EVIDENCE)
    if scope == ALL:
        return "of this gateway"
    if scope == PUBLIC:
        return "of all callers without an API key"
    if scope.startswith(NETWORK):
        return "of all accounts of one network"
    return f"of {scope}" if scope.startswith("route ") else f"of one {scope.partition('/')[0]} caller"


def _caller(identity: Identity, secret: bytes, day: int) -> str:
    if identity.kind != ANONYMOUS:
        return f"{identity.kind}/{identity.name}"
    return f"{ANONYMOUS}/{_marked(identity, secret, day)}"


def _marked(identity: Identity, secret: bytes, day: int) -> str:
    return hmac.digest(secret, f"resonance budget {day} {identity.network}".encode(), sha256)[:16].hex()
