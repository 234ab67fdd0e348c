"""Who is contacted next, and how: a plan that is pure, and a runner that carries it out once.

An attempt is written down *before* it is handed to the provider. A crash in between leaves it at ``sending``, and it is
never handed over again: of a text or call nobody knows about, at most one arrives (at most once, never at least once).
It counts as an attempt, and the next one comes when it is due.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from hustings.errors import ConfigError, HustingsError
from hustings.survey.fieldwork.channels import Channel, ChannelError
from hustings.survey.fieldwork.dispositions import NON_WORKING, attempt_disposition
from hustings.survey.fieldwork.field import MODES, Case, Field
from hustings.survey.fieldwork.hours import may_contact
from hustings.survey.fieldwork.interview import CaseState
from hustings.survey.fieldwork.journal import Event
from hustings.survey.fieldwork.words import invitation

ARRANGEMENTS = ("order", "split")


@dataclass(frozen=True)
class DispatchSettings:
    """How voters are contacted.

    Parameters
    ----------
    modes : tuple of str
        web (a text with the link), sms, ivr.
    arrangement : str
        ``order``: the first attempt by the first mode, the second by the second, ...; ``split``: each case has one mode.
    replicates : int
        Replicates released at the start.
    release_hours : float
        Hours after which the next replicate is released, counted from the first attempt; 0 for never.
    max_attempts : int
        Of a case.
    hours_between : float
        Between two attempts of a case, and after the last sign of life.
    at_once : int
        Attempts handed over at the same time.
    """

    modes: tuple[str, ...] = MODES
    arrangement: str = "order"
    replicates: int = 1
    release_hours: float = 0.0
    max_attempts: int = 3
    hours_between: float = 24.0
    at_once: int = 4

    def __post_init__(self) -> None:
        odd = [mode for mode in self.modes if mode not in MODES]
        if odd or not self.modes:
            raise ConfigError(f"modes are {list(self.modes)}, expected some of {', '.join(MODES)}")
        if self.arrangement not in ARRANGEMENTS:
            raise ConfigError(f"the arrangement is {self.arrangement!r}, expected one of {', '.join(ARRANGEMENTS)}")
        if min(self.replicates, self.max_attempts, self.at_once) < 1 or min(self.hours_between, self.release_hours) < 0:
            raise ConfigError("replicates, attempts and at_once are 1 or more, hours between them 0 or more")


@dataclass(frozen=True, slots=True)
class Planned:
    """An attempt that is due."""

    case_id: int
    attempt: int
    mode: str


def plan(
    states: Mapping[int, CaseState],
    cases: Iterable[Case],
    now: dt.datetime,
    settings: DispatchSettings,
    *,
    blocked: frozenset[int] = frozenset(),
) -> list[Planned]:
    """Give the attempts that are due, in the order of release.

    Parameters
    ----------
    states : mapping of int to CaseState
        Where interviews stand; cases that nothing happened to are absent.
    cases : iterable of Case
        The sample.
    now : datetime
        The moment, with its time zone.
    settings : DispatchSettings
        How voters are contacted.
    blocked : frozenset of int
        Pseudonyms of voters that must not be asked.
    """
    released = released_at(states.values(), now, settings)
    waited = (now.astimezone(dt.UTC) - dt.timedelta(hours=settings.hours_between)).isoformat()
    open_states: dict[str, bool] = {}
    due = []
    for case in cases:
        if case.replicate > released or not case.phone or case.voter_id in blocked:
            continue
        if case.state not in open_states:
            # A voter without a state is never contacted: nobody knows what time it is there.
            open_states[case.state] = bool(case.state) and may_contact(case.state, now)
        if not open_states[case.state]:
            continue
        state = states.get(case.case_id)
        mode = _due(case, state, settings, waited)
        if mode:
            due.append(Planned(case.case_id, 1 + (len(state.attempts) if state else 0), mode))
    return due


def released_at(states: Iterable[CaseState], now: dt.datetime, settings: DispatchSettings) -> int:
    """Give how many replicates are released at a moment: a restart counts from the same first attempt."""
    first = min((state.attempts[0].at for state in states if state.attempts), default="")
    if not settings.release_hours or not first:
        return settings.replicates
    hours = (now - dt.datetime.fromisoformat(first)).total_seconds() / 3600
    return settings.replicates + max(0, int(hours // settings.release_hours))


def _due(case: Case, state: CaseState | None, settings: DispatchSettings, waited: str) -> str:
    """Mode of the attempt that is due for a case; empty for none."""
    modes = settings.modes if case.texts else tuple(mode for mode in settings.modes if mode == "ivr")
    if not modes:
        return ""
    if state is None:
        done = 0
    else:
        done = len(state.attempts)
        last = max(state.last_at, state.attempts[-1].at if state.attempts else "")
        dead = any(attempt_disposition(one) == NON_WORKING and one.mode == "ivr" for one in state.attempts)
        if state.over or dead or done >= settings.max_attempts or last > waited:
            return ""
    if settings.arrangement == "split":
        return modes[case.case_id % len(modes)]
    return modes[min(done, len(modes) - 1)]


class Dispatcher:
    """Carries plans out.

    Parameters
    ----------
    field : Field
        The wave.
    channel : Channel
        The provider.
    clock : callable
        Gives the moment, with its time zone.
    settings : DispatchSettings
        How voters are contacted.
    """

    def __init__(
        self, field: Field, channel: Channel, clock: Callable[[], dt.datetime], settings: DispatchSettings
    ) -> None:
        self._field = field
        self._channel = channel
        self._clock = clock
        self._settings = settings

    def due(self) -> list[Planned]:
        """What is due now."""
        blocked = frozenset(self._field.opt_outs.voters().to_list())
        return plan(
            self._field.states.copy(), self._field.cases.values(), self._clock(), self._settings, blocked=blocked
        )

    def run_once(self, *, limit: int | None = None, stop: threading.Event | None = None) -> int:
        """Carry out what is due now, at most `limit` attempts of it; gives how many were handed over."""
        stop = stop or threading.Event()
        with ThreadPoolExecutor(self._settings.at_once, thread_name_prefix="dispatch") as pool:
            sent = list(pool.map(lambda one: not stop.is_set() and self.carry_out(one), self.due()[:limit]))
        return sum(sent)

    def carry_out(self, planned: Planned) -> bool:
        """Make one attempt; False when the voter may no longer be contacted, or it was made already."""
        field, case = self._field, self._field.cases[planned.case_id]
        now = self._clock()
        # Asked again at the last moment: a plan is as old as the texts before it took.
        if field.blocked(case) or field.state(case.case_id).over or not may_contact(case.state, now):
            return False
        number = {"attempt": planned.attempt}
        event = self._event("sending", planned, now, number)
        if not field.record(event).result():
            return False
        try:
            provider_id = self._hand_over(case, planned)
        except ChannelError as err:
            told = number | {"outcome": "failed" if err.code else "unknown", "reason": err.code or err.message}
            field.record(self._event("failed", planned, self._clock(), told)).result()
            return False
        field.record(self._event("sent", planned, self._clock(), number | {"provider_id": provider_id})).result()
        return True

    def _hand_over(self, case: Case, planned: Planned) -> str:
        asker = self._field.asker
        key = f"{case.token}/{planned.attempt}"
        if planned.mode == "ivr":
            return self._channel.call(case.phone, f"{asker.public_url}/voice/{key}", key)
        text = invitation(asker.name, planned.mode, self._field.link(case))
        return self._channel.send_text(case.phone, text, key)

    @staticmethod
    def _event(kind: str, planned: Planned, at: dt.datetime, body: Mapping[str, object]) -> Event:
        key = f"{kind}:{planned.case_id}:{planned.attempt}"
        return Event(key, planned.case_id, at.astimezone(dt.UTC).isoformat(), planned.mode, kind, body)


def keep_dispatching(
    dispatcher: Dispatcher, stop: threading.Event, *, every_seconds: float, told: Callable[[str], None]
) -> None:
    """Carry out what is due, again and again until `stop` is set; a problem is told, and tried again next time."""
    while not stop.is_set():
        try:
            dispatcher.run_once(stop=stop)
        except HustingsError as err:
            told(str(err))
        stop.wait(every_seconds)
