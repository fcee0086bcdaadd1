"""
What every request passes before anything is done for it: is it for us, does our own page or a program send
it, who is it, and does it come too often.

Credentials that are shown and not valid are refused, never read as none: a retry with an expired session
would otherwise be another caller's request. Reading is open to everybody, so a browser with an old cookie
may still read, and sign in anew. `/health` passes unasked, because a load balancer knows no names.

An account costs nothing to make, so sessions count against their network too: all accounts of one network
come at most twice as often as one.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from frontend_api.doors import cookies
from frontend_api.doors.hosts import Hosts
from frontend_api.doors.identity import ACCOUNT, ANONYMOUS, KEY, Identity, network_of, nobody
from frontend_api.doors.keeper import Keeper
from frontend_api.doors.rates import Quota
from frontend_api.languages import preferred
from frontend_api.problems import RequestRefused, of_error, of_http
from resonance_dao.errors import ResonanceError

NETWORK_TIMES = 2
"""How many times as often as one account all accounts of one network may come."""
SAFE = ("GET", "HEAD", "OPTIONS")
SESSION_PATH = "/v1/session"
OPEN_PATH = "/health"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="resonance"'}
_WRONG = {"WWW-Authenticate": 'Bearer realm="resonance", error="invalid_token"'}
_SCOPES = {"/v1/evidence": "evidence", "/v1/transactions": "report"}


class Entrance:
    """Leaves the caller's `Identity` in the scope, as `identity`."""

    def __init__(self, app: ASGIApp, *, keeper: Keeper) -> None:
        self._app, self._keeper, settings = app, keeper, keeper.settings
        self._hosts = Hosts(settings.hosts)
        self._reading = Quota("reading", settings.reads_per_minute)
        self._changing = {
            ANONYMOUS: Quota("anonymous", settings.anonymous_changes_per_minute),
            ACCOUNT: Quota("account", settings.account_changes_per_minute),
            KEY: Quota("key", settings.key_changes_per_minute),
        }
        self._network_reading = Quota("network reading", NETWORK_TIMES * settings.reads_per_minute)
        self._network_changing = Quota("network", NETWORK_TIMES * settings.account_changes_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] == OPEN_PATH:
            await self._app(scope, receive, send)
            return
        told: dict[str, str] = {}

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in told.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            scope["identity"] = await self._admit(scope, told)
        except ResonanceError as exc:
            problem = of_error(exc, preferred(Headers(scope=scope).get("accept-language")))
            await problem.response(Request(scope))(scope, receive, counted)
        except RequestRefused as exc:
            await of_http(exc).response(Request(scope))(scope, receive, counted)
        else:
            await self._app(scope, receive, counted)

    async def _admit(self, scope: Scope, told: dict[str, str]) -> Identity:
        headers, safe = Headers(scope=scope), scope["method"] in SAFE
        self._check_host(scope, headers)
        if not safe:
            _check_origin(headers)
        network = network_of((scope.get("client") or (None,))[0])
        forgiving = safe or scope["path"] == SESSION_PATH
        identity = await self._identify(headers, network, forgiving=forgiving)
        self._count(identity, told, safe=safe)
        if not safe:
            self._check_may_change(scope["path"].rstrip("/"), identity, headers)
        return identity

    def _count(self, identity: Identity, told: dict[str, str], *, safe: bool) -> None:
        quota = self._reading if safe else self._changing[identity.kind]
        verdict = self._keeper.rates.take(identity.counted_as, quota)
        if verdict.allowed and identity.kind == ACCOUNT:
            shared = self._network_reading if safe else self._network_changing
            together = self._keeper.rates.take(f"network/{identity.network}", shared)
            verdict = verdict if together.allowed else together
        told.update(verdict.headers())
        if not verdict.allowed:
            raise _too_often(verdict.reset_s)

    def _check_host(self, scope: Scope, headers: Headers) -> None:
        given = headers.getlist("host")
        own_port = (scope.get("server") or (None, None))[1]
        if len(given) != 1 or not self._hosts.allow(given[0], own_port):
            raise RequestRefused(421, "host_unknown", "the header Host names none of this gateway's names")

    async def _identify(self, headers: Headers, network: str, *, forgiving: bool) -> Identity:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        token = cookie_parser(headers.get("cookie", "")).get(cookies.NAME)
        if scheme.lower() == "bearer":
            found = await anyio.to_thread.run_sync(self._keeper.key, key.strip(), network)
        elif token is not None:
            found = await anyio.to_thread.run_sync(self._keeper.session, token, network)
            if found is None and forgiving:
                return nobody(network)
        else:
            return nobody(network)
        return found if found is not None else self._unknown(network)

    def _unknown(self, network: str) -> Identity:
        # Guessing is counted where it comes from, since it has no name.
        verdict = self._keeper.rates.take(nobody(network).counted_as, self._changing[ANONYMOUS])
        if not verdict.allowed:
            raise _too_often(verdict.reset_s)
        raise RequestRefused(
            401, "credentials_refused", "the session or API key is not valid, or not any more", headers=_WRONG
        )

    def _check_may_change(self, path: str, identity: Identity, headers: Headers) -> None:
        if identity.kind == ACCOUNT and not _from_own_page(headers):
            raise RequestRefused(
                403,
                "foreign_origin",
                "a session's request must say by Origin or Sec-Fetch-Site where it is from",
            )
        if path == SESSION_PATH:
            return
        if identity.kind == ANONYMOUS and self._keeper.settings.relay_needs_session:
            raise RequestRefused(
                401, "sign_in_needed", "this gateway takes requests of known callers only", headers=CHALLENGE
            )
        needed = _SCOPES.get(path, "relay")
        if identity.kind == KEY and not {needed, "operate"} & identity.scopes:
            raise RequestRefused(403, "scope_missing", f"the API key has no scope {needed}")


def _check_origin(headers: Headers) -> None:
    # A header that says it comes from elsewhere is believed; none at all is a program's.
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none") or (
        "origin" in headers and not _from_own_page(headers)
    ):
        raise RequestRefused(403, "foreign_origin", "a page of another site may change nothing here")


def _from_own_page(headers: Headers) -> bool:
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") == "same-origin"
    try:
        given = urlsplit(origin)
    except ValueError:
        return False
    return given.scheme in ("https", "http") and given.netloc.lower() == headers["host"].lower()


def _too_often(reset_s: int) -> RequestRefused:
    return RequestRefused(429, "too_many_requests", f"too many requests; try again in {reset_s} seconds")
