"""The library `svy` behind one door: means, shares, totals and ratios of clustered or replicated designs.

Our own kernel (:mod:`~hustings.survey.estimates.crosstab`) knows calibration and non-response, which the library's errors
leave out, and units that are respondents. For imported files with clusters or replicate weights of their own, the
library is right: it is held to R's `survey` by fixtures. No other module imports it.
"""

from __future__ import annotations

import warnings
from typing import Any, Literal

import numpy as np
import polars as pl

from hustings.errors import InputError

What = Literal["mean", "share", "total", "ratio"]
_METHODS = {"mean": "mean", "share": "prop", "total": "total", "ratio": "ratio"}


def estimate_with_svy(
    frame: pl.DataFrame,
    what: What,
    y: str,
    *,
    weight: str,
    x: str | None = None,
    by: str | None = None,
    stratum: str | None = None,
    cluster: str | None = None,
    replicates: tuple[str, ...] = (),
    coefficients: tuple[float, ...] | None = None,
) -> pl.DataFrame:
    """Estimate one variable.

    Parameters
    ----------
    frame : pl.DataFrame
        One row a respondent, without missing values in the columns that are used.
    what : mean, share, total or ratio
        What to estimate; ``ratio`` is ``y`` over ``x``.
    y, x, by, weight, stratum, cluster : str
        Columns. Clusters are drawn with replacement within strata.
    replicates : tuple of str
        Columns of replicate weights, named ``PREFIX1``, ``PREFIX2``, ...; errors are then theirs.
    coefficients : tuple of float or None
        What the squared deviation of each replicate counts; None: a bootstrap's ``1 / replicates``.

    Returns
    -------
    pl.DataFrame
        ``column`` (group of ``by``), ``code`` (of a share), ``estimate, se, low, high, df, n``.

    Raises
    ------
    InputError
        The library refuses the table: what it says.
    """
    import svy

    used = [name for name in (y, x, by, weight, stratum, cluster, *replicates) if name is not None]
    gaps = [name for name in used if frame[name].null_count()]
    if gaps:
        raise InputError(
            f"{frame[gaps[0]].null_count():,} of {frame.height:,} rows have no value",
            column=gaps[0],
            hint="fill or drop them",
        )
    parts = (
        svy.BootstrapWgts(
            prefix=replicates[0].rstrip("0123456789"),
            n_reps=len(replicates),
            rep_coefs=coefficients or (1.0 / len(replicates),) * len(replicates),
        )
        if replicates
        else None
    )
    options: dict[str, Any] = {"by": by}
    if replicates:
        options |= {"method": "replication", "variance_center": "estimate"}
    with warnings.catch_warnings():
        # It warns of what is our choice: no finite population, lonely units.
        warnings.simplefilter("ignore")
        try:
            design = svy.Design(stratum=stratum, psu=cluster, wgt=weight, rep_wgts=parts)
            estimation = svy.Sample(frame.select(list(dict.fromkeys(used))), design).estimation
            ask = getattr(estimation, _METHODS[what])
            found = ask(y, x, **options) if what == "ratio" else ask(y, **options)
        except (svy.SvyError, ValueError) as err:
            raise InputError(f"{what} of {y} cannot be estimated: {err}", column=y) from err
    return _frame(found.to_dicts())


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "column": [row["by_level"][0] if row["by_level"] else "total" for row in rows],
            "code": [str(row["y_level"]) if row["y_level"] is not None else "" for row in rows],
            "estimate": [row["est"] for row in rows],
            "se": [row["se"] for row in rows],
            "low": [row["lci"] for row in rows],
            "high": [row["uci"] for row in rows],
            "df": [float(row["df"]) if row["df"] is not None else np.nan for row in rows],
            "n": [row["n"] for row in rows],
        }
    )
