"""A finished wave as polls for the tracker: one row for each state and one for the nation.

The sample size of a row is what the variance of its shares says, not the number of interviews: with shares ``p_k`` and their
design-based variances ``v_k``, ``n = sum p_k (1 - p_k) / sum v_k``, the size of a simple random sample with the same variance.
Calibration to party or past turnout can make it larger than the number of interviews would suggest; it is capped there.

The nation's row is made of the interviews that the states' rows are made of. Where there are any, it is marked ``is_subgroup``,
so that the tracker sets it aside: the same voters must not count twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hustings.errors import InputError
from hustings.store import empty_table
from hustings.survey.codebook import Codebook
from hustings.survey.estimates import crosstab, make_rows, prepare
from hustings.survey.trend.measures import FEWEST, covers, option_codes, unit_groups
from hustings.survey.weighting import Weighting
from hustings.tables import WAVE_POLLS


def wave_polls(
    table: pl.DataFrame,
    book: Codebook,
    weighting: Weighting,
    *,
    survey: str,
    wave: str,
    nation: str,
    options: Sequence[str],
    expected: Mapping[str, float],
    day: dt.date,
    rehearsal: bool = False,
) -> pl.DataFrame:
    """Make poll rows of a wave.

    Parameters
    ----------
    table : pl.DataFrame
        One row a respondent, in the order of the weights.
    book : Codebook
    weighting : Weighting
    survey, wave : str
        The survey's name becomes the pollster's: the tracker learns its house effect.
    nation : str
        Id of the nation in the contest.
    options : sequence of str
        Options of the contest.
    expected : mapping
        Votes expected in each state of the contest.
    day : date
        Day of the wave, where interviews have none.
    rehearsal : bool
        Voters were simulated: the pollster's name says so.

    Returns
    -------
    pl.DataFrame
        As declared in ``tables.WAVE_POLLS``, and a column for each option, in percent of everybody asked.

    Raises
    ------
    InputError
        No question has the role ``vote``, or it offers fewer than two of the contest's options.
    """
    vote = next((item for item in book.with_role("vote") if item.kind in {"single", "scale"}), None)
    codes = {option: found for option, found in option_codes(vote).items() if option in options} if vote else {}
    if vote is None or len(codes) < 2:
        raise InputError(
            "the questionnaire asks for no vote between two of the contest's options",
            hint=f'give the vote question role = "vote" and its answers option = one of {", ".join(options)}',
        )
    units, groups = unit_groups(table, book)
    national = covers(units, expected)
    units = [nation, *units[1:]]
    asked = table[f"asked_{vote.name}"].to_numpy()[:, None]
    chosen = [table[vote.name].is_in(found).fill_null(value=False).to_numpy() for found in codes.values()]
    result = crosstab(
        make_rows(np.stack(chosen, axis=1).astype(np.float64), asked), groups, prepare(weighting.linearisation)
    )
    sizes = _sizes(result.shares, result.se, result.n_unweighted[0])
    known = [
        k
        for k, unit in enumerate(units)
        if result.n_unweighted[0, k] >= FEWEST and (national if k == 0 else unit in expected)
    ]
    rows = [
        {
            "poll_id": f"{survey}-{wave}-{units[k]}",
            "pollster": f"{survey} (rehearsal)" if rehearsal else survey,
            "unit": units[k],
            "start_date": _day(table, groups[:, k], day, first=True),
            "end_date": _day(table, groups[:, k], day, first=False),
            "sample_size": int(sizes[k]),
            "population": weighting.report.population,
            "mode": _modes(table, groups[:, k]),
            "is_subgroup": k == 0 and len(known) > 1,
        }
        for k in known
    ]
    frame = pl.DataFrame(rows, schema=empty_table(WAVE_POLLS).schema)
    shares = [pl.Series(option, np.round(100 * result.shares[k][known], 3)) for k, option in enumerate(codes)]
    return frame.with_columns(shares)


def _sizes(shares: NDArray[np.float64], se: NDArray[np.float64], n: NDArray[np.int64]) -> NDArray[np.float64]:
    """Effective interviews of each unit, at least 1 and at most its interviews."""
    inside = np.nan_to_num(shares)
    variance = np.nansum(se**2, axis=0)
    size = np.divide((inside * (1 - inside)).sum(axis=0), variance, out=np.ones(len(n)), where=variance > 0)
    found: NDArray[np.float64] = np.floor(np.clip(size, 1.0, np.maximum(n, 1)))
    return found


def _day(table: pl.DataFrame, inside: NDArray[np.bool_], day: dt.date, *, first: bool) -> dt.date:
    days = table["field_date"].filter(pl.Series(inside)).drop_nulls()
    found = (days.min() if first else days.max()) if len(days) else day
    assert isinstance(found, dt.date)
    return found


def _modes(table: pl.DataFrame, inside: NDArray[np.bool_]) -> str:
    """Mode of a unit's interviews; several are joined, the commonest first."""
    counts = table["mode"].filter(pl.Series(inside)).value_counts(sort=True)
    return "/".join(str(mode) for mode in counts.sort("count", "mode", descending=[True, False])["mode"])
