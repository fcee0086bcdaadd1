"""
JSON bodies read strictly: one meaning or none.

A body with a key twice, `NaN`, wrong encoding or deep nesting is refused before any schema sees it, because
two readers could understand it differently. Numbers keep their type, so that the schemas can refuse a float
by the name of its field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from frontend_api.problems import RequestRefused

MAX_DEPTH = 32
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|([\[{])|([\]}])', re.DOTALL)
_HINT = "Send one JSON object in UTF-8, each key once."


def parse(content: bytes) -> Any:
    """Return the value of a JSON text, or refuse it with 400."""
    _check_depth(content)
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_unique)
    except ValueError as exc:
        raise RequestRefused(
            400, "json_malformed", f"the body is not JSON in UTF-8: {exc}", hint=_HINT
        ) from exc


class StrictRequest(Request):
    """A request whose body is read by `parse`."""

    async def json(self) -> Any:
        """Return the body's value."""
        return parse(await self.body())


class QuickRoute(APIRoute):
    """A route that most requests are not for, as their first letters tell."""

    @cached_property
    def _first_letters(self) -> str:
        return self.path_format.partition("{")[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether a request is for this route."""
        if not scope.get("root_path") and not scope["path"].startswith(self._first_letters):
            return Match.NONE, {}
        return super().matches(scope)


class StrictRoute(QuickRoute):
    """A route that reads its body strictly and says so when the content type is another one."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, given the strict request in place of the plain one."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handler(StrictRequest(request.scope, request.receive))

        return strict


def _check_depth(content: bytes) -> None:
    # Before the parser sees it: libraries raise Python's recursion limit so far that deep nesting overflows
    # the stack and ends the process, where it should raise RecursionError.
    if content.count(b"[") + content.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for found in _BRACKETS.finditer(content):
        depth += bool(found[1]) - bool(found[2])
        if depth > MAX_DEPTH:
            raise RequestRefused(
                400, "json_malformed", f"the body is nested more than {MAX_DEPTH} deep", hint=_HINT
            )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise RequestRefused(
            400, "json_malformed", f"the key {twice[:60]!r} stands twice in one object", hint=_HINT
        )
    return members


def _refuse(text: str) -> NoReturn:
    raise RequestRefused(400, "json_malformed", f"{text} is not a JSON value", hint=_HINT)
