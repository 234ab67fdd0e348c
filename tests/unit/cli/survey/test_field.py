"""Fielding for real: what is refused before anything is begun, links, and the two kinds of waves kept apart."""

from __future__ import annotations

import socket
import stat

import polars as pl
import pytest

from unit.cli.conftest import no
from unit.cli.survey.conftest import LATER, WAVE

ASKER = {"sponsor": "Example Research", "contact": "a@example.org", "public_url": "https://survey.example.org"}


def put(poll, **settings):
    path = poll.folder / "campaign.toml"
    text = path.read_text()
    for name, value in settings.items():
        text = text.replace(f'{name} = ""', f'{name} = "{value}"')
    path.write_text(text)


@pytest.fixture
def later(poll):
    """Another wave, drawn and not asked, of a campaign that says who it is."""
    put(poll, **ASKER)
    assert poll("survey", "draw", "tracker", "--wave", LATER, "--n", 60, "--quiet").code == 0
    return poll.folder / "surveys" / "tracker" / "waves" / LATER


def test_nobody_is_asked_in_no_name(poll):
    poll("survey", "draw", "tracker", "--wave", LATER, "--n", 60, "--quiet")
    no(poll("survey", "field", "tracker"), "survey.sponsor is empty")
    put(poll, **{**ASKER, "public_url": "http://survey.example.org"})
    no(poll("survey", "field", "tracker"), "http://survey.example.org", "https")


def test_half_an_account_is_none(poll, later, monkeypatch):
    monkeypatch.setenv("HUSTINGS_TWILIO_SID", "AC1")
    no(poll("survey", "field", "tracker"), "HUSTINGS_TWILIO_TOKEN", "survey.number")
    assert not (later / "field.sqlite").exists()


def test_a_port_in_use_is_told_before_the_wave_is_opened(poll, later):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        no(poll("survey", "field", "tracker", "--port", taken.getsockname()[1]), "cannot listen on 127.0.0.1")
    no(poll("survey", "field", "tracker", "--port", 99_999), "99999")
    assert not (later / "field.sqlite").exists()


def test_links_are_for_their_owner_and_the_wave_is_real_from_then_on(poll, later):
    no(poll("survey", "field", "tracker", "--links", "nowhere/letters.csv"), "--links", "nowhere")
    said = poll("survey", "field", "tracker", "--links", "letters.csv", "--quiet")
    assert (said.code, said.out, said.err) == (0, "", "")
    letters = pl.read_csv(poll.folder / "letters.csv")
    assert letters.height == letters["url"].n_unique() == 60
    assert letters["url"].str.starts_with(f"https://survey.example.org/{LATER}/").all()
    assert letters["last_name"].null_count() == 0
    assert stat.S_IMODE((poll.folder / "letters.csv").stat().st_mode) == 0o600
    no(poll("survey", "rehearse", "tracker"), "fielded for real")


def test_without_a_key_nothing_is_opened(poll, later, monkeypatch):
    assert later.is_dir()
    monkeypatch.delenv("HUSTINGS_VAULT_KEY")
    no(poll("survey", "field", "tracker"), "HUSTINGS_VAULT_KEY is not set")
    no(poll("survey", "rehearse", "tracker"), "HUSTINGS_VAULT_KEY is not set")
    assert poll("survey", "status", "tracker", "--wave", WAVE).code == 0


def test_a_rehearsal_opts_nobody_out_and_rests_nobody(poll, wave):
    """Simulated voters say STOP: that is theirs. Their interviews are of nobody, unless the next wave is rehearsed too."""
    interviewed = pl.read_parquet(wave / "respondents.parquet").filter(pl.col("disposition").is_in(["1.1", "1.2"]))
    assert not (wave.parents[2] / "opt-outs.sqlite").exists()
    drawn = ("survey", "draw", "tracker", "--n", 60, "--json")
    real = poll(*drawn, "--wave", "2016-10-04").json
    again = poll(*drawn, "--wave", "2016-10-05", "--rehearsal", "--allocate", "neyman").json
    assert real["excluded"]["interviewed recently"] == 0
    assert again["excluded"]["interviewed recently"] == interviewed.height > 60
    asked = pl.read_parquet(wave.parent / "2016-10-05" / "sample.parquet")
    assert asked.join(interviewed, on="voter_id", how="semi").is_empty()
