"""A step of the night: what it takes, what it leaves, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from hustings.night.night import Night

Status = Literal["done", "unchanged", "failed", "nothing"]


@dataclass(frozen=True)
class Step:
    """A step.

    Parameters
    ----------
    name : str
        For the log: ``load``, ``fit turnout``.
    inputs : callable
        Night -> what the step depends on, name to mark (hash, size and time, setting); it must be cheap. None: there is
        nothing to do in this campaign.
    work : callable
        Night -> one sentence on what was done. It leaves its outputs whole or not at all, and raises what the house's
        errors say where it cannot.
    outputs : callable
        Night -> files that must be there for the step to be skipped.
    instead : str
        What stands where the step fails, for people.
    needs : str
        What a campaign must have for the step to have something to do.
    """

    name: str
    inputs: Callable[[Night], Mapping[str, Any] | None]
    work: Callable[[Night], str]
    outputs: Callable[[Night], Sequence[Path]] = lambda _: ()
    instead: str = ""
    needs: str = ""


@dataclass(frozen=True)
class Done:
    """What became of a step.

    Parameters
    ----------
    name : str
    status : str
        done; unchanged (its inputs were those of its last time); failed (what stood before stands); nothing (to do here).
    seconds : float
    said : str
        One sentence: what was done, or why not.
    instead : str
        Where it failed: what stands.
    """

    name: str
    status: Status
    seconds: float
    said: str
    instead: str = ""
