"""
The gateway's own settings: how much a request may bring, how long it may stay silent, what the log is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from resonance_dao.errors import InputInvalid

VARIABLES: Mapping[str, str] = {
    "upload_bytes": "RESONANCE_UPLOAD_MAX_BYTES",
    "body_bytes": "RESONANCE_BODY_MAX_BYTES",
    "silence_s": "RESONANCE_REQUEST_TIMEOUT_S",
    "log_domain": "RESONANCE_LOG_DOMAIN",
}
"""The environment variable of each setting."""


@dataclass(frozen=True)
class GatewaySettings:
    """
    Bytes, seconds, a host name.

    `upload_bytes` bounds one piece of evidence, `body_bytes` every other body; `silence_s` is how long a
    request may make no progress, in reading or in answering; `log_domain` begins the origin line of
    checkpoints.
    """

    upload_bytes: int = 100_000_000
    body_bytes: int = 1_000_000
    silence_s: int = 60
    log_domain: str = "localhost"

    @classmethod
    def load(cls, env: Mapping[str, str]) -> GatewaySettings:
        """Read the variables that are set; `InputInvalid` names one that is malformed."""
        given = {key: env[name] for key, name in VARIABLES.items() if env.get(name)}
        numbers = {key: _positive(VARIABLES[key], text) for key, text in given.items() if key != "log_domain"}
        return cls(**numbers, log_domain=given.get("log_domain", cls.log_domain))


def _positive(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise InputInvalid(name, text, "must be a whole number above zero")
    return int(text)
