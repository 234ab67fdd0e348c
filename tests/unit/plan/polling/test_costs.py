"""Prices of polls: shipped and edited, and every mistake by its row."""

from __future__ import annotations

import pytest

from hustings.errors import ConfigError, InputError
from hustings.plan.polling.costs import in_time, read_poll_costs, some_modes

HEADER = "mode,dollars_per_interview,fixed_dollars,design_effect,field_days\n"


def test_what_ships_says_that_it_is_chosen():
    shipped = read_poll_costs()
    assert {"live phone", "ivr", "text", "online", "mail"} == set(shipped["mode"])
    assert shipped["source"].str.starts_with("chosen").all()
    assert (shipped["design_effect"] >= 1).all()


def test_a_file_replaces_it(tmp_path):
    file = tmp_path / "costs.csv"
    file.write_text(HEADER + "text,20,1000,1.5,2\n")
    found = read_poll_costs(file)
    assert found.select("mode", "dollars_per_interview", "source").rows() == [("text", 20.0, "costs.csv")]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("texts,20,1000,1.5,2", r"costs.csv, row 2, column 'mode': 'texts' is no way of asking \(did you mean text"),
        ("text,20,1000,0.5,2", r"row 2, column 'design_effect': found '0.5', below 1"),
        ("text,-1,1000,1.5,2", r"row 2, column 'dollars_per_interview'.*below 0"),
        ("text,0,0,1.5,2", r"row 2.*text costs nothing"),
        ("text,20,1000,1.5,2\ntext,20,1000,1.5,2", r"row 3: a second row of mode text"),
        ("text,20,,1.5,2", r"row 2, column 'fixed_dollars': is empty"),
    ],
)
def test_mistakes(tmp_path, rows, said):
    file = tmp_path / "costs.csv"
    file.write_text(HEADER + rows + "\n")
    with pytest.raises(InputError, match=said):
        read_poll_costs(file)


def test_modes_by_name():
    assert some_modes(read_poll_costs(), ["text", "mail"])["mode"].to_list() == ["text", "mail"]
    with pytest.raises(ConfigError, match=r"no price for the mode 'live fone'.*did you mean live phone"):
        some_modes(read_poll_costs(), ["live fone"])


def test_a_result_after_the_election_helps_nobody():
    quick, slow = in_time(read_poll_costs(), 10)
    assert slow == ["mail"]
    assert "mail" not in quick["mode"].to_list()
    with pytest.raises(ConfigError, match="days left 1, the quickest takes 2"):
        in_time(read_poll_costs(), 1)
