"""One device, line or interviewer behind many interviews that agree more than others do.

For each device with at least :data:`FEWEST` interviews: the share of closed questions on which two of its interviews agree,
on average, against the same between any two interviews of the wave. Pairs of a device are not independent, so the
spread of the mean is taken from devices of the same size drawn from the wave at random: its standard deviation is estimated
by ``sd / sqrt(k)`` with k the device's interviews, which is wider than by pairs.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from hustings.survey.interviews import Interviews

NAME = "clusters"
WHAT = "five or more interviews of one device or interviewer that agree far more than others do"
SETS_ASIDE = False
FEWEST = 5
SDS = 4.0
_PAIRS = 4000


def find(interviews: Interviews) -> pl.DataFrame:
    """Interviews of devices whose interviews agree :data:`SDS` standard deviations more than others."""
    nobody = pl.DataFrame(schema={"respondent_id": pl.String, "found": pl.String})
    devices = interviews.respondents.filter(pl.col("device").is_not_null()).group_by("device", maintain_order=True)
    many = devices.agg("respondent_id").filter(pl.col("respondent_id").list.len() >= FEWEST)
    closed = [item.name for item in interviews.codebook.items if item.kind in {"single", "scale"}]
    if not many.height or not closed:
        return nobody
    coded = interviews.wide(*closed).select("respondent_id", *closed)
    codes = coded.select(pl.col(closed).cast(pl.Categorical).to_physical().cast(pl.Int32).fill_null(-1)).to_numpy()
    place = {name: k for k, name in enumerate(coded["respondent_id"])}
    # A fixed stream: which pairs stand for the wave must not change from run to run.
    rng = np.random.default_rng(20161108)
    left, right = rng.integers(0, len(codes), (2, _PAIRS))
    usual = _agreement(codes, left[left != right], right[left != right])
    parts = [nobody]
    for device, names in many.iter_rows():
        inside = np.array([place[name] for name in names])
        one, other = np.triu_indices(len(inside), 1)
        mean = float(_agreement(codes, inside[one], inside[other]).mean())
        if mean > usual.mean() + SDS * usual.std() / np.sqrt(len(inside)):
            said = f"{len(names)} interviews of {device[:12]} agree on {mean:.0%} of questions, others on {usual.mean():.0%}"
            parts.append(pl.DataFrame({"respondent_id": names, "found": [said] * len(names)}))
    return pl.concat(parts)


def _agreement(codes: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Share of questions both answered on which two interviews agree, pair by pair; none in common counts as none."""
    both = (codes[left] >= 0) & (codes[right] >= 0)
    same = both & (codes[left] == codes[right])
    share: np.ndarray = same.sum(axis=1) / np.maximum(both.sum(axis=1), 1)
    return share
