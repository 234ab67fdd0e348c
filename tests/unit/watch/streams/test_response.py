"""Who answers: against cases drawn, and against imported waves before."""

import polars as pl
import pytest

from hustings.store import empty_table
from hustings.survey.waves import Survey
from hustings.tables import SAMPLE, SETTLED
from hustings.watch.registry import register
from hustings.watch.streams.response import RESPONSE_BY_SEGMENT
from made_watch import add_wave, make_campaign, morning_of, people

NONE = empty_table(SETTLED)


def drawn(folder, wave, counts):
    """The cases of a wave: how many of each party."""
    rows = [
        {
            "case_id": k,
            "voter_id": k,
            "stratum": "NC",
            "selection_prob": 0.1,
            "base_weight": 10.0,
            "replicate": 1,
            "file_party": party,
        }
        for k, party in enumerate(party for party, n in counts.items() for _ in range(n))
    ]
    file = Survey(folder / "surveys" / "daily").wave(wave).path("sample.parquet")
    pl.DataFrame(rows, schema=empty_table(SAMPLE).schema).write_parquet(file)


def heard(folder, day, counts, cases):
    parties = [party for party, n in counts.items() for _ in range(n)]
    asked = [one | {"file_party": party} for one, party in zip(people(len(parties), day), parties, strict=True)]
    add_wave(folder, day, asked)
    drawn(folder, day, cases)


@pytest.fixture
def campaign(tmp_path):
    folder = make_campaign(tmp_path / "campaign")
    # 1 in 10 of one party answers, 1 in 20 of the other.
    heard(folder, "2016-09-20", {"DEM": 100, "REP": 50}, {"DEM": 1000, "REP": 1000})
    return folder


def test_expected_parts_follow_the_cases_and_how_they_answered(campaign):
    claim = register(RESPONSE_BY_SEGMENT, morning_of(campaign, "2016-09-30"))
    assert "party=REP" in claim.foreseen.segments
    # Twice as many of one party are drawn: 500 x .1 to 1000 x .05, as many of each are expected.
    heard(campaign, "2016-10-01", {"DEM": 50, "REP": 50}, {"DEM": 500, "REP": 1000})
    seen = RESPONSE_BY_SEGMENT.observe(morning_of(campaign, "2016-10-02"), claim, NONE)
    row = seen.rows.filter(segment="party=REP").row(0, named=True)
    assert row["predicted"] == pytest.approx(0.5, abs=0.01)
    assert (row["observed"], row["n"]) == (0.5, 100)
    assert max(row["log_bets"]) < 0.1


def test_one_side_that_hangs_up_is_heard(campaign):
    claim = register(RESPONSE_BY_SEGMENT, morning_of(campaign, "2016-09-30"))
    heard(campaign, "2016-10-01", {"DEM": 100, "REP": 10}, {"DEM": 1000, "REP": 1000})
    seen = RESPONSE_BY_SEGMENT.observe(morning_of(campaign, "2016-10-02"), claim, NONE)
    assert max(seen.rows.filter(segment="party=REP")["log_bets"][0]) > 5


def test_imported_waves_are_compared_with_those_before(tmp_path):
    folder = make_campaign(tmp_path / "imported")
    add_wave(
        folder,
        "2016-09-20",
        [one | {"race": "black" if k < 60 else "white"} for k, one in enumerate(people(240, "2016-09-20"))],
    )
    claim = register(RESPONSE_BY_SEGMENT, morning_of(folder, "2016-09-30"))
    add_wave(folder, "2016-10-01", people(3, "2016-10-01"))  # three people are lawful
    rows = RESPONSE_BY_SEGMENT.observe(morning_of(folder, "2016-10-02"), claim, NONE).rows.filter(segment="race=black")
    assert rows["predicted"].to_list() == [0.25]
    assert rows["n"].to_list() == [3.0]
