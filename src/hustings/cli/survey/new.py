"""`hustings survey new`: a survey and its questionnaire."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hustings.cli.campaign import CampaignDir, campaign_at
from hustings.cli.inputs import Quiet, some
from hustings.cli.survey.shared import SurveyName, shown


def command(
    survey: SurveyName,
    questionnaire: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="SurveyJS JSON [the daily tracker, for the campaign's contest]."),
    ] = None,
    campaign: CampaignDir = None,
    quiet: Quiet = False,
) -> None:
    r"""Begin a survey: check its questionnaire and keep it.

    \b
    Example:
      hustings survey new tracker
      hustings survey new issues --from questionnaire.json
    """
    from hustings.contests import load_contest
    from hustings.errors import InputError
    from hustings.store.writing import write_text
    from hustings.survey.questionnaire import check_options, daily_tracker, read_questionnaire
    from hustings.survey.waves import new_survey

    found = campaign_at(campaign)
    contest = load_contest(found.contest)
    options = [(one.id, one.label) for one in contest.options]
    if questionnaire is None:
        text = daily_tracker(options)
    else:
        check_options(read_questionnaire(questionnaire), contest.option_ids)
        try:
            text = questionnaire.read_text(encoding="utf-8")
        except OSError as err:
            raise InputError(f"cannot be read: {err.strerror}", file=questionnaire) from err
    made = new_survey(found.folder, survey)
    write_text(text, made.questionnaire)
    read = read_questionnaire(made.questionnaire)
    if not quiet:
        print(f"made: survey {survey}, {some(len(read.codebook.items), 'question')} on {some(len(read.pages), 'page')}")
        print(
            f"  {shown(made.questionnaire)}  SurveyJS JSON: open it in any SurveyJS tool, change it before the first wave"
        )
        print(f"next: hustings survey draw {survey} --wave YYYY-MM-DD --n VOTERS")
