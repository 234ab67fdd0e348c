"""`hustings survey polls`: weighed waves as polls for the tracker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.cli.campaign import CampaignDir, check_out, frame_json, frame_lines, write_frame
from hustings.cli.inputs import Json, Quiet, some, working
from hustings.cli.survey.shared import SurveyName, read_wave, shown, survey_at
from hustings.cli.survey.trend import Weighting, day_of, expected_votes, weighed_waves

if TYPE_CHECKING:
    import polars as pl

    from hustings.contests import Contest
    from hustings.survey.waves import Survey


def command(
    survey: SurveyName,
    weighting: Weighting = "main",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.csv", help="File to write [polls.csv in the survey's folder].")
    ] = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    r"""Give every weighed wave to the tracker: a row for each state and the nation, its size what its errors say.

    \b
    Example:
      hustings survey polls tracker
      hustings project us-president-2016 --polls surveys/tracker/polls.csv --as-of 2016-10-05 --out runs/own
    """
    from hustings.contests import load_contest

    check_out(out)
    found, opened = survey_at(campaign, survey)
    contest = load_contest(found.contest)
    with working("measuring", quiet=quiet or as_json):
        rows = poll_rows(opened, contest, weighting)
        path = out or opened.folder / "polls.csv"
        write_frame(rows, path)
    if as_json:
        print(frame_json(rows))
    elif not quiet:
        columns = ["unit", "end_date", "sample_size", "population", "mode", *contest.option_ids]
        print("\n".join(frame_lines(rows.select(name for name in columns if name in rows.columns))))
        print(f"written: {shown(path)}, {some(rows.height, 'poll')}")
        print(f"next: hustings project {contest.name} --polls {shown(path)}")


def poll_rows(survey: Survey, contest: Contest, weighting: str) -> pl.DataFrame:
    """Poll rows of every wave that was weighed; of waves that share interviews only the latest."""
    import polars as pl

    from hustings.survey.trend import counted_twice, overlaps, wave_polls
    from hustings.survey.weighting import weighed_wave

    parts, people = {}, {}
    for wave in weighed_waves(survey, weighting):
        interviews = read_wave(wave)
        made = weighed_wave(wave, weighting, interviews=interviews)
        weights, table = made.weighting, made.table
        people[wave.name] = table
        parts[wave.name] = wave_polls(
            table,
            interviews.codebook,
            weights,
            survey=survey.name,
            wave=wave.name,
            nation=contest.nation,
            options=contest.option_ids,
            expected=expected_votes(contest),
            day=day_of(wave, table),
            rehearsal=bool(wave.about().get("rehearsal")),
        )
    twice = counted_twice(overlaps(people))
    return pl.concat([part for name, part in parts.items() if name not in twice], how="diagonal")
