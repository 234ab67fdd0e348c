"""`link`: the same person in two files that share no id."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hustings.electorate.linkage.blocking import with_blocks
from hustings.electorate.linkage.engine import connection
from hustings.electorate.linkage.households import mates
from hustings.electorate.linkage.normalise import check_people, prepare
from hustings.electorate.linkage.report import match_report
from hustings.electorate.linkage.resolve import one_to_one
from hustings.electorate.linkage.score import compare, probabilities
from hustings.electorate.linkage.spec import LinkageSpec
from hustings.electorate.linkage.train import learn


@dataclass(frozen=True)
class LinkageInfo:
    """How a linkage came about.

    Parameters
    ----------
    n_left, n_right : int
        Rows of the files.
    match_share : float
        Estimated share of the smaller file that has its record in the other (0-1), linked or not.
    expected_matches : float
        Sum of the probabilities of all candidates: how many persons are in both files as far as pairs were compared.
    parameters : polars.DataFrame
        What was learnt (see `default_parameters`).
    blocks : polars.DataFrame
        What each block made and set aside (see `with_blocks`).
    """

    n_left: int
    n_right: int
    match_share: float
    expected_matches: float
    parameters: pl.DataFrame
    blocks: pl.DataFrame


@dataclass(frozen=True)
class Linkage:
    """Links (`LINKS`), the report on who was linked (`REPORT`), and how it came about."""

    links: pl.DataFrame
    report: pl.DataFrame
    info: LinkageInfo


def link(
    left: pl.DataFrame,
    right: pl.DataFrame,
    *,
    spec: LinkageSpec | None = None,
    seed: int,
    memory_bytes: int = 1_500_000_000,
    folder: Path | None = None,
    as_of: dt.date | None = None,
    parameters: pl.DataFrame | None = None,
) -> Linkage:
    """Find the same person in two files.

    Parameters
    ----------
    left, right : polars.DataFrame
        People (`COLUMNS`: id, first_name, last_name needed, the rest as known), each at most once in a file; ``race``,
        ``party``, ``age`` are used by the report only, never to link.
    spec : LinkageSpec, optional
        Thresholds and limits.
    seed : int
        Of the sample of random pairs; the same files, seed and spec give the same bytes.
    memory_bytes : int
        Limit of the comparison's own memory; beyond it spills to ``folder``.
    folder : pathlib.Path, optional
        Where to spill; a temporary folder if not given, removed afterwards.
    as_of : datetime.date, optional
        The day of the ages in the report.
    parameters : polars.DataFrame, optional
        ``info.parameters`` of an earlier linkage, to use again; learnt if not given. Files that hold hardly anybody in
        common teach nothing: leave-overs of a linkage are better linked with what the whole has taught.

    Returns
    -------
    Linkage
        Links at or above ``spec.threshold_prob``, and below it to ``spec.uncertain_prob`` marked ``uncertain``.

    Raises
    ------
    InputError
        If a file lacks a needed column or repeats an id.
    ConfigError
        If Splink is not installed.
    """
    spec = spec or LinkageSpec()
    people = [check_people(frame, name) for frame, name in ((left, "left"), (right, "right"))]
    sides = [prepare(frame) for frame in people]
    n_left, n_right = left.height, right.height
    with tempfile.TemporaryDirectory(dir=folder, prefix="linkage-") as spill:
        if parameters is None:
            with connection(threads=1, memory_bytes=memory_bytes, folder=Path(spill)) as held:
                parameters = learn(held, *sides, spec=spec, seed=seed)
        blocked_left, blocked_right, blocks, told = with_blocks(*sides, block_pairs=spec.block_pairs, names=spec.blocks)
        if blocks:
            with connection(threads=spec.threads, memory_bytes=memory_bytes, folder=Path(spill)) as held:
                scored = compare(held, blocked_left, blocked_right, parameters=parameters, blocks=blocks, spec=spec)
        else:
            scored = _no_pairs()
    alike = max(map(mates, sides))
    candidates = probabilities(scored, n_left=n_left, n_right=n_right, mates=alike)
    links = one_to_one(candidates.pairs, spec)
    expected = float(candidates.pairs["match_prob"].sum())
    info = LinkageInfo(n_left, n_right, candidates.match_share, expected, parameters, told)
    return Linkage(links, match_report(left, right, links, as_of=as_of), info)


def _no_pairs() -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            "left_id": pl.Int64, "right_id": pl.Int64, "bits": pl.Float64, "household_bits": pl.Float64,
            "last_name": pl.Int8, "home": pl.Int8,
        }
    )  # fmt: skip
