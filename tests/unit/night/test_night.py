"""Whole nights of a small campaign, by the command line: what is published, skipped, failed, resumed."""

import json
import os
import shutil
import signal
import subprocess
import sys

import polars as pl
import pytest

from hustings.cli.nights import night_of
from hustings.night import NightReport
from hustings.night.publish import publish
from made_night import hustings, night
from test_docs import build_docs, leaves, paths

STEPS = [
    "load",
    "polls",
    "weigh",
    "fit turnout",
    "count",
    "fit support",
    "fit persuasion",
    "project",
    "score",
    "watch",
    "publish",
]


def statuses(steps):
    return {name: step["status"] for name, step in steps.items()}


def test_the_first_night_does_every_step_and_publishes(first):
    folder, (code, steps) = first
    assert code == 0
    assert list(steps) == STEPS
    assert statuses(steps) == dict.fromkeys(STEPS, "done") | {"weigh": "nothing", "fit persuasion": "nothing"}
    run = folder / "runs" / "2016-11-06"
    for file in ("brief.html", "units.csv", "sources.csv", "influence.csv", "track.csv", "models/turnout.md"):
        assert (run / file).is_file(), file
    page = (run / "brief.html").read_text(encoding="utf-8")
    for words in ("Polls and voters", "What is stale", "By published polls alone"):
        assert words in page


def test_every_key_that_a_night_writes_is_described_and_every_key_described_is_written(first):
    docs, run = build_docs(), first[0] / "runs" / "2016-11-06"

    def keys(*names):
        return {path for name in names for path, _, _ in getattr(docs, name)}

    def written(file):
        found = json.loads(file.read_text(encoding="utf-8"))
        for one in found.get("night", {}).get("models", [found]):
            one.update({"measures": {"NAME": 1}} if one.get("measures") else {})
        return leaves(set(paths({k: v for k, v in found.items() if k not in {"extra", "inputs"}})))

    assert written(run / "verdict.json") - keys("VERDICT_KEYS", "NIGHT_VERDICT_KEYS") == set()
    assert keys("NIGHT_VERDICT_KEYS") - written(run / "verdict.json") == set()
    assert written(run / "run.json") - keys("RUN_KEYS", "NIGHT_KEYS") == set()
    assert keys("NIGHT_KEYS") - written(run / "run.json") == set()
    model = written(first[0] / "models/turnout/2016-11-06/run.json") | {"extra", "inputs"}
    assert model == keys("MODEL_KEYS")


def test_scores_stand_beside_the_voters_and_sum_to_the_projection(campaign):
    code, out, _ = hustings("voters", "count", "--campaign", campaign, "--weight", "turnout_prob", "--json")
    assert code == 0
    voters = json.loads(out)[0]
    listed = hustings(
        "voters",
        "list",
        "--campaign",
        campaign,
        "--columns",
        "turnout_prob,support_prob",
        "--out",
        campaign / "all.csv",
    )
    assert listed[0] == 0
    # In a list scores are 0-100, and beside it stands what made them.
    table = pl.read_csv(campaign / "all.csv").drop_nulls("turnout_score")
    assert table["turnout_score"].sum() / 100 == pytest.approx(voters["expected_voters"], rel=1e-6)
    about = json.loads((campaign / "all.scores.json").read_text(encoding="utf-8"))
    assert about["models"] == {"turnout": "2016-11-06", "support": "2016-11-06"}
    assert about["columns"] == {"turnout_score": "turnout_prob", "support_score": "support_prob"}
    # Support was moved so that those who will vote sum to where the projection stands.
    share = (table["turnout_score"] * table["support_score"]).sum() / table["turnout_score"].sum() / 100
    units = pl.read_csv(campaign / "runs/2016-11-06/units.csv").filter(unit="NC", option="alder")
    assert share == pytest.approx(units["share_mean"][0], abs=0.003)


def test_a_night_in_which_nothing_changed_does_nothing_and_gives_the_same_bytes(campaign):
    run = campaign / "runs" / "2016-11-06"
    before = {file.name: file.read_bytes() for file in run.iterdir() if file.is_file()}
    code, steps = night(campaign, "2016-11-06")
    assert code == 0
    assert set(statuses(steps).values()) == {"unchanged", "nothing", "done"}
    assert [name for name, step in steps.items() if step["status"] == "done"] == ["publish"]
    after = {file.name: file.read_bytes() for file in run.iterdir() if file.is_file()}
    changed = [name for name in before if before[name] != after[name]]
    # The account of the night says done or unchanged; the brief shows neither.
    assert changed in ([], ["run.json"])


def test_a_past_day_sees_the_voters_of_its_day_and_leaves_today_s_scores_alone(campaign, raw_weeks):
    newer = raw_weeks / "2016-10-15" / "ncvoter_Statewide.zip"
    assert hustings("load", "voters", newer, "--layout", "nc-2022", "--campaign", campaign, "--quiet")[0] == 0
    before = sorted((campaign / "store" / "manifests").iterdir())
    shutil.rmtree(campaign / "runs")
    code, steps = night(campaign, "2016-10-10")
    counted = pl.read_parquet(campaign / "runs/.night/2016-10-10/voter_cells.parquet")["voters"].sum()
    assert counted <= pl.read_parquet(campaign / "store/voters/NC/000001.parquet").height
    assert steps["score"]["status"] == "nothing"
    assert sorted((campaign / "store" / "manifests").iterdir()) == before
    assert (code, steps["fit support"]["status"]) == (0, "nothing")


def test_a_rehearsal_is_of_nobody_and_does_not_count(campaign):
    about = campaign / "surveys/poll/waves/2016-10-30/wave.json"
    about.write_text(json.dumps({**json.loads(about.read_text()), "rehearsal": True}))
    _, steps = night(campaign, "2016-11-06")
    assert steps["fit support"]["status"] == "nothing"


def test_an_unreadable_source_leaves_its_last_good_copy_and_the_brief_says_so(campaign):
    (campaign / "inbox/polls.csv").write_bytes(b"\x00\x01 no polls")
    code, steps = night(campaign, "2016-11-07")
    assert code == 1
    assert steps["polls"]["status"] == "failed"
    assert steps["project"]["status"] == "done"
    page = (campaign / "runs/2016-11-07/brief.html").read_text(encoding="utf-8")
    assert "Not everything could be done tonight" in page
    assert "the polls are those that were last read" in page


def test_where_the_projection_fails_yesterday_s_stands_under_its_own_day(campaign):
    shutil.rmtree(campaign / "runs/.night/2016-11-06")
    (campaign / "runs/.night/polls.csv").write_text("pollster\nno more than a name\n")
    (campaign / "inbox/polls.csv").unlink()
    shutil.rmtree(campaign / "surveys")
    code, steps = night(campaign, "2016-11-07")
    assert code == 1
    assert steps["project"]["status"] == "failed"
    page = (campaign / "runs/2016-11-07/brief.html").read_text(encoding="utf-8")
    assert "Every number here is of 6 November 2016" in page


def test_newer_voters_make_old_scores_refused_until_they_are_scored_again(campaign, raw_weeks):
    newer = raw_weeks / "2016-10-15" / "ncvoter_Statewide.zip"
    assert hustings("load", "voters", newer, "--layout", "nc-2022", "--campaign", campaign, "--quiet")[0] == 0
    code, _, err = hustings("voters", "count", "--campaign", campaign, "--weight", "turnout_prob")
    assert code == 2
    assert "the voters have changed since" in err
    assert hustings("score", "--campaign", campaign, "--as-of", "2016-11-06", "--quiet")[0] == 0
    assert hustings("voters", "count", "--campaign", campaign, "--weight", "turnout_prob")[0] == 0


def test_respondents_who_are_linked_to_one_voter_count_as_one_and_the_card_says_so(campaign):
    file = next(campaign.glob("surveys/poll/waves/*/respondents.parquet"))
    table = pl.read_parquet(file)
    linked = table["voter_id"].drop_nulls()
    taken = pl.col("voter_id").is_in(linked.head(40).implode())
    table.with_columns(pl.when(taken).then(linked[0]).otherwise("voter_id").alias("voter_id")).write_parquet(file)
    code, card, err = hustings("fit", "support", "--campaign", campaign, "--as-of", "2016-11-06")
    assert code == 0, err
    assert "40 interviews of poll 2016-10-30 are linked to 1 voter" in " ".join(card.split())


def test_a_model_that_was_cut_short_does_not_stop_the_night_from_publishing(campaign):
    (campaign / "models/turnout/2016-11-06/scorecards.json").write_text('{"cut in the mid')
    night_before = night_of(campaign, "2016-11-06")
    assert publish(night_before, NightReport(())) == "runs/2016-11-06/brief.html"
    models = json.loads((campaign / "runs/2016-11-06/run.json").read_text(encoding="utf-8"))["night"]["models"]
    assert [model["model"] for model in models] == ["support"]


def test_without_the_key_of_a_vault_that_was_begun_no_new_one_is_proposed(campaign, monkeypatch):
    monkeypatch.delenv("HUSTINGS_VAULT_KEY")
    code, _, err = hustings("scores", "explain", "NC-AB1", "--campaign", campaign)
    assert code == 2
    assert "the key that this campaign was begun with" in err
    assert "openssl" not in err


def test_killed_in_the_middle_the_next_night_goes_on(campaign):
    shutil.rmtree(campaign / "runs")
    command = [sys.executable, "-m", "hustings", "run", "--campaign", str(campaign), "--as-of", "2016-11-06"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as started:
        for line in started.stdout:
            if "fit turnout" in line:
                started.send_signal(signal.SIGKILL)
                break
    assert not (campaign / "runs/2016-11-06").exists()
    code, steps = night(campaign, "2016-11-06")
    assert code == 0
    assert [steps[name]["status"] for name in ("load", "polls", "fit turnout")] == ["unchanged"] * 3
    assert steps["project"]["status"] == "done"


def test_a_night_after_the_election_is_refused(campaign):
    code, _, err = hustings("run", "--campaign", campaign, "--as-of", "2016-11-09")
    assert code == 2
    assert "is after" in err
