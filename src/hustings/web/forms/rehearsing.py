"""A whole wave rehearsed: the server in a process of its own, the provider and the voters in this one."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import multiprocessing
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import polars as pl

from hustings.errors import StoreError
from hustings.store.vault import Vault
from hustings.survey.codebook import Codebook
from hustings.survey.fieldwork import (
    Account,
    Asker,
    Dispatcher,
    DispatchSettings,
    TwilioChannel,
    keep_dispatching,
    open_field,
)
from hustings.survey.fieldwork.phones import read_phones
from hustings.survey.questionnaire import read_questionnaire
from hustings.survey.rehearsal import (
    FakeProvider,
    Manners,
    Mischief,
    Rehearsed,
    SpedClock,
    draw_voters,
    rehearse,
)
from hustings.survey.waves import Wave
from hustings.web.forms.server import ServerSettings, field_app, serve

PUBLIC_URL = "http://rehearsal.invalid"
"""Where voters are told the server is: an address that leads nowhere by the rules of the net."""


@dataclass(frozen=True)
class RehearsalSettings:
    """How a wave is rehearsed.

    Parameters
    ----------
    start : datetime
        When the rehearsed fieldwork begins, with its time zone.
    speed : float
        How many times faster than real its clock runs.
    dispatch : DispatchSettings
        How voters are contacted.
    manners : Manners
        How they react.
    mischief : Mischief
        What goes wrong on the way.
    seed : int
        The same seed gives the same voters.
    at_once : int
        Voters who answer at the same time.
    quiet_seconds : float
        It ends when nothing was sent for so long (real seconds).
    """

    start: dt.datetime
    speed: float = 120.0
    dispatch: DispatchSettings = field(default_factory=lambda: DispatchSettings(arrangement="split", at_once=4))
    manners: Manners = field(default_factory=Manners)
    mischief: Mischief = field(default_factory=lambda: Mischief(replayed=0.02, forged=0.01, refused=0.01))
    seed: int = 0
    at_once: int = 16
    quiet_seconds: float = 3.0


def rehearse_wave(
    wave: Wave,
    vault: Vault,
    contacts: pl.DataFrame,
    settings: RehearsalSettings,
    *,
    truth: pl.DataFrame | None = None,
    told: Callable[[int], None] = lambda _done: None,
) -> Rehearsed:
    """Field a wave among simulated voters, over real HTTP, through the provider's real library.

    Parameters
    ----------
    wave : Wave
        With its sample; its journal is filled as real fieldwork would.
    vault : Vault
        Makes links and keys.
    contacts : pl.DataFrame
        ``case_id``, ``phone``.
    settings : RehearsalSettings
        How.
    truth : pl.DataFrame, optional
        ``voter_id``, ``vote``: what they think.
    told : callable
        Is told now and then how many interviews are done.

    Raises
    ------
    StoreError
        The server does not come up, answers a replay otherwise, or takes a forgery.
    """
    account = Account("AC" + "0" * 32, f"rehearsal {settings.seed}", "+12025550100")
    asker = Asker("Example Research", "help@rehearsal.invalid", PUBLIC_URL, quickest_reply_seconds=0.0)
    book = read_questionnaire(wave.survey.questionnaire).codebook
    port = _free_port()
    with FakeProvider(account, PUBLIC_URL, f"http://127.0.0.1:{port}", settings.mischief, settings.seed) as provider:
        account = replace(account, base_url=provider.base_url)
        given = (wave, vault, asker, contacts, account, settings, port)
        server = multiprocessing.get_context("spawn").Process(target=_serve, args=given, name="field server")
        server.start()
        try:
            _wait_for(port, server)
            return _play(wave, book, contacts, provider, settings, truth, told)
        finally:
            server.terminate()
            server.join(20)
            if server.is_alive():
                server.kill()
                server.join()


def _play(
    wave: Wave,
    book: Codebook,
    contacts: pl.DataFrame,
    provider: FakeProvider,
    settings: RehearsalSettings,
    truth: pl.DataFrame | None,
    told: Callable[[int], None],
) -> Rehearsed:
    """Draw the voters and let them answer."""
    sample = pl.read_parquet(wave.path("sample.parquet"))
    voters = draw_voters(sample, book, settings.manners, seed=settings.seed, truth=truth)
    numbers = zip(contacts["case_id"], read_phones(contacts["phone"])["e164"], strict=True)
    reached = {number: voters[case_id] for case_id, number in numbers if number and case_id in voters}
    return rehearse(provider, reached, book, at_once=settings.at_once, quiet_seconds=settings.quiet_seconds, told=told)


def _serve(
    wave: Wave,
    vault: Vault,
    asker: Asker,
    contacts: pl.DataFrame,
    account: Account,
    settings: RehearsalSettings,
    port: int,
) -> None:
    """Serve the wave and contact its voters, until terminated."""
    field_open = open_field(wave, vault, asker, contacts=contacts)
    clock = SpedClock(settings.start, settings.speed, time.monotonic, time.monotonic())
    server = ServerSettings(port=port, requests_per_second=0)
    dispatcher = Dispatcher(field_open, TwilioChannel(account, asker.public_url), clock, settings.dispatch)

    def background(stop: threading.Event) -> None:
        keep_dispatching(dispatcher, stop, every_seconds=0.5, told=lambda _problem: None)

    try:
        serve(field_app(field_open, clock, account=account, settings=server), server, background=background)
    finally:
        field_open.close()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int, server: multiprocessing.process.BaseProcess, *, seconds: float = 60.0) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.is_alive():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                connection.close()
                return
        connection.close()
        time.sleep(0.1)
    raise StoreError("the field server did not come up", hint="another process may be fielding the wave")
