"""Which alarm comes of another: where those who answer are no longer the same, what they say is no news of opinion."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hustings.watch.assumption import Assumption

LEANING_LOG10 = 1.0
"""Evidence, ten to one, from which a claim is named as what may explain another; it is no alarm by itself."""


def explained_by(table: pl.DataFrame, assumptions: Sequence[Assumption]) -> dict[str, str]:
    """Loud assumption -> the one that would make it loud where it fails itself, and leans that way.

    Parameters
    ----------
    table : pl.DataFrame
        ``tables.BOARD``.
    assumptions : sequence of Assumption
        With what each explains.
    """
    evidence: dict[str, float | None] = dict(table.select("assumption", "evidence_log10").iter_rows())
    loud = set(table.filter(pl.col("status").is_in(["broken", "stirring"]))["assumption"])
    causes = [one for one in assumptions if (evidence.get(one.name) or 0.0) >= LEANING_LOG10]
    causes.sort(key=lambda one: evidence[one.name] or 0.0)
    return {name: cause.name for cause in causes for name in cause.explains if name in loud}


def with_causes(table: pl.DataFrame, assumptions: Sequence[Assumption]) -> pl.DataFrame:
    """The board with each alarm's likely cause said; of two that are equally loud the cause stands before what it explains.

    Parameters
    ----------
    table : pl.DataFrame
        ``tables.BOARD``, in its order.
    assumptions : sequence of Assumption
    """
    explained = explained_by(table, assumptions)
    if not explained:
        return table
    said = {
        name: f" Look at {cause} first: where it fails, this shows although nobody has changed their mind."
        for name, cause in explained.items()
    }
    more = pl.col("assumption").replace_strict(said, default="", return_dtype=pl.String)
    rows = table.with_columns(pl.concat_str("said", more).alias("said")).to_dicts()
    for name, cause in explained.items():
        at = {row["assumption"]: k for k, row in enumerate(rows)}
        if at[cause] > at[name] and rows[at[cause]]["status"] == rows[at[name]]["status"]:
            rows.insert(at[name], rows.pop(at[cause]))
    return pl.DataFrame(rows, schema=table.schema)
