"""Polls that others publish of a state that is not real: likely voters, a pollster's own lean, and chance."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from hustings.electorate.synthetic.spec import Arrays, day_number

POLLSTERS = ("Northgate", "Public Ear", "Harbour", "Lowland")
EVERY_DAYS, SIZE, UNDECIDED_SHARE, POLLSTER_SD = 4, 800, 0.06, 0.012
FIELD_DAYS = 3


def is_poll_day(start: dt.date, day: dt.date) -> bool:
    """Whether a poll ends on a day."""
    return not (day - start).days % EVERY_DAYS


def poll_on(
    seed: int, start: dt.date, truth: Arrays, here: NDArray[np.bool_], day: dt.date, unit: str, options: tuple[str, str]
) -> dict[str, object]:
    """A published poll that ends on a day.

    Parameters
    ----------
    seed : int
    start : date
        Of the season: pollsters take turns from then on.
    truth : dict of str to numpy.ndarray
        ``turnout_prob`` and ``support_prob`` of every record.
    here : (record,) array of bool
        Whether it is in the file.
    day : date
    unit, options : str
        The state, and ids of the two options.
    """
    pollster = (day - start).days // EVERY_DAYS % len(POLLSTERS)
    lean = np.random.default_rng([seed, 31, pollster]).normal(0.0, POLLSTER_SD)
    rng = np.random.default_rng([seed, 37, day_number(day)])
    votes = truth["turnout_prob"][here].astype(float)
    share = float(votes @ truth["support_prob"][here].astype(float) / votes.sum()) + lean
    parts = np.array([share, 1 - share]).clip(0.0, 1.0) * (1 - UNDECIDED_SHARE)
    said = rng.multinomial(SIZE, [*parts, 1 - parts.sum()]) / SIZE * 100
    return {
        "pollster": POLLSTERS[pollster],
        "unit": unit,
        "start_date": (day - dt.timedelta(days=FIELD_DAYS - 1)).isoformat(),
        "end_date": day.isoformat(),
        "sample_size": SIZE,
        "population": "LV",
        **{option: round(float(one), 1) for option, one in zip(options, said, strict=False)},
    }
