"""A projection's folder: every file of the contract, and what made it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from hustings import facts
from hustings.contests import Contest
from hustings.projection.project import Projection
from hustings.store import hash_file, write_csv, write_json, write_parquet
from hustings.tables import DRAWS, POLLS_REJECTED, POLLS_USED, SOURCES, UNITS


def write_projection(found: Projection, folder: Path, *, made_by: dict[str, Any]) -> None:
    """Write ``units.csv``, ``verdict.json``, ``draws.parquet``, the polls and ``run.json`` into a folder.

    Parameters
    ----------
    found : Projection
    folder : Path
        An existing folder, usually from :func:`hustings.store.run_folder`.
    made_by : dict
        ``inputs``, ``code_version`` and further entries of ``run.json`` that only the caller knows.
    """
    write_csv(found.units, folder / UNITS.file, UNITS)
    write_json(found.verdict, folder / "verdict.json")
    write_parquet(found.draws(), folder / DRAWS.file, DRAWS)
    if found.sources is not None:
        write_csv(found.sources, folder / SOURCES.file, SOURCES)
    write_csv(found.polls_used, folder / POLLS_USED.file, POLLS_USED)
    write_csv(found.polls_rejected, folder / POLLS_REJECTED.file, POLLS_REJECTED)
    write_json(run_info(found, made_by), folder / "run.json")


def run_info(found: Projection, made_by: dict[str, Any]) -> dict[str, Any]:
    """What made a projection: inputs, assumptions, seed, timings, diagnostics, and its units for the brief."""
    spec = found.fit.spec
    return {
        "command": "project",
        "contest": found.contest.name,
        "as_of": found.as_of,
        "seed": found.seed,
        "draws": len(found.drawn.node),
        **made_by,
        "config": {
            "national_prior": found.fit.prior.nation.kind,
            "scale_priors": {name: [prior.median, prior.log_sd] for name, prior in spec.scales.items()},
            "kernel": vars(spec.kernel),
            "lean_persistence": list(spec.lean_persistence),
            "undecided": [spec.undecided_mean, spec.undecided_sd],
            "sponsor": [spec.sponsor_mean, spec.sponsor_sd],
            "degrees_of_freedom": spec.degrees_of_freedom,
            **found.contest.rule_settings,
        },
        "timings": found.timings,
        "diagnostics": found.diagnostics,
        "notes": found.notes,
        "units": unit_info(found.contest, found.fit.polls),
    }


def unit_info(contest: Contest, polls: pl.DataFrame) -> list[dict[str, Any]]:
    """Each unit's name, seats, place on the tile map, and how long ago anybody polled it."""
    seen = polls.group_by("unit").agg(pl.col("end_date").max().alias("last"), pl.len().alias("n"))
    by_unit = {row["unit"]: row for row in seen.iter_rows(named=True)}
    tiles = _tiles(contest.unit_ids)
    return [
        {
            "id": unit.id,
            "name": unit.name,
            "seats": unit.seats,
            "parent": unit.parent,
            "region": unit.region,
            "tile": tiles.get(unit.id),
            "last_poll_date": by_unit[unit.id]["last"] if unit.id in by_unit else None,
            "n_polls": by_unit[unit.id]["n"] if unit.id in by_unit else 0,
        }
        for unit in contest.units
    ]


def _tiles(unit_ids: Iterable[str]) -> dict[str, list[int]]:
    """Tiles of the American map; nothing where the units are not all on it."""
    known = {row["unit"]: [row["tile_row"], row["tile_column"]] for row in facts.states().iter_rows(named=True)}
    return known if set(unit_ids) <= set(known) else {}


def describe_inputs(paths: Iterable[Path | str]) -> list[dict[str, str]]:
    """Path and hash of each input file."""
    return [{"path": str(path), "sha256": hash_file(path)} for path in paths]
