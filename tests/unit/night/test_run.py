"""The order of the night: what is skipped, what failed, what a killed night leaves, one at a time."""

import datetime as dt
import json
import shutil
from types import SimpleNamespace

import polars as pl
import pytest

from hustings.errors import BusyError, InputError
from hustings.night.journal import Journal, mark_of
from hustings.night.run import do_step, run_night
from hustings.night.step import Step
from hustings.store.lock import locked

MOMENT = dt.datetime(2016, 11, 7, 3, 0, tzinfo=dt.UTC)


class Kitchen:
    """A night of three steps that count how often they work."""

    def __init__(self, folder):
        self.folder = folder
        self.night = SimpleNamespace(
            place=folder / ".night", as_of=dt.date(2016, 11, 7), code_version="1", progress=lambda _: None
        )
        self.worked, self.flour, self.broken = [], "white", None

    def step(self, name, inputs):
        def work(_):
            if self.broken and self.broken[0] == name:
                raise self.broken[1]
            self.worked.append(name)
            (self.folder / name).write_text(name)
            return f"{name} is done"

        return Step(name, lambda _: inputs(), work, lambda _: [self.folder / name], instead="yesterday's stands")

    def run(self, **options):
        steps = [
            self.step("dough", lambda: {"flour": self.flour}),
            self.step("bread", lambda: {"dough": (self.folder / "dough").exists(), "flour": self.flour}),
            self.step("cake", lambda: None),
        ]
        self.worked.clear()
        published = []
        report = run_night(
            self.night,
            steps,
            lambda _, found: published.append(found) or "table",
            clock=lambda: MOMENT,
            **options,
        )
        return {done.name: done.status for done in report.steps}, report


@pytest.fixture
def kitchen(tmp_path):
    return Kitchen(tmp_path)


def test_a_step_without_anything_to_do_is_said_to_have_nothing(kitchen):
    statuses, _ = kitchen.run()
    assert statuses == {"dough": "done", "bread": "done", "cake": "nothing", "publish": "done"}


def test_unchanged_steps_are_skipped_and_changed_ones_done_again(kitchen):
    kitchen.run()
    assert kitchen.run()[0] == {"dough": "unchanged", "bread": "unchanged", "cake": "nothing", "publish": "done"}
    assert kitchen.worked == []
    kitchen.flour = "rye"
    kitchen.run()
    assert kitchen.worked == ["dough", "bread"]


def test_a_step_whose_output_is_gone_is_done_again(kitchen):
    kitchen.run()
    (kitchen.folder / "bread").unlink()
    kitchen.run()
    assert kitchen.worked == ["bread"]


def test_again_skips_nothing(kitchen):
    kitchen.run()
    kitchen.run(again=True)
    assert kitchen.worked == ["dough", "bread"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (InputError("no yeast"), "no yeast"),
        (OSError(28, "No space left on device", "/store"), "No space left"),
        (MemoryError(), "not enough memory"),
        (KeyError("oven"), "a fault in hustings"),
    ],
)
def test_a_failed_step_stops_no_other_and_is_tried_again(kitchen, error, words):
    kitchen.broken = ("dough", error)
    statuses, report = kitchen.run()
    assert statuses == {"dough": "failed", "bread": "done", "cake": "nothing", "publish": "done"}
    assert words in report.failed[0].said
    assert report.failed[0].instead == "yesterday's stands"
    kitchen.broken = None
    kitchen.run()
    assert "dough" in kitchen.worked


def test_killed_after_a_step_the_next_night_goes_on_from_there(kitchen):
    kitchen.broken = ("bread", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        kitchen.run()
    kitchen.broken = None
    statuses, _ = kitchen.run()
    assert statuses["dough"] == "unchanged"
    assert kitchen.worked == ["bread"]


def test_one_night_at_a_time(kitchen):
    with locked(kitchen.night.place, what="run"), pytest.raises(BusyError, match="another process"):
        kitchen.run()
    assert kitchen.worked == []


def test_the_log_is_one_object_a_line_with_what_became_of_each_step(kitchen):
    kitchen.broken = ("bread", KeyError("oven"))
    kitchen.run()
    lines = [json.loads(line) for line in (kitchen.night.place / "night.jsonl").read_text().splitlines()]
    assert [line["event"] for line in lines] == ["begin", "step", "fault", "step", "step", "step", "end"]
    assert "oven" in lines[2]["trace"]
    assert lines[-1]["failed"] == ["bread"]


def test_a_garbled_journal_means_that_steps_are_done_again(kitchen):
    kitchen.run()
    (kitchen.night.place / "journal.json").write_text("{half")
    kitchen.run()
    assert kitchen.worked == ["dough", "bread"]


def test_one_step_by_itself_says_what_it_needs(kitchen):
    cake = Step("cake", lambda _: None, lambda _: "", needs="eggs")
    with pytest.raises(InputError, match="eggs"):
        do_step(kitchen.night, cake)
    assert do_step(kitchen.night, kitchen.step("dough", lambda: {"flour": "white"})) == "dough is done"
    assert Journal(kitchen.night.place).last("dough")["mark"] == mark_of({"flour": "white"})


@pytest.mark.parametrize(
    "trouble",
    [
        pl.exceptions.ComputeError("parquet: underlying IO error: No space left on device (os error 28)"),
        shutil.Error([("a", "b", "[Errno 28] No space left on device: 'a'")] * 3),
    ],
    ids=["of a library", "of a folder that is copied"],
)
def test_a_full_disk_is_no_fault_of_ours_whoever_meets_it(kitchen, trouble):
    kitchen.broken = ("bread", trouble)
    _, report = kitchen.run()
    assert [done.said for done in report.failed] == ["disk: No space left on device"]


def test_of_a_folder_that_cannot_be_copied_the_first_file_is_named(kitchen):
    kitchen.broken = ("bread", shutil.Error([("a.csv", "b.csv", "Permission denied"), ("c.csv", "d.csv", "the same")]))
    _, report = kitchen.run()
    assert [done.said for done in report.failed] == ["a.csv: Permission denied"]
