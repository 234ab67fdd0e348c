"""From TOML to a contest: what is read, and how every mistake is explained."""

from __future__ import annotations

import datetime as dt

import pytest

from hustings.contests import contest_toml, list_contests, load_contest, parse_contest
from hustings.errors import ContestError

GOOD = """
name = "mine"
title = "Mine"
date = 2026-11-03
rule = "plurality"

[[option]]
id = "yes"
label = "Yes"
aliases = ["For"]

[[option]]
id = "no"

  [[option.candidate]]
  name = "Nora No"
  aliases = ["Nora"]

[[unit]]
id = "EAST"
seats = 1

[[unit]]
id = "WEST"
parent = "EAST"

[[past]]
date = 2022-11-08
[past.votes]
EAST = { yes = 60, no = 40 }
"""


def refused(text, *parts):
    with pytest.raises(ContestError) as caught:
        parse_contest(text, file="mine.toml")
    message = str(caught.value)
    assert "mine.toml" in message
    assert "\n" not in message
    for part in parts:
        assert part in message, message


def test_a_contest_by_hand():
    contest = parse_contest(GOOD)
    assert (contest.name, contest.title, contest.date) == ("mine", "Mine", dt.date(2026, 11, 3))
    assert contest.option_ids == ("yes", "no")
    assert [option.label for option in contest.options] == ["Yes", "no"]
    assert contest.unit_ids == ("EAST", "WEST")
    assert contest.nation == "ALL"
    assert contest.past.rows() == [
        (dt.date(2022, 11, 8), "EAST", "no", 40.0),
        (dt.date(2022, 11, 8), "EAST", "yes", 60.0),
    ]


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("title =", "titel =", ["'title' is missing", "'titel'"]),
        ('name = "mine"', 'name = ""', ["'name' is empty"]),
        ("date = 2026-11-03", 'date = "2026-11-03"', ["'date'", "text in quotes", "expected a date", "2026-11-03"]),
        ("date = 2026-11-03", "date = 2026-11-03T10:00:00", ["'date'", "expected a date"]),
        ("date = 2026-11-03", "", ["'date' is missing"]),
        ('rule = "plurality"', 'rule = "plurallity"', ["no rule 'plurallity'", "did you mean 'plurality'"]),
        ('rule = "plurality"', 'rule = "x"', ["known: electors"]),
        ('rule = "plurality"', 'rule = "plurality"\nnatoin = "US"', ["unknown key 'natoin'", "did you mean 'nation'"]),
        (
            'rule = "plurality"',
            'rule = "threshold"\n[rule_settings]\ntreshold = 0.6',
            ["[rule_settings]", "'threshold'"],
        ),
        ('rule = "plurality"', 'rule = "threshold"\n[rule_settings]\nthreshold = 60', ["'threshold' is 60", "0.6"]),
        ('rule = "plurality"', 'rule = "seats"\n[rule_settings]\nseats_needed = -1', ["'seats_needed' is -1"]),
        ('id = "no"', 'id = "yes"', ["option id 'yes' is there 2 times"]),
        ('id = "no"', 'id = "no way"', ["[[option]] number 2", "'no way' is not usable"]),
        ('id = "no"', 'id = "no"\naliases = ["FOR"]', ["stands for two options", "'yes'", "'no'"]),
        ('id = "no"', 'id = "no"\naliases = "For"', ["[[option]] number 2", "expected a list"]),
        ('id = "no"', 'id = "no"\naliases = [1]', ["aliases[0]", "expected text"]),
        ('id = "no"', 'id = "no"\nlable = "No"', ["[[option]] number 2", "did you mean 'label'"]),
        ('name = "Nora No"', 'name = "Nora No"\nsince = "May"', ["[[candidate]] number 1", "'since'", "a date"]),
        ('id = "WEST"', 'id = "EAST"', ["unit id 'EAST' is there 2 times"]),
        ("seats = 1", "seats = -1", ["[[unit]] number 1", "'seats' is -1"]),
        ("seats = 1", "seats = 1000000", ["'seats' is 1000000", "100,000"]),
        ("seats = 1", f"seats = {10**20}", ["'seats' is out of all proportion"]),
        ("seats = 1", f"expected_votes = {10**400}", ["'expected_votes' is out of all proportion"]),
        ("seats = 1", "seats = 1.5", ["'seats' is 1.5", "a whole number"]),
        ("seats = 1", "seats = true", ["'seats'", "a whole number"]),
        ("seats = 1", "seat = 1", ["unknown key 'seat'", "did you mean 'seats'"]),
        ("seats = 1", "expected_votes = -5", ["'expected_votes' is -5"]),
        ("seats = 1", "expected_votes = nan", ["'expected_votes' is nan"]),
        ('parent = "EAST"', 'parent = "EASTT"', ["number 2 (WEST)", "'EASTT' is not a unit", "did you mean 'EAST'"]),
        ('parent = "EAST"', 'parent = "WEST"', ["one level of districts"]),
        ('id = "WEST"', 'id = "ALL"', ["'ALL' is the id of the whole contest"]),
        ("date = 2022-11-08", "date = 2026-11-03", ["[[past]] number 1", "never sees its own"]),
        ("date = 2022-11-08", "", ["[[past]] number 1", "'date' is missing"]),
        ("EAST = {", "EAAST = {", ["'EAAST', which is not in the contest", "did you mean 'EAST'"]),
        ("no = 40 }", "nope = 40 }", ["option 'nope', which is not in the contest"]),
        ("no = 40 }", "no = -40 }", ["-40.0 votes for no in EAST"]),
        ("no = 40 }", "no = nan }", ["nan votes for no in EAST"]),
        ("no = 40 }", 'no = "40" }', ["votes of 'EAST'", "expected a number"]),
        ("EAST = { yes = 60, no = 40 }", "EAST = 100", ["votes of 'EAST': 100", "[past.votes.NORTH]"]),
        ("[past.votes]\nEAST = { yes = 60, no = 40 }", "", ["0 sources of results"]),
        ("[past.votes]\nEAST", 'file = "x.csv"\n[past.votes]\nEAST', ["2 sources of results"]),
        ("[past.votes]\nEAST = { yes = 60, no = 40 }", 'from = "us-presidents"', ["did you mean 'us-president'"]),
        ("date = 2022-11-08\n[past.votes]\nEAST = { yes = 60, no = 40 }", 'from = "us-president"', ["none of the"]),
        ("no = 40 }", f"no = {10**400} }}", ["'no' is out of all proportion"]),
        ("[[past]]\n", "[past]\n", ["'past'", "expected a list"]),
        ('name = "mine"', "name = mine", ["not valid TOML"]),
    ],
)
def test_a_mistake_is_explained(old, new, parts):
    assert old in GOOD
    refused(GOOD.replace(old, new, 1), *parts)


def test_units_are_needed_and_only_once():
    head, rest = GOOD.split("[[unit]]", 1)
    refused(head, "there are no units", "us-electors")
    units = '[units]\nfrom = "us-electors"\nyear = 2024\n'
    refused(head + units + "[[unit]]" + rest, "both [units] and [[unit]]")
    refused(head + units.replace("2024", "2023"), "no electors for 2023")
    refused(head + units.replace("us-electors", "us-senators"), "no units 'us-senators'")


def test_two_options_are_needed_and_a_threshold_is_for_two():
    refused(GOOD.replace('[[option]]\nid = "yes"\nlabel = "Yes"\naliases = ["For"]', ""), "1 option(s)")
    three = GOOD.replace("[[unit]]", '[[option]]\nid = "maybe"\n\n[[unit]]', 1)
    refused(three.replace('"plurality"', '"threshold"'), "for 2 options; found 3")
    assert len(parse_contest(three).options) == 3


def test_an_unknown_name_is_explained():
    with pytest.raises(ContestError, match="did you mean 'us-president-2016'"):
        load_contest("us-president-2106")
    with pytest.raises(ContestError, match="no such file"):
        load_contest("nowhere/mine.toml")


def test_a_file_with_a_bom_and_windows_line_ends_is_read(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_contest(path).name == "mine"
    path.write_bytes(GOOD.replace("Yes", "S\xed").encode("latin-1"))
    with pytest.raises(ContestError, match="UTF-8"):
        load_contest(str(path))


def test_a_folder_is_not_a_contest(tmp_path):
    folder = tmp_path / "x.toml"
    folder.mkdir()
    with pytest.raises(ContestError, match="cannot be read"):
        load_contest(folder)


def test_the_text_of_a_built_in_can_be_copied(tmp_path):
    for line in list_contests():
        copy = tmp_path / f"{line.name}.toml"
        copy.write_text(contest_toml(line.name), encoding="utf-8")
        contest, builtin = load_contest(copy), load_contest(line.name)
        assert contest.units == builtin.units
        assert contest.past.equals(builtin.past)
