"""What cannot be used is one line on the error stream, exit code 2, and nothing written."""

from __future__ import annotations

import json
import shutil

import pytest

from hustings.cli import app
from unit.cli.conftest import KEY, Desk, no
from unit.cli.survey.conftest import WAVE, short_questionnaire

T = ("tracker",)
W = ("tracker", "--wave", WAVE)
D = ("tracker", "--wave", "2016-10-04", "--n", "50")
BAD = {
    # A survey, a wave
    "status of no survey": (("status", "trackr"), ("there is no survey 'trackr'", "tracker")),
    "a name that leaves the folder": (("status", "../x"), ("survey's name", "../x")),
    "an empty name": (("status", ""), ("survey's name",)),
    "status of no wave": (("status", "tracker", "--wave", "2016-10-02"), ("no wave '2016-10-02'", WAVE)),
    "a wave outside": (("status", "tracker", "--wave", "../.."), ("--wave is '../..'",)),
    "a survey without waves": (("status", "bare"), ("has no wave yet",)),
    "no survey named": (("status",), ("Missing argument",)),
    "no such command": (("statsu",), ("statsu",)),
    "an option with a typing error": (("status", "tracker", "--jsno"), ("--jsno",)),
    "no campaign": (("status", "tracker", "--campaign", "inbox"), ("is no campaign's folder",)),
    "a target below one": (("status", *W, "--state-target", "0"), ("--state-target is 0",)),
    "a negative target": (("status", *W, "--segment-target", "-3"), ("--segment-target is -3",)),
    "no days": (("status", *W, "--days", "0"), ("--days is 0",)),
    "days in words": (("status", *W, "--days", "seven"), ("--days", "integer")),
    # new
    "a survey that is there": (("new", "tracker"), ("survey tracker exists",)),
    "a name with a capital": (("new", "Tracker"), ("lower-case",)),
    "no questionnaire": (("new", "q2", "--from", "nowhere.json"), ("nowhere.json",)),
    "a questionnaire that is a folder": (("new", "q2", "--from", "runs"), ("runs",)),
    "a questionnaire that is no JSON": (("new", "q2", "--from", "bad.json"), ("bad.json",)),
    "a questionnaire of another contest": (("new", "q2", "--from", "other.json"), ("castle",)),
    "an element that is not supported": (("new", "q2", "--from", "signature.json"), ("signaturepad",)),
    # draw
    "a wave drawn twice": (("draw", *W, "--n", "10"), ("has a wave 2016-10-01 already",)),
    "a wave that is no day": (("draw", *T, "--wave", "monday", "--n", "10"), ("'monday' is not a day",)),
    "nobody drawn": (("draw", *D[:3], "--n", "0"), ("0",)),
    "fewer than nobody": (("draw", *D[:3], "--n", "-5"), ("-5",)),
    "more than there are": (("draw", *D[:3], "--n", "9000000"), ("9,000,000",)),
    "an allocation that is none": (("draw", *D, "--allocate", "nyman"), ("nyman", "neyman")),
    "strata that are no column": (("draw", *D, "--strata", "party,shoe"), ("shoe",)),
    "a state that is not stored": (("draw", *D, "--states", "OH"), ("OH",)),
    "a response rate above one": (("draw", *D, "--response-rate", "2"), ("2",)),
    "a response rate of none": (("draw", *D, "--response-rate", "0"), ("0",)),
    "a design effect below one": (("draw", *D, "--design-effect", "0.2"), ("0.2",)),
    "no replicates": (("draw", *D, "--replicates", "0"), ("--replicates is 0",)),
    "more replicates than voters": (("draw", *D, "--replicates", "51"), ("51",)),
    "rest in the future": (("draw", *D, "--rest-days", "-1"), ("--rest-days is -1",)),
    "a floor below nobody": (("draw", *D, "--per-state", "-1"), ("-1",)),
    "a condition that is none": (("draw", *D, "--where", "agee < 30"), ("agee",)),
    "a condition of nobody": (("draw", *D, "--where", "age < 3"), ("no voter may be asked",)),
    "as of no day": (("draw", *D, "--as-of", "2016-13-01"), ("2016-13-01",)),
    "neyman without a wave": (("draw", "bare", *D[1:], "--allocate", "neyman"), ("neyman",)),
    # field, rehearse
    "a rehearsed wave fielded": (("field", *W), ("was rehearsed",)),
    "nobody who asks": (("field", "tracker", "--wave", "2016-10-02x"), ("no wave",)),
    "rehearsed as no mode": (("rehearse", *W, "--mode", "fax"), ("fax", "web")),
    "rehearsed as nothing": (("rehearse", *W, "--mode", ""), ("mode",)),
    "everybody and more answer": (("rehearse", *W, "--answer", "1.5"), ("--answer is 1.5",)),
    "nobody answers": (("rehearse", *W, "--answer", "0"), ("--answer is 0",)),
    "skewed to nothing": (("rehearse", *W, "--skew", "0"), ("--skew is 0",)),
    "no attempts": (("rehearse", *W, "--attempts", "0"), ("--attempts is 0",)),
    "a truth that is missing": (("rehearse", *W, "--truth", "nowhere.parquet"), ("nowhere.parquet",)),
    "a truth of something else": (("rehearse", *W, "--truth", "truth.csv"), ("truth.csv",)),
    "an import rehearsed": (("rehearse", "panel"), ("w1 has no sample",)),
    "an import fielded": (("field", "panel"), ("w1 has no sample",)),
    # opt-out, codebook, load
    "a list that is missing": (("opt-out", "nowhere.csv"), ("nowhere.csv",)),
    "a list of neither": (("opt-out", "panel.csv"), ("phone or voter_id",)),
    "a codebook of nothing": (("codebook", "nowhere.sav"), ("nowhere.sav",)),
    "a codebook of half a file": (("codebook", "half.sav"), ("half.sav",)),
    "loaded from nowhere": (
        ("load", "p2", "nowhere.csv", "--wave", "w1", "--codebook", "panel.toml"),
        ("nowhere.csv",),
    ),
    "a codebook with a typing error": (
        ("load", "p2", "panel.csv", "--wave", "w1", "--codebook", "cces-2061"),
        ("cces-2016",),
    ),
    "a codebook that is no TOML": (
        ("load", "p2", "panel.csv", "--wave", "w1", "--codebook", "panel.csv"),
        ("panel.csv",),
    ),
    "a codebook with an unknown key": (
        ("load", "p2", "panel.csv", "--wave", "w1", "--codebook", "typo.toml"),
        ("respondnet",),
    ),
    "a codebook of another file": (
        ("load", "p2", "truth.csv", "--wave", "w1", "--codebook", "panel.toml"),
        ("truth.csv",),
    ),
    "a file loaded twice": (
        ("load", "panel", "panel.csv", "--wave", "w1", "--codebook", "panel.toml"),
        ("this very file",),
    ),
    "another file over it": (
        ("load", "panel", "panel2.csv", "--wave", "w1", "--codebook", "panel.toml"),
        ("--replace",),
    ),
    "loaded over fieldwork": (
        ("load", *T, "panel.csv", "--wave", WAVE, "--codebook", "panel.toml", "--replace"),
        ("journal",),
    ),
    "no wave named": (("load", "p2", "panel.csv", "--codebook", "panel.toml"), ("--wave",)),
    # quality
    "a rule that is none": (("quality", *W, "--keep", "speedin"), ("speedin", "speeding")),
    "a rule kept and set aside": (("quality", *W, "--keep", "speeding", "--set-aside", "speeding"), ("both",)),
    # weigh
    "a population that is none": (("weigh", *W, "--population", "adults"), ("adults",)),
    "a margin that is none": (("weigh", *W, "--margins", "partty"), ("partty", "party")),
    "margins of nothing": (("weigh", *W, "--margins", ","), ("--margins",)),
    "a model of nothing": (("weigh", *W, "--nonresponse", "shoe"), ("shoe",)),
    "a method that is none": (("weigh", *W, "--method", "guess"), ("guess", "raking")),
    "bounds that are words": (("weigh", *W, "--bounds", "low,high"), ("--bounds",)),
    "bounds the wrong way": (("weigh", *W, "--method", "calibration", "--bounds", "5,0.2"), ("5",)),
    "a trim of one number": (("weigh", *W, "--trim", "8"), ("--trim",)),
    "a trim upside down": (("weigh", *W, "--trim", "8,0.1"), ("8",)),
    "a trim that is not a number": (("weigh", *W, "--trim", "nan,3"), ("nan",)),
    "fewer than no replicates": (("weigh", *W, "--replicates", "-2"), ("--replicates is -2",)),
    "one replicate": (("weigh", *W, "--replicates", "1"), ("--replicates is 1",)),
    "a weighting outside": (("weigh", *W, "--name", "../x"), ("name", "../x")),
    "a weighting called unweighted": (("weigh", *W, "--name", "unweighted"), ("unweighted",)),
    "merged below nothing": (("weigh", *W, "--collapse", "-1"), ("--collapse is -1",)),
    "targets from nowhere": (("weigh", *W, "--targets", "nowhere.toml"), ("nowhere.toml",)),
    "targets with an unknown key": (("weigh", "panel", "--targets", "targets.toml"), ("margns",)),
    "targets that are no TOML": (("weigh", "panel", "--targets", "broken.toml"), ("broken.toml",)),
    "an import without targets": (
        (
            "weigh",
            "panel",
        ),
        ("--targets",),
    ),
    "a count without targets": (("weigh", *W, "--count", "n"), ("--targets",)),
    # tables, trend, polls
    "a weighting that is not there": (("tables", *W, "--weighting", "mian"), ("mian", "main")),
    "tables before weights": (("tables", "panel"), ("hustings survey weigh",)),
    "a banner that is none": (("tables", *W, "--banner", "agge"), ("agge",)),
    "a banner of nothing": (("tables", *W, "--banner", ","), ("banner",)),
    "a question that is none": (("tables", *W, "--questions", "vtoe"), ("vtoe", "vote")),
    "a correction that is none": (("tables", *W, "--correction", "bonferoni"), ("bonferoni", "bonferroni")),
    "a window of no days": (("trend", *T, "--window", "0"), ("--window is 0",)),
    "a unit without a line": (("trend", *T, "--unit", "ZZ"), ("ZZ", "NC")),
    "a trend of no weighting": (("trend", *T, "--weighting", "none"), ("'none'",)),
    "polls into no folder": (("polls", *T, "--out", "nowhere/polls.csv"), ("nowhere",)),
    "polls of an unknown kind": (("polls", *T, "--out", "polls.xlsx"), ("polls.xlsx",)),
    "polls before weights": (("polls", "panel"), ("hustings survey weigh",)),
}


@pytest.fixture(scope="module")
def spoilt(polled_campaign, tmp_path_factory):
    """A copy of the campaign with what can go wrong beside it."""
    folder = shutil.copytree(polled_campaign, tmp_path_factory.mktemp("spoilt") / "mine")
    shutil.rmtree(folder / "inbox")
    (folder / "inbox").mkdir()
    (folder / "bad.json").write_text('{"pages": [')
    (folder / "other.json").write_text(short_questionnaire().replace('"option": "dem"', '"option": "castle"'))
    (folder / "signature.json").write_text(
        json.dumps({"pages": [{"name": "p", "elements": [{"type": "signaturepad", "name": "s"}]}]})
    )
    (folder / "truth.csv").write_text("a,b\n1,2\n")
    (folder / "half.sav").write_bytes(b"$FL2@(#) SPSS DATA FILE" + bytes(40))
    (folder / "panel.csv").write_text("id,vote\n1,a\n2,b\n3,a\n")
    (folder / "panel2.csv").write_text("id,vote\n4,a\n")
    choices = 'choices = [{ code = "a", label = "A" }, { code = "b", label = "B" }]\n'
    panel = f'title = "P"\nrespondent = "id"\npopulation = "a"\n[items.vote]\nkind = "single"\n{choices}'
    (folder / "panel.toml").write_text(panel)
    (folder / "typo.toml").write_text(panel.replace("respondent", "respondnet"))
    (folder / "cells.csv").write_text("vote,n\na,10\nb,20\n")
    (folder / "targets.toml").write_text('file = "cells.csv"\ncount = "n"\nmargns = ["vote"]\n')
    (folder / "broken.toml").write_text("file = \n")
    return folder


@pytest.fixture
def desk(spoilt, monkeypatch, capsys):
    monkeypatch.chdir(spoilt)
    monkeypatch.setenv("HUSTINGS_VAULT_KEY", KEY)
    monkeypatch.setattr(app.signal, "signal", lambda *_: None)
    made = Desk(spoilt, capsys)
    if not (spoilt / "surveys" / "panel").exists():
        assert made("survey", "load", "panel", "panel.csv", "--wave", "w1", "--codebook", "panel.toml").code == 0
        (spoilt / "surveys" / "bare" / "waves").mkdir(parents=True)
        shutil.copy(spoilt / "surveys/tracker/questionnaire.json", spoilt / "surveys/bare")
    return made


def everything(folder):
    """Every file by its name, those of surveys with their bytes; locks say nothing."""
    files = [path for path in folder.rglob("*") if path.suffix != ".lock" and path.is_file()]
    return {str(path): hash(path.read_bytes()) if "surveys" in path.parts else 0 for path in files}


@pytest.mark.parametrize(("args", "words"), BAD.values(), ids=BAD)
def test_it_is_refused_in_one_line_and_nothing_is_written(desk, args, words):
    before = everything(desk.folder)
    said = desk("survey", *args)
    no(said, *words)
    assert len(said.err) < 500
    assert "Traceback" not in said.err
    assert everything(desk.folder) == before
