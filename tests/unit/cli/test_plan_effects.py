"""`hustings plan effects`: the rows in use, tables to edit, mistakes."""

from __future__ import annotations

import pytest

from unit.cli.conftest import no


def test_the_table_in_use_with_its_sources(desk):
    said = desk("plan", "effects")
    assert (said.code, said.err) == (0, "")
    assert "one vote in 14 conversations" in " ".join(said.out.split())
    assert "Media markets: no file" in said.out
    assert max(len(line) for line in said.out.splitlines()) <= 80


def test_as_json(desk):
    found = desk("plan", "effects", "--json").json
    door = next(row for row in found["effects"] if row["effect"] == "door")
    assert door["dollars_per_net_vote"] == pytest.approx(1 / 0.22 / (0.0714 * 0.6))
    assert found["markets"] is None
    assert {row["channel"] for row in found["costs"]} >= {"door", "phone", "mail", "tv"}


def test_what_is_written_can_be_edited_and_read(desk):
    outs = ("--out", "e.csv", "--costs-out", "c.csv", "--markets-out", "m.csv")
    said = desk("plan", "effects", "--contest", "us-president-2016", *outs)
    assert said.code == 0
    assert "effects to edit: e.csv" in said.out
    text = (desk.folder / "e.csv").read_text()
    (desk.folder / "e.csv").write_text(text.replace("0.0714", "0.05"))
    ins = ("--effects", "e.csv", "--costs", "c.csv", "--markets", "m.csv")
    said = desk("plan", "effects", "--contest", "us-president-2016", *ins)
    assert "5.00 ± 2.50" in said.out
    assert "Media markets: 51, of which 0 reach more than one unit." in said.out


def test_in_a_campaign_its_files_take_the_place_and_its_findings_are_joined(desk):
    desk("new", "mine", "--contest", "us-president-2016")
    plan = desk.folder / "mine" / "plan"
    plan.mkdir()
    (plan / "own.csv").write_text("channel,kind,mean,se,source\ndoor,mobilisation,.03,.01,doors of June\n")
    said = desk("plan", "effects", "--campaign", "mine", "--as-of", "2016-10-20", "--out", "e.csv")
    assert "own: doors of June (3.00 ± 1.00; Green & Gerber 2015 7.14 ± 2.50)" in " ".join(said.out.split())
    # What is written to be edited is what was published: findings are joined when plans are made.
    assert "0.0714" in (desk.folder / "e.csv").read_text()


def test_mistakes_are_named_with_their_place(desk):
    assert desk("plan", "effects", "--out", "e.csv", "--quiet").out == ""
    text = (desk.folder / "e.csv").read_text()
    (desk.folder / "e.csv").write_text(text.replace("0.0714,0.015", "0.0714,"))
    no(desk("plan", "effects", "--effects", "e.csv"), "row 2", "'door' has no error", "(high - low) / 3.92")
    no(desk("plan", "effects", "--markets-out", "m.csv"), "--markets-out needs a contest")
    no(desk("plan", "effects", "--out", "e.parquet"), "people edit CSV")
    no(desk("plan", "effects", "--contest", "example-senate", "--campaign", "."), "give one of them")
    (desk.folder / "m.csv").write_text("market,unit,voters_share,dollars\nDuluth,WI,.2,\n")
    asked = ("plan", "effects", "--contest", "us-president-2016", "--markets", "m.csv")
    no(desk(*asked), "the market 'Duluth' has no price")
