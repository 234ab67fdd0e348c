"""Response, cooperation, refusal and contact rates: AAPOR, Standard Definitions (10th edition), written out.

With I complete and P partial interviews, R refusals and break-offs, NC non-contacts, O others, UH unknown whether there
is a household, UO unknown otherwise, NE not eligible, and e the share of unknown cases that are taken to be eligible::

    RR1 = I / ((I + P) + (R + NC + O) + (UH + UO))          RR2: I + P above
    RR3 = I / ((I + P) + (R + NC + O) + e (UH + UO))        RR4: I + P above
    RR5 = I / ((I + P) + (R + NC + O))                      RR6: I + P above
    COOP1 = I / ((I + P) + R + O)                           COOP2: I + P above
    COOP3 = I / ((I + P) + R)                               COOP4: I + P above
    REF1 = R / ((I + P) + (R + NC + O) + (UH + UO))
    REF2 = R / ((I + P) + (R + NC + O) + e (UH + UO))
    REF3 = R / ((I + P) + (R + NC + O))
    CON1 = ((I + P) + R + O) / ((I + P) + R + O + NC + (UH + UO))
    CON2 = ((I + P) + R + O) / ((I + P) + R + O + NC + e (UH + UO))
    CON3 = ((I + P) + R + O) / ((I + P) + R + O + NC)

``e`` is the proportional allocation that CASRO uses: the share eligible among cases whose eligibility is known.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from hustings.errors import ConfigError
from hustings.survey.fieldwork.dispositions import category

CATEGORIES = ("I", "P", "R", "NC", "O", "UH", "UO", "NE")


def rates(counts: Mapping[str, float], *, e: float | None = None) -> dict[str, float | None]:
    """Compute every rate from the number of cases by disposition.

    Parameters
    ----------
    counts : mapping of str to float
        Disposition code -> cases, or sum of their base weights for weighted rates.
    e : float, optional
        Share (0-1) of unknown cases taken to be eligible; computed by proportional allocation when not given.

    Returns
    -------
    dict
        ``e``, ``RR1`` ... ``RR6``, ``COOP1`` ... ``COOP4``, ``REF1`` ... ``REF3``, ``CON1`` ... ``CON3``, all 0-1;
        None where nothing is in the denominator.

    Raises
    ------
    InputError
        A code is not known.
    ConfigError
        A count is negative, or `e` is no share.
    """
    n = dict.fromkeys(CATEGORIES, 0.0)
    for code, count in counts.items():
        if not count >= 0:
            raise ConfigError(f"disposition {code} has {count} cases, expected 0 or more")
        n[category(code)] += count
    if e is not None and not 0 <= e <= 1:
        raise ConfigError(f"e is {e}, expected a share from 0 to 1")
    interviews = n["I"] + n["P"]
    known = interviews + n["R"] + n["NC"] + n["O"]
    unknown = n["UH"] + n["UO"]
    if e is None:
        share = _ratio(known, known + n["NE"])
        e = 1.0 if share is None else share
    contacted = interviews + n["R"] + n["O"]
    bases = (known + unknown, known + e * unknown, known)
    found: dict[str, float | None] = {"e": e}
    for k, base in enumerate(bases):
        found[f"RR{2 * k + 1}"] = _ratio(n["I"], base)
        found[f"RR{2 * k + 2}"] = _ratio(interviews, base)
    found |= {
        "COOP1": _ratio(n["I"], contacted),
        "COOP2": _ratio(interviews, contacted),
        "COOP3": _ratio(n["I"], interviews + n["R"]),
        "COOP4": _ratio(interviews, interviews + n["R"]),
    }
    found |= {f"REF{k + 1}": _ratio(n["R"], base) for k, base in enumerate(bases)}
    return found | {f"CON{k + 1}": _ratio(contacted, base) for k, base in enumerate(bases)}


def rates_of(cases: pl.DataFrame, *, weight: str | None = None, e: float | None = None) -> dict[str, float | None]:
    """Compute every rate from one row a case.

    Parameters
    ----------
    cases : pl.DataFrame
        With ``disposition``.
    weight : str, optional
        Column of base weights for weighted rates.
    e : float, optional
        As in :func:`rates`.

    Raises
    ------
    InputError
        A code is not known.
    """
    size = pl.len() if weight is None else pl.col(weight).sum()
    counts = cases.group_by("disposition").agg(size.cast(pl.Float64).alias("n"))
    return rates(dict(counts.select("disposition", "n").iter_rows()), e=e)


def _ratio(above: float, below: float) -> float | None:
    return above / below if below > 0 else None
