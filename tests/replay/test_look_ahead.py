"""Nothing later than the as-of day, and nothing of the contest's own result, reaches a projection.

The answer is planted where only a projection that looks ahead would find it: in polls that ended or were published
later, in the contest's own and in later results, in its own row of the fundamentals, in assumptions learned from it.
The bytes of every file must stay the same. Each plant is also put where it may be seen, and must then change them: a
guard that cannot fail guards nothing.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

import hustings.facts.assumptions
import hustings.facts.president
from hustings.contests import actual_result, load_contest
from hustings.facts.reading import read_table
from hustings.polls.clean import clean_polls
from hustings.polls.readers import read_polls
from hustings.projection import project, write_projection
from made_polls import REAL

CONTEST = "us-president-2016"
AS_OF = dt.date(2016, 10, 1)
HEAD = "poll_id,pollster,state,start_date,end_date,published_date,sample_size,population,mode,dem_pct,rep_pct"
UNCHANGED = ("units.csv", "verdict.json", "draws.parquet", "polls_used.csv")


def answer(winner):
    """A poll that shouts: 88 to 10 among thirty thousand."""
    return {"sample_size": 30_000, "dem_pct": 88 if winner == "dem" else 10, "rep_pct": 10 if winner == "dem" else 88}


def row(poll_id, state="US", end="2016-09-20", published="", **fields):
    values = {
        "poll_id": poll_id,
        "pollster": "Northgate",
        "state": state,
        "start_date": end,
        "end_date": end,
        "published_date": published,
        "sample_size": 800,
        "population": "LV",
        "mode": "Live Phone",
        "dem_pct": 46,
        "rep_pct": 44,
    } | fields
    return ",".join(str(values[name]) for name in HEAD.split(","))


def season():
    """Sixty polls of August and September, one without a sample size."""
    rng = np.random.default_rng(7)
    places = ["US", "US", "OH", "FL", "PA", "ME-2", "WI", "NV", "TX", "MN"]
    rows = []
    for i in range(60):
        day = dt.date(2016, 8, 3) + dt.timedelta(days=i * 57 // 60)
        dem = round(45 + 2 * rng.standard_normal(), 1)
        fields = {"dem_pct": dem, "rep_pct": round(91 - dem, 1), "pollster": f"House {i % 5}"}
        if i == 30:
            fields["sample_size"] = ""
        rows.append(row(f"p{i}", places[i % 10], day.isoformat(), **fields))
    return rows


def files(folder, rows, *, contest=None):
    """Project from a file of these rows; name -> bytes of what is written."""
    folder.mkdir()
    path = folder / "polls.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n")
    return projected(folder, path, contest or load_contest(CONTEST), AS_OF)


def projected(folder, path, contest, as_of):
    polls = clean_polls(read_polls(path, contest), contest, as_of=as_of)
    write_projection(project(contest, polls, as_of=as_of, n_draws=300), folder, made_by={})
    return {name: (folder / name).read_bytes() for name in UNCHANGED}


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    return files(tmp_path_factory.mktemp("plain") / "run", season())


LATER = {
    "polls that ended later": [
        row(f"late-{i}", state, "2016-10-02", **answer("dem")) for i, state in enumerate(("US", "OH", "PA"))
    ],
    "polls of houses already seen": [row("late", "OH", "2016-11-07", pollster="HOUSE 1", **answer("rep"))],
    "polls asked earlier and published later": [row("kept-back", "FL", "2016-09-15", "2016-10-05", **answer("dem"))],
    "a poll that used a known id": [row("p30", "US", "2016-10-20", **answer("rep"))],
    "a later wave that overlaps a known one": [
        row("wave", "OH", "2016-10-03", pollster="House 2", start_date="2016-08-10", **answer("rep"))
    ],
    "later sample sizes": [
        row(f"size-{i}", "US", "2016-10-20", pollster="House 0", sample_size=9000 + i) for i in range(40)
    ],
    "later shares as fractions": [
        row(f"f-{i}", "US", "2016-10-20", pollster="House 0", dem_pct=0.46, rep_pct=0.44) for i in range(200)
    ],
}


def test_later_polls_change_nothing(untouched, tmp_path):
    """All of them at once; only if something changes is it asked which did it."""
    everything = [row for planted in LATER.values() for row in planted]
    if files(tmp_path / "all", [*season(), *everything]) != untouched:
        alone = {name: files(tmp_path / f"{i}", [*season(), *LATER[name]]) for i, name in enumerate(LATER)}
        pytest.fail(f"changed by {[name for name in LATER if alone[name] != untouched] or 'all together'}")


def test_an_earlier_poll_changes_everything(untouched, tmp_path):
    seen = files(tmp_path / "run", [*season(), row("early", "OH", "2016-09-25", **answer("dem"))])
    assert all(seen[name] != untouched[name] for name in UNCHANGED)


def test_a_poll_published_on_the_very_day_is_known(untouched, tmp_path):
    seen = files(tmp_path / "run", [*season(), row("today", "OH", "2016-09-25", "2016-10-01", **answer("dem"))])
    assert seen["units.csv"] != untouched["units.csv"]


RESULTS = ("president_states", "president_districts")


def tampered(tables, years):
    """Facts in which some years went ten to one for the first option, and everything else that is read is upside down."""

    def read(name):
        table = read_table(name)
        if name not in tables:
            return table
        year = "through_year" if "through_year" in table.columns else "year"
        wrong = pl.col(year).is_in(years)
        if name in RESULTS:
            return table.with_columns(
                pl.when(wrong).then(9_000_000).otherwise(pl.col("dem_votes")).alias("dem_votes"),
                pl.when(wrong).then(900_000).otherwise(pl.col("rep_votes")).alias("rep_votes"),
            )
        if name == "fundamentals":
            shares = ("dem_two_party_share", "incumbent_two_party_share")
            return table.with_columns(
                pl.when(wrong).then(0.9).otherwise(pl.col(share)).alias(share) for share in shares
            )
        value = "median" if "median" in table.columns else "value"
        return table.with_columns(pl.when(wrong).then(pl.col(value) * 1.5).otherwise(pl.col(value)).alias(value))

    return read


def with_facts(monkeypatch, tables, years):
    for module in (hustings.facts.president, hustings.facts.assumptions):
        monkeypatch.setattr(module, "read_table", tampered(tables, years))


OWN = {
    "results": RESULTS,
    "fundamentals": ("fundamentals",),
    "learned assumptions": ("tracker_scales", "tracker_constants"),
}


def test_the_contests_own_and_later_facts_change_nothing(untouched, tmp_path, monkeypatch):
    with_facts(monkeypatch, [table for tables in OWN.values() for table in tables], [2016, 2020, 2024])
    assert files(tmp_path / "run", season()) == untouched


@pytest.mark.parametrize("tables", OWN.values(), ids=OWN)
def test_earlier_facts_change_the_answer(tables, untouched, tmp_path, monkeypatch):
    with_facts(monkeypatch, tables, [2004, 2008, 2012])
    seen = files(tmp_path / "run", season())
    assert seen["units.csv"] != untouched["units.csv"]
    assert seen["draws.parquet"] != untouched["draws.parquet"]


def test_the_planted_result_is_the_one_a_back_test_would_score(monkeypatch):
    with_facts(monkeypatch, RESULTS, [2016])
    result = actual_result(load_contest(CONTEST))
    assert result.filter(option="dem")["votes"].unique().to_list() == [9_000_000]


def test_the_contest_never_holds_its_own_or_a_later_result():
    for year in range(1980, 2029, 4):
        contest = load_contest(f"us-president-{year}")
        if contest.past.height:
            assert contest.past["date"].max() < contest.date


@pytest.mark.skipif(not (REAL / "us_polls_2008_2012_2016.csv").is_file(), reason="real polls are not at hand")
def test_real_polls_of_later_days_and_cycles_change_nothing(tmp_path, monkeypatch):
    everything = pl.read_csv(REAL / "us_polls_2008_2012_2016.csv", infer_schema=False)
    as_of = dt.date(2012, 9, 15)
    late = (pl.col("end_date") > as_of.isoformat()) | (pl.col("cycle") > "2012")
    shouting = everything.with_columns(
        pl.when(late).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
        for name, value in (("dem_pct", "91"), ("rep_pct", "3"), ("other_pct", "0"), ("undecided_pct", "0"))
    )
    assert not shouting.equals(everything)
    contest = load_contest("us-president-2012")
    found = []
    for name, table in (("plain", everything), ("planted", shouting)):
        (tmp_path / name).mkdir()
        table.write_csv(tmp_path / name / "polls.csv")
        if name == "planted":
            with_facts(monkeypatch, (*RESULTS, "fundamentals"), [2012, 2016, 2020, 2024])
            contest = load_contest("us-president-2012")
        found.append(projected(tmp_path / name, tmp_path / name / "polls.csv", contest, as_of))
    assert found[0] == found[1]
