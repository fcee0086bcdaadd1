"""
The settings of what sends: which keys there are, who keeps them, and what they may spend.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_MOST_WEI = 2**63 * 10**9


@dataclass(frozen=True)
class Key:
    """How a setting is named outside, and what it means in each language."""

    variable: str
    en: str
    ja: str


class SenderSettings(BaseModel):
    """The part of the settings that the relayer needs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    operator_address: Annotated[
        str | None,
        Key(
            "RESONANCE_OPERATOR_ADDRESS",
            "the operator's account when its key is at the signer",
            "鍵が署名サーバーにある場合の運営者のアドレス",
        ),
    ] = None
    signer_url: Annotated[
        str | None,
        Key(
            "RESONANCE_SIGNER_URL",
            "a server that keeps keys and signs (web3signer's eth1 JSON-RPC)",
            "鍵を保管し署名するサーバー(web3signer の eth1 JSON-RPC)",
        ),
    ] = None
    signer_token_file: Annotated[
        Path | None,
        Key(
            "RESONANCE_SIGNER_TOKEN_FILE",
            "file with the access token of the signer",
            "署名サーバーのアクセストークンのファイル",
        ),
    ] = None
    signer_certificate_file: Annotated[
        Path | None,
        Key(
            "RESONANCE_SIGNER_CERTIFICATE_FILE",
            "PEM file with our certificate and its key, for the signer",
            "署名サーバーに示す証明書と鍵の PEM ファイル",
        ),
    ] = None
    signer_authorities_file: Annotated[
        Path | None,
        Key(
            "RESONANCE_SIGNER_AUTHORITIES_FILE",
            "PEM file of who may vouch for the signer; none: the system's",
            "署名サーバーを保証する認証局の PEM ファイル",
        ),
    ] = None
    relayer_keys: Annotated[
        str | None,
        Key(
            "RESONANCE_RELAYER_KEYS",
            "further keys that relay, with commas: keystore files, addresses at the signer, dev:N",
            "中継する追加の鍵(コンマ区切り。キーストア、署名サーバーのアドレス、dev:N)",
        ),
    ] = None
    relayer_password_file: Annotated[
        Path | None,
        Key(
            "RESONANCE_RELAYER_PASSWORD_FILE",
            "file with the password of those keystores; none: the operator's",
            "上記キーストアのパスワードのファイル(なければ運営者と同じ)",
        ),
    ] = None
    fee_cap_gwei: Annotated[
        int,
        Field(ge=1, le=1_000_000),
        Key(
            "RESONANCE_FEE_CAP_GWEI",
            "the most that is ever paid, gwei per gas; above it what is queued waits",
            "ガス単価の上限(gwei)。超える間は送信を待つ",
        ),
    ] = 500
    bump_after_s: Annotated[
        int,
        Field(ge=1, le=86_400),
        Key(
            "RESONANCE_BUMP_AFTER_S",
            "how long a transaction waits until it is sent again for more, s",
            "手数料を上げて再送するまでの秒数",
        ),
    ] = 30
    in_flight_max: Annotated[
        int,
        Field(ge=1, le=1_000),
        Key(
            "RESONANCE_IN_FLIGHT_MAX", "most transactions under way, for each key", "鍵ごとの未確定取引の上限"
        ),
    ] = 16
    outlay_key_wei: Annotated[
        int | None,
        Field(ge=1, lt=_MOST_WEI),
        Key(
            "RESONANCE_OUTLAY_KEY_WEI",
            "what one key may pay for requests in a day (UTC), wei; none: no limit",
            "鍵ごとの一日(UTC)の手数料上限(wei)",
        ),
    ] = None
    outlay_route_wei: Annotated[
        int | None,
        Field(ge=1, lt=_MOST_WEI),
        Key(
            "RESONANCE_OUTLAY_ROUTE_WEI",
            "what one function of a contract may cost in a day (UTC), wei; none: no limit",
            "関数ごとの一日(UTC)の手数料上限(wei)",
        ),
    ] = None
    balance_min_wei: Annotated[
        int,
        Field(ge=0, lt=_MOST_WEI),
        Key(
            "RESONANCE_BALANCE_MIN_WEI",
            "a key with less coin raises an alarm, wei; 0: three times the dearest day of the last week",
            "警報を出す鍵の残高(wei、0 は直近一週間で最も高かった日の三倍)",
        ),
    ] = 0
