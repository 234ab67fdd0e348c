"""The watch of a campaign by the command line: the board, what explains it, what is recorded, what is refused."""

from __future__ import annotations

import json
import shutil

import polars as pl
import pytest

from hustings.tables import BOARD, EVIDENCE
from made_night import KEY, hustings, night, quickly


@pytest.fixture(scope="session")
def second(first, tmp_path_factory):
    """The campaign after its second night."""
    folder = shutil.copytree(first[0], tmp_path_factory.mktemp("second") / "campaign")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUSTINGS_VAULT_KEY", KEY)
        quickly(patch)
        code, steps = night(folder, "2016-11-07")
    assert code == 0, steps
    return folder


@pytest.fixture
def watched(second, tmp_path, monkeypatch):
    """A copy of it."""
    monkeypatch.setenv("HUSTINGS_VAULT_KEY", KEY)
    quickly(monkeypatch)
    return shutil.copytree(second, tmp_path / "campaign")


def board(folder, *more):
    code, out, _ = hustings("watch", "--campaign", folder, "--json", *more)
    return code, {row["assumption"]: row for row in json.loads(out)["board"]}


def test_the_night_leaves_a_board_and_the_brief_says_what_it_rests_on(first):
    run = first[0] / "runs" / "2016-11-06"
    assert set(pl.read_csv(run / BOARD.file)["status"]) <= {"broken", "stirring", "quiet", "idle"}
    assert (run / EVIDENCE.file).is_file()
    assert "What the numbers rest on" in (run / "brief.html").read_text(encoding="utf-8")
    card = (run / "models" / "support.md").read_text(encoding="utf-8")
    assert "Watched since 2016-11-06, `hustings watch explain support-as-modelled`" in card


def test_claims_are_registered_once_and_not_moved_by_a_refit(watched):
    files = sorted((watched / "watch" / "claims").glob("support-as-modelled/*.json"))
    assert [file.name for file in files] == ["001.json"]
    claim = json.loads(files[0].read_text())
    assert (claim["from_day"], claim["foreseen"]["prediction"]["model"]) == ("2016-11-06", "2016-11-06")


def test_the_board_is_printed_what_is_loud_first(watched):
    code, out, _ = hustings("watch", "--campaign", watched)
    _, rows = board(watched)
    loud = [name for name, row in rows.items() if row["status"] == "broken"]
    assert code == (1 if loud else 0)
    assert out.startswith("the board of 2016-11-07; were all well, 5 of 100 campaigns would ever see an alarm")
    assert all(name in out for name in rows)
    assert hustings("watch", "--campaign", watched, "--quiet")[1] == ""


def test_an_alarm_is_acknowledged_and_nothing_quiet_can_be(watched):
    # The campaign's voters are of one state, and its file is five weeks old: sources are stale.
    _, rows = board(watched)
    name = next(name for name, row in rows.items() if row["status"] == "broken")
    code, out, _ = hustings("watch", "acknowledge", name, "--who", "Ann", "--why", "asked", "--campaign", watched)
    assert (code, out.splitlines()[0]) == (0, f"recorded: Ann has seen {name}, of 2016-11-07")
    assert board(watched)[1][name]["acknowledged"].endswith(": asked")
    quiet = next(name for name, row in rows.items() if row["status"] == "quiet")
    code, _, err = hustings("watch", "acknowledge", quiet, "--who", "Ann", "--why", "asked", "--campaign", watched)
    assert code == 2
    assert f"{quiet} is quiet" in err
    code, _, err = hustings("watch", "acknowledge", name, "--who", " ", "--why", "asked", "--campaign", watched)
    assert code == 2
    assert "who and why" in err


def test_an_assumption_is_explained(watched):
    code, out, _ = hustings("watch", "explain", "support-as-modelled", "--campaign", watched)
    assert code == 0
    assert "version 1 registered on 2016-11-06" in out
    assert "docs/maths/bets-on-shares.md" in out
    code, _, err = hustings("watch", "explain", "suport-as-modelled", "--campaign", watched)
    assert code == 2
    assert "did you mean support-as-modelled?" in err


def test_a_claim_is_renewed_from_the_day_after(watched):
    given = ("--who", "Ann", "--why", "a new plan", "--campaign", watched)
    code, out, err = hustings("watch", "renew", "support-as-modelled", *given, "--as-of", "2016-11-07")
    assert code == 0, err
    assert "version 2, from what was known on 2016-11-07" in out
    code, _, err = hustings("watch", "renew", "support-as-modelled", *given, "--as-of", "2016-11-07")
    assert code == 2
    assert "from the day after" in err
    code, steps = night(watched, "2016-11-07")
    assert (code, steps["watch"]["status"]) == (0, "done")
    assert board(watched)[1]["support-as-modelled"]["version"] == 2


def test_a_past_night_is_shown_as_it_was_and_changes_nothing(watched):
    kept = (watched / "watch" / "observations.parquet").read_bytes()
    before = board(watched, "--as-of", "2016-11-06")[1]
    code, _ = night(watched, "2016-11-06", "--again")
    assert code == 0
    assert (watched / "watch" / "observations.parquet").read_bytes() == kept
    after = board(watched, "--as-of", "2016-11-06")[1]
    assert {name: row["status"] for name, row in after.items() if row["status"] != "idle"} == {
        name: row["status"] for name, row in before.items() if row["status"] != "idle"
    }


def test_sensitivity_says_the_smallest_shift(watched):
    code, out, err = hustings("watch", "sensitivity", "--campaign", watched, "--as-of", "2016-11-07")
    assert code == 0, err
    assert "Smallest shift" in out
    code, out, _ = hustings("watch", "sensitivity", "--campaign", watched, "--as-of", "2016-11-07", "--json")
    said = json.loads(out)
    units = pl.read_csv(watched / "runs/2016-11-07/units.csv").filter(option="alder", unit="NC")
    # Plurality in one state: half of the lead.
    assert said["smallest"]["everywhere_share"] == pytest.approx(abs(units["share_mean"][0] - 0.5), abs=2e-3)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--as-of", "2016-11-01"), "has no board"),
        (("replay", "--from", "2016-11-07", "--to", "2016-11-01"), "--from is before --to"),
        (("replay", "--from", "2016-11-05", "--to", "2016-11-20"), "is after"),
        (("replay", "--from", "2016-11-05", "--to", "2016-11-07", "--contest", "us-president-2016"), "both --contest and --polls"),
        (("sensitivity", "--as-of", "2016-10-02"), "no projection of 2016-10-02"),
        (("renew", "nothing", "--who", "A", "--why", "b"), "there is no assumption 'nothing'"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_one_line(campaign, args, words):
    code, _, err = hustings("watch", *args, "--campaign", campaign)
    assert code == 2
    assert words in " ".join(err.split())
    assert "Traceback" not in err


def test_a_season_of_the_campaign_is_replayed_and_its_own_board_stays(watched):
    kept = (watched / "watch" / "observations.parquet").read_bytes()
    code, out, err = hustings("watch", "replay", "--from", "2016-11-05", "--to", "2016-11-07", "--campaign", watched)
    assert code == 0, err
    assert out.startswith("3 nights, 2016-11-05 to 2016-11-07")
    assert (watched / "watch" / "observations.parquet").read_bytes() == kept
