"""Every command, from a contest copied and changed to its page: what is printed and what is written."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import polars as pl
import pytest

from hustings.cli.explain import points
from hustings.cli.inputs import some
from unit.cli.conftest import AS_OF, GOOD


@dataclass(frozen=True)
class Own:
    """A contest of one's own: polls of it, its days, what its verdict must name."""

    options: str
    rows: tuple[str, ...]
    as_of: str
    earlier: str
    labels: tuple[str, ...]
    seats: bool = False
    says: tuple[str, ...] = ()


OWN = {
    "example-senate": Own(
        "alder,birch",
        ("Tern,FAIRMONT,2026-08-15,600,LV,46,46", "Northgate,ALL,2026-09-01,700,LV,49,44"),
        "2026-09-20",
        "2026-08-20",
        ("Joan Alder", "Ray Birch"),
    ),
    "example-measure": Own(
        "yes,no",
        ("Tern,EASTBANK,2026-08-15,600,LV,60,33", "Northgate,COUNTY,2026-09-01,700,LV,58,36"),
        "2026-09-20",
        "2026-08-20",
        ("Yes", "No"),
        says=("most votes while somebody else wins",),
    ),
    "example-runoff": Own(
        "castle,dunne,ferro",
        ("Tern,CITY,2027-02-15,600,LV,42,37,13", "Northgate,HILLS,2027-03-01,700,LV,34,45,14"),
        "2027-03-10",
        "2027-02-20",
        ("Mina Castle", "Owen Dunne", "Luca Ferro"),
        says=("run-off",),
    ),
    "example-three-party-seats": Own(
        "orange,violet,green",
        ("Tern,NORLAND,2029-03-15,1600,LV,37,32,21", "Northgate,CARROW,2029-04-10,500,LV,34,36,"),
        "2029-04-20",
        "2029-03-20",
        ("Orange Union", "Violet League", "Green Alliance"),
        seats=True,
        says=("nobody has a majority", "where it tips"),
    ),
}


@pytest.mark.parametrize("name", OWN)
def test_a_contest_of_ones_own_from_toml_to_page(desk, name):
    own = OWN[name]
    shown = desk("contests", "show", name)
    (desk.folder / "mine.toml").write_text(shown.out, encoding="utf-8")
    desk.write(*own.rows, head=f"pollster,unit,end_date,sample_size,population,{own.options}")
    common = ("mine.toml", "--polls", "polls.csv", "--out", "out")

    said = desk("project", *common, "--as-of", own.as_of, "--draws", 500)
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == "polls: 2 used, 0 set aside"
    rows = [line for line in lines if line.startswith(tuple(f"  {label} " for label in own.labels))]
    head = lines[lines.index(rows[0]) - 1]
    assert [row.split("  ")[1].strip() for row in rows] == list(own.labels)
    assert len({len(row) for row in (head, *rows)}) == 1, "columns stand under each other"
    assert ("seats" in head) == own.seats
    for word in own.says:
        assert word in said.out
    assert sum(desk.verdict()["options"][option]["win_prob"] for option in own.options.split(",")) <= 1.0 + 1e-12

    assert desk("track", *common, "--as-of", own.as_of, "--every", 15).code == 0
    said = desk("explain", *common, "--from", own.earlier, "--to", own.as_of)
    assert said.out.startswith(f"{own.labels[0]} in ")
    assert said.out.count("poll-new") == 1
    assert "together" in said.out
    assert desk("brief", "out").out.startswith("As of ")
    written = {path.name for path in (desk.folder / "out").iterdir()}
    assert written == {
        "brief.html",
        "draws.parquet",
        "influence.csv",
        "polls_rejected.csv",
        "polls_used.csv",
        "run.json",
        "track.csv",
        "units.csv",
        "verdict.json",
    }
    page = (desk.folder / "out" / "brief.html").read_text(encoding="utf-8")
    for label in own.labels:
        assert label in page


COMMANDS = {
    "project": ("project", "example-senate", "--polls", "polls.csv", "--as-of", AS_OF, "--draws", 200),
    "track": ("track", "example-senate", "--polls", "polls.csv", "--as-of", AS_OF),
    "explain": ("explain", "example-senate", "--polls", "polls.csv", "--from", "2026-08-10", "--to", AS_OF),
}


@pytest.mark.parametrize("args", COMMANDS.values(), ids=COMMANDS)
def test_quiet_prints_nothing(desk, args):
    said = desk(*args, "--out", "out", "--quiet")
    assert (said.code, said.out, said.err) == (0, "", "")
    assert desk.left_behind() == ["out"]


def test_json_of_a_projection_is_its_verdict_and_nothing_else(desk):
    said = desk(*COMMANDS["project"], "--out", "out", "--json")
    assert (said.code, said.err) == (0, "")
    assert said.json == desk.verdict()


def test_json_of_a_path_is_json_and_nothing_else(desk):
    said = desk(*COMMANDS["track"], "--out", "out", "--json")
    assert (said.code, said.err) == (0, "")
    assert isinstance(said.json, dict)


def test_json_of_an_explanation_sums_to_the_table(desk):
    run = desk(*COMMANDS["explain"], "--out", "out", "--json")
    assert (run.code, run.err) == (0, "")
    said, table = run.json, pl.read_csv(desk.folder / "out" / "influence.csv")
    assert said["delta_share"] == pytest.approx(table["delta_share"].sum())
    assert sum(parts[0] for parts in said["by_kind"].values()) == pytest.approx(said["delta_share"])


def us_polls(desk):
    rows = [f"Tern,{unit},2012-{month}-10,800,LV,48,46" for unit in ("US", "OH", "FL") for month in ("08", "09", "10")]
    desk.write(*rows, head="pollster,unit,end_date,sample_size,population,dem,rep")
    return "backtest", "us-president-2012", "--polls", "polls.csv", "--draws", 300, "--out", "out"


def test_backtest_prints_a_row_for_each_horizon_and_writes_scores(desk):
    args = us_polls(desk)
    said = desk(*args, "--horizons", "30,7")
    lines = said.out.splitlines()
    assert [line.split()[:3] for line in lines[1:3]] == [
        ["us-president-2012", "30", "6"],
        ["us-president-2012", "7", "9"],
    ]
    scores = pl.read_csv(desk.folder / "out" / "scores.csv")
    assert scores["horizon_days"].to_list() == [30, 7]
    assert scores["n_polls"].to_list() == [6, 9]
    again = desk(*args, "--horizons", "30", "--json").json
    assert again[0]["brier"] == scores["brier"][0]
    assert desk(*args, "--horizons", "30", "--quiet").out == ""


def test_every_file_reads_back_into_pandas(desk):
    desk.project()
    for name in ("units.csv", "polls_used.csv"):
        frame = pl.read_csv(desk.folder / "out" / name).to_pandas()
        assert not frame.empty
    draws = pl.read_parquet(desk.folder / "out" / "draws.parquet").to_pandas()
    assert draws["share"].dtype == "float32"
    assert draws.groupby(["draw", "unit"], observed=True)["share"].sum().round(5).eq(1).all()


def test_a_path_is_added_to_the_projection_of_its_day_only(desk):
    desk.project()
    desk(*COMMANDS["track"], "--out", "out")
    assert {"units.csv", "track.csv"} <= {path.name for path in (desk.folder / "out").iterdir()}
    other = ("track", "example-senate", "--polls", "polls.csv", "--as-of", "2026-09-10", "--out", "other")
    assert desk(*other).code == 0
    assert {path.name for path in (desk.folder / "other").iterdir()} == {"track.csv", "run.json"}


def test_the_run_says_what_it_was_made_from(desk):
    (desk.folder / "mine.toml").write_text(desk("contests", "show", "example-senate").out, encoding="utf-8")
    desk.project("--seed", 5, contest="mine.toml")
    info = json.loads((desk.folder / "out" / "run.json").read_text())
    assert (info["seed"], info["draws"], info["as_of"]) == (5, 200, AS_OF)
    assert [entry["path"] for entry in info["inputs"]] == ["polls.csv", "mine.toml"]
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", entry["sha256"]) for entry in info["inputs"])


def test_set_aside_rows_are_counted_by_reason(desk):
    late = [f"x{i},Tern,ALL,2026-10-0{i},2026-10-0{i},500,LV,47,45" for i in range(1, 4)]
    desk.write(*GOOD, *late, "y,Tern,NARNIA,2026-09-01,2026-09-02,500,LV,47,45")
    lines = desk.project().out.splitlines()
    assert lines[0] == "polls: 3 used, 4 set aside"
    assert lines[1].split() == ["3", "ended", "after", "the", "as-of", "day"]


@pytest.mark.parametrize(("number", "said"), [(0, "0 days"), (1, "1 day"), (2, "2 days"), (1234, "1,234 days")])
def test_numbers_agree_with_their_nouns(number, said):
    assert some(number, "day") == said


def test_a_change_too_small_to_show_is_not_minus_nothing():
    assert points(-0.00001, -0.0001, "x").split() == ["+0.00", "+0.0", "x"]
    assert points(0.0123, -0.0456, "x").split() == ["+1.23", "-4.6", "x"]
