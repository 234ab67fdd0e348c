"""A small campaign for its nights: a state of a few thousand made-up voters, interviews with some of them, a few polls."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import io
import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from hustings.cli import main
from hustings.electorate.synthetic.interviews import InterviewSpec, draw_interviews, interview_codebook
from hustings.scores.scorecard import boosted

EVE, DAY_BEFORE = dt.date(2016, 11, 7), dt.date(2016, 11, 6)
KEY = "correct horse battery"
CONTEST = """name = "nc-governor-2016"
title = "Governor of North Carolina 2016"
date = 2016-11-08
rule = "plurality"

[[option]]
id = "alder"
label = "Ada Alder"
[[option]]
id = "birch"
label = "Ben Birch"

[[unit]]
id = "NC"
name = "North Carolina"
expected_votes = 4_500_000
"""
POLLS = """pollster,unit,start_date,end_date,sample_size,population,alder,birch
Northgate,NC,2016-10-20,2016-10-23,800,LV,47,46
Public Ear,NC,2016-10-28,2016-10-31,700,LV,46,47
Harbour,NC,2016-11-02,2016-11-04,900,LV,48,46
"""
SETTINGS = """contest = "nc.toml"

[night]
polls = "inbox/polls.csv"

[[inbox]]
load = "voters"
files = "inbox/*/ncvoter*.zip"
layout = "nc-2022"

[[inbox]]
load = "history"
files = "inbox/*/ncvhis*.zip"
layout = "nc-2022"
"""


def make_campaign(folder: Path, raw: Path) -> Path:
    """The campaign's folder with its inbox: the first of three weekly files, polls, and interviews to be loaded."""
    week = folder / "inbox" / "2016-10-01"
    week.mkdir(parents=True)
    for name in ("ncvoter_Statewide.zip", "ncvhis_Statewide.zip"):
        shutil.copy(raw / "2016-10-01" / name, week / name)
    (folder / "campaign.toml").write_text(SETTINGS)
    (folder / "nc.toml").write_text(CONTEST)
    (folder / "inbox" / "polls.csv").write_text(POLLS)
    spec = InterviewSpec(500, "NC", dt.date(2016, 10, 30), ("alder", "birch"))
    draw_interviews(pl.read_parquet(raw / "truth.parquet"), spec).write_csv(folder / "inbox" / "interviews.csv")
    (folder / "inbox" / "interviews.toml").write_text(interview_codebook(spec))
    return folder


def hustings(*args):
    """Run a command line in this process: its exit code, what it prints, what it complains of."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as left:
        main([str(arg) for arg in args])
    return left.value.code or 0, out.getvalue(), err.getvalue()


def quickly(patch):
    """Have nights fit turnout with fewer and larger steps: what is tested is what a night does with a model, not how good it is."""
    quick = functools.partial(boosted.Boosting, pairs=1, bins=32, bags=2, learning_rate=0.3)
    patch.setattr(boosted, "Boosting", quick)


def night(folder, day, *more):
    code, out, err = hustings("run", "--campaign", folder, "--as-of", day, "--json", *more)
    assert out, err
    found = json.loads(out)
    return code, {step["name"]: step for step in found["steps"]}
