"""Contacts that come before anybody knows whose they are; ids of several states; a day's file that is too old."""

from __future__ import annotations

import zipfile

import polars as pl
import pytest

from hustings.electorate.layouts import load_layout
from hustings.electorate.loading import load_aliases, load_consumer, load_contacts, load_early_votes
from hustings.electorate.query import open_electorate
from hustings.engines import connect
from hustings.errors import InputError
from made_electorate import DAYS, decoded, layout, load_ohio, load_week, make_ohio, opened, pseudonyms

HISTORY, ANSWERS, CROSSWALK = "van_contact_history.xls", "van_survey_responses.xls", "vanid_crosswalk.csv"


@pytest.fixture
def last(raw_weeks):
    return raw_weeks / DAYS[2].isoformat()


def load(store, file, name, loader=load_contacts, **more):
    return loader(store, [file], load_layout(name), vault=opened(store), as_of=DAYS[2], **more)


def crosswalk(store, last):
    return load_aliases(store, last / CROSSWALK, system="van", state="NC", vault=opened(store), as_of=DAYS[2])


def summary(store):
    columns = ["contact_attempts", "contacts_reached", "last_contact_on", "last_result"]
    return open_electorate(store, connect("duckdb"), None).list_voters("state = 'NC'", columns=columns)


def test_contacts_find_their_voters_when_the_crosswalk_comes_later(own_store, full_store, last):
    early = load(own_store, last / HISTORY, "van-contact-history")
    load(own_store, last / ANSWERS, "van-survey-responses")
    strangers = [n for text, n in early.warnings.items() if text.startswith("contacts of people")]
    assert strangers == [early.counts["stored"]]
    report = crosswalk(own_store, last)
    assert 0 < report.counts["contacts that found their voter"] <= early.counts["stored"] * 2
    late = summary(own_store)
    known = summary(full_store.store).filter(pl.col("voter_id").is_in(late["voter_id"].implode()))
    asked = known.filter(pl.col("contact_attempts") > 0)
    both = asked.join(late, on="voter_id", suffix="_late")
    assert both.height > 20
    for name in ("contact_attempts", "contacts_reached", "last_contact_on", "last_result"):
        assert both[name].to_list() == both[f"{name}_late"].to_list()


def test_the_result_that_says_most_is_the_last_result(full_store):
    found = summary(full_store.store)["last_result"].drop_nulls().unique().to_list()
    assert set(found) <= {"attempted", "reached", "completed", "bad_contact", "refused", "deceased_moved"}
    talked = summary(full_store.store).filter(pl.col("contacts_reached") == pl.col("contact_attempts"))
    assert not set(talked.filter(pl.col("contact_attempts") > 0)["last_result"]) & {"attempted", "bad_contact"}


def test_with_several_states_whose_ids_they_are_is_said(own_store, tmp_path):
    load_ohio(own_store, make_ohio(tmp_path))
    ids = decoded(own_store, "voters")["voter_id"]
    name = "AA000000"
    file = tmp_path / "attributes.csv"
    file.write_text(f"voter_id,education\n{name},college\n")
    with pytest.raises(InputError, match="--state NC"):
        load(own_store, file, "consumer", load_consumer)
    report = load(own_store, file, "consumer", load_consumer, of_state="NC")
    assert report.counts.get("stored", 0) == int(pseudonyms(own_store, [name])[0] in set(ids))


def test_yesterday_s_ballots_do_not_replace_today_s(own_store, last, tmp_path):
    (file,) = last.glob("absentee_*.zip")
    load_early_votes(own_store, [file], layout("early-votes"), vault=opened(own_store), as_of=DAYS[2])
    older = tmp_path / "absentee_20161014.zip"
    with zipfile.ZipFile(file) as now, zipfile.ZipFile(older, "w") as then:
        (name,) = now.namelist()
        then.writestr("absentee_20161014.csv", now.read(name))
    with pytest.raises(InputError, match=f"ballots of {DAYS[2]} are stored"):
        load_early_votes(own_store, [older], layout("early-votes"), vault=opened(own_store), as_of=DAYS[1])


def test_back_to_an_older_file_that_was_loaded_before(own_store, raw_weeks):
    first = decoded(own_store, "voters").filter(pl.col("last_seen").is_null())["voter_id"].sort()
    load_week(own_store, raw_weeks, 1)
    assert "nothing changed" in load_week(own_store, raw_weeks, 0).notes[0]
    report = load_week(own_store, raw_weeks, 0, allow_older=True)
    assert report.counts["gone"] > 0
    again = decoded(own_store, "voters").filter(pl.col("last_seen").is_null())["voter_id"].sort()
    assert again.to_list() == first.to_list()
