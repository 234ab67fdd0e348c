"""Another person than the voter who was asked."""

from __future__ import annotations

import pytest

from hustings.survey.quality.contradiction import find
from made_interviews import made

VOTER = {"file_age": 50, "file_sex": "F", "file_state": "NC"}
# The same voter everywhere, so that both sexes and states are known to the rule.
OTHERS = [{"file_age": 40, "file_sex": "M", "file_state": "OH", "age": 40.0, "sex": "M", "state": "OH"}]


@pytest.mark.parametrize(
    ("said", "odd"),
    [
        ({"age": 50.0, "sex": "F", "state": "NC"}, False),
        ({"age": 52.0, "sex": "M", "state": "NC"}, False),
        ({"age": 53.0, "sex": "M", "state": "NC"}, True),
        ({"age": 59.0}, False),
        ({"age": 60.0}, True),
        ({"age": 40.0}, True),
        ({"sex": "M", "state": "OH"}, True),
        ({"sex": "M", "state": "NC"}, False),
        ({"sex": "X", "state": "OH"}, False),
        ({"age": None, "sex": None}, False),
        # The file knows no sex: one difference is left.
        ({"age": 53.0, "sex": "M", "file_sex": "U"}, False),
        ({"age": 53.0, "sex": "M", "file_sex": "unknown"}, False),
        # Nobody knows whether it is that voter.
        ({"age": 80.0, "sex": "M", "match_prob": 0.7}, False),
        ({"age": 80.0, "voter_id": None, "match_prob": None, "file_age": None}, False),
    ],
)
def test_by_hand(said, odd):
    found = find(made([VOTER | said, *OTHERS]))
    assert found["respondent_id"].to_list() == (["r0"] if odd else [])


def test_it_says_what_differs():
    found = find(made([VOTER | {"age": 61.0, "sex": "M", "state": "NC"}, *OTHERS]))
    assert found["found"].to_list() == ["age 61.0, the file says 50; sex M, the file says F"]
