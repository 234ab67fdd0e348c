"""The field server: personal links for voters, webhooks for the provider, one process for one wave."""

from __future__ import annotations

import datetime as dt
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi import FastAPI, Request, Response

from hustings.errors import HustingsError
from hustings.survey.fieldwork.channels import Account
from hustings.survey.fieldwork.field import Field
from hustings.web.forms.links import Links
from hustings.web.forms.pages import message_html
from hustings.web.forms.requests import Pace, TooLargeError, Turns, html
from hustings.web.forms.webhooks import Webhooks

Clock = Callable[[], dt.datetime]
"""Gives the moment, with its time zone."""


def now_utc() -> dt.datetime:
    """Give the moment."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class ServerSettings:
    """Where and how a field is served.

    Parameters
    ----------
    host, port : str, int
        Where it listens; a proxy with TLS stands before it.
    requests_per_second, burst : float
        How fast one link may be used; 0 for no limit.
    trusted_proxies : str
        Addresses whose ``X-Forwarded-For`` is believed, with commas between.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    requests_per_second: float = 5.0
    burst: float = 40.0
    trusted_proxies: str = "127.0.0.1"


def field_app(
    field: Field,
    clock: Clock = now_utc,
    *,
    account: Account | None = None,
    settings: ServerSettings | None = None,
) -> FastAPI:
    """Make the application that serves a field.

    Parameters
    ----------
    field : Field
        The wave.
    clock : callable
        Gives the moment; a rehearsal has one that runs faster.
    account : Account, optional
        The provider's; without, there are no webhooks.
    settings : ServerSettings, optional
        Pace of links.
    """
    settings = settings or ServerSettings()
    app = FastAPI(title="hustings field", docs_url=None, redoc_url=None, openapi_url=None)
    turns = Turns()

    def now() -> str:
        return clock().astimezone(dt.UTC).isoformat()

    app.add_api_route("/health", lambda: {"ok": True}, methods=["GET"])
    if account is not None:
        Webhooks(field, account, now, turns).add_to(app)
    Links(field, now, turns, Pace(settings.requests_per_second, settings.burst)).add_to(app)
    app.add_exception_handler(HustingsError, _explained)
    app.add_exception_handler(404, _nowhere)
    return app


def serve(
    app: FastAPI, settings: ServerSettings, *, background: Callable[[threading.Event], None] | None = None
) -> None:
    """Serve until SIGTERM or SIGINT; requests that were begun are finished.

    Parameters
    ----------
    app : FastAPI
        From :func:`field_app`.
    settings : ServerSettings
        Where to listen.
    background : callable, optional
        Runs beside it until the event it is given is set: the dispatcher.
    """
    import uvicorn

    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        workers=1,
        # Addresses are keys to interviews: no line of a log holds one.
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=30,
        lifespan="off",
    )
    # The journal's thread gets its turn soon: answers wait for it.
    sys.setswitchinterval(0.001)
    stop = threading.Event()
    beside = threading.Thread(target=background, args=(stop,), name="dispatcher") if background else None
    if beside:
        beside.start()
    try:
        with _ends_quietly():
            uvicorn.Server(config).run()
    finally:
        stop.set()
        if beside:
            beside.join()


@contextmanager
def _ends_quietly() -> Iterator[None]:
    """Keep the signal that ended the server from ending the process: the journal is still to be closed."""
    known = (signal.SIGTERM, signal.SIGINT) if threading.current_thread() is threading.main_thread() else ()
    # The server puts its own handlers before these, and raises the signal once more when it has ended.
    before = {one: signal.signal(one, lambda *_: None) for one in known}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


async def _explained(_request: Request, err: Exception) -> Response:
    """Tell a voter that it did not work: what exactly is for the log, not for them."""
    if isinstance(err, TooLargeError):
        return html(message_html("That was too long", "Please shorten your answer, go back and try again."), 413)
    text = "Your last answer could not be saved. Nothing before it is lost: please try again in a minute."
    return html(message_html("Something went wrong", text), 503)


async def _nowhere(_request: Request, _err: Exception) -> Response:
    text = "Please check that the whole link was copied."
    return html(message_html("This link leads nowhere", text), 404)
