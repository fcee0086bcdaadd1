"""
JSON-RPC over HTTP with connections that are kept open, safe to use from many threads.

The requests library spends more time on a call than the node does, most of it reading the environment for
proxies each time; here that is read once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import count
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

KEPT_OPEN = 64


class HttpEndpoint:
    """One URL. A request that gets no JSON back raises `OSError` or `ValueError`, which name no secret."""

    def __init__(self, url: str, timeout_s: float) -> None:
        from urllib3 import PoolManager, ProxyManager
        from urllib3.util import make_headers

        parts = urlsplit(url)
        host = parts.hostname or ""
        self._url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        self._headers = {"Content-Type": "application/json"}
        if parts.username is not None:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers |= make_headers(basic_auth=login)
        proxy = None if proxy_bypass(host) else getproxies().get(parts.scheme)
        options: dict[str, Any] = {"maxsize": KEPT_OPEN, "timeout": timeout_s, "retries": False}
        self._pool = ProxyManager(proxy, **options) if proxy else PoolManager(**options)
        self._ids = count(1)

    def make_request(self, method: str, params: Sequence[object]) -> Any:
        """Send one request and return the JSON that comes back."""
        asked = self._asked(method, params)
        told = self._post(asked)
        # Behind a load balancer a kept connection may bring what another request was answered.
        if isinstance(told, dict) and told.get("id") != asked["id"] and not _is_refusal_of_any(told):
            raise ValueError("the answer belongs to another request")
        return told

    def make_requests(self, method: str, many: Sequence[Sequence[object]]) -> list[Any]:
        """
        Send several requests at once, a JSON-RPC batch; return the JSON that answers each, in order. A node
        that does not take batches raises `ValueError`.
        """
        asked = [self._asked(method, params) for params in many]
        told = self._post(asked)
        answers = {one.get("id"): one for one in told if isinstance(one, dict)} if type(told) is list else {}
        if len(told) != len(asked) or any(one["id"] not in answers for one in asked):
            raise ValueError("the answers are not those of the requests")
        return [answers[one["id"]] for one in asked]

    def _asked(self, method: str, params: Sequence[object]) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}

    def _post(self, asked: object) -> Any:
        from urllib3.exceptions import HTTPError

        try:
            answer = self._pool.request(
                "POST", self._url, body=json.dumps(asked).encode(), headers=self._headers, redirect=False
            )
        except HTTPError as exc:
            raise ConnectionError(type(exc).__name__) from None
        if answer.status >= 300:
            raise ConnectionError(f"HTTP {answer.status}")
        return json.loads(answer.data)


def _is_refusal_of_any(told: dict[str, Any]) -> bool:
    # A node that could not read the request does not know its id.
    return told.get("id") is None and "error" in told
