"""What every route does first and last: read a small form, hold to a pace, answer without being kept or framed."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response
from starlette.routing import Route

from hustings.errors import HustingsError
from hustings.web.forms.pages import style_source

LARGEST_BODY = 64 * 1024
"""Bytes of a posted form: an open answer has room, nothing else is expected."""

HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src {style_source()}; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    # The address is the key to the interview: it goes nowhere else.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


class TooLargeError(HustingsError):
    """More was posted than any form of ours has."""


def add_route(app: FastAPI, path: str, answer: Callable[[Request], Awaitable[Response]], *, methods: list[str]) -> None:
    """Add a route that reads the request itself: nothing is to be guessed from signatures, which takes a third of the time."""
    app.router.routes.append(Route(path, answer, methods=methods))


def html(text: str, status: int = 200) -> Response:
    """Answer with a page."""
    return Response(text, status, HEADERS, "text/html; charset=utf-8")


def xml(text: str) -> Response:
    """Answer the provider."""
    return Response(text, 200, {"Cache-Control": "no-store"}, "application/xml")


async def read_body(request: Request) -> list[tuple[str, str]]:
    """Read a posted form, in its order.

    Raises
    ------
    TooLargeError
        It is larger than `LARGEST_BODY`.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise TooLargeError("the form is too large", hint=f"at most {LARGEST_BODY} bytes are taken")
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=1000)


@dataclass
class Pace:
    """Holds each link to a pace: `per_second` on average, `burst` at once; 0 for no limit."""

    per_second: float = 5.0
    burst: float = 40.0
    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def takes(self, name: str) -> bool:
        """Tell whether one more request is within the pace."""
        if not self.per_second:
            return True
        now = self.clock()
        left, since = self._left.get(name, (self.burst, now))
        left = min(self.burst, left + (now - since) * self.per_second)
        if len(self._left) > 100_000:
            self._left.clear()
        self._left[name] = (left - 1 if left >= 1 else left, now)
        return left >= 1


@dataclass
class Turns:
    """One at a time for each case: what is decided rests on where the interview stands."""

    _locks: dict[int, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    def of(self, case_id: int) -> asyncio.Lock:
        """Give the lock of a case."""
        return self._locks[case_id]
