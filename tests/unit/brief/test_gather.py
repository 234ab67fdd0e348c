"""A folder is read in full or refused with a reason."""

from __future__ import annotations

import json

import pytest

from hustings.brief import gather
from hustings.errors import StoreError


def test_the_nation_is_not_one_of_the_units(made_runs):
    brief = gather(made_runs["us"])
    assert brief.nation.id == "US"
    assert len(brief.units) == 56
    assert brief.noun == "electors"
    assert sum(unit.seats for unit in brief.units) == brief.seats_total == 538


def test_a_contest_of_one_unit_keeps_it(made_runs):
    brief = gather(made_runs["measure"])
    assert len(brief.units) == 1
    assert not brief.counts_seats
    assert brief.threshold == 0.6


def test_chances_of_a_unit_and_of_nobody(made_runs):
    brief = gather(made_runs["assembly"])
    assert brief.nobody_prob == pytest.approx(1 - sum(o.win_prob for o in brief.options))
    unit = brief.units[0]
    assert unit.standings[unit.leader].win_prob == max(s.win_prob for s in unit.standings)
    assert unit.lead >= 0


@pytest.mark.parametrize("name", ["verdict.json", "units.csv", "run.json", "polls_used.csv"])
def test_an_unfinished_folder_is_refused(us_run, name):
    (us_run / name).unlink()
    with pytest.raises(StoreError):
        gather(us_run)


@pytest.mark.parametrize("key", ["options", "election_date", "as_of"])
def test_a_verdict_that_lacks_something_is_refused(us_run, key):
    path = us_run / "verdict.json"
    verdict = json.loads(path.read_text())
    del verdict[key]
    path.write_text(json.dumps(verdict))
    with pytest.raises(StoreError, match=key):
        gather(us_run)


def test_what_is_optional_may_be_missing(us_run):
    for name in ("track.csv", "influence.csv"):
        (us_run / name).unlink()
    brief = gather(us_run)
    assert brief.track is None
    assert brief.influence is None
