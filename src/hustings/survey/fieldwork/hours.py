"""When a voter may be called or texted: in every time zone of the state, inside the hours of the table.

Federal law (47 CFR 64.1200(c)(1)) draws the outer bound, 8 am to 9 pm at the called person's location; the table is
narrower. Whether it is narrow enough for a campaign is for its lawyer to say.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

from hustings.errors import InputError
from hustings.facts import calling_hours, time_zones

FIRST_LAWFUL, LAST_LAWFUL = dt.time(8, 0), dt.time(21, 0)
_STEP = dt.timedelta(minutes=15)


def may_contact(state: str, at: dt.datetime) -> bool:
    """Tell whether it is within calling hours in all of a state.

    Parameters
    ----------
    state : str
        USPS code.
    at : datetime
        The moment, with its time zone.

    Raises
    ------
    InputError
        The state is in no table: nobody is contacted on a guess.
    """
    first, last, zones = _window(state)
    # The last minute is outside: nobody is called as the hour strikes.
    return all(first <= at.astimezone(zone).time() < last for zone in zones)


def next_opening(state: str, at: dt.datetime) -> dt.datetime:
    """Give the moment from which a state may be contacted: `at` itself when it may be now; UTC, to a quarter of an hour."""
    at = at.astimezone(dt.UTC)
    if may_contact(state, at):
        return at
    quarter = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    # Within two days there is an opening wherever the window is open in all zones at once: the tables are held to that.
    return next(quarter + k * _STEP for k in range(1, 200) if may_contact(state, quarter + k * _STEP))


@cache
def _window(state: str) -> tuple[dt.time, dt.time, tuple[ZoneInfo, ...]]:
    """First and last minute, and the zones."""
    zones = tuple(ZoneInfo(zone) for one, zone in time_zones().select("state", "zone").iter_rows() if one == state)
    if not zones:
        raise InputError(
            f"state {state!r} has no time zone in the tables", hint="expected the code of a state, such as NC"
        )
    found = {
        one: (dt.time.fromisoformat(first), dt.time.fromisoformat(last))
        for one, first, last in calling_hours().select("state", "first", "last").iter_rows()
    }
    first, last = found[state if state in found else "any"]
    return max(first, FIRST_LAWFUL), min(last, LAST_LAWFUL), zones
