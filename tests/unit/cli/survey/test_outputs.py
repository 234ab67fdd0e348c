"""What the commands print: JSON and nothing else, nothing at all, lines that fit; and what they leave when stopped."""

from __future__ import annotations

import json

import polars as pl
import pytest

from unit.cli.conftest import no

BOTH = {
    "draw": ("tracker", "--wave", "2016-10-09", "--n", 40),
    "load": ("panel", "panel.csv", "--wave", "w1", "--codebook", "panel.toml"),
    "status": ("tracker",),
    "quality": ("tracker",),
    "weigh": ("tracker", "--name", "again"),
    "tables": ("tracker",),
    "trend": ("tracker",),
    "polls": ("tracker",),
}


@pytest.fixture
def panel(poll):
    choices = 'choices = [{ code = "a", label = "A" }, { code = "b", label = "B" }]\n'
    text = f'title = "P"\nrespondent = "id"\npopulation = "a"\n[items.vote]\nkind = "single"\n{choices}'
    (poll.folder / "panel.toml").write_text(text)
    (poll.folder / "panel.csv").write_text("id,vote\n1,a\n2,b\n3,a\n")
    return poll


@pytest.mark.parametrize(("command", "args"), BOTH.items(), ids=BOTH)
def test_json_is_json_and_nothing_else(panel, command, args):
    said = panel("survey", command, *args, "--json")
    assert (said.code, said.err) == (0, "")
    assert json.loads(said.out)


@pytest.mark.parametrize(("command", "args"), BOTH.items(), ids=BOTH)
def test_quiet_is_silent(panel, command, args):
    said = panel("survey", command, *args, "--quiet")
    assert (said.code, said.out, said.err) == (0, "", "")


@pytest.mark.parametrize("command", ["quality", "weigh", "tables", "trend", "polls"])
def test_lines_fit_a_narrow_terminal(panel, command):
    said = panel("survey", command, "tracker")
    assert (said.code, said.err) == (0, "")
    assert [line for line in said.out.splitlines() if len(line) > 80 and not line.startswith(("next:", "note:"))] == []


def test_wordings_show_what_was_put_in(poll):
    said = poll("survey", "tables", "tracker")
    assert "How keen are you to vote for [vote]?" in said.out
    assert "{vote}" not in said.out


def test_the_trend_speaks_in_words_the_vote_first(poll):
    lines = poll("survey", "trend", "tracker").out.splitlines()
    assert lines[2].split()[:2] in (["vote", "Hillary"], ["vote", "Donald"])
    table = pl.read_parquet(poll.folder / "surveys" / "tracker" / "trend.parquet")
    vote = table.filter(
        (pl.col("unit") == "NC") & (pl.col("kind") == "wave") & pl.col("measure").str.starts_with("vote:")
    )
    assert vote["estimate"].sum() == pytest.approx(1.0)
    assert f" {100 * vote['estimate'].max():.1f} " in lines[2]


def test_weights_of_fewer_interviews_are_not_used_in_silence(poll, wave):
    """Interviews that came in after the weighting, as a rule that sets others aside does too."""
    assert poll("survey", "tables", "tracker", "--quiet").code == 0
    found = pl.read_parquet(wave / "respondents.parquet")
    first = found.filter(pl.col("disposition") == "1.1")["respondent_id"][:5]
    rows = pl.DataFrame({"respondent_id": first}).with_columns(
        rule=pl.lit("speeding"), found=pl.lit("x"), set_aside=True
    )
    rows.write_parquet(wave / "quality.parquet")
    no(poll("survey", "tables", "tracker"), "hustings survey weigh")


def test_a_disk_that_is_full(poll, wave):
    """What is there of the weights is no weighting."""

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device", str(wave / "weights"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pl.DataFrame, "write_parquet", full)
        no(poll("survey", "weigh", "tracker", "--name", "second"), "No space left on device")
    no(poll("survey", "tables", "tracker", "--weighting", "second"), "no weighting 'second'", "weightings: main;")
