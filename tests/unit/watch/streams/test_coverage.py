"""Rules on who is heard, and whether two sources agree."""

import shutil

import polars as pl
import pytest

from hustings.store import empty_table
from hustings.tables import SETTLED, SOURCES
from hustings.watch.assumption import Idle
from hustings.watch.registry import register
from hustings.watch.streams.coverage import ELECTORATE_HEARD, VOTERS_AGREE_WITH_POLLS
from made_watch import add_wave, make_campaign, morning_of, people

NONE = empty_table(SETTLED)


def test_a_state_that_is_not_heard_is_named_until_it_is(tmp_path):
    folder = make_campaign(tmp_path / "campaign")
    add_wave(folder, "2016-10-01", people(20, "2016-10-01"))
    claim = register(ELECTORATE_HEARD, morning_of(folder, "2016-10-01"))

    def told(day):
        seen = ELECTORATE_HEARD.observe(morning_of(folder, day), claim, NONE)
        return {
            name: (share, limit)
            for name, share, limit in seen.rows.select("segment", "observed", "predicted").iter_rows()
        }

    assert told("2016-10-10") == {"all": (0.0, 0.05)}
    add_wave(folder, "2016-10-14", [one | {"state": "NC"} for one in people(5, "2016-10-14")])
    # Fourteen days after the last interview in Ohio: 5.5 of 10 million votes are expected there.
    assert told("2016-10-15") == {"all": (pytest.approx(0.55), 0.05), "state=OH": (pytest.approx(0.55), 0.02)}
    add_wave(folder, "2016-10-16", [one | {"state": "OH"} for one in people(1, "2016-10-16")])
    assert told("2016-10-16") == {"all": (0.0, 0.05)}


def test_gaps_of_two_sources_against_the_largest_by_chance(tmp_path, made_runs):
    folder = make_campaign(tmp_path / "campaign")
    run = shutil.copytree(made_runs["us"], tmp_path / "run")
    rows = [
        {"unit": unit, "option": "alder", "gap_z": z}
        | dict.fromkeys(SOURCES.column_names[2:-5], 0.5)
        | dict.fromkeys(SOURCES.column_names[-4:], 0.5)
        for unit, z in (("NC", -2.5), ("OH", 0.3))
    ]
    pl.DataFrame(rows).select(SOURCES.column_names).write_csv(run / SOURCES.file)
    morning = morning_of(folder, "2016-10-15", projection=run)
    claim = register(VOTERS_AGREE_WITH_POLLS, morning)
    seen = VOTERS_AGREE_WITH_POLLS.observe(morning, claim, NONE)
    # Two states: the two-sided 5 % are shared, 1.25 % on each side of each.
    assert seen.rows.select("segment", "observed").rows() == [("state=NC", 2.5), ("state=OH", 0.3)]
    assert seen.rows["predicted"].to_list() == pytest.approx([2.2414] * 2, abs=1e-4)
    assert isinstance(register(VOTERS_AGREE_WITH_POLLS, morning_of(folder, "2016-10-15")), Idle)
