"""What somebody asks of a list, checked before any work is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hustings.errors import ConfigError
from hustings.plan.goals import GOALS
from hustings.plan.lists.choose import check_hold_out
from hustings.plan.lists.forms import CHANNEL_OF, FITS, FORMATS
from hustings.plan.lists.gains import UNIVERSES
from hustings.plan.lists.resting import PER_HOUSEHOLD, believed
from hustings.survey.waves import check_name

MOST_REST_DAYS = 3650


@dataclass(frozen=True)
class Asked:
    """What somebody asks of a list.

    Attributes
    ----------
    universe : str
        One of ``plan.lists.UNIVERSES``.
    budget_dollars : float
    states : tuple of str
        Empty: all with voters on file.
    hold_out : float
        Share of the list, or, from 1 on, voters.
    formats : tuple of str
        Of ``plan.lists.forms.FORMATS``; empty: plain rows.
    channel : str
        Empty: the format's, else doors.
    name : str
        Empty: of the universe, the states and the channel.
    cost_dollars : float, optional
        Of one contact, in place of the table's.
    per_household : bool, optional
        Whether one contact serves a household; None: as the channel does.
    wanted_effect, believed_effect : float, optional
        That the hold-out is to see; that the campaign believes in and nobody has measured.
    where : str, optional
        A condition.
    rest_days : int
    again : bool
        Whether voters of other lists may be contacted too.
    crosswalks : mapping of str to Path
        State -> VAN's ids and the state's own.
    goal : str
        What a vote is worth.
    seed : int
        Of the lot.
    """

    universe: str
    budget_dollars: float
    states: tuple[str, ...] = ()
    hold_out: float = 0.1
    formats: tuple[str, ...] = ()
    channel: str = ""
    name: str = ""
    cost_dollars: float | None = None
    per_household: bool | None = None
    wanted_effect: float | None = None
    believed_effect: float | None = None
    where: str | None = None
    rest_days: int = 7
    again: bool = False
    crosswalks: Mapping[str, Path] | None = None
    goal: str = "win"
    seed: int = 1


def checked(asked: Asked) -> Asked:
    """Check what somebody asks, and fill in what they left open.

    Raises
    ------
    ConfigError
        There is no such universe, format or goal, a format is not for the channel, or a number is out of its range.
    """
    if asked.universe not in UNIVERSES:
        found = asked.universe or "is missing"
        raise ConfigError(
            f"--universe {found}: whom is the list for?",
            hint="persuasion (to persuade) or gotv (own supporters to remind)",
        )
    if asked.goal not in GOALS:
        raise ConfigError(f"there is no goal {asked.goal!r}", hint=f"one of: {', '.join(GOALS)}")
    _check_numbers(asked)
    formats, channel = _formats(asked.formats, asked.channel)
    states = tuple(dict.fromkeys(state.upper() if len(state) == 2 else state for state in asked.states))
    strange = sorted(set(asked.crosswalks or {}) - set(states)) if states else []
    if strange:
        raise ConfigError(
            f"--crosswalk is of {strange[0]}, and the list of {', '.join(states)}", hint=f"write {states[0]}=FILE"
        )
    name = asked.name or "-".join([asked.universe, *states, channel]).lower().replace("_", "-")
    check_name(name, "the list's name")
    shared = channel in PER_HOUSEHOLD if asked.per_household is None else asked.per_household
    return replace(asked, states=states, formats=formats, channel=channel, name=name, per_household=shared)


def _formats(formats: Sequence[str], channel: str) -> tuple[tuple[str, ...], str]:
    """Formats, each once, and the channel that fits them."""
    wanted = tuple(dict.fromkeys(formats)) or ("csv",)
    strange = [one for one in wanted if one not in FORMATS]
    if strange:
        raise ConfigError(f"there is no format {strange[0]!r}", hint=f"one of: {', '.join(FORMATS)}")
    own = [CHANNEL_OF[one] for one in wanted if one in CHANNEL_OF]
    found = channel or (own[0] if own else "door")
    unfit = [one for one in wanted if found not in FITS.get(one, (found,))]
    if unfit:
        raise ConfigError(
            f"--format {unfit[0]} is not for a list by {found}",
            hint=f"cut one list for each channel: --format {unfit[0]} --channel {CHANNEL_OF[unfit[0]]}",
        )
    return wanted, found


def _check_numbers(asked: Asked) -> None:
    check_hold_out(asked.hold_out)
    if asked.believed_effect is not None:
        believed(asked.believed_effect)
    if asked.wanted_effect is not None and not 0.0 < asked.wanted_effect < 1.0:
        raise ConfigError(
            f"--power-for {asked.wanted_effect:g}: expected a share above 0 and below 1",
            hint="one point of a hundred is 0.01",
        )
    if not 0 <= asked.rest_days <= MOST_REST_DAYS:
        raise ConfigError(f"--rest-days {asked.rest_days}: expected 0 to {MOST_REST_DAYS}")
