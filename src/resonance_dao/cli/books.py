"""
A deployment book from elsewhere: a file, or the address where a gateway gives its own (`/v1/system/book`).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from resonance_dao.errors import EvidenceUnavailable, InputInvalid
from resonance_dao.secret_url import check_endpoint, failure

if TYPE_CHECKING:
    from resonance_dao.cli.running import Run

_MOST_BYTES = 1_000_000

Contracts = Annotated[
    str,
    typer.Option(
        "--contracts",
        metavar="FILE|URL",
        help="The deployment book to go by, such as GATEWAY/v1/system/book; default: that of the settings.",
    ),
]


@contextmanager
def borrowed_book(run: Run, place: str) -> Iterator[None]:
    """
    Let this command go by the book at `place`, a file or an http(s) URL; nothing changes where it is empty.

    A book says where the contracts are. What it says is somebody's word, and the command warns of that.
    """
    if not place:
        yield
        return
    # A URL's path or user may be a key.
    shown = check_endpoint(place, "--contracts") if "://" in place else place
    document = _document(place, shown)
    chain_id = document.get("chain_id")
    if isinstance(chain_id, bool) or not isinstance(chain_id, int) or chain_id < 0:
        raise InputInvalid("--contracts", shown, "must be a deployment book, as `resonance deploy` writes it")
    run.output.warn(
        f"which contracts are meant is taken from {shown}. Their code is compared with the book, by `audit` "
        "also with what you compiled from your own clone. That they are the ones that you were told of, EAS "
        "among them, only you can say: compare the addresses with what your project or payer publishes.",
        f"どのコントラクトを指すかは {shown} の記載によります。コードはこの記録と照合し、`audit` では手元で"
        "コンパイルしたものとも照合します。(EAS を含め)あなたの知るコントラクトかどうかは、"
        "公表されたアドレスと自分で比べてください。",
    )
    with tempfile.TemporaryDirectory(prefix="resonance-book-") as folder:
        (Path(folder) / f"{chain_id}.json").write_text(json.dumps(document), encoding="utf-8")
        run.changes["RESONANCE_DEPLOYMENTS"] = folder
        yield


def _document(place: str, shown: str) -> dict[str, Any]:
    text = _fetched(place, shown) if "://" in place else _read(place)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise InputInvalid("--contracts", shown, f"is not JSON: {exc}") from exc
    if not isinstance(document, dict):
        raise InputInvalid("--contracts", shown, "must be a deployment book")
    return document


def _read(place: str) -> str:
    from resonance_dao.cli.files import read_text

    return read_text(Path(place))


def _fetched(url: str, shown: str) -> bytes:
    import httpx

    content = bytearray()
    try:
        with httpx.stream("GET", url, timeout=20, follow_redirects=False) as answer:
            for part in answer.iter_bytes():
                content += part
                if len(content) > _MOST_BYTES:
                    raise InputInvalid("--contracts", shown, f"is larger than {_MOST_BYTES} bytes")
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as exc:
        raise _unavailable(shown, failure(exc)) from None
    if answer.status_code != httpx.codes.OK:
        raise _unavailable(shown, f"it answered with status {answer.status_code}")
    return bytes(content)


def _unavailable(shown: str, reason: str) -> EvidenceUnavailable:
    hint = "Is the address right? A gateway gives its book at /v1/system/book."
    return EvidenceUnavailable(f"{shown}: {reason}", hint=hint, gateway=shown)
