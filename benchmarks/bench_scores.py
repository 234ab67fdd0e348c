"""How fast voters are scored: nanoseconds of processor time a voter, and what that makes of 200 million.

Two ways: a Parquet file of 26 columns as a kernel likes them (codes, one number), four predictors with ten pairs each; and
with ``--store DIR`` a real store of voters, whose features are made from what is stored.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import polars as pl

from hustings.electorate.query import open_electorate
from hustings.engines import connect
from hustings.scores.features import Target, catalogue, voter_pieces
from hustings.scores.scorecard import Feature, Kernel, Scorecard, ScoreModel, Term, compile_kernel
from hustings.scores.scorecard.boosted import lay_bins

WHOLE = 200_000_000
PIECE = 1_000_000
LEVELS = (6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 3, 3, 4, 4, 5, 5, 7, 8, 8, 12, 20, 52)
"""Of 24 texts; a whole number and a float follow."""
OUTPUTS = ("turnout_prob", "support_prob", "persuasion_prob", "mobilisation_prob")


def cpu(work: Callable[[], object]) -> float:
    """Processor seconds of all threads."""
    start = time.process_time()
    work()
    return time.process_time() - start


def models_of(features: list[Feature], rng: np.random.Generator) -> list[ScoreModel]:
    """Four predictors: every feature, and ten pairs of small ones."""
    small = [feature.name for feature in features if feature.n_bins < 40]
    by_name = {feature.name: feature for feature in features}

    def term(*names: str) -> Term:
        return Term(names, rng.normal(size=[by_name[name].n_bins for name in names]) / 5)

    pairs = [tuple(rng.choice(small, 2, replace=False)) for _ in range(10)]
    return [
        ScoreModel(
            output,
            "logit",
            (output,),
            (
                Scorecard(
                    output, tuple(features), (*(term(f.name) for f in features), *(term(*pair) for pair in pairs))
                ),
            ),
        )
        for output in OUTPUTS
    ]


def made(path: Path, rows: int, rng: np.random.Generator) -> list[Feature]:
    """A file of codes, sorted by precinct; a row group a piece."""
    columns: dict[str, pl.Series] = {
        "precinct": pl.Series(np.sort(rng.integers(0, rows // 1000, rows)).astype(np.int32))
    }
    for k, levels in enumerate(LEVELS):
        chance = rng.dirichlet(np.ones(levels))
        codes = rng.choice(levels, rows, p=chance).astype(np.uint8)
        columns[f"text_{k}"] = pl.Series(codes)
    columns["age"] = pl.Series(rng.integers(18, 95, rows).astype(np.int16))
    columns["years"] = pl.Series((rng.gamma(2, 6, rows)).astype(np.float32))
    frame = pl.DataFrame(columns)
    frame.write_parquet(path, row_group_size=PIECE)
    first = as_texts(frame[:50_000])
    return [lay_bins(first[name], 64) for name in frame.columns if name != "precinct"]


def as_texts(piece: pl.DataFrame) -> pl.DataFrame:
    """Codes as the enums that they stand for."""
    kinds = {f"text_{k}": pl.Enum([f"level {i}" for i in range(levels)]) for k, levels in enumerate(LEVELS)}
    return piece.with_columns(pl.col(name).cat.to(kind) for name, kind in kinds.items())


def score(kernel: Kernel, pieces: Iterable[pl.DataFrame], out: Path) -> None:
    """Score pieces, sum by precinct, write codes."""
    sums = np.zeros(0)
    for number, piece in enumerate(pieces):
        codes = kernel.codes(piece)
        if "precinct" in piece.columns:
            found = np.bincount(piece["precinct"].to_numpy(), codes["turnout_prob"], len(sums))
            found[: len(sums)] += sums
            sums = found
        pl.DataFrame(codes).write_parquet(out / f"{number}.parquet", compression="zstd", compression_level=1)


def report(name: str, seconds: float, rows: int) -> None:
    """One line."""
    print(f"{name:38s} {seconds / rows * 1e9:7.1f} ns a voter = {seconds / rows * WHOLE:6.1f} CPU s for 200 million")


def from_file(folder: Path, rows: int, rng: np.random.Generator) -> None:
    """The file of codes."""
    path = folder / "codes.parquet"
    features = made(path, rows, rng)
    scan = pl.scan_parquet(path)

    def pieces() -> Iterable[pl.DataFrame]:
        return (as_texts(scan.slice(start, PIECE).collect()) for start in range(0, rows, PIECE))

    first = as_texts(scan.slice(0, PIECE).collect())
    kernel = compile_kernel(models_of(features, rng), first.schema)
    tables = sum(len(packed.groups) for packed in kernel.packs)
    print(f"{rows:,} voters, {len(features)} features, {len(OUTPUTS)} predictors in {tables} tables")
    report("decode", cpu(lambda: [None for _ in pieces()]), rows)
    report("kernel, scores as half percents", cpu(lambda: kernel.codes(first)), PIECE)
    report("decode, score, sum, write", cpu(lambda: score(kernel, pieces(), folder)), rows)


def from_store(store: Path, folder: Path, rng: np.random.Generator) -> None:
    """A store of voters, its first state."""
    electorate = open_electorate(store, connect("duckdb"), None)
    day = electorate.words.manifest.date
    year = day.year + day.year % 2
    target = Target(dt.date(year, 11, 8), "general", day)
    state, files = next(iter(electorate.words.manifest.states.items()))
    known = list(catalogue(electorate, target))
    first = next(iter(voter_pieces(electorate, state, target, known, piece_rows=50_000)))
    names = [name for name in known if first[name].null_count() < first.height and name not in {"county", "race_group"}]
    kernel = compile_kernel(models_of([lay_bins(first[name], 64) for name in names], rng), first.schema)

    def pieces() -> Iterable[pl.DataFrame]:
        return voter_pieces(electorate, state, target, names, also=("precinct",))

    print(f"{files.slots:,} voters of {state}, {len(names)} features")
    report("read and make features", cpu(lambda: [None for _ in pieces()]), files.slots)
    report("read, make, score, sum, write", cpu(lambda: score(kernel, pieces(), folder)), files.slots)


def main(rows: int, store: Path | None) -> None:
    """Measure."""
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        if store is not None:
            from_store(store, Path(folder), rng)
        from_file(Path(folder), rows, rng)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory: {peak:,.0f} MB at most, making the file among it")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=3_000_000)
    parser.add_argument("--store", type=Path)
    given = parser.parse_args()
    main(given.rows, given.store)
