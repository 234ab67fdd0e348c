"""`hustings contests` and `hustings contests show`."""

from __future__ import annotations

import json
import tomllib

from typer.testing import CliRunner

from hustings.cli.contests import app
from hustings.contests import list_contests
from hustings.errors import ContestError


def run(*args):
    return CliRunner().invoke(app, list(args))


def test_the_table_has_every_contest():
    result = run()
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0].split() == ["name", "date", "rule", "title"]
    assert [line.split()[0] for line in lines[1:]] == [contest.name for contest in list_contests()]
    assert "us-president-2016          2016-11-08  electors   US presidential election 2016" in lines


def test_json():
    found = json.loads(run("--json").output)
    assert len(found) == len(list_contests())
    assert {"name": "example-senate", "date": "2026-11-03", "rule": "plurality"}.items() <= found[2].items()


def test_show_prints_toml_that_can_be_read():
    result = run("show", "us-president-2024")
    assert result.exit_code == 0
    assert tomllib.loads(result.output)["option"][0]["candidate"][1]["name"] == "Kamala Harris"


def test_show_of_an_unknown_name():
    result = run("show", "us-president-2015")
    assert isinstance(result.exception, ContestError)
    assert "did you mean" in str(result.exception)
