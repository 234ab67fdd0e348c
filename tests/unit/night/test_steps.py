"""What single steps do where something odd is found, without a whole night."""

import datetime as dt
import errno
from types import SimpleNamespace

import polars as pl
import pytest

from hustings.cli.nights import night_of
from hustings.errors import ConfigError, InputError
from hustings.night import run_night
from hustings.night.journal import Journal
from hustings.night.steps.count import elsewhere
from hustings.night.steps.fit import TURNOUT, model_there
from hustings.night.steps.load import LOAD
from hustings.night.steps.polls import POLLS
from hustings.night.steps.scored import score_step
from hustings.night.steps.support import FIT_SUPPORT
from hustings.scores.support.people import People
from made_night import CONTEST, SETTINGS
from made_night import POLLS as MADE_POLLS


@pytest.fixture
def folder(tmp_path):
    """A campaign whose inbox holds names, and nothing in them; no voters are stored."""
    (tmp_path / "inbox" / "2016-10-08").mkdir(parents=True)
    (tmp_path / "campaign.toml").write_text(SETTINGS)
    (tmp_path / "nc.toml").write_text(CONTEST)
    (tmp_path / "inbox/polls.csv").write_text(MADE_POLLS)
    return tmp_path


def test_files_of_later_days_are_no_mistake(folder):
    (folder / "inbox/2016-10-08/ncvoter_Statewide.zip").write_bytes(b"")
    assert LOAD.work(night_of(folder, "2016-10-01")) == "nothing yet: the files of the inbox (1) are of later days"


def test_an_inbox_without_any_file_is_one(folder):
    with pytest.raises(InputError, match=r"no file like inbox/\*/ncvoter\*\.zip, inbox/\*/ncvhis\*\.zip"):
        LOAD.work(night_of(folder, "2016-10-10"))


def test_a_pattern_that_no_file_has_is_said(folder, monkeypatch):
    (folder / "inbox/2016-10-08/ncvoter_Statewide.zip").write_bytes(b"")
    loaded = SimpleNamespace(notes=(), rows_in=7)
    monkeypatch.setattr("hustings.night.steps.load._load", lambda *_: loaded)
    night = night_of(folder, "2016-10-10")
    night.open_vault = lambda: None
    assert LOAD.work(night) == "7 rows of voters; no file like inbox/*/ncvhis*.zip"


def test_a_list_of_polls_that_lost_all_its_rows_leaves_the_last_good_copy(folder):
    night = night_of(folder, "2016-11-07")
    assert POLLS.work(night).startswith("3 polls used")
    (folder / "inbox/polls.csv").write_text(MADE_POLLS.splitlines()[0] + "\n")
    with pytest.raises(InputError, match="holds no poll any more"):
        POLLS.work(night)
    assert (folder / "runs/.night/polls.csv").read_text() == MADE_POLLS


def test_a_disk_that_is_full_leaves_no_half_copy_and_does_not_stop_the_log_s_night(folder, monkeypatch):
    def full(_, beside):
        beside.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("hustings.night.steps.polls.shutil.copyfile", full)
    night = night_of(folder, "2016-11-07")
    report = run_night(night, [POLLS], lambda *_: "nothing", clock=lambda: dt.datetime.now(dt.UTC))
    assert [(done.name, done.said) for done in report.failed] == [("polls", "disk: No space left on device")]
    assert not list(night.place.glob("*.writing"))
    (night.place / "night.jsonl").unlink()
    (night.place / "night.jsonl").mkdir()  # a log that cannot be written
    Journal(night.place).log(dt.datetime.now(dt.UTC), "begin")


@pytest.mark.parametrize("broken", ["run.json", "scorecards.json"])
def test_a_model_that_cannot_be_read_is_not_there(folder, broken):
    place = folder / "models" / TURNOUT / "2016-11-06"
    place.mkdir(parents=True)
    (place / "run.json").write_text('{"command": "fit turnout", "as_of": "2016-11-06"}')
    (place / broken).write_text('{"cut in the mid')
    assert not any(path.exists() for path in model_there(TURNOUT)(night_of(folder, "2016-11-07")))


def test_too_few_interviews_are_counted_and_the_codebook_is_asked_after(folder, monkeypatch):
    rows = pl.DataFrame({"option": ["alder"] * 9 + [None] * 891})
    monkeypatch.setattr("hustings.night.steps.support.waves_of", lambda *_, **__: [])
    people = People(rows, ("poll 2016-10-30",), ())
    monkeypatch.setattr("hustings.night.steps.support.interviewed_people", lambda *_, **__: people)
    with pytest.raises(InputError, match=r"9 of 900 interviews of poll 2016-10-30 name an option.*codebook"):
        FIT_SUPPORT.work(night_of(folder, "2016-11-07"))


def test_scoring_with_a_model_that_was_never_fitted_names_that_model(folder):
    with pytest.raises(InputError, match="hustings fit persuasion says why"):
        score_step(("persuasion",)).work(night_of(folder, "2016-11-07"))


@pytest.mark.parametrize(("as_of", "seed", "words"), [("", 1, "is not a day"), ("2016-11-07", -1, "--seed -1")])
def test_a_day_or_a_seed_that_cannot_be_is_refused_before_anything_is_done(folder, as_of, seed, words):
    with pytest.raises(ConfigError, match=words):
        night_of(folder, as_of, seed=seed)
    assert not (folder / "runs").exists()


def test_without_a_day_it_is_the_eve_of_an_election_that_is_over(folder):
    assert night_of(folder, None).as_of == dt.date(2016, 11, 7)


def test_votes_of_states_that_the_contest_does_not_have_are_said():
    cells = pl.DataFrame({"state": ["NC", "OH", "FL", "OH"], "votes": [1000.0, 700.4, 2.0, 300.0]})
    assert elsewhere(cells, ["NC", "OH", "FL"]) == ""
    assert elsewhere(cells, ["NC"]) == "; 1,002 of them in FL, OH, no unit of the contest"
