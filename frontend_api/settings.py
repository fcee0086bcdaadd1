"""
The gateway's own settings: how much a request may bring, how long it may stay silent, what the log is called,
which names it answers to, and how often and at what cost it may be used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from resonance_dao.errors import InputInvalid

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_ETHER = 10**18
_MOST_WEI = 2**63 * 10**9

VARIABLES: Mapping[str, str] = {
    "upload_bytes": "RESONANCE_UPLOAD_MAX_BYTES",
    "body_bytes": "RESONANCE_BODY_MAX_BYTES",
    "silence_s": "RESONANCE_REQUEST_TIMEOUT_S",
    "log_domain": "RESONANCE_LOG_DOMAIN",
    "hosts": "RESONANCE_HOSTS",
    "session_s": "RESONANCE_SESSION_S",
    "relay_needs_session": "RESONANCE_RELAY_NEEDS_SESSION",
    "reads_per_minute": "RESONANCE_READS_PER_MINUTE",
    "anonymous_changes_per_minute": "RESONANCE_ANONYMOUS_CHANGES_PER_MINUTE",
    "account_changes_per_minute": "RESONANCE_ACCOUNT_CHANGES_PER_MINUTE",
    "key_changes_per_minute": "RESONANCE_KEY_CHANGES_PER_MINUTE",
    "budget_wei": "RESONANCE_BUDGET_WEI",
    "budget_route_wei": "RESONANCE_BUDGET_ROUTE_WEI",
    "budget_anonymous_wei": "RESONANCE_BUDGET_ANONYMOUS_WEI",
    "budget_account_wei": "RESONANCE_BUDGET_ACCOUNT_WEI",
    "budget_key_wei": "RESONANCE_BUDGET_KEY_WEI",
}
"""The environment variable of each setting."""


@dataclass(frozen=True)
class GatewaySettings:
    """
    Bytes, seconds, host names, requests and wei.

    `upload_bytes` bounds one piece of evidence, `body_bytes` every other body; `silence_s` is how long a
    request may make no progress, in reading or in answering; `log_domain` begins the origin line of
    checkpoints. `hosts` are the names that the gateway answers to, as `Hosts` reads them. `session_s` is the
    longest session; with `relay_needs_session` nothing is taken from callers without a name.

    The requests per minute are one caller's: reading, and changing without a name, with a session, with an
    API key. The budgets are what a day's relaying may cost in wei: altogether, by one route, and for one
    caller without a name (by network), with a session, with an API key.
    """

    upload_bytes: int = 100_000_000
    body_bytes: int = 1_000_000
    silence_s: int = 60
    log_domain: str = "localhost"
    hosts: tuple[str, ...] = LOOPBACK
    session_s: int = 43_200
    relay_needs_session: bool = False
    reads_per_minute: int = 1_200
    anonymous_changes_per_minute: int = 120
    account_changes_per_minute: int = 240
    key_changes_per_minute: int = 6_000
    budget_wei: int = _ETHER
    budget_route_wei: int = _ETHER
    budget_anonymous_wei: int = _ETHER // 5
    budget_account_wei: int = _ETHER // 2
    budget_key_wei: int = _ETHER

    @classmethod
    def load(cls, env: Mapping[str, str]) -> GatewaySettings:
        """
        Read the variables that are set; `InputInvalid` names one that is malformed. Without `hosts` the
        gateway answers to the loopback's names and to the one address that it is told to listen on.
        """
        given = {key: env[name] for key, name in VARIABLES.items() if env.get(name)}
        listening = env.get("RESONANCE_HOST", "")
        if listening not in ("", "0.0.0.0", "::"):  # noqa: S104  these mean every address, and name none
            own = f"[{listening}]" if ":" in listening else listening
            given.setdefault("hosts", ",".join(dict.fromkeys((*LOOPBACK, own))))
        return cls(**{key: _READERS.get(key, _positive)(VARIABLES[key], text) for key, text in given.items()})


def _positive(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise InputInvalid(name, text, "must be a whole number above zero")
    if int(text) >= _MOST_WEI:
        raise InputInvalid(name, text, f"must be below {_MOST_WEI}")
    return int(text)


def _names(name: str, text: str) -> tuple[str, ...]:
    from frontend_api.doors.hosts import Hosts

    names = tuple(part.strip() for part in text.split(",") if part.strip())
    if not names:
        raise InputInvalid(name, text, "must be one or more host names, with commas between them")
    Hosts(names)
    return names


def _yes_or_no(name: str, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise InputInvalid(name, text, "must be true or false")
    return text.lower() == "true"


_READERS: Mapping[str, Callable[[str, str], Any]] = {
    "log_domain": lambda _name, text: text,
    "hosts": _names,
    "relay_needs_session": _yes_or_no,
}
