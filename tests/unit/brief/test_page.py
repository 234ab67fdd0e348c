"""The page: for any contest, in one small file, the same bytes from the same folder."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import polars as pl
import pytest

from hustings.brief import figures, gather, render, rows

VOID = {"meta", "link", "input", "br"}


class Page(HTMLParser):
    """Checks nesting and collects ids, links and rows."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.loads = [], [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        self.ids += [said["id"]] if "id" in said else []
        self.links += [said["href"]] if tag == "a" else []
        self.loads += [said[key] for key in ("src", "href") if key in said and tag != "a"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_any_contest_has_a_page(any_run):
    brief = gather(any_run)
    text = render(brief)
    page = Page(text)
    assert len(text) < 600_000
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert page.loads == ["data:,"]
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
    assert "nan" not in re.findall(
        r"[a-z]+", re.sub(r"<style>.*?</style>|<script>.*?</script>", "", text, flags=re.DOTALL)
    )
    assert render(gather(any_run)) == text
    for option in brief.options:
        assert option.label.replace("&", "&amp;") in text


def test_without_track_and_influence(us_run):
    for name in ("track.csv", "influence.csv"):
        (us_run / name).unlink()
    text = render(gather(us_run))
    assert "Over time" not in text
    assert "What moved" not in text


def test_text_from_outside_is_escaped(us_run):
    path = us_run / "verdict.json"
    verdict = json.loads(path.read_text())
    verdict["contest_title"] = verdict["options"]["dem"]["label"] = "<script>alert(1)</script>"
    path.write_text(json.dumps(verdict))
    rejected = pl.read_csv(us_run / "polls_rejected.csv").with_columns(reason=pl.lit("<img src=x>"))
    rejected.write_csv(us_run / "polls_rejected.csv")
    text = render(gather(us_run))
    assert "<script>alert" not in text
    assert "<img" not in text


def test_old_or_lean_folders_still_make_a_page(us_run):
    run = json.loads((us_run / "run.json").read_text())
    (us_run / "run.json").write_text(json.dumps({"as_of": run["as_of"], "seed": 1, "code_version": "0"}))
    path = us_run / "verdict.json"
    verdict = json.loads(path.read_text())
    for key in ("tipping_points", "closest_units", "fewest_votes_to_flip", "contest_title"):
        verdict.pop(key)
    for option in verdict["options"].values():
        option.pop("seats_histogram")
    path.write_text(json.dumps(verdict))
    assert "us-president-2016" in render(gather(us_run))


def test_the_table_begins_with_what_decides(made_runs):
    brief = gather(made_runs["us"])
    table = rows.unit_rows(brief)
    assert [row.tipping_sort for row in table] == sorted((row.tipping_sort for row in table), reverse=True)
    assert {row.name for row in table if row.stale} == {"Michigan", "Wisconsin"}


def test_polls_are_listed_latest_first_and_reasons_by_count(made_runs):
    brief = gather(made_runs["us"])
    polls = rows.poll_rows(brief)
    assert len(polls) == rows.MOST_POLLS
    assert [p["iso"] for p in polls] == sorted((p["iso"] for p in polls), reverse=True)
    found = rows.reasons(brief)
    assert found[0] == rows.Reason("ended after the as-of day", 210)
    assert sum(reason.n for reason in found) == brief.rejected.height


def test_rare_reasons_are_summed(us_run):
    rejected = pl.DataFrame(
        {"row": range(40), "poll_id": [str(i) for i in range(40)], "reason": [f"reason {i}" for i in range(40)]}
    )
    rejected.write_csv(us_run / "polls_rejected.csv")
    found = rows.reasons(gather(us_run))
    assert len(found) == rows.MOST_REASONS
    assert sum(reason.n for reason in found) == 40


@pytest.mark.parametrize(
    ("kind", "name"),
    [("poll-new", "Northgate"), ("time", "Time passing"), ("prior", "Pull of the prior"), ("other", "zz")],
)
def test_causes_have_names(made_runs, kind, name):
    brief = gather(made_runs["us"])
    item = brief.polls.filter(pl.col("pollster") == "Northgate")["poll_id"][0] if kind == "poll-new" else "zz"
    assert figures.cause(brief, item, kind).startswith(name)
    assert figures.cause(brief, "gone", "poll-dropped") == "Poll gone (a newer wave took its place)"
