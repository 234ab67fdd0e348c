"""Which first names can be the same name: Bill is William, Pepe is José."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import polars as pl

_FIRST, _SECOND = "nick", "nick_2"


@cache
def nickname_groups() -> pl.DataFrame:
    """Each name of ``data/nicknames.csv`` with the groups it belongs to.

    Returns
    -------
    polars.DataFrame
        ``first`` (upper case, accents gone), ``nick`` and ``nick_2``: the full names it may stand for (``ALEX`` is
        both ``ALEXANDER`` and ``ALEXANDRA``), in the order of the table, commoner names first; ``nick_2`` is null where there is one.
        A full name stands for itself first.
    """
    text = (files(__package__) / "data" / "nicknames.csv").read_text(encoding="utf-8")
    table = pl.read_csv(text.encode())
    heads = table.select(first="name", full="name")
    others = table.select(first=pl.col("nicknames").str.split(" "), full="name").explode("first")
    plain = pl.col("first").str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return (
        pl.concat([heads, others])
        .with_columns(first=plain)
        .unique(["first", "full"], keep="first", maintain_order=True)
        .group_by("first", maintain_order=True)
        .agg(nick=pl.col("full").first(), nick_2=pl.col("full").get(1, null_on_oob=True))
    )


def with_groups(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with ``nick`` and ``nick_2`` beside its ``first``; a name in no group is its own group."""
    joined = frame.join(nickname_groups(), on="first", how="left", maintain_order="left")
    return joined.with_columns(pl.col(_FIRST).fill_null(pl.col("first")), pl.col(_SECOND))
