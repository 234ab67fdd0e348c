"""How fast the same people are found in two files: CPU, wall clock and peak memory of 1 million against 1 million.

Run by ``make bench`` at a tenth of that size; ``--rows 1000000`` is the size of the target. Names are invented, as common as
real ones are: the sum of squared shares is 0.0006 for surnames and 0.006 for first names, as in a census.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from hustings.electorate.linkage import LinkageSpec, link
from hustings.electorate.linkage.comparisons import default_parameters
from hustings.electorate.linkage.nicknames import nickname_groups

TARGET_WALL_SECONDS, TARGET_PEAK_BYTES = 120.0, 3e9
_LETTERS = np.array(list("BCDFGHKLMNPRSTVW"))
_VOWELS = np.array(list("AEIOU"))


def invented(rng: np.random.Generator, count: int, syllables: int) -> list[str]:
    """Words of consonants and vowels in turn."""
    parts = [rng.choice(_LETTERS if place % 2 == 0 else _VOWELS, count) for place in range(2 * syllables)]
    return ["".join(letters) for letters in zip(*parts, strict=True)]


def draw(rng: np.random.Generator, words: list[str], size: int, *, offset: float) -> pl.Series:
    """Words by rank: the n-th has weight 1 / (n + offset)."""
    weights = 1 / (np.arange(len(words)) + offset)
    return pl.Series(words).gather(rng.choice(len(words), size, p=weights / weights.sum()))


def population(rng: np.random.Generator, size: int) -> pl.DataFrame:
    """People in pairs of one address and surname."""
    firsts = nickname_groups()["nick"].unique(maintain_order=True).to_list()
    year = rng.integers(1930, 2004, size)
    house = np.arange(size) // 2
    last = draw(rng, invented(rng, 60_000, 3), size // 2 + 1, offset=12.0).gather(house)
    day = [f"{month:02d}-{number:02d}" for month in range(1, 13) for number in range(1, 29)]
    streets = pl.Series(invented(rng, 4_000, 3)).gather(rng.integers(0, 4_000, house[-1] + 1)).gather(house)
    numbers = pl.Series(rng.integers(1, 9000, house[-1] + 1)).cast(pl.String).gather(house)
    zips = (
        pl.Series(27_000 + rng.integers(0, max(20, min(800, size // 1000)), house[-1] + 1))
        .cast(pl.String)
        .gather(house)
    )
    return pl.DataFrame(
        {
            "first_name": draw(rng, firsts, size, offset=2.0),
            "middle_name": draw(rng, firsts, size, offset=2.0),
            "last_name": last,
            "birth_year": pl.Series(year, dtype=pl.Int16),
            "birth_date": pl.Series(year).cast(pl.String)
            + "-"
            + pl.Series(day).gather(rng.integers(0, len(day), size)),
            "sex": pl.Series(["F", "M"]).gather(rng.integers(0, 2, size)),
            "address": numbers + " " + streets + " ST",
            "zip": zips,
            "city": "TOWN " + zips.str.slice(0, 4),
            "state": pl.repeat("NC", size, eager=True),
            "phone": pl.Series(rng.integers(2_000_000_000, 9_999_999_999, size)).cast(pl.String),
        }
    ).with_row_index("person")


def files(rows: int, seed: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two files of ``rows`` people, four in five in both; a fifth of the second moved, a fifth with the year of birth alone."""
    rng = np.random.default_rng(seed)
    people = population(rng, round(rows * 1.2))
    left, right = (people[np.sort(rng.choice(people.height, rows, replace=False))] for _ in range(2))
    moved, yearly, short = (pl.Series(rng.random(rows) < 0.2) for _ in range(3))
    elsewhere = left.select("address", "zip", "city").sample(rows, shuffle=True, seed=seed)
    right = right.with_columns(
        *(pl.when(moved).then(elsewhere[name]).otherwise(pl.col(name)).alias(name) for name in elsewhere.columns),
        pl.when(moved).then(None).otherwise("phone").alias("phone"),
        pl.when(~yearly).then("birth_date").alias("birth_date"),
        pl.when(short).then(pl.col("middle_name").str.slice(0, 1)).otherwise("middle_name").alias("middle_name"),
    )
    return left.rename({"person": "id"}).cast({"id": pl.Int64}), right.with_columns(
        id=pl.col("person").cast(pl.Int64) + 100_000_000
    ).drop("person")


def child(folder: Path) -> None:
    """Link the two files of ``folder`` and print what it took."""
    left, right = (pl.read_parquet(folder / f"{name}.parquet") for name in ("left", "right"))
    start, cpu = time.perf_counter(), time.process_time()
    linkage = link(left, right, spec=LinkageSpec(), seed=1, folder=folder)
    sure = linkage.links.filter(~pl.col("uncertain"))
    true = int((sure["right_id"] - 100_000_000 == sure["left_id"]).sum())
    both = int((right["id"] - 100_000_000).is_in(left["id"].implode()).sum())
    print(json.dumps({
        "wall": time.perf_counter() - start, "cpu": time.process_time() - cpu, "pairs": int(linkage.info.blocks["pairs"].sum()),
        "links": sure.height, "precision": true / sure.height, "recall": true / both,
        "expected_false": float((1 - sure["match_prob"]).sum()), "false": sure.height - true,
    }))  # fmt: skip


def main() -> None:
    """Make the files, link them in a child process, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--child", type=Path)
    options = parser.parse_args()
    if options.child:
        child(options.child)
        return
    default_parameters()
    with tempfile.TemporaryDirectory() as folder:
        for name, frame in zip(("left", "right"), files(options.rows), strict=True):
            frame.write_parquet(f"{folder}/{name}.parquet")
        command = [sys.executable, __file__, "--child", folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 (our own command)
    found = json.loads(done.stdout.splitlines()[-1])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    scale = options.rows / 1_000_000
    rows = [
        ("wall", f"{found['wall']:.1f} s", f"< {TARGET_WALL_SECONDS * scale:.0f} s"),
        ("CPU", f"{found['cpu']:.1f} s", ""),
        ("peak memory", f"{peak / 1e9:.2f} GB", f"< {TARGET_PEAK_BYTES / 1e9:.0f} GB"),
        ("pairs in all blocks", f"{found['pairs']:,}", ""),
        ("links", f"{found['links']:,}", ""),
        ("precision", f"{found['precision']:.5f}", "> 0.99"),
        ("recall", f"{found['recall']:.4f}", ""),
        ("false links, and as expected", f"{found['false']:,}; {found['expected_false']:,.0f}", ""),
    ]
    print(f"linkage of {options.rows:,} x {options.rows:,}")
    for name, value, target in rows:
        print(f"  {name:<30}{value:>16}   {target}")


if __name__ == "__main__":
    main()
