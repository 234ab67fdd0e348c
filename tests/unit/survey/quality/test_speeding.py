"""Under a third of the median of the mode: by hand."""

from __future__ import annotations

from hustings.survey.quality.speeding import find
from made_interviews import made


def people(n, mode, seconds, **more):
    return [{"mode": mode, "seconds": seconds, **more} for _ in range(n)]


def test_each_mode_has_its_own_median():
    """Web 300 s, phone 90 s: a third is 100 and 30; 99.9 on the web is too fast, on the phone it is slow."""
    everybody = [
        *people(25, "web", 300.0),
        *people(25, "ivr", 90.0),
        {"mode": "web", "seconds": 99.9},
        {"mode": "web", "seconds": 100.0},
        {"mode": "ivr", "seconds": 99.9},
        {"mode": "ivr", "seconds": 29.0},
        {"mode": "web", "seconds": 5.0, "disposition": "1.2"},
        {"mode": "web"},
    ]
    found = find(made(everybody))
    assert found["respondent_id"].to_list() == ["r50", "r53"]
    assert found["found"][0] == "100.0 seconds, the median is 300.0"


def test_nineteen_make_no_median():
    assert find(made([*people(18, "web", 300.0), {"mode": "web", "seconds": 1.0}])).is_empty()
    assert find(made([*people(19, "web", 300.0), {"mode": "web", "seconds": 1.0}])).height == 1
