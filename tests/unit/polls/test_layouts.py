"""Every layout, on small files made for it."""

from __future__ import annotations

import datetime as dt

import pytest

from hustings.contests.contest import Option, Unit
from hustings.errors import InputError
from hustings.polls.readers import read_polls
from hustings.tables.polls import POLLS, POLLS_REJECTED
from made_polls import EVE, FIXTURES, GOOD, REAL, Desk, checked, make_contest, reasons


def test_538_with_party_column():
    contest = make_contest()
    raw = read_polls(FIXTURES / "538_party_vintage.csv", contest)
    assert raw.layout == "538"
    assert raw.questions["n_rows"].sum() == 27
    clean = checked(raw, contest, EVE)
    assert clean.polls["poll_id"].to_list() == ["903-1007", "902-1005", "901-1001", "904-1008", "907-1011"]
    by_id = {row["poll_id"]: row for row in clean.polls.iter_rows(named=True)}
    ohio = by_id["901-1001"]
    assert (ohio["unit"], ohio["sample_size"], ohio["population"], ohio["mode"]) == ("OH", 1012.0, "lv", "mixed")
    assert (ohio["share_dem"], ohio["share_rep"], ohio["n_answers"]) == (0.46, 0.475, 3)
    assert ohio["published_date"] == dt.date(2024, 10, 5)
    assert (by_id["902-1005"]["unit"], by_id["902-1005"]["partisan"]) == ("ME-2", "rep")
    assert by_id["903-1007"]["unit"] == "US"
    assert by_id["904-1008"]["sample_size_filled"]
    assert reasons(clean) == {
        "the same poll's question with more answers is used (row 2)": 1,
        "the same poll's likely-voter question is used (row 2)": 1,
        "shares after transfers; the first round is used": 1,
        "asks about Alan Turing, not Ada Lovelace": 1,
        "another office (U.S. Senate)": 1,
        "another stage (primary)": 1,
        "overlaps wave ending 2024-10-09 of the same tracking poll": 1,
        "a subgroup of the sample (lv-d)": 1,
    }


def test_538_knows_who_stood_on_the_day():
    contest = make_contest()
    clean = checked(read_polls(FIXTURES / "538_party_vintage.csv", contest), contest, dt.date(2024, 6, 30))
    assert clean.polls["poll_id"].to_list() == ["903-1006"]
    assert "asks about Ada Lovelace, not Alan Turing" in reasons(clean)


def test_538_is_published_when_it_was_entered():
    contest = make_contest()
    clean = checked(read_polls(FIXTURES / "538_party_vintage.csv", contest), contest, dt.date(2024, 10, 19))
    assert reasons(clean)["published after the as-of day"] == 1


def test_538_with_candidate_party_column():
    contest = make_contest()
    clean = checked(read_polls(FIXTURES / "538_candidate_party_vintage.csv", contest), contest, EVE)
    assert clean.polls["poll_id"].to_list() == ["952-2002"]
    assert clean.polls["partisan"].to_list() == ["dem"]
    assert reasons(clean) == {
        "unknown unit Nowhere": 1,
        "its rows have different sample sizes": 1,
        "another cycle (2020)": 1,
    }


def test_wide(desk: Desk):
    clean = desk.clean({})
    assert clean.polls.columns == [*POLLS.column_names, "share_dem", "share_rep"]
    assert clean.rejected.columns == POLLS_REJECTED.column_names
    poll = clean.polls.row(0, named=True)
    assert poll["row"] == 2
    assert (poll["share_dem"], poll["share_rep"], poll["n_answers"]) == (0.46, 0.44, 2)


def test_dslabs(desk: Desk):
    text = (
        ",rownames,state,startdate,enddate,pollster,grade,samplesize,population,"
        "rawpoll_lovelace,rawpoll_babbage,rawpoll_boole,adjpoll_lovelace\n"
        "0,1,U.S.,2024-10-01,2024-10-04,Northwind,A,900.0,lv,46.0,44.0,4.0,45.1\n"
        "1,2,Maine CD-1,10/1/2024,10/4/2024,Northwind,A,900.0,rv,46.0,44.0,,45.1\n"
    )
    raw = desk.read(text)
    clean = checked(raw, desk.contest, EVE)
    assert raw.layout == "dslabs"
    assert sorted(clean.polls["unit"]) == ["ME-1", "US"]
    assert sorted(clean.polls["n_answers"]) == [2, 3]


def test_simple(desk: Desk):
    raw = desk.read("pollster,unit,end_date,sample_size,dem,rep,other\nNorthwind,Ohio,2024-10-04,800,0.46,0.44,0.05\n")
    clean = checked(raw, desk.contest, EVE)
    poll = clean.polls.row(0, named=True)
    assert raw.layout == "simple"
    assert (poll["poll_id"], poll["start_date"], poll["share_dem"]) == ("row-2", dt.date(2024, 10, 4), 0.46)
    assert clean.notes == ["1 poll with no word of who was asked: taken as voters", "shares read as fractions of one"]


def test_simple_in_a_contest_of_one_place_needs_no_unit(desk: Desk):
    desk.contest = make_contest(units=(Unit("OH", "Ohio", 1),), nation="OH")
    raw = desk.read("pollster,end_date,sample_size,dem,rep\nNorthwind,2024-10-04,800,46,44\n")
    assert checked(raw, desk.contest, EVE).polls["unit"].to_list() == ["OH"]


def test_options_without_candidates_match_by_column_name(desk: Desk):
    yes, no = Option("yes", "Yes", ("for",)), Option("no", "No", ("against",))
    desk.contest = make_contest(options=(yes, no), name="measure", title="A measure")
    raw = desk.read(desk.wide({}).replace("dem_pct", "for_pct").replace("rep_pct", "against_pct"))
    assert checked(raw, desk.contest, EVE).polls.select("share_yes", "share_no").row(0) == (0.46, 0.44)


def test_third_option_may_be_missing_from_a_poll(desk: Desk):
    third = Option("ind", "George Boole", ("third",))
    desk.contest = make_contest(options=(*make_contest().options, third))
    clean = desk.clean({"third_pct": "5"}, {"poll_id": "p2", "end_date": "2024-10-20", "start_date": "2024-10-18"})
    assert clean.polls["share_ind"].to_list() == [0.05, None]


def test_mapping_reads_a_foreign_file():
    contest = make_contest()
    raw = read_polls(FIXTURES / "mapped_latin1.csv", contest, layout=FIXTURES / "mapped.toml")
    clean = checked(raw, contest, EVE)
    nation = clean.polls.filter(unit="US").row(0, named=True)
    assert nation["pollster"] == "Küstenforschung"
    assert (nation["sample_size"], nation["population"], nation["mode"]) == (1012.0, "rv", "online")
    assert (nation["share_dem"], nation["share_rep"]) == (0.465, 0.44)
    assert clean.notes == ["not UTF-8 (first in row 1): read as Windows-1252"]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ('pollster = "Institut"', 'polster = "Institut"', "columns.polster"),
        ('pollster = "Institut"', "", "columns.pollster"),
        ('pollster = "Institut"', "pollster = 3", "columns.pollster"),
        ('rep = "Babbage"', "", "options"),
        ('rep = "Babbage"', 'gop = "Babbage"', "options.gop"),
        ('Bund = "US"', 'Bund = "DE"', "units: DE"),
        ('= "rv"', '= "xx"', "populations: xx"),
        ('"%d.%m.%Y"', '"%d"', "format.date"),
        ('"percent"', '"percents"', "format.shares"),
        ('decimal = ","', 'decimal = "x"', "format.decimal"),
        ("[format]", '[format]\ndelimiter = ";;"', "format.delimiter"),
        ("[fixed]", "[fixd]", "fixd"),
        ('[fixed]\nmode = "online"', "", None),
    ],
)
def test_mapping_mistakes_name_their_key(desk: Desk, old: str, new: str, column: str | None):
    text = (FIXTURES / "mapped.toml").read_text(encoding="utf-8")
    assert old in text
    mapping = desk.write(text.replace(old, new), "broken.toml")
    if column is None:
        read_polls(FIXTURES / "mapped_latin1.csv", desk.contest, layout=mapping)
        return
    with pytest.raises(InputError) as caught:
        read_polls(FIXTURES / "mapped_latin1.csv", desk.contest, layout=mapping)
    assert caught.value.file == mapping
    assert caught.value.column == column


def test_mapping_that_is_no_toml_and_column_that_is_not_there(desk: Desk):
    with pytest.raises(InputError, match="row 2"):
        read_polls("x.csv", desk.contest, layout=desk.write("a = 1\nb = = 2\n", "m.toml"))
    with pytest.raises(InputError, match="no such mapping"):
        read_polls("x.csv", desk.contest, layout=desk.folder / "none.toml")
    mapping = desk.write((FIXTURES / "mapped.toml").read_text("utf-8").replace('"Befragte"', '"Befragt"'), "m.toml")
    with pytest.raises(InputError, match="nearest is 'befragte'"):
        read_polls(FIXTURES / "mapped_latin1.csv", desk.contest, layout=mapping)


BREXIT = """
[columns]
pollster = "pollster"
start_date = "startdate"
end_date = "enddate"
sample_size = "samplesize"
mode = "poll_type"
[options]
remain = "remain"
leave = "leave"
[answers]
undecided = "undecided"
"""


@pytest.mark.skipif(not REAL.is_dir(), reason="the shared real data are not here")
def test_mapping_reads_real_referendum_polls(desk: Desk):
    contest = make_contest(
        name="brexit",
        title="Referendum",
        date=dt.date(2016, 6, 23),
        options=(Option("remain", "Remain"), Option("leave", "Leave")),
        units=(Unit("UK", "United Kingdom", 1),),
        nation="UK",
    )
    raw = read_polls(REAL / "uk_brexit_polls_2016.csv", contest, layout=desk.write(BREXIT, "m.toml"))
    clean = checked(raw, contest, dt.date(2016, 6, 22))
    assert raw.n_questions == 127
    assert clean.polls.height > 80
    assert clean.polls["share_leave"].is_between(0.2, 0.7).all()


def test_good_row_is_good(desk: Desk):
    assert desk.clean(GOOD).polls.height == 1
