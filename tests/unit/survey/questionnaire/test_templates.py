"""The shipped tracker loads and its marks are filled."""

from __future__ import annotations

from hustings.survey.questionnaire import daily_tracker, parse_questionnaire


def test_the_tracker_loads():
    questionnaire = parse_questionnaire(daily_tracker([("a", "Ada Ames"), ("b-2", "Bo Bell")]))
    assert questionnaire.question("favourability_b_2").option == "b-2"
