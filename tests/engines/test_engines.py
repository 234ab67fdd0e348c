"""The same questions on both engines, held against the same numbers: counted from the raw files by the standard library."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from hustings.errors import InputError
from made_electorate import DAYS, HISTORY, csv_rows, pseudonyms, raw_voters

DAY = "2012-11-06"


@pytest.fixture(scope="module")
def voters(full_store):
    """Voters of North Carolina as the last file has them."""
    return raw_voters(full_store.raw, 2)


@pytest.fixture(scope="module")
def ohio(full_store):
    return [row for file in full_store.raw_ohio.glob("SWVF*") for row in csv_rows(file, delimiter=",")]


@pytest.fixture(scope="module")
def ballots(full_store):
    """(voter, day, kind as the label says) of every row of the history."""
    rows = csv_rows(full_store.raw / DAYS[0].isoformat() / HISTORY)
    rows = [row for row in rows if row["voting_method"] != "ELIGIBLE DID NOT VOTE"]
    return {(row["ncid"], row["election_lbl"], row["election_desc"].split(maxsplit=1)[1]): row for row in rows}


def counted(frame):
    return {row[:-1] if len(row) > 2 else row[0]: row[-1] for row in frame.iter_rows()}


class TestCount:
    def test_everybody(self, electorate, voters, ohio):
        assert electorate.count().rows() == [(len(voters) + len(ohio),)]

    def test_gone_voters_too(self, electorate, full_store, ohio):
        ever = set().union(*(raw_voters(full_store.raw, week) for week in range(3)))
        assert electorate.count(gone=True).rows() == [(len(ever) + len(ohio),)]

    def test_by_state_and_party(self, electorate, voters, ohio):
        expected = Counter(("NC", row["party_cd"]) for row in voters.values())
        found = counted(electorate.count(["state", "party"]))
        assert {key: n for key, n in found.items() if key[0] == "NC"} == expected
        assert sum(n for key, n in found.items() if key[0] == "OH") == len(ohio)

    def test_by_county_where_sex_and_age(self, electorate, voters):
        expected = Counter(
            row["county_desc"]
            for row in voters.values()
            if row["gender_code"] == "F" and row["birth_year"] > "1900" and 2016 - int(row["birth_year"]) >= 65
        )
        where = "state = 'NC' and sex = 'F' and birth_year <= 1951"
        found = counted(electorate.count(["county"], where))
        missing = {row["county_desc"] for row in voters.values() if not row["birth_year"] > "1900"}
        assert {k: n for k, n in found.items() if k not in missing} == {
            k: n for k, n in expected.items() if k not in missing
        }
        assert counted(electorate.count(["county"], "state = 'NC' and sex = 'F' and age >= 65")) == found

    def test_weights(self, electorate, full_store, voters):
        rows = csv_rows(full_store.raw / DAYS[2].isoformat() / "consumer.csv", delimiter=",", encoding="utf-8")
        # Scores of 0-100 are chances of 0-1.
        expected = sum(float(row["turnout_score"] or 0) / 100 for row in rows if row["voter_id"] in voters)
        found = electorate.count(where="state = 'NC'", weight="turnout_score")
        assert found["expected_voters"][0] == pytest.approx(expected)

    def test_attributes_beside_the_voters(self, electorate, full_store, voters):
        rows = csv_rows(full_store.raw / DAYS[2].isoformat() / "consumer.csv", delimiter=",", encoding="utf-8")
        expected = Counter(row["education"] for row in rows if row["voter_id"] in voters and row["education"])
        found = counted(electorate.count(["education"]))
        assert {key: n for key, n in found.items() if key is not None} == expected


class TestBallots:
    def test_voted(self, electorate, voters, ballots):
        voted = {name for name, day, _ in ballots if day == "11/06/2012"} & voters.keys()
        expected = Counter(voters[name]["party_cd"] for name in voted)
        assert counted(electorate.count(["party"], f"state = 'NC' and voted('{DAY}')")) == expected

    def test_by_mail_and_early(self, electorate, voters, ballots):
        def cast(methods):
            return len(
                {n for (n, day, _), row in ballots.items() if day == "11/06/2012" and row["voting_method"] in methods}
                & voters.keys()
            )

        kinds = {row["voting_method"] for row in ballots.values()}
        mail = {kind for kind in kinds if "MAIL" in kind}
        early = {kind for kind in kinds if "ONESTOP" in kind}
        assert electorate.count(where=f"state = 'NC' and voted_by_mail('{DAY}')").rows() == [(cast(mail),)]
        assert electorate.count(where=f"state = 'NC' and voted_early('{DAY}')").rows() == [(cast(early),)]

    @pytest.mark.parametrize("last", [2, 4])
    def test_times_voted(self, electorate, voters, ballots, last):
        general = [
            (name, day)
            for name, day, kind in ballots
            if "GENERAL" in kind and day[:2] == "11" and int(day[-4:]) % 2 == 0
        ]
        days = sorted({day for _, day in general}, key=lambda day: day[-4:], reverse=True)[:last]
        times = Counter(name for name, day in set(general) if day in days and name in voters)
        expected = Counter(times[name] for name in voters)
        for number in (0, last):
            found = electorate.count(where=f"state = 'NC' and times_voted('general', {last}) = {number}")
            assert found["voters"][0] == expected[number]

    def test_a_person_who_did_not_vote(self, electorate, voters, ballots):
        voted = {name for name, day, _ in ballots if day == "11/06/2012"}
        found = electorate.count(where=f"state = 'NC' and not voted('{DAY}')")
        assert found.rows() == [(len(voters.keys() - voted),)]


class TestList:
    def test_who_they_are_and_in_which_order(self, electorate, made, voters):
        chosen = {
            name: (row["county_desc"], -int(row["birth_year"]))
            for name, row in voters.items()
            if row["county_desc"] in {"WAKE", "DURHAM"} and row["birth_year"] > "1900" and row["party_cd"] == "REP"
        }
        ids = dict(zip(chosen, pseudonyms(made.store, chosen), strict=True))
        # County by its name, youngest first, then by id.
        expected = [ids[name] for name in sorted(chosen, key=lambda name: (*chosen[name], ids[name]))]
        where = "county in ('WAKE', 'DURHAM') and party = 'REP' and birth_year is not null and state = 'NC'"
        found = electorate.list_voters(where, columns=["county", "age"], order="county, birth_year desc")
        assert found["voter_id"].to_list() == expected
        assert found.columns == ["voter_id", "county", "age"]
        few = electorate.list_voters(where, columns=["county", "age"], order="county, birth_year desc", limit=7)
        assert few.equals(found.head(7))


class TestSql:
    def test_voters(self, electorate, voters):
        found = electorate.sql("select party, count(*) as n from voters where state = 'NC' group by 1")
        assert counted(found) == Counter(row["party_cd"] for row in voters.values())

    def test_history_beside_voters(self, electorate, voters, ballots):
        expected = Counter(
            voters[name]["county_desc"] for name in {n for n, day, _ in ballots if day == "11/06/2012"} & voters.keys()
        )
        found = electorate.sql(
            "select v.county, count(*) as n from voters v join history h using (voter_id) "
            f"where h.election_on = '{DAY}' and h.counted and v.state = 'NC' group by 1"
        )
        assert counted(found) == expected

    def test_logs(self, electorate, full_store):
        rows = csv_rows(full_store.raw / DAYS[2].isoformat() / "van_contact_history.xls", encoding="utf-16")
        found = electorate.sql("select count(*) as n from contacts where question is null")
        assert found["n"][0] == len(rows)
        ballots = csv_rows(full_store.raw / DAYS[2].isoformat() / "absentee_20161015.zip", delimiter=",")
        assert electorate.sql("select count(*) as n from early_votes")["n"][0] == len(ballots)

    @pytest.mark.parametrize(
        "text",
        [
            "insert into voters values (1)",
            "copy voters to 'x.csv'",
            "drop table voters",
            "select 1; select 2",
            "select * from read_csv('/etc/passwd')",
            "select * from '/etc/passwd'",
            "select * from nobody",
            "select nothing from voters",
            "select reflect('java.lang.System', 'exit', 1)",
            "select 'x",
            "",
        ],
    )
    def test_nothing_but_a_query_of_the_tables(self, electorate, text):
        with pytest.raises(InputError):
            electorate.sql(text)


class TestTypes:
    def test_results_are_of_the_same_types(self, electorate):
        found = electorate.list_voters(
            "state = 'NC'", columns=["county", "birth_year", "registered_on", "party"], limit=3
        )
        assert [str(kind) for kind in found.dtypes] == ["Int64", "String", "Int16", "Date", "String"]
        assert isinstance(found["registered_on"][0], dt.date)
