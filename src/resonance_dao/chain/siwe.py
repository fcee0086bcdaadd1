"""
The message of a sign-in (EIP-4361): read, written and checked. Pure: who signed it is `wallet_signature`'s.

    message = SiweMessage.from_text(text)
    message.check(domain="dao.example.org", chain_id=1, now=now)

One text has one meaning: what is read is written back to the byte, and anything that the grammar leaves open
(a line's order, an address in one case, a number with zeros in front) is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from resonance_dao.errors import InputInvalid, SignatureRefused
from resonance_dao.transparency.address import checksum

MAX_CHARACTERS = 4_096
SKEW_S = 60
"""How far ahead of ours a wallet's clock may be."""

_WANTS = " wants you to sign in with your Ethereum account:"
_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
_PCHAR = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_NAME = r"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"
_AUTHORITY = rf"(?:(?:{_PCHAR})*@)?(?:\[[0-9A-Fa-f:.]+\]|{_NAME})(?::[0-9]*)?"
_URI = (
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?://{_AUTHORITY}(?=[/?#\n]|\Z)|(?!//))"
    rf"(?:{_PCHAR}|/)*(?:\?(?:{_PCHAR}|[/?])*)?(?:#(?:{_PCHAR}|[/?])*)?"
)
_MESSAGE = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?"
    r"(?P<domain>(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)" + re.escape(_WANTS) + r"\n"
    r"(?P<address>0x[0-9a-fA-F]{40})\n\n"
    r"(?:(?P<statement>[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;= -]+)\n)?\n"
    rf"URI: (?P<uri>{_URI})\n"
    r"Version: (?P<version>[0-9]+)\n"
    r"Chain ID: (?P<chain_id>0|[1-9][0-9]{0,18})\n"
    r"Nonce: (?P<nonce>[A-Za-z0-9]{8,200})\n"
    rf"Issued At: (?P<issued_at>{_TIME})"
    rf"(?:\nExpiration Time: (?P<expiration_time>{_TIME}))?"
    rf"(?:\nNot Before: (?P<not_before>{_TIME}))?"
    rf"(?:\nRequest ID: (?P<request_id>{_PCHAR}*))?"
    rf"(?:\nResources:(?P<resources>(?:\n- {_URI})*))?"
)
_HINT = "Ask for a new nonce and sign the message that your wallet shows for this site."


@dataclass(frozen=True)
class SiweMessage:
    """
    One sign-in message. Times are RFC 3339 text as it was signed; `resources` None: the part is left out.
    """

    domain: str
    address: str
    uri: str
    chain_id: int
    nonce: str
    issued_at: str
    version: str = "1"
    scheme: str | None = None
    statement: str | None = None
    expiration_time: str | None = None
    not_before: str | None = None
    request_id: str | None = None
    resources: tuple[str, ...] | None = None

    @classmethod
    def from_text(cls, text: str) -> SiweMessage:
        """Read a message; `InputInvalid` when it is not exactly of the grammar, or the address mistyped."""
        found = _MESSAGE.fullmatch(text) if len(text) <= MAX_CHARACTERS else None
        if found is None:
            raise InputInvalid("message", text, "must be a sign-in message as EIP-4361 writes it", hint=_HINT)
        parts: dict[str, Any] = found.groupdict()
        if checksum(parts["address"], "message.address") != parts["address"]:
            raise InputInvalid("message.address", parts["address"], "must be in EIP-55 spelling")
        resources = parts.pop("resources")
        listed = None if resources is None else tuple(resources.split("\n- ")[1:])
        message = cls(**{**parts, "chain_id": int(parts["chain_id"])}, resources=listed)
        for field in ("issued_at", "expiration_time", "not_before"):
            message._moment(field)
        return message

    def to_text(self) -> str:
        """Write the message: what `from_text` read, to the byte."""
        lines = [
            (f"{self.scheme}://" if self.scheme else "") + self.domain + _WANTS,
            self.address,
            "",
            *([] if self.statement is None else [self.statement]),
            "",
            f"URI: {self.uri}",
            f"Version: {self.version}",
            f"Chain ID: {self.chain_id}",
            f"Nonce: {self.nonce}",
            f"Issued At: {self.issued_at}",
        ]
        optional = (
            ("Expiration Time", self.expiration_time),
            ("Not Before", self.not_before),
            ("Request ID", self.request_id),
        )
        lines += [f"{name}: {value}" for name, value in optional if value is not None]
        if self.resources is not None:
            lines += ["Resources:", *(f"- {resource}" for resource in self.resources)]
        return "\n".join(lines)

    @property
    def issued(self) -> int:
        """When it was made, unix s, rounded up."""
        return self._moment("issued_at", up=True) or 0

    @property
    def expires(self) -> int | None:
        """From when it is worth nothing, unix s, rounded down; None: it does not say."""
        return self._moment("expiration_time")

    @property
    def begins(self) -> int:
        """From when it counts, unix s, rounded up; 0: it does not say."""
        return self._moment("not_before", up=True) or 0

    def check(self, *, domain: str, chain_id: int, now: int) -> None:
        """
        Check that it was made for this site, this chain and this moment; `SignatureRefused` names the field.

        `domain` is the authority that the browser shows, its port included. The nonce is the caller's to
        check.
        """
        if self.domain.lower() != domain.lower():
            raise _refused("domain", self.domain, f"is not this site, {domain}")
        self._check_uri()
        if self.version != "1":
            raise _refused("version", self.version, "is not 1")
        if self.chain_id != chain_id:
            raise _refused("chain_id", self.chain_id, f"is not this gateway's chain, {chain_id}")
        if self.issued > now + SKEW_S:
            raise _refused("issued_at", self.issued_at, "is in the future")
        if self.begins > now:
            raise _refused("not_before", self.not_before, "has not come yet")
        if self.expires is not None and self.expires <= now:
            raise _refused("expiration_time", self.expiration_time, "has passed")
        if self.resources:
            raise _refused("resources", self.resources, "are not understood: a sign-in grants no more")

    def _check_uri(self) -> None:
        try:
            uri = urlsplit(self.uri)
        except ValueError as exc:
            raise _refused("uri", self.uri, "cannot be read") from exc
        if uri.netloc.lower() != self.domain.lower():
            raise _refused("uri", self.uri, f"is not on {self.domain}")
        if uri.scheme.lower() not in ("https", "http"):
            raise _refused("uri", self.uri, "must begin with https:// or http://")
        if self.scheme is not None and self.scheme.lower() != uri.scheme.lower():
            raise _refused("scheme", self.scheme, "is not the one of the URI")

    def _moment(self, field: str, *, up: bool = False) -> int | None:
        text: str | None = getattr(self, field)
        if text is None:
            return None
        fraction = re.search(r"\.([0-9]+)", text)
        whole = text if fraction is None else text.replace(fraction[0], "", 1)
        try:
            moment = datetime.fromisoformat(whole.replace("Z", "+00:00"))
            seconds = int((moment - datetime(1970, 1, 1, tzinfo=timezone.utc)).total_seconds())
        except (ValueError, OverflowError) as exc:
            raise InputInvalid(f"message.{field}", text, "must be a moment as RFC 3339 writes it") from exc
        return seconds + (1 if up and fraction is not None and int(fraction[1]) else 0)


def _refused(field: str, value: object, why: str) -> SignatureRefused:
    return SignatureRefused(f"the message's {field} {value!r} {why}", hint=_HINT, field=field)
