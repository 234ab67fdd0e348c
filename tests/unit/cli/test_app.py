"""The root command: quick, and clear about what went wrong."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hustings.cli import app
from hustings.errors import InputError


def run(*args):
    return subprocess.run(
        [sys.executable, "-c", "from hustings.cli import main; main()", *args],
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_command_and_imports_nothing_heavy():
    code = "import sys\nfrom hustings.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\nprint({'polars', 'numpy', 'scipy', 'pandas', 'jinja2'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for name in app.COMMANDS:
        assert f"  {name}" in done.stdout
    assert done.stdout.rstrip().endswith("set()")


def test_an_unknown_command_is_one_message():
    done = run("nope")
    assert done.returncode == 2
    assert "No such command 'nope'" in done.stderr
    assert "Traceback" not in done.stderr


def test_version():
    done = run("--version")
    assert done.stdout.startswith("hustings ")
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("problem", "code", "said"),
    [
        (InputError("no column\n'state'", file="polls.csv", row=3), 2, "error: polls.csv, row 3: no column 'state'\n"),
        (PermissionError(13, "Permission denied", "x.csv"), 2, "error: x.csv: Permission denied\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_what_went_wrong_is_one_line(monkeypatch, capsys, problem, code, said):
    def broken(name):
        raise problem

    monkeypatch.setattr(app, "load", broken)
    monkeypatch.setattr(app.signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit) as left:
        app.main(["brief", "x"])
    assert left.value.code == code
    assert capsys.readouterr().err.strip("\n") == said.strip("\n")


def test_a_fault_of_ours_is_not_hidden(monkeypatch):
    def broken(name):
        raise RuntimeError

    monkeypatch.setattr(app, "load", broken)
    monkeypatch.setattr(app.signal, "signal", lambda *_: None)
    with pytest.raises(RuntimeError):
        app.main(["brief", "x"])


def test_termination_leaves_by_an_exception():
    with pytest.raises(SystemExit) as left:
        app._terminated(15, None)
    assert left.value.code == 143


@pytest.mark.parametrize("command", [("project",), ("voters", "count"), ("load", "history"), ("synth", "voters")])
def test_examples_stand_on_lines_of_their_own(capsys, monkeypatch, command):
    monkeypatch.setattr(app.signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit):
        app.main([*command, "--help"])
    shown = capsys.readouterr().out
    assert "\\b" not in shown
    assert f"\n  Example:\n    hustings {' '.join(command)} " in shown


QUESTIONS = """
import sys
from hustings.cli import app
for args in {asked!r}:
    try:
        app.main(args)
    except SystemExit as left:
        assert not left.code, args
print("MODULES", *sorted(sys.modules))
"""
NOT_FOR_QUESTIONS = (
    *("hustings.electorate.loading", "hustings.electorate.linkage", "hustings.electorate.synthetic"),
    *("scipy", "splink", "pandas", "sklearn", "altair", "pyspark"),
)


def test_questions_import_nothing_that_loads_or_models(camp):
    where = ["--campaign", str(camp.folder)]
    asked = [
        ["voters", "count", "--by", "party", *where],
        ["voters", "list", "--limit", "1", *where],
        ["voters", "show", "1", "--json", *where],
        ["voters", "columns", *where],
        ["sql", "select count(*) from voters", *where],
        ["snapshots", *where],
    ]
    asked[2][2] = str(camp("voters", "list", "--limit", "1", "--json").json[0]["voter_id"])
    code = QUESTIONS.format(asked=asked)
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    modules = said.stdout.split("MODULES ")[1].split()
    assert "hustings.electorate.query" in modules
    assert [name for name in modules if name.startswith(NOT_FOR_QUESTIONS)] == []
