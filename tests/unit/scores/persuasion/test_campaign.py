"""Tests of a made campaign: whom the contact moved is planted, and what the file says of it is written and loaded."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import zipfile
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from hustings.electorate.loading import load_history
from hustings.electorate.query import open_electorate
from hustings.engines import connect
from hustings.errors import InputError
from hustings.night.steps.fit import FIT_PERSUASION
from hustings.scores.features import Target
from hustings.scores.persuasion import (
    campaign_experiments,
    check_lock,
    cut_list,
    experiment_files,
    fit_persuasion,
    gather_experiments,
    has_outcomes,
    lock_list,
)
from hustings.scores.persuasion.holdout import HELD_OUT
from hustings.scores.scoring import score_voters
from hustings.store import empty_table
from hustings.store.snapshots import Snapshots
from hustings.survey.codebook import Choice, Codebook, Item
from hustings.survey.interviews import Interviews, write_interviews
from hustings.survey.waves import new_survey, open_survey
from hustings.tables import ANSWERS, RESPONDENTS, SPLITS
from made_electorate import DAYS, layout, load_week, opened, pseudonyms, raw_voters

CUT, ELECTION, LATER = dt.date(2016, 10, 2), dt.date(2016, 11, 8), dt.date(2016, 12, 1)
NEXT = Target(dt.date(2018, 11, 6), "general", dt.date(2016, 12, 5))
NOW = Target(ELECTION, "general", dt.date(2016, 11, 1))
SETTINGS = 'contest = "us-president-2016"\n'


def people(store, raw):
    """Ids and parties of everybody in the raw file, by pseudonym."""
    known = raw_voters(raw, 0)
    parties = [row["party_cd"] for row in known.values()]
    return pl.DataFrame({"voter_id": pseudonyms(store, known), "ncid": list(known), "party": parties})


def cut_doors(folder, voters, **more):
    rng = np.random.default_rng(3)
    cut = cut_list(voters.with_columns(state=pl.lit("NC")), 0.5, rng, name="doors", day=CUT, **more)
    return lock_list(cut, folder / "lists" / "doors")


def turned_out(cut, voters):
    """Half of all voted; contacted Democrats all did, whoever else was contacted as many as the others."""
    rows = voters.join(cut.rows, on="voter_id", maintain_order="left")
    moved = (pl.col("arm") != HELD_OUT) & (pl.col("party") == "DEM")
    return rows.with_columns(voted=moved | pl.Series(np.random.default_rng(4).random(rows.height) < 0.5))


def vote(store, folder, ncids):
    """Load the history of an election in which some voted."""
    head = ("county_desc", "election_lbl", "election_desc", "voting_method", "voted_party_cd", "ncid")
    with zipfile.ZipFile(next(folder.rglob("ncvhis_Statewide.zip"))) as archive:
        lines = archive.read("ncvhis_Statewide.txt").decode("latin-1").splitlines(keepends=True)
    blank = pl.read_csv("".join(lines[:2]).encode(), separator="\t", infer_schema=False)
    said = ("WAKE", "11/08/2016", "11/08/2016 GENERAL", "IN-PERSON", "UNA")
    rows = pl.concat([blank] * len(ncids)).with_columns(
        *(pl.lit(value).alias(name) for name, value in zip(head[:-1], said, strict=True)), pl.Series("ncid", ncids)
    )
    path = store.parent / "ncvhis_Statewide.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ncvhis_Statewide.txt", rows.write_csv(separator="\t", quote_style="always"))
    load_history(store, [path], layout("history"), vault=opened(store), as_of=LATER)


def electorate_of(store):
    return open_electorate(store, connect("duckdb"), None)


@pytest.fixture(scope="module")
def mobilised(first_week, tmp_path_factory):
    """A campaign after its election; do not write into it."""
    folder = tmp_path_factory.mktemp("mobilised")
    store = shutil.copytree(first_week.store, folder / "store")
    (folder / "campaign.toml").write_text(SETTINGS)
    voters = people(store, first_week.raw)
    rows = turned_out(cut_doors(folder, voters, costs={"contact": 2.0}), voters)
    # What the file says later of parties is after the contact, and may be its doing.
    load_week(store, first_week.raw, 1)
    vote(store, first_week.raw, rows.filter("voted")["ncid"].to_list())
    return SimpleNamespace(folder=folder, store=store, rows=rows)


def test_a_list_and_the_next_election_are_a_test(mobilised):
    (test,) = campaign_experiments(mobilised.folder, electorate_of(mobilised.store), NEXT)
    assert (test.kind, test.name, test.drawn_on, test.measured_on) == ("mobilisation", "list doors", CUT, ELECTION)
    assert test.costs == {"contact": 2.0}
    joined = test.rows.join(mobilised.rows.select("voter_id", "voted", was="party"), on="voter_id")
    assert joined.height == mobilised.rows.height
    assert (joined["outcome"].cast(pl.Boolean) == joined["voted"]).all()
    assert (joined["party"] == joined["was"]).all(), "as on the day of the cut"
    assert joined["times_voted_share"].null_count() < joined.height


def test_its_scorecard_scores_every_voter(mobilised, tmp_path):
    store = shutil.copytree(mobilised.store, tmp_path / "store")
    electorate = electorate_of(store)
    tests = campaign_experiments(mobilised.folder, electorate, NEXT)
    fitted = fit_persuasion(tests, as_of=NEXT.as_of, rng=np.random.default_rng(1))
    share = mobilised.rows.filter(party="DEM").height / mobilised.rows.height
    effect = fitted.card.measures["mobilisation_contact_effect"]
    error = fitted.card.measures["mobilisation_contact_effect_se"]
    assert error < 0.025
    assert effect == pytest.approx(0.5 * share, abs=4 * error)
    scored = score_voters(electorate, fitted.models, NEXT, about={})
    people = electorate_of(store).attributes(["party", "mobilisation_effect"]).drop_nulls("mobilisation_effect")
    assert scored["NC"] == people.height > 3000
    dem = people["party"].cast(pl.String) == "DEM"
    assert people["mobilisation_effect"].filter(dem).mean() == pytest.approx(0.5, abs=0.1)
    assert people["mobilisation_effect"].filter(~dem).mean() == pytest.approx(0.0, abs=0.1)


def test_what_is_later_is_not_known(mobilised):
    elections = {"NC": electorate_of(mobilised.store).words.manifest.states["NC"].elections}
    assert experiment_files(mobilised.folder, as_of=CUT - dt.timedelta(days=1)) == []
    assert [path.name for path in experiment_files(mobilised.folder, as_of=CUT)] == ["lock.json", "list.parquet"]
    assert not has_outcomes(mobilised.folder, elections, as_of=ELECTION)
    assert has_outcomes(mobilised.folder, elections, as_of=ELECTION + dt.timedelta(days=1))
    found = gather_experiments(mobilised.folder, electorate_of(mobilised.store), NOW)
    assert found.experiments == []
    assert found.waiting == [
        "list doors, cut on 2016-10-02, waits for an election after it in the history, or for interviews."
    ]
    (test,) = campaign_experiments(mobilised.folder, electorate_of(mobilised.store), NEXT)
    with pytest.raises(InputError, match="list doors has outcomes on 2016-11-08, and the model is of 2016-11-01"):
        fit_persuasion([test], as_of=NOW.as_of, rng=np.random.default_rng(1))
    with pytest.raises(InputError, match="list doors was drawn on 2016-10-02"):
        fit_persuasion([test], as_of=DAYS[0], rng=np.random.default_rng(1))


def test_the_night_has_nothing_to_do_until_there_are_outcomes(mobilised):
    def night(day):
        return SimpleNamespace(
            campaign=SimpleNamespace(folder=mobilised.folder, contest="us-president-2016"),
            as_of=day,
            code_version="1",
            seed=1,
            manifest=lambda: Snapshots(mobilised.store).latest(),
        )

    assert FIT_PERSUASION.inputs(night(DAYS[0])) is None
    assert FIT_PERSUASION.inputs(night(NOW.as_of)) is None
    assert "lists/doors/lock.json" in FIT_PERSUASION.inputs(night(NEXT.as_of))


def test_a_list_for_another_election_waits_for_it(mobilised, tmp_path):
    (tmp_path / "campaign.toml").write_text(SETTINGS)
    cut_doors(tmp_path, mobilised.rows.select("voter_id"), election=dt.date(2017, 11, 7))
    found = gather_experiments(tmp_path, electorate_of(mobilised.store), NEXT)
    assert found.experiments == []
    assert "waits for the election of 2017-11-07" in found.waiting[0]


def test_a_list_that_was_tampered_with_is_told_and_not_used(mobilised, tmp_path):
    (tmp_path / "campaign.toml").write_text(SETTINGS)
    cut_doors(tmp_path, mobilised.rows.select("voter_id"))
    lock = tmp_path / "lists" / "doors" / "lock.json"
    lock.write_text(json.dumps(json.loads(lock.read_text()) | {"day": "2016-10-03"}))
    found = gather_experiments(tmp_path, electorate_of(mobilised.store), NEXT)
    assert found.experiments == []
    assert "list doors: the lock in " in found.refused[0]
    lock.write_text("{")
    assert has_outcomes(tmp_path, {}, as_of=NEXT.as_of), "somebody has to look"
    assert len(experiment_files(tmp_path, as_of=CUT)) == 2


def test_a_questionnaire_that_cannot_be_read_is_told(mobilised, tmp_path):
    (tmp_path / "campaign.toml").write_text(SETTINGS)
    voters = mobilised.rows["voter_id"].to_list()[:4]
    field(tmp_path, voters, ["c"] * 4, ["jobs", "control"] * 2)
    assert not has_outcomes(tmp_path, {}, as_of=NOW.as_of), "four interviews are no test"
    found = gather_experiments(tmp_path, electorate_of(mobilised.store), NOW)
    assert found.experiments == found.refused == []
    assert "tracker, split words: waits for interviews" in found.waiting[0]
    (tmp_path / "surveys" / "tracker" / "questionnaire.json").write_text("{")
    assert has_outcomes(tmp_path, {}, as_of=NOW.as_of), "somebody has to look"
    assert "questionnaire.json" in gather_experiments(tmp_path, electorate_of(mobilised.store), NOW).refused[0]


VOTE = Item(
    "after",
    "single",
    "Vote?",
    (Choice("c", "Clinton", option="dem"), Choice("t", "Trump", option="rep"), Choice("dk", "?", "dont_know")),
    role="vote",
)
CHOICES = [{"value": "c", "text": "C", "option": "dem"}, {"value": "t", "text": "T", "option": "rep"}]
QUESTIONS = {
    "title": "Messages",
    "splits": [{"name": "words", "arms": ["jobs", "control"], "weights": [1, 1]}, {"name": "late", "arms": ["a", "b"]}],
    "pages": [
        {
            "name": "p1",
            "elements": [
                {"type": "radiogroup", "name": "before", "title": "Vote?", "role": "vote", "choices": CHOICES},
                {"type": "html", "name": "note", "visibleIf": "{split.words} = 'jobs'", "html": "Ada plans a bridge."},
                {"type": "radiogroup", "name": "after", "title": "And now?", "role": "vote", "choices": CHOICES},
                {"type": "html", "name": "end", "visibleIf": "{split.late} = 'a'", "html": "Thank you."},
                {"type": "comment", "name": "words", "title": "Anything else?"},
            ],
        }
    ],
}


def field(folder, voters, codes, arms, day=DAYS[0], survey="tracker"):
    """Write a wave: who, what they said, which words they had heard."""
    place = folder / "surveys" / survey
    if not place.exists():
        new_survey(folder, survey).questionnaire.write_text(json.dumps(QUESTIONS))
    ids = [f"r{i}" for i in range(len(voters))]
    respondents = pl.DataFrame(
        {"respondent_id": ids, "voter_id": voters, "field_date": [day] * len(ids), "disposition": ["1.1"] * len(ids)}
    ).with_columns(sample_source=pl.lit("voter-file"), mode=pl.lit("web"), base_weight=pl.lit(1.0))
    answers = pl.DataFrame({"respondent_id": ids, "question": ["after"] * len(ids), "code": codes})
    splits = pl.DataFrame({"respondent_id": ids, "split": ["words"] * len(ids), "arm": arms}) if arms else None
    wave = open_survey(folder, survey).new_wave(day.isoformat(), {"date": day.isoformat()})
    tables = [
        pl.concat([empty_table(table), rows] if rows is not None else [empty_table(table)], how="diagonal")
        for table, rows in ((RESPONDENTS, respondents), (ANSWERS, answers), (SPLITS, splits))
    ]
    write_interviews(Interviews(tables[0], tables[1], Codebook("made", (VOTE,)), tables[2]), wave.folder)


def test_a_split_with_the_vote_after_it_is_a_test(mobilised, tmp_path):
    (tmp_path / "campaign.toml").write_text(SETTINGS)
    voters = mobilised.rows["voter_id"].sort().to_list()[:400]
    arms = ["jobs" if i % 2 else "control" for i in range(400)]
    # Of those who heard of jobs 3 in 4 say Clinton, of the others half; "not sure" is no yes.
    codes = ["c" if i % 4 != 2 and (i % 2 or i % 8) else "dk" for i in range(400)]
    field(tmp_path, voters[:300], codes[:300], arms[:300])
    field(tmp_path, [*voters[300:], voters[0]], [*codes[300:], "t"], [*arms[300:], "jobs"], DAYS[1])
    found = gather_experiments(tmp_path, electorate_of(mobilised.store), NOW)
    assert found.refused == []
    (test,) = found.experiments
    assert (test.kind, test.control, test.drawn_on, test.measured_on) == ("persuasion", "control", *DAYS[:2])
    assert dict(test.probs) == {"tracker words jobs": 0.5, "control": 0.5}
    assert found.waiting == ["tracker, split late: nobody is asked for the vote after it; no test of persuasion."]
    assert test.rows.height == 400
    assert test.notes == ("tracker, split words: 1 later interviews of the same voters are left out.",)
    means = dict(test.rows.group_by("arm").agg(pl.col("outcome").mean()).iter_rows())
    hand = [[code == "c" for code, arm in zip(codes, arms, strict=True) if arm == one] for one in ("control", "jobs")]
    assert [means["control"], means["tracker words jobs"]] == [np.mean(one) for one in hand]
    assert test.rows["age"].null_count() < 40
    early = gather_experiments(tmp_path, electorate_of(mobilised.store), Target(ELECTION, "general", DAYS[0]))
    assert early.experiments[0].rows.height == 300


def test_later_interviews_of_a_list_are_a_test(mobilised, tmp_path):
    (tmp_path / "campaign.toml").write_text(SETTINGS)
    cut = cut_doors(tmp_path, mobilised.rows.select("voter_id"))
    asked = cut.rows.sort("voter_id").group_by("arm", maintain_order=True).head(60)
    codes = ["c" if arm != HELD_OUT or i % 2 else "t" for i, arm in enumerate(asked["arm"])]
    field(tmp_path, asked["voter_id"].to_list(), codes, None, day=dt.date(2016, 10, 1), survey="before")
    electorate = electorate_of(mobilised.store)
    elections = {"NC": ()}
    assert gather_experiments(tmp_path, electorate, NOW).experiments == []
    assert not has_outcomes(tmp_path, elections, as_of=NOW.as_of)
    field(tmp_path, asked["voter_id"].to_list(), codes, None, day=DAYS[2], survey="later")
    assert has_outcomes(tmp_path, elections, as_of=NOW.as_of)
    (test,) = gather_experiments(tmp_path, electorate, NOW).experiments
    assert (test.kind, test.measured_on) == ("persuasion", DAYS[2])
    known = test.rows.drop_nulls("outcome")
    assert dict(known.group_by("arm").agg(pl.col("outcome").mean()).iter_rows()) == {HELD_OUT: 0.5, "contact": 1.0}
    assert check_lock(tmp_path / "lists" / "doors").rows.height == mobilised.rows.height
