"""Files that people name on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from resonance_dao.errors import InputInvalid

LARGEST_TEXT = 1_000_000


def read_text(path: Path) -> str:
    """Return a text file's content, at most 1 MB of UTF-8."""
    try:
        if path.stat().st_size > LARGEST_TEXT:
            raise InputInvalid("file", str(path), f"is larger than {LARGEST_TEXT} bytes")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise InputInvalid("file", str(path), f"cannot be read: {exc}") from exc


def read_json(path: Path) -> Any:
    """Return a JSON file's content."""
    try:
        return json.loads(read_text(path))
    except ValueError as exc:
        raise InputInvalid("file", str(path), f"is not JSON: {exc}") from exc
