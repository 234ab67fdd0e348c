"""How fast voters are scored: nanoseconds of processor time a voter, and what that makes of 200 million.

Two ways: Parquet files of 26 features as a kernel likes them (codes of 24 texts and two numbers), four predictors with ten
pairs each, as ``make bench-200m`` does with 200 million (4 GB of disk, some six minutes; all of it is deleted); and with
``--store DIR`` the first state of a real store, whose features are made of what is stored. Beside each stands what reading
the columns alone takes, in the same run.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hustings.electorate.query import Electorate, open_electorate
from hustings.engines import connect
from hustings.scores.features import Target, catalogue, coded_pieces
from hustings.scores.features.precincts import forget_precincts
from hustings.scores.scorecard import Coded, Feature, Indexed, Piece, Scorecard, ScoreModel, Term
from hustings.scores.scorecard.boosted import lay_bins
from hustings.scores.scorecard.model import Link
from hustings.scores.scoring import Scorer
from hustings.store.columns import GROUP_ROWS, ColumnWriter
from hustings.tables import BALLOTS, VOTER_SCORES

WHOLE = 200_000_000
PIECE = 8 * GROUP_ROWS
STATE = 10 * PIECE
"""Voters of a file."""
CELLS = ("text_22", "text_23")
"""Features whose crossed levels are summed by, beside precincts."""
VOTERS_PER_PRECINCT = 1000
LEVELS = (6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 3, 3, 4, 4, 5, 5, 7, 8, 8, 12, 20, 52)
"""Of 24 texts; two numbers follow."""
OUTPUTS = tuple(column.name for column in VOTER_SCORES.columns)
STEPS = {name: 1000 if name.endswith("_effect") else 200 for name in OUTPUTS}
KINDS = {f"text_{k}": pl.Enum([f"level {i}" for i in range(levels)]) for k, levels in enumerate(LEVELS)}
NUMBERS = {
    "age": pl.Series(np.arange(120, dtype=np.int16)),
    "years": pl.Series(np.arange(60 * 366, dtype=np.float32) / 365),
}
"""What codes of numbers stand for: years, and years by days, as the store's registrations are looked up."""


def cpu(work: Callable[[], object]) -> float:
    """Processor seconds of all threads."""
    start = time.process_time()
    work()
    return time.process_time() - start


def models_of(features: list[Feature], rng: np.random.Generator) -> list[ScoreModel]:
    """Four predictors: every feature, and ten pairs of small ones."""
    small = [feature.name for feature in features if feature.n_bins < 40]
    by_name = {feature.name: feature for feature in features}

    def model(output: str) -> ScoreModel:
        scale = 0.01 if output.endswith("_effect") else 0.2

        def term(*names: str) -> Term:
            return Term(names, rng.normal(size=[by_name[name].n_bins for name in names]) * scale)

        pairs = [tuple(map(str, rng.choice(small, 2, replace=False))) for _ in range(10)]
        terms = (*(term(f.name) for f in features), *(term(*pair) for pair in pairs))
        link: Link = "identity" if output.endswith("_effect") else "logit"
        return ScoreModel(output, link, (output,), (Scorecard(output, tuple(features), terms),))

    return [model(output) for output in OUTPUTS]


def made_piece(rng: np.random.Generator) -> pl.DataFrame:
    """Voters of one piece: codes, an age, days since the registration."""
    columns: dict[str, Any] = {}
    for k, levels in enumerate(LEVELS):
        columns[f"text_{k}"] = rng.choice(levels, PIECE, p=rng.dirichlet(np.ones(levels))).astype(np.uint8)
    columns["age"] = rng.integers(18, 95, PIECE).astype(np.int16)
    columns["years"] = np.minimum(rng.gamma(2, 6, PIECE) * 365, 60 * 365).astype(np.int16)
    return pl.DataFrame(columns)


def make_files(folder: Path, voters: int, first: pl.DataFrame, rng: np.random.Generator) -> list[Path]:
    """Files of a state each. Every piece is the first one with each column turned by its own number of places."""
    paths = []
    for start in range(0, voters, STATE):
        path = folder / f"voters-{start // STATE:03d}.parquet"
        rows = min(STATE, voters - start)
        schema = first.with_columns(precinct=pl.lit(0, pl.Int32)).head(0).to_arrow().schema
        with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
            for done in range(0, rows, PIECE):
                turned = {name: np.roll(first[name].to_numpy(), rng.integers(PIECE)) for name in first.columns}
                precincts = np.arange(done, done + PIECE, dtype=np.int32) // VOTERS_PER_PRECINCT
                piece = pl.DataFrame({**turned, "precinct": precincts}).head(rows - done)
                writer.write_table(piece.to_arrow(), row_group_size=GROUP_ROWS)
        paths.append(path)
    return paths


def read_pieces(paths: list[Path]) -> Iterator[Piece]:
    """Pieces of all files, texts by their codes."""
    for path in paths:
        scan = pl.scan_parquet(path)
        rows = scan.select(pl.len()).collect().item()
        for start in range(0, rows, PIECE):
            frame = scan.slice(start, PIECE).collect()
            texts = {name: Coded(frame[name].to_numpy(), kind) for name, kind in KINDS.items()}
            numbers = {name: Indexed(frame[name].to_numpy(), values) for name, values in NUMBERS.items()}
            nobody = pl.Series(np.zeros(frame.height, dtype=np.bool_))
            yield Piece({**texts, **numbers, "precinct": frame["precinct"], "gone": nobody}, frame.height)


@dataclass
class Sums:
    """Votes and votes for the first option, by precinct and by cell."""

    by: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    def add(self, piece: Piece, scores: dict[str, NDArray[np.float32]], cells: tuple[str, ...]) -> None:
        """Add a piece's voters; those without a score add nothing."""
        votes = np.nan_to_num(scores["turnout_prob"], copy=False)
        ours = votes * np.nan_to_num(scores["support_prob"], copy=False)
        cell = np.zeros(piece.height, dtype=np.uint16)
        for name in cells:
            column = piece[name]
            assert isinstance(column, Coded)
            cell *= np.uint16(len(column.levels) + 1)
            cell += column.codes
        precinct = piece["precinct"]
        assert isinstance(precinct, pl.Series)
        for what, places in (("precinct", precinct.to_numpy()), ("cell", cell)):
            for name, values in (("votes", votes), ("ours", ours)):
                found = np.bincount(places, values)
                known = self.by.get(f"{name} by {what}", np.zeros(0))
                whole = np.zeros(max(len(known), len(found)))
                whole[: len(known)] += known
                whole[: len(found)] += found
                self.by[f"{name} by {what}"] = whole


def score(scorer: Scorer, pieces: Iterator[Piece], out: Path, cells: tuple[str, ...]) -> Sums:
    """Score pieces, write what is stored of them, sum."""
    sums = Sums()
    with ColumnWriter(out, VOTER_SCORES) as writer:
        for piece in pieces:
            scores = scorer.scores(piece)
            writer.append_arrays(scores)
            sums.add(piece, scores, cells)
    return sums


class Report:
    """Lines that are printed and kept."""

    def __init__(self) -> None:
        self.kept: dict[str, float] = {}

    def say(self, name: str, seconds: float, rows: int, floor: float | None = None) -> float:
        """One line; gives nanoseconds a voter."""
        each = seconds / rows * 1e9
        times = "" if floor is None else f", {each / floor:.1f} x reading"
        print(f"{name:44s} {each:7.1f} ns a voter = {each * WHOLE / 1e9:6.1f} CPU s for 200 million{times}", flush=True)
        self.kept[name] = each
        return each


def from_files(folder: Path, voters: int, rng: np.random.Generator, report: Report) -> None:
    """Files of codes."""
    first = made_piece(rng)
    start = time.perf_counter()
    paths = make_files(folder, voters, first, rng)
    size = sum(path.stat().st_size for path in paths) / 1e9
    print(f"{voters:,} voters in {len(paths)} files of {size:.2f} GB, made in {time.perf_counter() - start:.0f} s")
    texts = first.head(50_000).with_columns(pl.col(name).cat.to(kind) for name, kind in KINDS.items())
    texts = texts.with_columns(values.gather(texts[name]).alias(name) for name, values in NUMBERS.items())
    features = [lay_bins(texts[name], 64) for name in first.columns]
    scorer = Scorer(models_of(features, rng), STEPS)
    piece = next(read_pieces(paths))
    tables = sum(len(packed.groups) for packed in scorer.kernel(piece).packs)
    print(f"{len(features)} features, {len(OUTPUTS)} predictors in {tables} tables")
    report.say("kernel alone", cpu(lambda: scorer.scores(piece)), piece.height)
    floor = report.say("read the columns", cpu(lambda: [None for _ in read_pieces(paths)]), voters)
    out, wall = folder / "scores.parquet", time.perf_counter()
    done = cpu(lambda: score(scorer, read_pieces(paths), out, CELLS))
    report.say("read, score, sum, write", done, voters, floor)
    print(f"... in {time.perf_counter() - wall:.0f} s by the clock; the scores take {out.stat().st_size / 1e9:.2f} GB")


def stored_columns(electorate: Electorate, state: str) -> int:
    """Read what the features are made of, and nothing more; gives rows."""
    files, snapshots = electorate.words.manifest.states[state], electorate.words.snapshots
    names = ["registered_on", "birth_year", "last_seen", "sex", "race", "ethnicity", "party", "state", "precinct"]
    for start in range(0, files.slots, PIECE):
        pl.scan_parquet(snapshots.path(files.base)).slice(start, PIECE).select(names).collect()
        if BALLOTS.name in files.sidecars:
            pl.scan_parquet(snapshots.path(files.sidecars[BALLOTS.name])).slice(start, PIECE).collect()
    return files.slots


def from_store(store: Path, folder: Path, rng: np.random.Generator, report: Report) -> None:
    """A store of voters, its first state."""
    electorate = open_electorate(store, connect("duckdb"), None)
    day = electorate.words.manifest.date
    year = day.year + day.year % 2
    target = Target(dt.date(year, 11, 8), "general", day)
    state, files = next(iter(electorate.words.manifest.states.items()))
    known = list(catalogue(electorate, target))
    first = next(coded_pieces(electorate, state, target, known, piece_rows=50_000)).frame()
    names = [name for name in known if first[name].null_count() < first.height and name not in {"county", "race_group"}]
    scorer = Scorer(models_of([lay_bins(first[name], 64) for name in names], rng), STEPS)

    def pieces() -> Iterator[Piece]:
        return coded_pieces(electorate, state, target, names, also=("precinct",))

    print(f"{files.slots:,} voters of {state}, {len(names)} features")
    floor = report.say("store: read the columns", cpu(lambda: stored_columns(electorate, state)), files.slots)
    report.say("store: read and make features", cpu(lambda: [None for _ in pieces()]), files.slots, floor)
    out = folder / "scores.parquet"
    scorer.kernel(next(pieces()))
    forget_precincts()
    done = cpu(lambda: score(scorer, pieces(), out, ("party", "sex")))
    report.say("store: read, make, score, sum, write", done, files.slots, floor)
    out.unlink()


def main(args: argparse.Namespace) -> None:
    """Measure."""
    rng, report = np.random.default_rng(1), Report()
    if args.folder is not None:
        args.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        if args.store is not None:
            from_store(args.store, Path(folder), rng, report)
        from_files(Path(folder), args.voters, rng, report)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory: {peak:,.0f} MB at most, making the files among it")
    if args.json is not None:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        kept = {"voters": args.voters, "ns_per_voter": report.kept, "peak_mb": peak}
        args.json.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voters", type=int, default=3_000_000)
    parser.add_argument("--store", type=Path, help="a store of voters to measure as well")
    parser.add_argument(
        "--folder", type=Path, help="where the files are made and deleted; the system's place otherwise"
    )
    parser.add_argument("--json", type=Path, help="where to keep the figures")
    main(parser.parse_args())
