"""History, crosswalks, ballots, contacts and attributes, held against the raw files; every row accounted for."""

from __future__ import annotations

import shutil
from collections import Counter

import polars as pl
import pyarrow.parquet as pq
import pytest

from hustings.electorate.layouts import load_layout
from hustings.electorate.loading import load_consumer, load_contacts, load_history
from hustings.electorate.query import open_electorate
from hustings.engines import connect
from hustings.errors import InputError
from hustings.store.snapshots import Snapshots, check_alignment, verify_file
from made_electorate import (
    DAYS,
    HISTORY,
    compact_store,
    csv_rows,
    decoded,
    layout,
    load_ballots,
    load_week,
    manifest_of,
    opened,
    pseudonyms,
    raw_voters,
    rewritten,
    store_bytes,
)

METHODS = {"IN-PERSON": "election day", "ABSENTEE ONESTOP": "early", "ABSENTEE BY MAIL": "mail"}
# What becomes of rows, by the kind of load.
USED = ("stored", "the same ballot twice", "stored before", "said anew", "the same voter twice")


def accounted(report):
    strangers = sum(n for text, n in report.warnings.items() if text.endswith("(not stored)"))
    return sum(report.counts.get(k, 0) for k in USED) + strangers + report.set_aside + sum(report.dropped.values())


@pytest.fixture(scope="module")
def last(full_store):
    return full_store.raw / DAYS[2].isoformat()


@pytest.fixture(scope="module")
def raw(full_store):
    return csv_rows(full_store.raw / DAYS[0].isoformat() / HISTORY)


@pytest.mark.parametrize("kind", ["history", "aliases", "early_votes", "contacts", "answers", "consumer"])
def test_every_row_is_accounted_for(full_store, kind):
    report = full_store.reports[kind]
    assert report.rows_in > 0
    assert accounted(report) == report.rows_in


class TestHistory:
    def test_ballots_by_day_and_method(self, first_week, raw):
        stored = decoded(first_week.store, "history")
        rows = {(row["ncid"], row["election_lbl"], row["election_desc"]): row for row in raw}
        for written, method in METHODS.items():
            expected = Counter(day for (_, day, _), row in rows.items() if row["voting_method"] == written)
            found = stored.filter(pl.col("method") == method, pl.col("counted"))["day"].to_list()
            assert Counter(f"{d[5:7]}/{d[8:]}/{d[:4]}" for d in found) == expected

    def test_who_was_eligible_and_did_not_vote_has_no_counted_ballot(self, first_week, raw):
        idle = [row for row in raw if row["voting_method"] == "ELIGIBLE DID NOT VOTE"]
        assert idle
        assert decoded(first_week.store, "history").filter(~pl.col("counted")).height == len(
            {(row["ncid"], row["election_lbl"], row["election_desc"]) for row in idle}
        )

    def test_an_unknown_voter_is_kept_counted_and_found_when_he_comes(self, own_store, raw_weeks, tmp_path):
        new = sorted(raw_voters(raw_weeks, 1).keys() - raw_voters(raw_weeks, 0).keys())
        row = b'"1"\t"ALAMANCE"\t"9"\t"11/04/2008"\t"11/04/2008 GENERAL"\t"IN-PERSON"\t"DEM"\t"DEMOCRATIC"\t"01"\t"P"\t"%s"\t"1"\t"ALAMANCE"\t"01"\t"01"\r\n'
        file = rewritten(
            raw_weeks / DAYS[0].isoformat() / HISTORY,
            tmp_path / HISTORY,
            lambda lines: [lines[0], row % new[0].encode(), row % b"ZZ000000"],
        )
        report = load_history(own_store, [file], layout("history"), vault=opened(own_store), as_of=DAYS[0])
        assert report.counts == {"stored": 2}
        assert report.warnings == {"ballots of voters who are not in the file (kept)": 2}
        load_week(own_store, raw_weeks, 1)
        engine = connect("duckdb", folder=own_store)
        found = open_electorate(own_store, engine, None).list_voters(
            "voted('2008-11-04') and first_seen = '2016-10-08'"
        )
        assert found["voter_id"].to_list() == pseudonyms(own_store, new[:1])
        engine.close()

    def test_a_newer_file_replaces_and_adds(self, own_store, raw_weeks, tmp_path):
        def change(lines):
            return [
                lines[0],
                lines[1].replace(b"ABSENTEE ONESTOP", b"ABSENTEE BY MAIL").replace(b"IN-PERSON", b"ABSENTEE BY MAIL"),
            ]

        before = decoded(own_store, "history")
        file = rewritten(raw_weeks / DAYS[0].isoformat() / HISTORY, tmp_path / HISTORY, change)
        report = load_history(own_store, [file], layout("history"), vault=opened(own_store), as_of=DAYS[1])
        assert report.counts == {"stored": 1}
        after = decoded(own_store, "history")
        assert after.height == before.height
        changed = after.join(before, on=after.columns, how="anti", nulls_equal=True)
        assert changed["method"].to_list() == ["mail"]

    def test_history_of_a_state_without_voters(self, raw_weeks, tmp_path):
        with pytest.raises(InputError, match="no voters of NC are stored"):
            load_ballots(tmp_path / "store", raw_weeks)
        assert store_bytes(tmp_path / "store") == {}


class TestContacts:
    def test_how_often_each_voter_was_reached(self, full_store, last):
        vanid = {row["vanid"]: row["source_id"] for row in csv_rows(last / "vanid_crosswalk.csv", delimiter=",")}
        rows = csv_rows(last / "van_contact_history.xls", encoding="utf-16")
        here = raw_voters(full_store.raw, 2)
        tries = Counter(
            vanid[row["Voter File VANID"]]
            for row in {tuple(row.items()): row for row in rows}.values()
            if vanid.get(row["Voter File VANID"]) in here
        )
        engine = connect("duckdb", folder=full_store.store)
        found = open_electorate(full_store.store, engine, None).count(["contact_attempts"], "state = 'NC'")
        engine.close()
        expected = Counter(tries[name] for name in here)
        assert {key or 0: n for key, n in found.iter_rows()} == expected

    def test_the_same_contacts_in_another_file_are_not_stored_twice(self, full_store, last, tmp_path):
        store = shutil.copytree(full_store.store, tmp_path / "store")
        text = (last / "van_contact_history.xls").read_bytes().decode("utf-16")
        copy = tmp_path / "van_contact_history.xls"
        copy.write_bytes((text + "\r\n").encode("utf-16"))
        report = load_contacts(store, [copy], load_layout("van-contact-history"), vault=opened(store), as_of=DAYS[2])
        assert "stored" not in report.counts
        assert accounted(report) == report.rows_in


class TestConsumer:
    def test_a_second_file_leaves_what_it_does_not_hold(self, own_store, last, tmp_path):
        lines = (last / "consumer.csv").read_text().splitlines()
        places = lines[0].split(",")
        changed = [cell if places[k] != "education" else "postgraduate" for k, cell in enumerate(lines[1].split(","))]
        few = tmp_path / "consumer.csv"
        few.write_text("\n".join([lines[0], ",".join(changed)]) + "\n")

        def load(file):
            return load_consumer(own_store, [file], load_layout("consumer"), vault=opened(own_store), as_of=DAYS[2])

        def educations():
            engine = connect("duckdb", folder=own_store)
            found = dict(open_electorate(own_store, engine, None).list_voters(columns=["education"]).iter_rows())
            engine.close()
            return found

        load(last / "consumer.csv")
        before = educations()
        assert load(few).counts == {"stored": 1}
        (voter,) = pseudonyms(own_store, [changed[places.index("voter_id")]])
        assert educations() == before | {voter: "postgraduate"}

    def test_provenance_is_in_the_manifest(self, full_store):
        said = manifest_of(full_store.store)["provenance"]
        assert said["turnout_score"] == "modelled"
        assert set(said.values()) <= {"observed", "modelled"}


class TestCompaction:
    def test_sidecars_follow_their_voters(self, full_store, compacted_store):
        def beside(store):
            files = manifest_of(store)["states"]["NC"]
            ids = decoded(store, "voters").sort("slot")["voter_id"]
            found = {}
            for name, file in files["sidecars"].items():
                rows = pl.read_parquet(store / file["path"])
                whole = pl.concat([rows, rows.clear(len(ids) - rows.height)])
                if name == "ballots":
                    whole = whole.fill_null(0)
                found[name] = whole.with_columns(ids).sort("voter_id").rows()
            return found

        assert beside(compacted_store.store) == beside(full_store.store)

    def test_voters_stay_who_they_are(self, full_store, compacted_store):
        one, other = (
            decoded(made.store, "voters").drop("slot").sort("voter_id") for made in (full_store, compacted_store)
        )
        assert one.equals(other)
        files = Snapshots(compacted_store.store).latest().states["NC"]
        assert files.delta is None
        assert files.base.rows == files.slots == one.height
        assert check_alignment(files) == []
        assert all(verify_file(compacted_store.store, file) == "" for file in files.files())

    def test_the_base_is_in_order_again(self, compacted_store):
        rows = decoded(compacted_store.store, "voters").sort("slot")
        places = rows.select("county", "precinct", pl.col("household_id").fill_null(2**62), "voter_id").rows()
        assert places == sorted(places)

    def test_the_next_week_finds_the_same_differences(self, first_week, own_store, raw_weeks, tmp_path):
        load_week(own_store, raw_weeks, 1, compact_share=1e-9)
        assert manifest_of(own_store)["states"]["NC"]["delta"] is None
        other = shutil.copytree(first_week.store, tmp_path / "other")
        load_week(other, raw_weeks, 1)
        compacted, plain = load_week(own_store, raw_weeks, 2), load_week(other, raw_weeks, 2)
        assert compacted.counts == plain.counts
        one, two = (decoded(store, "voters").drop("slot").sort("voter_id") for store in (own_store, other))
        assert one.drop("vault_row").equals(two.drop("vault_row"))

    def test_numbers_of_row_groups_and_types_stay(self, full_store, compacted_store):
        for name, file in manifest_of(full_store.store)["states"]["NC"]["sidecars"].items():
            after = manifest_of(compacted_store.store)["states"]["NC"]["sidecars"][name]
            before_schema = pq.read_schema(full_store.store / file["path"])
            after_schema = pq.read_schema(compacted_store.store / after["path"])
            assert [(f.name, f.type) for f in before_schema] == [(f.name, f.type) for f in after_schema]

    def test_again_changes_no_bytes(self, compacted_store, tmp_path):
        store = shutil.copytree(compacted_store.store, tmp_path / "store")
        compact_store(store)
        before, after = store_bytes(compacted_store.store), store_bytes(store)
        assert {k: v for k, v in after.items() if not k.startswith("manifests")} == {
            k: v for k, v in before.items() if not k.startswith("manifests")
        }
