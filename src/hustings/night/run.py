"""Run the night: one at a time, step after step, only what has changed; a failed step does not stop the others."""

from __future__ import annotations

import datetime as dt
import errno
import os
import shutil
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hustings.errors import HustingsError, InputError
from hustings.night.journal import Journal, mark_of
from hustings.night.night import Night
from hustings.night.step import Done, Step
from hustings.store.lock import locked

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True)
class NightReport:
    """What became of a night's steps, in their order."""

    steps: tuple[Done, ...]

    @property
    def failed(self) -> tuple[Done, ...]:
        """Steps that failed."""
        return tuple(done for done in self.steps if done.status == "failed")


def run_night(
    night: Night,
    steps: Sequence[Step],
    publish: Callable[[Night, NightReport], str],
    *,
    clock: Clock,
    again: bool = False,
    wait_seconds: float = 0,
    told: Callable[[Done], None] = lambda _: None,
) -> NightReport:
    """Run every step, then publish.

    Parameters
    ----------
    night : Night
    steps : sequence of Step
        In order. A step whose inputs are those of its last good time, and whose outputs are there, is skipped.
    publish : callable
        Puts the day's folder in place, all at once, and says so; it runs whatever failed before, and decides whether there
        is anything to publish.
    clock : callable
        Gives the moment, for the log and the seconds.
    again : bool
        Skip nothing.
    wait_seconds : float
        How long to wait for another night to end.
    told : callable
        Told what became of each step.

    Returns
    -------
    NightReport
        Publishing is its last step.

    Raises
    ------
    StoreError
        Another night is running; nothing was done.
    """
    journal = Journal(night.place)
    with locked(night.place, what="run", wait_seconds=wait_seconds):
        journal.log(clock(), "begin", as_of=night.as_of, code_version=night.code_version)
        found: list[Done] = []
        last = Step("publish", lambda _: {}, lambda _: publish(night, NightReport(tuple(found))))
        for step in [*steps, last]:
            done = _do(night, step, journal, clock, again=again or step is last)
            found.append(done)
            journal.log(
                clock(), "step", step=done.name, status=done.status, seconds=round(done.seconds, 3), said=done.said
            )
            told(done)
        report = NightReport(tuple(found))
        journal.log(clock(), "end", failed=[done.name for done in report.failed])
    return report


def do_step(night: Night, step: Step, *, wait_seconds: float = 0) -> str:
    """Do one step by itself, whether or not its inputs have changed; give what it says.

    Raises
    ------
    InputError
        There is nothing for it to do in this campaign.
    HustingsError
        What the step raises.
    """
    with locked(night.place, what=step.name, wait_seconds=wait_seconds):
        inputs = step.inputs(night)
        if inputs is None:
            raise InputError(f"there is nothing to {step.name} in this campaign", hint=step.needs)
        said = step.work(night)
        Journal(night.place).finished(step.name, mark_of(inputs), said, night.as_of)
    return said


def _do(night: Night, step: Step, journal: Journal, clock: Clock, *, again: bool) -> Done:
    """Do one step, or say why not."""
    start = clock()

    def seconds() -> float:
        return (clock() - start).total_seconds()

    night.progress(step.name)
    try:
        inputs = step.inputs(night)
        if inputs is None:
            return Done(step.name, "nothing", seconds(), "nothing to do")
        mark = mark_of(inputs)
        last = journal.last(step.name)
        there = all(path.exists() for path in step.outputs(night))
        if not again and there and last.get("mark") == mark:
            return Done(step.name, "unchanged", seconds(), str(last.get("said", "")))
        said = step.work(night)
        journal.finished(step.name, mark, said, night.as_of)
    except Exception as err:  # noqa: BLE001 (a fault of ours must not take the other steps with it)
        if not isinstance(err, (HustingsError, OSError, MemoryError)):
            journal.log(clock(), "fault", step=step.name, trace=traceback.format_exc())
        return Done(step.name, "failed", seconds(), _why(err), step.instead)
    return Done(step.name, "done", seconds(), said)


def _why(err: Exception) -> str:
    """What went wrong, in one line."""
    if isinstance(err, HustingsError):
        return str(err)
    if os.strerror(errno.ENOSPC) in str(err) or isinstance(err, OSError):
        return _why_disk(err)
    if isinstance(err, MemoryError):
        return "not enough memory"
    first = (str(err).splitlines() or ["no more is known"])[0]
    return f"a fault in hustings, please report it with the log: {type(err).__name__}: {first}"


def _why_disk(err: Exception) -> str:
    """What is wrong with the disk; libraries say it each in words of their own."""
    if isinstance(err, OSError) and err.strerror:
        return f"{err.filename or 'disk'}: {err.strerror}"
    if (full := os.strerror(errno.ENOSPC)) in str(err):
        return f"disk: {full}"
    if isinstance(err, shutil.Error):
        source, _, why = err.args[0][0]
        return f"{source}: {why}"
    return f"disk: {err}"
