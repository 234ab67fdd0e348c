"""Conditions against a slow twin: the same condition read and evaluated row by row in plain Python."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hustings.electorate.query import diff_voters, open_electorate, show_voter
from hustings.engines import connect
from hustings.errors import InputError
from hustings.store.snapshots import Snapshots
from made_electorate import DAYS, csv_rows, decoded, opened, pseudonyms, raw_voters

TEXTS = {
    "sex": ["F", "M", "U"],
    "party": ["DEM", "REP", "UNA", "LIB"],
    "county": ["WAKE", "DURHAM", "ANSON", "MECKLENBURG"],
    "race": ["white", "black", "asian"],
    "status": ["active", "inactive"],
}
NUMBERS = {"birth_year": st.integers(1930, 1998), "age": st.integers(18, 90)}


@pytest.fixture(scope="module")
def electorate(first_week):
    engine = connect("duckdb", folder=first_week.store)
    yield open_electorate(first_week.store, engine, None)
    engine.close()


@pytest.fixture(scope="module")
def people(first_week):
    rows = decoded(first_week.store, "voters").to_dicts()
    voted: dict[int, set[str]] = {}
    history = decoded(first_week.store, "history")
    for voter, day in history.filter(history["counted"]).select("voter_id", "day").iter_rows():
        voted.setdefault(voter, set()).add(day)
    for row in rows:
        row["voted"] = voted.get(row["voter_id"], set())
        row["age"] = None if row["birth_year"] is None else 2016 - row["birth_year"]
    return rows


# A condition is its text and a function row -> True, False or None: unknown, as SQL has it.
def compare(column, sign, value):
    shown = f"'{value}'" if isinstance(value, str) else str(value)

    def holds(row):
        found = row[column]
        if found is None:
            return None
        return {"=": found == value, "<>": found != value, "<": found < value, ">=": found >= value}[sign]

    return f"{column} {sign} {shown}", holds


def any_of(column, values):
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} in ({listed})", lambda row: None if row[column] is None else row[column] in values


def between(column, low, high):
    return f"{column} between {low} and {high}", lambda row: None if row[column] is None else low <= row[column] <= high


def missing(column, negated):
    return f"{column} is {'not ' if negated else ''}null", lambda row: (row[column] is None) != negated


def like(column, start):
    return f"{column} like '{start}%'", lambda row: None if row[column] is None else row[column].startswith(start)


def voted(day):
    return f"voted('{day}')", lambda row: day in row["voted"]


def both(one, other):
    def holds(row):
        found = {one[1](row), other[1](row)}
        return False if False in found else None if None in found else True

    return f"({one[0]} and {other[0]})", holds


def either(one, other):
    def holds(row):
        found = {one[1](row), other[1](row)}
        return True if True in found else None if None in found else False

    return f"({one[0]} or {other[0]})", holds


def negated(one):
    def holds(row):
        found = one[1](row)
        return None if found is None else not found

    return f"not ({one[0]})", holds


text_column = st.sampled_from(sorted(TEXTS))
number_column = st.sampled_from(sorted(NUMBERS))
leaf = st.one_of(
    text_column.flatmap(
        lambda c: st.builds(compare, st.just(c), st.sampled_from(["=", "<>"]), st.sampled_from(TEXTS[c]))
    ),
    text_column.flatmap(
        lambda c: st.builds(any_of, st.just(c), st.lists(st.sampled_from(TEXTS[c]), min_size=1, max_size=3))
    ),
    number_column.flatmap(
        lambda c: st.builds(compare, st.just(c), st.sampled_from(["=", "<>", "<", ">="]), NUMBERS[c])
    ),
    number_column.flatmap(lambda c: st.builds(between, st.just(c), NUMBERS[c], NUMBERS[c])),
    st.builds(missing, st.sampled_from(["birth_year", "sex", "household_id", "party"]), st.booleans()),
    st.builds(like, st.sampled_from(["county", "race", "precinct"]), st.sampled_from(["W", "A", "0", "w"])),
    st.builds(voted, st.sampled_from(["2012-11-06", "2008-11-04", "2016-05-03"])),
)
conditions = st.recursive(
    leaf,
    lambda c: st.one_of(st.builds(both, c, c), st.builds(either, c, c), st.builds(negated, c)),
    max_leaves=6,
)


@given(condition=conditions)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_conditions_hold_for_whom_they_hold(electorate, people, condition):
    text, holds = condition
    expected = sorted(row["voter_id"] for row in people if holds(row) is True)
    assert electorate.list_voters(text)["voter_id"].to_list() == expected


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("sexx = 'F'", "no column 'sexx'.*did you mean sex"),
        ("party = 'DEMM'", "no voter has party 'DEMM'.*did you mean DEM"),
        ("voetd('2012-11-06')", "no function 'voetd'.*did you mean voted"),
        ("voted('2012-11-07')", r"no election of 2012-11-07.*did you mean 2012-11-06"),
        ("voted('6 Nov 2012')", "expected one day, YYYY-MM-DD"),
        ("voted()", "expected one day"),
        ("times_voted('genral', 4)", "did you mean general"),
        ("times_voted('general', 0)", "expected a kind of election and a number"),
        ("sex = 'F' and", "cannot be read"),
        ("sex = 'F", "cannot be read"),
        ("sex = (select 1)", "not a query"),
        ("drop table voters", "cannot have|cannot be read|not a query"),
        ("sex < 'F'", "compared with texts by"),
        ("sex = 1 + 1", "compared with texts by"),
        ("sex + 1 = 2", "sex is compared with texts"),
        ("-county = -3", "county is a text"),
        ("sex = party", "compared with texts by"),
        ("age = 'old'", "go together"),
        ("age > '2016-01-01'", "go together"),
        ("registered_on > 5", "go together"),
        ("age", "no condition"),
        ("1", "no condition"),
        ("'x'", "no condition"),
        ("upper(sex) = 'F'", "sex is compared with texts"),
        ("cast(age as varchar) = '5'", "cannot have"),
        ("not age", "cannot|no condition|go together"),
        ("vault_row = 1", "no column"),
    ],
)
def test_errors_teach(electorate, where, said):
    with pytest.raises(InputError, match=said):
        electorate.count(where=where)


@pytest.mark.parametrize(
    ("where", "twin"),
    [
        ("registered_on >= '2010-01-01'", "registered_on >= date '2010-01-01'"),
        ("age < 30", "age < 3e1"),
        ("sex = 'F'", "'F' = sex"),
        ("SEX = 'F'", "sex = 'F' and true"),
        ("party <> 'DEM'", "party not in ('DEM')"),
        ("county = 'WAKE'", "county ilike 'wAkE'"),
        ("age >= 18 and age <= 29", "age between 18 and 29"),
        ("age + 1 > 50", "age > 49"),
    ],
)
def test_two_ways_to_say_the_same(electorate, where, twin):
    one, other = electorate.list_voters(where), electorate.list_voters(twin)
    assert one.height > 0
    assert one.equals(other)


def test_errors_of_lists_and_counts(electorate):
    for call, said in (
        (lambda: electorate.count(["partyy"]), "did you mean party"),
        (lambda: electorate.count(["party", "party"]), "twice"),
        (lambda: electorate.count(weight="party"), "no number"),
        (lambda: electorate.list_voters(order="age up"), "cannot be read"),
        (lambda: electorate.list_voters(columns=["nme"]), "no column 'nme'"),
    ):
        with pytest.raises(InputError, match=said):
            call()


class TestAsOf:
    def test_the_question_of_an_earlier_day_has_the_answer_given_then(self, first_week, full_store, electorate):
        engine = connect("duckdb", folder=full_store.store)
        then = open_electorate(full_store.store, engine, DAYS[0])
        for by, where in (
            (["party"], None),
            (["county", "age_band"], "voted('2012-11-06')"),
            (["status"], "sex = 'F'"),
        ):
            assert then.count(by, where).equals(electorate.count(by, where))
        listed = [
            one.list_voters("party = 'UNA'", columns=["county"], order="county", limit=50) for one in (then, electorate)
        ]
        assert listed[0].equals(listed[1])
        assert "education" not in then.words.columns
        engine.close()

    def test_show_says_what_was_known(self, full_store):
        store, raw = full_store.store, full_store.raw
        engine = connect("duckdb", folder=store)
        old, new = raw_voters(raw, 0), raw_voters(raw, 2)
        name = next(k for k in old.keys() & new.keys() if old[k]["party_cd"] != new[k]["party_cd"])
        shown = [
            show_voter(open_electorate(store, engine, day), f"NC-{name}", vault=opened(store))["voter"]["party"]
            for day in (DAYS[0], DAYS[2])
        ]
        assert shown == [old[name]["party_cd"], new[name]["party_cd"]]
        newcomer = next(iter(new.keys() - old.keys()))
        with pytest.raises(InputError, match="not stored as of 2016-10-01"):
            show_voter(open_electorate(store, engine, DAYS[0]), f"NC-{newcomer}", vault=opened(store))
        by_number = show_voter(
            open_electorate(store, engine, None), str(pseudonyms(store, [name])[0]), vault=opened(store)
        )
        assert by_number["identity"]["source_id"] == name
        engine.close()


class TestDiff:
    @pytest.mark.parametrize(("first", "last"), [(0, 1), (1, 2), (0, 2)])
    def test_who_came_and_went_and_switched(self, full_store, first, last):
        old, new = raw_voters(full_store.raw, first), raw_voters(full_store.raw, last)
        found = diff_voters(Snapshots(full_store.store), DAYS[first], DAYS[last]).voters.filter(state="NC")
        both = old.keys() & new.keys()
        expected = {
            "removed": old.keys() - new.keys(),
            "switched_party": {k for k in both if old[k]["party_cd"] != new[k]["party_cd"]},
            "status": {k for k in both if old[k]["status_cd"] != new[k]["status_cd"]},
            "moved_county": {k for k in both if old[k]["county_desc"] != new[k]["county_desc"]},
        }
        for kind, names in expected.items():
            assert set(found.filter(kind=kind)["voter_id"]) == set(pseudonyms(full_store.store, names)), kind
        came = set(found.filter(found["kind"].is_in(["new", "back"]))["voter_id"])
        assert came == set(pseudonyms(full_store.store, new.keys() - old.keys()))

    def test_days_in_the_wrong_order(self, full_store):
        with pytest.raises(InputError, match="later than"):
            diff_voters(Snapshots(full_store.store), dt.date(2016, 10, 8), dt.date(2016, 10, 1))


def test_lists_of_changes_agree(full_store):
    said = csv_rows(full_store.raw / "changes.csv", delimiter=",", encoding="utf-8")
    moved = {row["source_id"] for row in said if row["kind"] == "moved" and row["date"] == DAYS[1].isoformat()}
    found = diff_voters(Snapshots(full_store.store), DAYS[0], DAYS[1]).voters.filter(kind="moved")
    assert set(found["voter_id"]) == set(pseudonyms(full_store.store, moved))
