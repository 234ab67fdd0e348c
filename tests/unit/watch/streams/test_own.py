"""Assumptions of the campaign's own, from its settings to what is compared."""

import datetime as dt

import polars as pl
import pytest

from hustings.errors import InputError
from hustings.store import empty_table
from hustings.store.campaign import open_campaign
from hustings.tables import SETTLED
from hustings.watch.assumption import Idle
from hustings.watch.observations import nothing_kept
from hustings.watch.registry import register
from hustings.watch.streams.own import own_assumptions
from made_watch import add_wave, make_campaign, morning_of, people

NONE = empty_table(SETTLED)


class Store:
    """Answers any query with what it is told."""

    def __init__(self, answer):
        self.answer = answer

    def sql(self, text):
        if isinstance(self.answer, Exception):
            raise self.answer
        return pl.DataFrame(self.answer)


def own(tmp_path, text):
    folder = make_campaign(tmp_path / "campaign", f'[[watch.assumption]]\nname = "own"\nclaim = "It holds"\n{text}')
    return folder, own_assumptions(open_campaign(folder).watch)[0]


def morning(folder, day, answer):
    found = morning_of(folder, day)
    found.__dict__["electorate"] = Store(answer)
    return found


def test_budget_halves_from_one_to_the_next(tmp_path):
    more = "".join(
        f'[[watch.assumption]]\nname = "a{k}"\nclaim = "x"\ncolumn = "vote"\nanswers = ["a"]\n' for k in range(3)
    )
    found = own_assumptions(open_campaign(make_campaign(tmp_path / "c", more)).watch)
    assert [one.share for one in found] == [0.05, 0.025, 0.0125]


def test_a_question_against_what_is_claimed(tmp_path):
    folder, mine = own(tmp_path, 'column = "race"\nanswers = ["black"]\nexpect = 0.3\ndirection = "below"\n')
    add_wave(folder, "2016-09-20", people(10, "2016-09-20"))
    claim = register(mine, morning_of(folder, "2016-09-30"))
    assert (claim.kind, claim.side, claim.foreseen.segments) == ("shares", "below", ("all",))
    white = [one | {"race": "white"} for one in people(200, "2016-10-01")]
    add_wave(folder, "2016-10-01", white)
    row = mine.observe(morning_of(folder, "2016-10-02"), claim, NONE).rows.row(0, named=True)
    assert (row["n"], row["observed"], row["predicted"]) == (200, 0.0, pytest.approx(0.3))
    assert max(row["log_bets"]) > 5


def test_a_column_of_the_voter_file_by_its_short_name(tmp_path):
    folder, mine = own(tmp_path, 'column = "age_band"\nanswers = ["18-24"]\nexpect = 0.12\n')
    add_wave(folder, "2016-09-20", [one | {"file_age_band": "18-24"} for one in people(4, "2016-09-20")])
    claim = register(mine, morning_of(folder, "2016-09-19"))
    assert isinstance(claim, Idle)  # the wave is of the day after
    claim = register(mine, morning_of(folder, "2016-09-30"))
    add_wave(folder, "2016-10-01", [one | {"file_age_band": "18-24"} for one in people(4, "2016-10-01")])
    assert mine.observe(morning_of(folder, "2016-10-02"), claim, NONE).rows["observed"].to_list() == [1.0]


def test_counts_by_day_are_compared_once_when_the_day_is_over(tmp_path):
    folder, mine = own(tmp_path, 'query = "SELECT"\nkind = "count"\ntolerance = 0.1\n')
    days = [dt.date(2016, 9, 28), dt.date(2016, 9, 29)]
    claim = register(mine, morning(folder, "2016-09-30", {"day": days, "observed": [90, 110]}))
    assert claim.foreseen.prediction["expected"] == {"all": 100.0}
    assert claim.foreseen.scales == {"dispersion": (pytest.approx(100.0),), "level_sd": (0.1,)}
    days += [dt.date(2016, 9, 30), dt.date(2016, 10, 1), dt.date(2016, 10, 1), dt.date(2016, 10, 2)]
    told = {"day": days, "observed": [90, 110, 120, 40, 41, 3]}
    seen = mine.observe(morning(folder, "2016-10-02", told), claim, NONE)
    assert seen.rows.select("day", "observed", "predicted").rows() == [
        (dt.date(2016, 9, 30), 120.0, 100.0),
        (dt.date(2016, 10, 1), 40.0, 100.0),
    ]
    assert "the first is taken" in seen.notes[0]
    kept = nothing_kept().with_seen(claim, seen, dt.date(2016, 10, 2))
    again = mine.observe(morning(folder, "2016-10-03", told), claim, kept.settled_of("own"))
    assert again.rows["observed"].to_list() == [3.0]


def test_a_running_total_that_falls_is_owed(tmp_path):
    folder, mine = own(tmp_path, 'query = "SELECT"\nkind = "count"\nexpect = 50\n')
    claim = register(mine, morning(folder, "2016-09-30", {"observed": [1000]}))
    kept, found, notes = nothing_kept(), [], []
    for day, total in (("2016-10-01", 1060), ("2016-10-02", 1010), ("2016-10-03", 1070)):
        seen = mine.observe(morning(folder, day, {"observed": [total]}), claim, kept.settled_of("own"))
        found.append(seen.rows.select("observed", "predicted").rows())
        notes.append(" ".join(seen.notes))
        kept = kept.with_seen(claim, seen, dt.date.fromisoformat(day))
    # On the third day two days' worth are expected, and only what exceeds the highest total has come.
    assert found == [[(60.0, 50.0)], [], [(10.0, 100.0)]]
    assert [note[:28] for note in notes] == ["", "all fell from 1,060 to 1,010", ""]


def test_a_value_and_a_rule_are_of_the_night(tmp_path):
    folder, value = own(tmp_path / "v", 'query = "SELECT"\nkind = "value"\nexpect = 0.5\ntolerance = 0.02\n')
    told = {"observed": [0.56], "segment": ["all"]}
    claim = register(value, morning(folder, "2016-09-30", told))
    row = value.observe(morning(folder, "2016-10-01", told), claim, NONE).rows.row(0, named=True)
    assert (row["observed"], row["predicted"], row["sd"]) == (0.56, 0.5, 0.02)
    folder, rule = own(tmp_path / "r", 'query = "SELECT"\nkind = "rule"\nexpect = 3\ndirection = "above"\n')
    claim = register(rule, morning(folder, "2016-09-30", {"observed": [1]}))
    assert (rule.share, claim.kind) == (0.0, "rule")
    row = rule.observe(morning(folder, "2016-09-30", {"observed": [4]}), claim, NONE).rows.row(0, named=True)
    assert (row["observed"], row["predicted"], row["day"]) == (4.0, 3.0, dt.date(2016, 9, 30))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (InputError("there is no table 'voter'"), "there is no table 'voter'"),
        ({"n": [1]}, "it gives n"),
        ({"observed": ["many"]}, "another kind"),
    ],
)
def test_a_query_that_fails_is_said_and_nothing_is_compared(tmp_path, answer, said):
    folder, mine = own(tmp_path, 'query = "SELECT"\nkind = "count"\nexpect = 5\n')
    assert said in register(mine, morning(folder, "2016-09-30", answer)).why
    claim = register(mine, morning(folder, "2016-09-30", {"observed": [1]}))
    seen = mine.observe(morning(folder, "2016-10-01", answer), claim, NONE)
    assert seen.rows.is_empty()
    assert said in seen.notes[0]


def rule_of(tmp_path, **first):
    folder, mine = own(tmp_path, 'query = "SELECT"\nkind = "rule"\nexpect = 500\ndirection = "below"\n')
    return folder, mine, register(mine, morning(folder, "2016-09-30", first))


def test_a_rule_looks_at_the_last_day_of_each_segment(tmp_path):
    folder, mine, claim = rule_of(tmp_path, observed=[600.0])
    days = [dt.date(2016, 9, 25), dt.date(2016, 9, 29), dt.date(2016, 9, 28), dt.date(2016, 10, 9)]
    told = {"day": days, "segment": ["NC", "NC", "VA", "VA"], "observed": [10, 700, 400, 1]}
    seen = mine.observe(morning(folder, "2016-09-30", told), claim, NONE)
    # The 25th is over, October 9 is to come; neither segment was there when the claim was registered.
    assert seen.rows.select("segment", "observed", "predicted").rows() == [("NC", 700.0, 500.0), ("VA", 400.0, 500.0)]
    assert seen.notes[0].endswith("of days to come: 1")


def test_too_many_segments_are_said(tmp_path):
    many = {"segment": [str(k) for k in range(501)], "observed": [1.0] * 501}
    folder, mine = own(tmp_path, 'query = "SELECT"\nkind = "rule"\nexpect = 5\n')
    assert "501 segments" in register(mine, morning(folder, "2016-09-30", many)).why
    claim = register(mine, morning(folder, "2016-09-30", {"observed": [1.0]}))
    seen = mine.observe(morning(folder, "2016-09-30", many), claim, NONE)
    assert (seen.rows.height, "beyond the first 500: 1" in seen.notes[0]) == (500, True)


def test_negative_counts_are_left_out(tmp_path):
    folder, mine = own(tmp_path, 'query = "SELECT"\nkind = "count"\nexpect = 5\n')
    claim = register(mine, morning(folder, "2016-09-28", {"observed": [1.0]}))
    told = {"day": [dt.date(2016, 9, 29), dt.date(2016, 9, 28)], "observed": [-5, 6]}
    seen = mine.observe(morning(folder, "2016-09-30", told), claim, NONE)
    assert (seen.rows["observed"].to_list(), seen.notes[0].endswith("days to come: 1")) == ([6.0], True)


def test_other_settings_than_at_registration_are_said(tmp_path):
    folder, _, claim = rule_of(tmp_path, observed=[600.0])
    text = (folder / "campaign.toml").read_text().replace('kind = "rule"', 'kind = "count"')
    (folder / "campaign.toml").write_text(text)
    mine = own_assumptions(open_campaign(folder).watch)[0]
    seen = mine.observe(morning(folder, "2016-10-01", {"observed": [1.0]}), claim, NONE)
    assert seen.rows.is_empty()
    assert "another kind than on 2016-09-30; `hustings watch renew own`" in seen.notes[0]


def test_what_was_registered_has_spent_its_part_of_the_budget(tmp_path):
    text = "".join(
        f'[[watch.assumption]]\nname = "{name}"\nclaim = "x"\ncolumn = "vote"\nanswers = ["a"]\n' for name in "bc"
    )
    settings = open_campaign(make_campaign(tmp_path / "c", text)).watch
    # .05 went to one that the settings have no more; half of what is left, and half of the rest.
    found = own_assumptions(settings, {"gone": 0.05})
    assert [one.share for one in found] == [0.025, 0.0125]
    # The second was registered with .05: the first has half of what is left then.
    assert [one.share for one in own_assumptions(settings, {"c": 0.05})] == [0.025, 0.05]


def test_braces_in_a_claim_are_a_text_like_any_other(tmp_path):
    folder = make_campaign(
        tmp_path / "c",
        '[[watch.assumption]]\nname = "own"\nclaim = "Holds {x}"\ncolumn = "race"\nanswers = ["black"]\nexpect = 0.3\n',
    )
    add_wave(folder, "2016-09-20", people(10, "2016-09-20"))
    claim = register(own_assumptions(open_campaign(folder).watch)[0], morning_of(folder, "2016-09-30"))
    assert claim.foreseen.said.startswith("Holds {x}: 30 % say black")


def test_answers_that_nobody_gives_are_said(tmp_path):
    folder, mine = own(tmp_path, 'column = "race"\nanswers = ["blakc"]\n')
    add_wave(folder, "2016-09-20", people(60, "2016-09-20"))
    assert register(mine, morning_of(folder, "2016-09-30")).why == "none of 60 answers is one that counts"


def test_nothing_to_expect_is_idle(tmp_path):
    folder, mine = own(tmp_path, 'query = "SELECT"\nkind = "count"\n')
    assert isinstance(register(mine, morning(folder, "2016-09-30", {"observed": [1]})), Idle)
