"""
The gateway's log: one JSON object a line on the standard error stream, each with the request it belongs to.

No body, no header and no address of a caller is ever logged, and of every URL only scheme and host.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import FilteringBoundLogger

from frontend_api.redaction import redact_all


def build_logger(stream: TextIO) -> FilteringBoundLogger:
    """Return a logger that writes to `stream`; nothing global is configured."""
    logger: FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(stream),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            structlog.processors.format_exc_info,
            _without_secrets,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
    )
    return logger


def _without_secrets(
    _logger: object, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {key: redact_all(value) for key, value in event.items()}
