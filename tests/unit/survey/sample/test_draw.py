"""The draw: chances that are what is said, replicates that are samples themselves, nobody who must not be asked."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from hustings.electorate.query import open_electorate
from hustings.engines import connect
from hustings.errors import ConfigError, InputError
from hustings.survey.sample import Allocation, DrawSpec, draw_sample
from hustings.survey.sample.draw import _merge_small, _numbered, _select, mixed
from hustings.tables import FRAME, SAMPLE
from made_electorate import DAYS, pseudonyms, raw_voters

ELECTION = dt.date(2016, 11, 8)


@pytest.fixture(scope="module")
def electorate(first_week):
    return open_electorate(first_week.store, connect("duckdb"), DAYS[0])


def draw(electorate, n=400, **more):
    known = {name: more.pop(name) for name in ("opted_out", "rested", "deviations", "response_rates") if name in more}
    plan = {name: more.pop(name) for name in ("method", "per_state") if name in more}
    return draw_sample(electorate, DrawSpec(Allocation(n, **plan), **more), election=ELECTION, **known)


def reason_of(row, out=(), resting=()):
    """Why a raw row is not asked, in the order of the rules, by the csv module's reading."""
    if row["voter_status_desc"] in {"REMOVED", "DENIED"}:
        return "no voter any more (status removed, denied or pending)"
    if row["birth_year"] and 2016 - int(row["birth_year"]) <= 18:
        return "under 18, or turns 18 this year"
    if row["ncid"] in out:
        return "opted out, or on a do-not-call list"
    return "interviewed recently" if row["ncid"] in resting else ""


def test_everybody_is_in_or_out_and_counted(electorate, first_week):
    raw = raw_voters(first_week.raw, 0)
    out, resting = sorted(raw)[:50], sorted(raw)[40:100]
    ids = {
        name: pl.Series(pseudonyms(first_week.store, some), dtype=pl.Int64)
        for name, some in (("o", out), ("r", resting))
    }
    drawn = draw(electorate, opted_out=ids["o"], rested=ids["r"])
    counts = dict.fromkeys(["", *drawn.excluded], 0)
    for row in raw.values():
        counts[reason_of(row, out, resting)] += 1
    assert drawn.excluded == {reason: n for reason, n in counts.items() if reason}
    assert min(drawn.excluded.values()) > 5
    assert drawn.strata["voters"].sum() == counts[""]
    # Who opted out or rests is still spoken for; minors and former voters are not.
    assert (
        drawn.frame["voters"].sum()
        == counts[""] + counts["opted out, or on a do-not-call list"] + counts["interviewed recently"]
    )
    assert not set(drawn.sample["voter_id"]) & {*ids["o"], *ids["r"]}


def test_the_sample_is_what_it_says(electorate, first_week):
    drawn = draw(electorate)
    sample = drawn.sample
    assert sample.columns == SAMPLE.column_names
    assert drawn.frame.columns == FRAME.column_names
    assert sample.height == sample["voter_id"].n_unique() == 400
    assert sample["case_id"].to_list() == list(range(1, 401))
    # Horvitz and Thompson: the base weights of a stratum are its voters.
    sums = sample.group_by("stratum").agg(pl.col("base_weight").sum())
    both = sums.join(drawn.strata, on="stratum")
    assert both.height == drawn.strata.filter(pl.col("drawn") > 0).height
    assert (both["base_weight"] - both["voters"]).abs().max() < 1e-6
    assert (sample["base_weight"] * sample["selection_prob"] - 1).abs().max() < 1e-12
    # What the file says of a voter is what the raw row says.
    raw = raw_voters(first_week.raw, 0)
    names = list(raw)
    known = dict(zip(pseudonyms(first_week.store, names), names, strict=True))
    for row in sample.head(40).to_dicts():
        line = raw[known[row["voter_id"]]]
        assert row["file_age"] == 2016 - int(line["birth_year"])
        assert row["file_sex"] == line["gender_code"] or (row["file_sex"], line["gender_code"]) == ("unknown", "")
        month, day, year = map(int, line["registr_dt"].split("/"))
        days = (DAYS[0] - dt.date(year, month, day)).days
        bands = [(365, "new"), (5 * 365, "1-4 years"), (3650, "5-9 years"), (10**6, "10+ years")]
        assert row["file_tenure"] == next(label for end, label in bands if days < end)


def test_same_seed_same_bytes_other_seed_other_voters(electorate):
    one, again, other = draw(electorate), draw(electorate), draw(electorate, seed=2)
    assert one.sample.equals(again.sample)
    both = set(one.sample["voter_id"]) & set(other.sample["voter_id"])
    # Two samples of 400 of some 3,800 share 42 voters on average, with a standard deviation below 6.
    assert 15 <= len(both) <= 72


def made(strata, replicates=1, seed=1):
    """Voters 1... in strata of given (voters, drawn), chosen and numbered."""
    rows = [(f"S / {k}", k * 1000 + i) for k, (size, _) in enumerate(strata) for i in range(size)]
    voters = pl.DataFrame(rows, schema={"stratum": pl.String, "voter_id": pl.Int64}, orient="row")
    table = pl.DataFrame(
        {
            "stratum": [f"S / {k}" for k in range(len(strata))],
            "voters": [size for size, _ in strata],
            "state": "S",
            "part": [f"S / {k}" for k in range(len(strata))],
            "drawn": [drawn for _, drawn in strata],
        }
    )
    spec = DrawSpec(Allocation(1), replicates=replicates, seed=seed)
    merged, _ = _merge_small(table)
    return _numbered(_select(voters, merged, spec), spec)


def test_every_voters_chance_is_what_is_said():
    """300 draws of 5 in 20 and 12 in 30: every draw holds exactly so many; no voter's count strays five deviations."""
    counts = np.zeros(2000)
    for seed in range(300):
        sample = made([(20, 5), (30, 12)], seed=seed)
        assert dict(sample["stratum"].value_counts().iter_rows()) == {"S / 0": 5, "S / 1": 12}
        counts[sample["voter_id"].to_numpy()] += 1
    for chance, some in ((0.25, counts[:20]), (0.4, counts[1000:1030])):
        spread = np.sqrt(300 * chance * (1 - chance))
        assert abs(some - 300 * chance).max() < 5 * spread
        # As uneven as chance makes it, and no more even.
        assert 0.4 < some.std() / spread < 1.6


def test_each_replicate_is_spread_over_the_strata():
    sample = made([(100, 10), (100, 21), (50, 3)], replicates=4)
    counts = sample.group_by("stratum", "replicate").len("n")
    for (stratum,), part in counts.group_by("stratum"):
        drawn = {"S / 0": 10, "S / 1": 21, "S / 2": 3}[stratum]
        found = [dict(part.select("replicate", "n").iter_rows()).get(k, 0) for k in (1, 2, 3, 4)]
        assert sum(found) == drawn
        assert max(found) - min(found) <= 1
    assert sample["replicate"].is_sorted()


def test_small_strata_are_merged_and_keep_one_chance():
    """Strata that give 0, 1 and 1 voters become one of 60 voters and 2 drawn: a chance of one in thirty each."""
    sample = made([(30, 0), (20, 1), (10, 1), (100, 20)])
    merged = sample.filter(pl.col("stratum") == "S / others")
    assert merged.height == 2
    assert merged["selection_prob"].to_list() == [2 / 60, 2 / 60]
    # One alone takes the smallest other stratum in.
    assert made([(30, 1), (40, 5), (100, 20)])["stratum"].value_counts().sort("count")["count"].to_list() == [6, 20]


def test_mixed_numbers_have_no_order():
    ids = np.arange(100_000)
    found = mixed(ids, 1)
    assert len(np.unique(found)) == 100_000
    assert abs(np.corrcoef(ids, found.astype(float))[0, 1]) < 0.02
    assert abs((mixed(ids, 2) > found).mean() - 0.5) < 0.01


def test_where_and_states(electorate):
    women = draw(electorate, 100, where="sex = 'F'")
    assert set(women.sample["file_sex"]) == {"F"} == set(women.frame["file_sex"])
    with pytest.raises(InputError, match="no voters of TX are stored"):
        draw(electorate, states=("TX",))
    with pytest.raises(InputError, match="no voter may be asked"):
        draw(electorate, where="birth_year = 1998")


def test_a_sample_larger_than_the_frame_and_strata_that_are_none(electorate):
    with pytest.raises(ConfigError, match=r"5,000 is larger than the frame: 3,\d+ voters"):
        draw(electorate, 5000)
    with pytest.raises(ConfigError, match="--strata names 'shoe_size'"):
        draw(electorate, strata=("shoe_size",))


def test_neyman_asks_more_where_opinions_differ(electorate):
    plain = draw(electorate, strata=("party",))
    names = plain.strata["stratum"].to_list()
    known = {name: 0.5 if name.endswith("DEM") else 0.1 for name in names}
    tilted = draw(electorate, strata=("party",), method="neyman", deviations=known)
    now, then = (dict(d.strata.select("stratum", "drawn").iter_rows()) for d in (tilted, plain))
    assert now["NC / DEM"] > 1.5 * then["NC / DEM"]
