"""A run folder is there in full or not at all."""

from __future__ import annotations

import pytest

from hustings.errors import StoreError
from hustings.store import read_run, run_folder, write_json


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_it_appears_only_when_the_block_is_done(tmp_path):
    out = tmp_path / "deep" / "run"
    with run_folder(out) as folder:
        write_json({"a": 1}, folder / "run.json")
        assert not out.exists()
    assert names(out) == ["run.json"]
    assert names(out.parent) == ["run"]


@pytest.mark.parametrize("problem", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_nothing_is_left_after_a_fault(tmp_path, problem):
    with pytest.raises(problem), run_folder(tmp_path / "run") as folder:
        write_json({}, folder / "run.json")
        raise problem
    assert names(tmp_path) == []


def test_an_older_run_is_replaced_in_full(tmp_path):
    for number in (1, 2):
        with run_folder(tmp_path / "run") as folder:
            write_json({"number": number}, folder / "run.json")
            (folder / f"only-{number}.txt").touch()
    assert names(tmp_path) == ["run"]
    assert names(tmp_path / "run") == ["only-2.txt", "run.json"]
    assert read_run(tmp_path / "run").info == {"number": 2}


def test_an_older_run_survives_a_fault(tmp_path):
    with run_folder(tmp_path / "run") as folder:
        write_json({"number": 1}, folder / "run.json")
    with pytest.raises(RuntimeError), run_folder(tmp_path / "run"):
        raise RuntimeError
    assert read_run(tmp_path / "run").info == {"number": 1}


def test_add_keeps_what_is_there(tmp_path):
    with run_folder(tmp_path / "run") as folder:
        write_json({"number": 1}, folder / "run.json")
    with run_folder(tmp_path / "run", add=True) as folder:
        (folder / "track.csv").touch()
    assert names(tmp_path / "run") == ["run.json", "track.csv"]


def test_somebody_elses_folder_is_left_alone(tmp_path):
    theirs = tmp_path / "thesis"
    theirs.mkdir()
    (theirs / "chapter-1.txt").touch()
    with pytest.raises(StoreError, match="does not look like a run"), run_folder(theirs):
        pytest.fail("must not get here")
    assert names(tmp_path) == ["thesis"]
    with run_folder(theirs, force=True) as folder:
        write_json({}, folder / "run.json")
    assert names(theirs) == ["run.json"]


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "run").mkdir()
    with run_folder(tmp_path / "run") as folder:
        write_json({}, folder / "run.json")
    assert names(tmp_path / "run") == ["run.json"]


def test_a_file_in_the_way_is_an_error(tmp_path):
    (tmp_path / "run").touch()
    with pytest.raises(StoreError, match="is a file"), run_folder(tmp_path / "run"):
        pytest.fail("must not get here")


def test_a_run_without_its_mark_is_an_error(tmp_path):
    with pytest.raises(StoreError, match=r"run\.json"), run_folder(tmp_path / "run"):
        pass
    assert names(tmp_path) == []
