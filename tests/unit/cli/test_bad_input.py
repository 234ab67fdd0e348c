"""Bad rows are set aside, counted and named; what cannot be used is one line, exit code 2 and nothing written."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import subprocess
import sys
import time

import polars as pl
import pytest

from hustings.cli import app
from hustings.contests import load_contest
from hustings.polls.clean import clean_polls
from hustings.polls.readers import read_polls
from unit.cli.conftest import AS_OF, GOOD, HEAD, run_here

BAD_ROWS = {
    "negative sample size": ("x,Tern,ALL,2026-09-01,2026-09-02,-500,LV,47,45", "negative sample size"),
    "sample size of zero": ("x,Tern,ALL,2026-09-01,2026-09-02,0,LV,47,45", "sample size of zero"),
    "sample size that is none": ("x,Tern,ALL,2026-09-01,2026-09-02,many,LV,47,45", "sample size many is not a number"),
    "NaN share": ("x,Tern,ALL,2026-09-01,2026-09-02,500,LV,NaN,45", ""),
    "infinite share": ("x,Tern,ALL,2026-09-01,2026-09-02,500,LV,inf,45", ""),
    "share over 100": ("x,Tern,ALL,2026-09-01,2026-09-02,500,LV,147,45", ""),
    "negative share": ("x,Tern,ALL,2026-09-01,2026-09-02,500,LV,-3,45", ""),
    "sum over 102": ("x,Tern,ALL,2026-09-01,2026-09-02,500,LV,60,45", "sum"),
    "a fraction among percents": ("x,Tern,ALL,2026-09-01,2026-09-02,500,LV,0.47,0.45", ""),
    "end before start": ("x,Tern,ALL,2026-09-05,2026-09-02,500,LV,47,45", "ends before it starts"),
    "no end": ("x,Tern,ALL,2026-09-05,,500,LV,47,45", "no end date"),
    "not a date": ("x,Tern,ALL,2026-09-05,2026-09-32,500,LV,47,45", "is not a date"),
    "NaN date": ("x,Tern,ALL,2026-09-05,NaN,500,LV,47,45", ""),
    "future date": ("x,Tern,ALL,2026-10-05,2026-10-07,500,LV,47,45", "ended after the as-of day"),
    "after the election": ("x,Tern,ALL,2026-11-05,2026-11-07,500,LV,47,45", "ended after the election"),
    "long ago": ("x,Tern,ALL,1926-09-01,1926-09-02,500,LV,47,45", "days before the election"),
    "unknown unit": ("x,Tern,NARNIA,2026-09-01,2026-09-02,500,LV,47,45", "NARNIA"),
    "NaN unit": ("x,Tern,NaN,2026-09-01,2026-09-02,500,LV,47,45", ""),
    "unknown population": ("x,Tern,ALL,2026-09-01,2026-09-02,500,martians,47,45", "martians"),
    "no pollster": ("x,,ALL,2026-09-01,2026-09-02,500,LV,47,45", "pollster"),
    "no shares": ("x,Tern,ALL,2026-09-01,2026-09-02,500,LV,,", "fewer than two"),
    "too few cells": ("x,Tern,ALL", "cells"),
    "too many cells": ("x,Tern,ALL,2026-09-01,2026-09-02,500,LV,47,45,1,2,3", "cells"),
    "the same question twice": (GOOD[2], ""),
}


@pytest.mark.parametrize(("row", "reason"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_set_aside_with_its_reason(desk, row, reason):
    contest = load_contest("example-senate")
    path = desk.write(*GOOD, row)
    polls = clean_polls(read_polls(path, contest), contest, as_of=dt.date.fromisoformat(AS_OF))
    assert polls.polls.height == 3
    assert polls.rejected["row"].to_list() == [5]
    assert reason in polls.rejected["reason"][0]


def test_bad_rows_are_told_and_written_with_the_good_ones(desk):
    """Each alone is looked at above, without a fit; here the command, with all of them in one file."""
    desk.write(*GOOD, *(row for row, _ in BAD_ROWS.values()))
    said = desk.project()
    assert (said.code, said.err) == (0, "")
    assert f"polls: 3 used, {len(BAD_ROWS)} set aside" in said.out
    rejected = pl.read_csv(desk.folder / "out" / "polls_rejected.csv").sort("row")
    assert rejected["row"].to_list() == [*range(5, 5 + len(BAD_ROWS))]
    for said_of_it, (_, reason) in zip(rejected["reason"], BAD_ROWS.values(), strict=True):
        assert reason in said_of_it
    assert desk.left_behind() == ["out"]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """What the good rows alone give."""
    folder = tmp_path_factory.mktemp("plain")
    with contextlib.chdir(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.signal, "signal", lambda *_: None)
        (folder / "polls.csv").write_text(TEXT, encoding="utf-8")
        run_here("project", "example-senate", "--polls", "polls.csv", "--as-of", AS_OF, "--out", "out", "--draws", 200)
    return (folder / "out" / "units.csv").read_bytes()


TEXT = "\n".join([HEAD, *GOOD]) + "\n"
SAME = {
    "a byte-order mark": TEXT.encode("utf-8-sig"),
    "line ends of Windows": TEXT.replace("\n", "\r\n").encode(),
    "line ends of old Macs": TEXT.replace("\n", "\r").encode(),
    "UTF-16": TEXT.encode("utf-16"),
    "semicolons": TEXT.replace(",", ";").encode(),
    "empty lines at the end": (TEXT + "\n\n").encode(),
    "no line end": TEXT.rstrip("\n").encode(),
    "thousands separators": TEXT.replace(",800,", ',"0,800",').encode(),
    "fractions": TEXT.replace("47,45", "0.47,0.45")
    .replace("46,46", "0.46,0.46")
    .replace("48,44", "0.48,0.44")
    .encode(),
    "percent signs": TEXT.replace("47,45", "47 %,45%").encode(),
}


@pytest.mark.parametrize("written", SAME.values(), ids=SAME)
def test_how_a_file_is_written_changes_no_number(desk, plain, written):
    desk.write(written)
    assert desk.project().code == 0
    assert (desk.folder / "out" / "units.csv").read_bytes() == plain


def test_a_name_in_another_encoding_is_read(desk, plain):
    desk.write(TEXT.replace("Public Ear", "Fülbier & Söhne").encode("cp1252"))
    assert desk.project().code == 0
    used = pl.read_csv(desk.folder / "out" / "polls_used.csv")
    assert "Fülbier & Söhne" in used["pollster"].to_list()
    # Houses stand in another order now, and sums round otherwise.
    shares, expected = (pl.read_csv(one)["share_mean"] for one in (desk.folder / "out" / "units.csv", plain))
    assert (shares - expected).abs().max() < 1e-6


@pytest.mark.parametrize("missing", ["", "NaN", "n/a"])
def test_a_missing_sample_size_is_filled_flagged_and_said(desk, missing):
    desk.write(*GOOD, f"x,Northgate,FAIRMONT,2026-09-08,2026-09-09,{missing},LV,47,45")
    said = desk.project()
    assert "note: 1 missing sample size" in said.out
    used = pl.read_csv(desk.folder / "out" / "polls_used.csv").filter(poll_id="x")
    assert used["sample_size_filled"].to_list() == [True, True]
    assert used["sample_size"][0] in (800.0, 850.0, 900.0)


def test_repeated_ids_are_made_unique(desk):
    desk.write(*GOOD, "p1,Tern,FAIRMONT,2026-09-08,2026-09-09,700,LV,47,45")
    assert "polls: 4 used, 0 set aside" in desk.project().out
    assert pl.read_csv(desk.folder / "out" / "polls_used.csv")["poll_id"].n_unique() == 4


@pytest.mark.parametrize("rows", [(), ("x,Tern,ALL,2026-10-05,2026-10-07,500,LV,47,45",)], ids=["none", "none yet"])
def test_without_polls_the_answer_is_the_prior_and_says_so(desk, rows):
    desk.write(*rows)
    said = desk.project()
    assert said.code == 0
    assert "No poll could be used: every number is the prior" in said.out
    for command in (("track", "--as-of", AS_OF), ("explain", "--from", "2026-09-01", "--to", AS_OF)):
        done = desk(command[0], "example-senate", "--polls", "polls.csv", *command[1:], "--out", "out")
        assert (done.code, done.err) == (0, "")
    assert desk("brief", "out").code == 0
    assert pl.read_csv(desk.folder / "out" / "polls_used.csv").is_empty()


def test_one_poll_is_enough_and_moves_the_answer(desk, plain):
    desk.write(GOOD[0].replace("47,45", "56,36"))
    assert "polls: 1 used, 0 set aside" in desk.project().out
    assert desk.verdict()["options"]["alder"]["win_prob"] > 0.7


def test_units_without_polls_are_projected_too(desk):
    desk.write("p1,Tern,WESTBANK,2026-08-01,2026-08-04,800,LV,57,35", head=HEAD.replace("alder,birch", "yes,no"))
    assert desk.project(contest="example-measure").code == 0
    units = pl.read_csv(desk.folder / "out" / "units.csv").filter(option="yes")
    assert units["unit"].to_list() == ["EASTBANK", "WESTBANK", "UPRIVER", "COUNTY"]
    assert units["share_sd"].is_between(0.001, 0.2).all()


def test_an_absurdly_large_sample_is_survived(desk):
    desk.write(*GOOD, "x,Tern,FAIRMONT,2026-09-08,2026-09-09,100000,LV,80,15")
    assert desk.project().code == 0


UNUSABLE = {
    "empty": (b"", "polls.csv"),
    "binary": (bytes(range(256)) * 9, "not a text file"),
    "a column missing": (TEXT.replace("end_date", "until").encode(), "end_date"),
    "no shares": (TEXT.replace("alder,birch", "x,y").encode(), "polls.csv"),
    "a web page": (b"<!doctype html>\n<html><body>404</body></html>\n", "polls.csv"),
    "a quotation mark left open": (
        (TEXT.replace("Public", '"Public') + 60 * (GOOD[2] + "\n")).encode(),
        "quotation mark",
    ),
    "a column twice": (TEXT.replace("poll_id", "alder").encode(), "alder"),
}


@pytest.mark.parametrize(("written", "word"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_file_that_cannot_be_used_is_one_line(desk, is_refused, written, word):
    desk.write(written)
    is_refused(desk, desk.project(), "polls.csv", word)


OPTIONS = {
    "no such file": (["--polls", "pols.csv"], "did you mean polls.csv"),
    "a folder for a file": (["--polls", "/"], "folder"),
    "a day that is none": (["--as-of", "yesterday"], "YYYY-MM-DD"),
    "a day written otherwise": (["--as-of", "20260920"], "YYYY-MM-DD"),
    "a day that does not exist": (["--as-of", "2026-02-30"], "YYYY-MM-DD"),
    "after the election": (["--as-of", "2026-12-01"], "is after Senate race"),
    "no draws": (["--draws", "0"], "too few"),
    "negative draws": (["--draws", "-5"], "too few"),
    "draws beyond memory": (["--draws", "10000000"], "need too much memory"),
    "draws that are no number": (["--draws", "many"], "--draws"),
    "a negative seed": (["--seed", "-1"], "the seed -1 is negative"),
    "an unknown prior": (["--national-prior", "gut"], "auto, fundamentals, history, flat"),
    "a prior that is not there": (["--national-prior", "fundamentals"], "no fundamentals for example-senate"),
    "an unknown layout": (["--layout", "excel"], "excel"),
    "an unknown option": (["--sead", "1"], "--sead"),
    "out is a file": (["--out", "polls.csv"], "is a file, expected a folder"),
    "out is below a file": (["--out", "polls.csv/deep"], "cannot write"),
    "out cannot be written": (["--out", "/proc/nowhere"], "cannot write"),
}


@pytest.mark.parametrize(("more", "word"), OPTIONS.values(), ids=OPTIONS)
def test_an_option_that_cannot_be_is_one_line(desk, is_refused, more, word):
    is_refused(desk, desk.project(*more), word)


OTHERS = {
    "explain, days the wrong way round": (
        ["explain", "--from", "2026-09-20", "--to", "2026-08-01"],
        "earlier day first",
    ),
    "explain, the same day": (["explain", "--from", "2026-09-20", "--to", "2026-09-20"], "earlier day first"),
    "explain, an unknown unit": (
        ["explain", "--from", "2026-08-10", "--to", "2026-09-20", "--unit", "XX"],
        "no unit 'XX' (one of: FAIRMONT, ALL)",
    ),
    "explain, after the election": (["explain", "--from", "2026-08-10", "--to", "2026-12-20"], "is after"),
    "track, every 0 days": (["track", "--every", "0"], "--every"),
    "track, after the election": (["track", "--as-of", "2026-12-20"], "is after"),
    "backtest, no result": (["backtest"], "result of example-senate is not among the facts"),
    "backtest, horizons that are none": (["backtest", "--horizons", "soon"], "--horizons 'soon'"),
    "backtest, nothing between commas": (["backtest", "--horizons", "7,,1"], "--horizons '7,,1'"),
}


@pytest.mark.parametrize(("args", "word"), OTHERS.values(), ids=OTHERS)
def test_other_commands_refuse_in_one_line_too(desk, is_refused, args, word):
    command, *more = args
    is_refused(desk, desk(command, "example-senate", "--polls", "polls.csv", *more, "--out", "out"), word)


@pytest.mark.parametrize("horizons", ["7,-1", "7,7"])
def test_horizons_that_cannot_be_are_refused(desk, is_refused, horizons):
    desk.write("a,US,2016-10-01,500,40,45", head="pollster,unit,end_date,sample_size,dem,rep")
    is_refused(desk, desk("backtest", "us-president-2016", "--polls", "polls.csv", "--horizons", horizons), "horizon")


def test_an_unknown_contest_names_the_nearest(desk, is_refused):
    is_refused(desk, desk.project(contest="exmple-senate"), "did you mean 'example-senate'")


def test_missing_arguments_are_named(desk, is_refused):
    is_refused(desk, desk("project"), "CONTEST", "hustings project --help")
    is_refused(desk, desk("project", "example-senate"), "--polls")


def test_somebody_elses_folder_is_left_alone(desk):
    theirs = desk.folder / "out"
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("years of work")
    said = desk.project()
    assert (said.code, said.out) == (2, "")
    assert "does not look like a run of hustings" in said.err
    assert [path.name for path in theirs.iterdir()] == ["thesis.txt"]
    assert desk.left_behind() == ["out"]


def test_a_failed_run_leaves_the_older_one(desk):
    assert desk.project().code == 0
    before = {path.name: path.read_bytes() for path in (desk.folder / "out").iterdir()}
    assert desk.project("--seed", "-1").code == 2
    assert {path.name: path.read_bytes() for path in (desk.folder / "out").iterdir()} == before
    assert desk.left_behind() == ["out"]


def command(*args):
    return [sys.executable, "-m", "hustings", *args]


def test_a_process_ends_with_one_line_and_code_2(desk):
    desk.write(b"")
    args = command("project", "example-senate", "--polls", "polls.csv", "--as-of", AS_OF, "--out", "out")
    done = subprocess.run(args, cwd=desk.folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: polls.csv")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "terminated"])
def test_stopped_while_writing_it_leaves_no_folder(desk, sent, code):
    # The draws are written last but three: the process says when it has come so far, and waits.
    script = (
        "import time, hustings.projection.files as files\n"
        "def slow(*_):\n"
        "    print('writing', flush=True)\n"
        "    time.sleep(60)\n"
        "files.write_parquet = slow\n"
        "from hustings.cli import main\n"
        f"main(['project', 'example-senate', '--polls', 'polls.csv', '--as-of', '{AS_OF}', '--out', 'out', '--quiet'])\n"
    )
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=desk.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"writing\n"
        assert len(desk.left_behind()) == 1
        time.sleep(0.05)
        process.send_signal(sent)
        _, err = process.communicate(timeout=20)
    assert process.returncode == code
    assert b"Traceback" not in err
    assert desk.left_behind() == []
