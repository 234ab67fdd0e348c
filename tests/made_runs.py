"""Finished runs that nobody projected: made-up numbers in the real files, for tests and for looking at the page.

``python tests/made_runs.py KIND FOLDER`` writes one by hand; KIND is a key of :data:`KINDS`.
"""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from hustings import facts
from hustings.store import run_folder, write_csv, write_json, write_parquet
from hustings.tables import DRAWS, INFLUENCE, POLLS_REJECTED, POLLS_USED, TRACK, UNITS

N_DRAWS = 4000
POLLSTERS = ("Meadow Research", "Tern & Co", "Public Ear", "Northgate", "Quill University", "Alder Polling")


@dataclass
class Made:
    """A contest with its expected shares, one row a unit."""

    name: str
    title: str
    rule: str
    day: dt.date
    labels: dict[str, str]
    units: list[dict]
    shares: np.ndarray
    votes: np.ndarray
    nation: str
    seats_to_win: int
    threshold: float = 0.0
    n_polls: int = 600
    as_of: dt.date = field(default=dt.date(2016, 11, 7))
    sd: tuple[float, float] = (0.07, 0.09)


def us(n_polls: int = 900) -> Made:
    """A US presidency with the districts, from the shape of the 2016 result."""
    states = facts.states().join(facts.electors(2016).select("unit", "electors"), on="unit").sort("unit")
    state_votes = facts.state_results().filter(pl.col("year") == 2016).rename({"state": "unit"})
    district_votes = facts.district_results().filter(pl.col("year") == 2016).rename({"district": "unit"})
    columns = ["unit", "dem_votes", "rep_votes"]
    states = states.join(pl.concat([state_votes.select(columns), district_votes.select(columns)]), on="unit").sort(
        "unit"
    )
    rng = np.random.default_rng(3)
    dem = (states["dem_votes"] / (states["dem_votes"] + states["rep_votes"])).to_numpy()
    logit = np.log(dem / (1 - dem)) + 0.05 + rng.normal(0, 0.03, len(dem))
    share = 1 / (1 + np.exp(-logit))
    units = [
        {
            "id": r["unit"],
            "name": r["name"],
            "seats": r["electors"],
            "parent": r["state"] if r["unit"] != r["state"] else None,
            "region": r["census_division"],
            "tile": [r["tile_row"], r["tile_column"]],
        }
        for r in states.iter_rows(named=True)
    ]
    return Made(
        name="us-president-2016",
        title="US presidential election 2016",
        rule="electors",
        day=dt.date(2016, 11, 8),
        labels={"dem": "Hillary Clinton", "rep": "Donald Trump"},
        units=units,
        shares=np.column_stack([share, 1 - share]),
        votes=(states["dem_votes"] + states["rep_votes"]).to_numpy().astype(float),
        nation="US",
        seats_to_win=270,
        n_polls=n_polls,
    )


def assembly() -> Made:
    """Three parties and sixty seats."""
    rng = np.random.default_rng(5)
    raw = np.exp(rng.normal([0.1, 0.05, -0.55], 0.35, (60, 3)))
    units = [
        {
            "id": f"S{i + 1:02d}",
            "name": f"Constituency {i + 1}",
            "seats": 1,
            "parent": None,
            "region": f"Area {i % 6}",
            "tile": None,
        }
        for i in range(60)
    ]
    return Made(
        name="assembly-2027",
        title="Assembly election 2027",
        rule="seats",
        day=dt.date(2027, 5, 6),
        labels={"heron": "Heron Alliance", "oak": "Oak Party", "river": "River & Coast Union"},
        units=units,
        shares=raw / raw.sum(axis=1, keepdims=True),
        votes=rng.uniform(3e4, 5e4, 60),
        nation="ALL",
        seats_to_win=31,
        n_polls=120,
        as_of=dt.date(2027, 4, 2),
        sd=(0.15, 0.15),
    )


def measure() -> Made:
    """One unit, yes or no, three fifths needed."""
    return Made(
        name="measure-4",
        title="Measure 4: the library levy",
        rule="threshold",
        day=dt.date(2026, 11, 3),
        labels={"yes": "Yes", "no": "No"},
        units=[{"id": "COUNTY", "name": "The county", "seats": 1, "parent": None, "region": None, "tile": None}],
        shares=np.array([[0.605, 0.395]]),
        votes=np.array([210_000.0]),
        nation="COUNTY",
        seats_to_win=1,
        threshold=0.6,
        n_polls=5,
        as_of=dt.date(2026, 10, 20),
    )


KINDS = {"us": us, "assembly": assembly, "measure": measure, "no-polls": lambda: us(n_polls=0)}


def simulate(made: Made, rng: np.random.Generator) -> np.ndarray:
    """Joint draws of the shares: a shift for all, one a region, one a unit."""
    base = np.log(made.shares)
    n_units, n_options = base.shape
    regions = [unit["region"] for unit in made.units]
    common = rng.normal(0, made.sd[0] / 2, (N_DRAWS, 1, n_options))
    by_region = {r: rng.normal(0, made.sd[1] / 3, (N_DRAWS, n_options)) for r in sorted(set(map(str, regions)))}
    local = np.stack([by_region[str(r)] for r in regions], axis=1)
    logits = base + common + local + rng.normal(0, made.sd[1] / 4, (N_DRAWS, n_units, n_options))
    exp = np.exp(logits)
    return exp / exp.sum(axis=2, keepdims=True)


def decide(made: Made, draws: np.ndarray) -> dict[str, np.ndarray]:
    """Seats, nation, winners and tipping units of every draw."""
    n_options = draws.shape[2]
    top = np.array([unit["parent"] is None for unit in made.units])
    votes = np.where(top, made.votes, 0)
    nation = np.einsum("duo,u->do", draws, votes) / votes.sum()
    won = draws.argmax(axis=2)
    weights = np.array([unit["seats"] for unit in made.units])
    if made.threshold:
        won = np.where(draws[:, :, 0] >= made.threshold, 0, 1)
    seats = np.stack([((won == o) * weights).sum(axis=1) for o in range(n_options)], axis=1)
    winner = np.where(seats.max(axis=1) >= made.seats_to_win, seats.argmax(axis=1), -1)
    tipping = np.full((len(draws), n_options), -1)
    for o in range(n_options):
        others = np.delete(draws, o, axis=2).max(axis=2)
        order = np.argsort(others - draws[:, :, o], axis=1)
        reached = np.cumsum(weights[order], axis=1) >= made.seats_to_win
        tipping[:, o] = order[np.arange(len(draws)), reached.argmax(axis=1)]
    return {"nation": nation, "won": won, "seats": seats, "winner": winner, "tipping": tipping}


def units_table(made: Made, draws: np.ndarray, out: dict[str, np.ndarray]) -> pl.DataFrame:
    rows = []
    ids = [unit["id"] for unit in made.units]
    everywhere = [*ids] if made.nation in ids else [*ids, made.nation]
    for u, unit in enumerate(everywhere):
        for o, option in enumerate(made.labels):
            share = out["nation"][:, o] if u == len(ids) else draws[:, u, o]
            won = out["nation"].argmax(axis=1) == o if u == len(ids) else out["won"][:, u] == o
            tips = ((out["tipping"][:, o] == u) & (out["winner"] == o)).mean() if u < len(ids) else None
            quantiles = dict(
                zip(
                    [f"share_q{q:02d}" for q in (5, 25, 50, 75, 95)],
                    np.quantile(share, [0.05, 0.25, 0.5, 0.75, 0.95]),
                    strict=True,
                )
            )
            rows.append(
                {
                    "unit": unit,
                    "option": option,
                    "share_mean": share.mean(),
                    "share_sd": share.std(),
                    **quantiles,
                    "win_prob": won.mean(),
                    "tipping_prob": tips,
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None)


def verdict(made: Made, draws: np.ndarray, out: dict[str, np.ndarray]) -> dict:
    options = {}
    most = out["nation"].argmax(axis=1)
    for o, (option, label) in enumerate(made.labels.items()):
        seats, counts = np.unique(out["seats"][:, o], return_counts=True)
        options[option] = {
            "label": label,
            "win_prob": (out["winner"] == o).mean(),
            "seats_mean": out["seats"][:, o].mean(),
            "seats_q05": np.quantile(out["seats"][:, o], 0.05),
            "seats_q95": np.quantile(out["seats"][:, o], 0.95),
            "popular_share_mean": out["nation"][:, o].mean(),
            "popular_share_sd": out["nation"][:, o].std(),
            "popular_win_prob": (most == o).mean(),
            "popular_win_but_lose_prob": ((most == o) & (out["winner"] != o)).mean(),
            "seats_histogram": [[s, c / N_DRAWS] for s, c in zip(seats, counts, strict=True)],
        }
    decided = out["winner"] >= 0
    tips = out["tipping"][np.arange(N_DRAWS), np.clip(out["winner"], 0, None)]
    tipping = [{"unit": unit["id"], "prob": ((tips == u) & decided).mean()} for u, unit in enumerate(made.units)]
    margin = made.shares[:, 0] - made.shares[:, 1:].max(axis=1)
    closest = [
        {
            "unit": made.units[u]["id"],
            "option": next(iter(made.labels)),
            "margin": margin[u],
            "win_prob": (out["won"][:, u] == 0).mean(),
        }
        for u in np.argsort(abs(margin))[:8]
    ]
    flip = None
    if made.rule == "electors":
        flip = {
            "winner": "rep",
            "votes": 81_240,
            "units": [
                {"unit": "FL", "votes": 52_100},
                {"unit": "NH", "votes": 6_140},
                {"unit": "ME-2", "votes": 23_000},
            ],
        }
    return {
        "contest": made.name,
        "contest_title": made.title,
        "as_of": made.as_of,
        "election_date": made.day,
        "rule": made.rule,
        "seats_total": sum(unit["seats"] for unit in made.units),
        "seats_to_win": made.seats_to_win,
        "nation": made.nation,
        "options": options,
        "tie_prob": (~decided).mean() if made.rule == "electors" else 0.0,
        "no_majority_prob": (~decided).mean(),
        "tipping_points": sorted((t for t in tipping if t["prob"] > 0), key=lambda t: -t["prob"]),
        "closest_units": closest,
        "fewest_votes_to_flip": flip,
    }


def polls(made: Made, rng: np.random.Generator) -> tuple[pl.DataFrame, list[dict]]:
    """Polls used, more where it is close; some units are left without."""
    ids = [unit["id"] for unit in made.units]
    closeness = np.exp(-abs(made.shares[:, 0] - made.shares[:, 1]) * 12)
    places = [*ids, made.nation] if made.nation not in ids else ids
    weights = np.append(closeness, 6.0) if len(places) > len(ids) else closeness
    nation_share = (made.shares * made.votes[:, None]).sum(0) / made.votes.sum()
    rows = []
    last: dict[str, tuple[dt.date, int]] = {}
    for i in range(made.n_polls):
        u = rng.choice(len(places), p=weights / weights.sum())
        end = made.as_of - dt.timedelta(days=int(rng.exponential(45)))
        if places[u] in {"MI", "WI"}:
            end -= dt.timedelta(days=16)
        share = nation_share if u == len(ids) else made.shares[u]
        n = int(rng.integers(400, 1600))
        pollster = POLLSTERS[rng.integers(len(POLLSTERS))]
        seen = rng.dirichlet(share * n / 2)
        before = last.get(places[u], (end, 0))
        last[places[u]] = (max(end, before[0]), before[1] + 1)
        rows += [
            {
                "poll_id": f"p{i}",
                "row": i + 2,
                "pollster": pollster,
                "unit": places[u],
                "start_date": end - dt.timedelta(days=3),
                "end_date": end,
                "sample_size": float(n),
                "sample_size_filled": bool(i % 40 == 0),
                "population": "lv",
                "mode": "online",
                "option": option,
                "observed_share": seen[o],
                "fitted_share": share[o],
                "residual_share": seen[o] - share[o],
                "weight": 0.3 if abs(seen[o] - share[o]) > 0.05 else 1.0,
                "house_effect_share": (len(pollster) % 5 - 2) / 200,
            }
            for o, option in enumerate(made.labels)
        ]
    types = {"text": pl.String, "date": pl.Date, "int": pl.Int64, "float": pl.Float64, "bool": pl.Boolean}
    table = pl.DataFrame(rows, schema={c.name: types[c.dtype] for c in POLLS_USED.columns})
    described = [
        {
            **unit,
            "last_poll_date": last[unit["id"]][0] if unit["id"] in last else None,
            "n_polls": last.get(unit["id"], (None, 0))[1],
        }
        for unit in made.units
    ]
    return table, described


def track(made: Made, rng: np.random.Generator) -> pl.DataFrame:
    days = [made.as_of - dt.timedelta(days=d) for d in range(120, -1, -1)]
    nation = (made.shares * made.votes[:, None]).sum(0) / made.votes.sum()
    places = {unit["id"]: made.shares[u] for u, unit in enumerate(made.units)} | {made.nation: nation}
    common = np.cumsum(rng.normal(0, 0.004, len(days)))[::-1]
    rows = []
    for unit, share in places.items():
        own = common + np.cumsum(rng.normal(0, 0.002, len(days)))[::-1]
        own = own - own[-1]
        for d, day in enumerate(days):
            sd = 0.012 + (0 if unit == made.nation else 0.01)
            for o, option in enumerate(made.labels):
                mean = float(np.clip(share[o] + own[d] * (1 if o == 0 else -1 / (len(share) - 1)), 0.01, 0.99))
                rows.append(
                    {
                        "date": day,
                        "unit": unit,
                        "option": option,
                        "share_mean": mean,
                        "share_sd": sd,
                        "share_q05": max(0.0, mean - 1.645 * sd),
                        "share_q95": min(1.0, mean + 1.645 * sd),
                    }
                )
    return pl.DataFrame(rows)


def draws_table(made: Made, draws: np.ndarray) -> pl.DataFrame:
    few = draws[:50]
    index = np.indices(few.shape).reshape(3, -1)
    ids = np.array([unit["id"] for unit in made.units])
    return pl.DataFrame(
        {
            "draw": index[0],
            "unit": ids[index[1]],
            "option": np.array(list(made.labels))[index[2]],
            "share": few.reshape(-1).astype(np.float32),
        }
    )


def make_run(folder: Path | str, made: Made, *, extras: bool = True) -> Path:
    """Write a finished run; `extras` adds the track and the influence."""
    rng = np.random.default_rng(1)
    draws = simulate(made, rng)
    out = decide(made, draws)
    used, described = polls(made, rng)
    reasons = (
        ["ended after the as-of day"] * 210
        + ["overlaps a later wave of the same tracking poll"] * 164
        + ["a third party was offered; the head-to-head question is used"] * 80
        + ["shares sum to 113 %", "end before start"]
    )
    rejected = pl.DataFrame(
        {"row": range(5000, 5000 + len(reasons)), "poll_id": [f"x{i}" for i in range(len(reasons))], "reason": reasons}
    )
    with run_folder(folder) as beside:
        write_csv(units_table(made, draws, out), beside / "units.csv", UNITS)
        write_json(verdict(made, draws, out), beside / "verdict.json")
        write_csv(used, beside / "polls_used.csv", POLLS_USED)
        write_csv(rejected.head(0) if made.n_polls == 0 else rejected, beside / "polls_rejected.csv", POLLS_REJECTED)
        write_parquet(draws_table(made, draws), beside / "draws.parquet", DRAWS)
        if extras and made.n_polls:
            write_csv(track(made, rng), beside / "track.csv", TRACK)
            items = used.unique("poll_id", maintain_order=True)["poll_id"].to_list()[:30]
            shift = rng.normal(0, 0.004, len(items))
            moved = pl.DataFrame(
                {
                    "item": [*items, "time", "prior"],
                    "kind": ["poll-new"] * len(items) + ["time", "prior"],
                    "delta_share": [*shift, 0.001, -0.0005],
                    "delta_win_prob": [*(shift * 8), 0.01, -0.002],
                }
            )
            write_csv(moved, beside / "influence.csv", INFLUENCE)
        run = {
            "command": "project",
            "contest": made.name,
            "as_of": made.as_of,
            "seed": 1,
            "draws": N_DRAWS,
            "code_version": "0.1.0",
            "inputs": [{"path": "polls.csv", "sha256": "sha256:" + "3f" * 32}],
            "config": {"threshold": made.threshold} if made.threshold else {},
            "timings": {"fit": 0.71, "draw": 0.42},
            "diagnostics": {"importance_ess_share": 0.93},
            "notes": [] if made.n_polls else ["No polls could be used: every number comes from past results alone."],
            "units": described,
        }
        write_json(run, beside / "run.json")
    return Path(folder)


if __name__ == "__main__":
    make_run(sys.argv[2], KINDS[sys.argv[1]]())
