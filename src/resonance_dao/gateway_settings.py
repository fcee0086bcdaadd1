"""
The gateway's own settings: how much a request may bring, how long it may stay silent, what the log is called,
which names it answers to, and how often and at what cost it may be used.

They stand in the table `[gateway]` of `resonance.toml` by their names, or in the environment over it. They
are here, and not in the gateway, so that the command line can check them without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from resonance_dao.errors import InputInvalid
from resonance_dao.sender_settings import Key
from resonance_dao.settings import TABLE, read_toml

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
HOST = re.compile(r"((?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?")
"""A name that a gateway may answer to, and its port."""

_ETHER = 10**18
_MOST_WEI = 2**63 * 10**9

KEYS: Mapping[str, Key] = {
    "upload_bytes": Key(
        "RESONANCE_UPLOAD_MAX_BYTES", "largest file of evidence, bytes", "証拠の最大バイト数"
    ),
    "upload_day_bytes": Key(
        "RESONANCE_UPLOAD_DAY_BYTES",
        "evidence a day from one account, and from one network, bytes",
        "1日に受け付ける証拠の合計バイト数(アカウントごと、接続元ネットワークごと)",
    ),
    "upload_key_day_bytes": Key(
        "RESONANCE_UPLOAD_KEY_DAY_BYTES",
        "the same with one API key, bytes",
        "同じく、API キーごと(バイト)",
    ),
    "body_bytes": Key("RESONANCE_BODY_MAX_BYTES", "largest other request, bytes", "他の要求の最大バイト数"),
    "silence_s": Key(
        "RESONANCE_REQUEST_TIMEOUT_S",
        "longest a request may stand still, s",
        "要求が進まないまま待つ最長秒数",
    ),
    "stall_s": Key(
        "RESONANCE_STALL_S",
        "longest round of the recorder before /health asks for a new start, s",
        "/health が再起動を求めるまでの、記録処理1巡の最長秒数",
    ),
    "log_domain": Key("RESONANCE_LOG_DOMAIN", "first line of checkpoints", "チェックポイントの先頭の名前"),
    "hosts": Key(
        "RESONANCE_HOSTS",
        "names the gateway answers to, such as dao.example.org,*.example.net; and RESONANCE_HOST",
        "ゲートウェイが応答するホスト名(カンマ区切り)",
    ),
    "proxies": Key(
        "RESONANCE_PROXIES",
        "addresses or networks of proxies whose X-Forwarded-For and -Proto are believed; nobody's by default",
        "X-Forwarded-For / -Proto を信じるプロキシのアドレス(カンマ区切り、既定はなし)",
    ),
    "session_s": Key("RESONANCE_SESSION_S", "longest session, s", "セッションの最長秒数"),
    "relay_needs_session": Key(
        "RESONANCE_RELAY_NEEDS_SESSION",
        "take requests of callers with a session or API key only: true or false",
        "セッションか API キーのある要求だけを受け付けるか(true / false)",
    ),
    "reads_per_minute": Key(
        "RESONANCE_READS_PER_MINUTE", "one caller's reading requests a minute", "1分あたりの読み取り回数"
    ),
    "anonymous_changes_per_minute": Key(
        "RESONANCE_ANONYMOUS_CHANGES_PER_MINUTE",
        "changes a minute from one network without a name",
        "名乗らない呼び出し元の1分あたりの変更回数",
    ),
    "account_changes_per_minute": Key(
        "RESONANCE_ACCOUNT_CHANGES_PER_MINUTE",
        "changes a minute with a session",
        "セッションごとの1分あたりの変更回数",
    ),
    "key_changes_per_minute": Key(
        "RESONANCE_KEY_CHANGES_PER_MINUTE",
        "changes a minute with an API key",
        "API キーごとの1分あたりの変更回数",
    ),
    "streams": Key(
        "RESONANCE_STREAMS", "requests followed by events at once", "同時にイベントで追える要求の数"
    ),
    "streams_per_caller": Key(
        "RESONANCE_STREAMS_PER_CALLER", "the same for one caller", "同じく、呼び出し元ごとの数"
    ),
    "budget_wei": Key(
        "RESONANCE_BUDGET_WEI", "what a day's relaying may cost, wei", "中継に使う1日の上限(wei)"
    ),
    "budget_route_wei": Key(
        "RESONANCE_BUDGET_ROUTE_WEI", "the same by one route, wei", "同じく、経路ごと(wei)"
    ),
    "budget_anonymous_wei": Key(
        "RESONANCE_BUDGET_ANONYMOUS_WEI",
        "the same for one network without a name, wei",
        "同じく、名乗らない呼び出し元ごと(wei)",
    ),
    "budget_account_wei": Key(
        "RESONANCE_BUDGET_ACCOUNT_WEI",
        "the same for one session's account, wei",
        "同じく、アカウントごと(wei)",
    ),
    "budget_key_wei": Key(
        "RESONANCE_BUDGET_KEY_WEI", "the same for one API key, wei", "同じく、API キーごと(wei)"
    ),
}
"""How each setting is named outside, and what it means."""

VARIABLES: Mapping[str, str] = {name: key.variable for name, key in KEYS.items()}
"""The environment variable of each setting."""


@dataclass(frozen=True)
class GatewaySettings:
    """
    Bytes, seconds, host names, requests and wei.

    `upload_bytes` bounds one piece of evidence, `upload_day_bytes` what one account or one network brings in
    a day, `upload_key_day_bytes` what one API key does, `body_bytes` every other body; `silence_s` is how
    long a request may make no progress, in reading or in answering; `stall_s` how long one round of the
    recorder may last before the process counts as stalled; `log_domain` begins the origin line of
    checkpoints. `hosts` are the names that the gateway answers to, as `Hosts` reads them. `proxies` are
    the addresses and networks whose word on where a request comes from is believed. `session_s` is the
    longest session; with `relay_needs_session` nothing is taken from callers without a name.

    The requests per minute are one caller's: reading, and changing without a name, with a session, with an
    API key. `streams` are how many requests may be followed by events at once, altogether and by one caller.
    The budgets are what a day's relaying may cost in wei: altogether, by one route, and for one caller
    without a name (by network), with a session, with an API key.
    """

    upload_bytes: int = 100_000_000
    upload_day_bytes: int = 1_000_000_000
    upload_key_day_bytes: int = 10_000_000_000
    body_bytes: int = 1_000_000
    silence_s: int = 60
    stall_s: int = 1_800
    log_domain: str = "localhost"
    hosts: tuple[str, ...] = LOOPBACK
    proxies: tuple[str, ...] = ()
    session_s: int = 43_200
    relay_needs_session: bool = False
    reads_per_minute: int = 1_200
    anonymous_changes_per_minute: int = 120
    account_changes_per_minute: int = 240
    key_changes_per_minute: int = 6_000
    streams: int = 200
    streams_per_caller: int = 10
    budget_wei: int = _ETHER
    budget_route_wei: int = _ETHER
    budget_anonymous_wei: int = _ETHER // 5
    budget_account_wei: int = _ETHER // 2
    budget_key_wei: int = _ETHER

    @classmethod
    def load(cls, env: Mapping[str, str], file: Path | None = None) -> GatewaySettings:
        """
        Read the file's table, then the variables that are set; `InputInvalid` names one that is malformed.
        Without `hosts` the gateway answers to the loopback's names and to the one address that it is told to
        listen on.
        """
        whole = read_toml(file) if file is not None and file.is_file() else {}
        given = _table(whole.get(TABLE, {}))
        given.update({key: env[name] for key, name in VARIABLES.items() if env.get(name)})
        listening = env.get("RESONANCE_HOST") or str(whole.get("host", ""))
        if listening not in ("", "0.0.0.0", "::"):  # noqa: S104  these mean every address, and name none
            own = f"[{listening}]" if ":" in listening else listening
            given.setdefault("hosts", ",".join(dict.fromkeys((*LOOPBACK, own))))
        return cls(**{key: _READERS.get(key, _positive)(VARIABLES[key], text) for key, text in given.items()})

    @classmethod
    def document(cls) -> list[tuple[str, str, Key]]:
        """Return each setting's name, its default as text, and its key."""
        return [(field.name, _spelled(field.default), KEYS[field.name]) for field in fields(cls)]


def _table(table: object) -> dict[str, str]:
    """Return the file's values as the environment would spell them."""
    if not isinstance(table, Mapping):
        raise InputInvalid(TABLE, type(table).__name__, "must be a table of the gateway's settings")
    unknown = sorted(set(table) - set(KEYS))
    if unknown:
        raise InputInvalid(f"{TABLE}.{unknown[0]}", "***", "is no setting of the gateway")
    return {name: _spelled(value, VARIABLES[name]) for name, value in table.items()}


def _spelled(value: object, variable: str = "") -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)) and all(isinstance(part, str) for part in value):
        return ",".join(value)
    if isinstance(value, (int, str)):
        return str(value)
    rule = "must be a whole number, a text, true or false, or a list of texts"
    raise InputInvalid(variable, type(value).__name__, rule)


def _positive(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise InputInvalid(name, text, "must be a whole number above zero")
    if int(text) >= _MOST_WEI:
        raise InputInvalid(name, text, f"must be below {_MOST_WEI}")
    return int(text)


def _names(name: str, text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    if not names:
        raise InputInvalid(name, text, "must be one or more host names, with commas between them")
    for one in names:
        if HOST.fullmatch(one.lower()) is None:
            raise InputInvalid(name, one, "must be host names, such as dao.example.org or *.example.org")
    return names


def _proxies(name: str, text: str) -> tuple[str, ...]:
    proxies = tuple(part.strip() for part in text.split(",") if part.strip())
    for one in proxies:
        try:
            network = ip_network(one)
        except ValueError:
            raise InputInvalid(name, one, "must be addresses or networks, such as 10.0.0.0/8") from None
        if network.prefixlen == 0:
            raise InputInvalid(name, one, "would believe everybody")
    return proxies


def _yes_or_no(name: str, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise InputInvalid(name, text, "must be true or false")
    return text.lower() == "true"


_READERS: Mapping[str, Callable[[str, str], Any]] = {
    "log_domain": lambda _name, text: text,
    "hosts": _names,
    "proxies": _proxies,
    "relay_needs_session": _yes_or_no,
}
