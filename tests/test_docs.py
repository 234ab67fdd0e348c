"""Docs that can fail: commands exist, generated pages are current, links lead somewhere, examples run."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import hustings
from hustings.cli.app import COMMANDS
from hustings.tables import ALL_TABLES
from made_runs import KINDS

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MODULES = sorted(found.name for found in pkgutil.walk_packages(hustings.__path__, "hustings."))


def named(path):
    return str(path.relative_to(ROOT))


def build_docs():
    spec = importlib.util.spec_from_file_location("build_docs", ROOT / "tools" / "build_docs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", build_docs().PAGES)
def test_generated_pages_are_current(page):
    assert (ROOT / page).read_text(encoding="utf-8") == build_docs().PAGES[page](), "run make docs"


def test_every_column_is_described():
    text = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
    for table in ALL_TABLES:
        assert f"## {table.file}" in text
        for column in table.columns:
            assert f"| `{column.name}` |" in text


def test_every_key_of_the_verdict_is_described(made_runs):
    text = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
    assert KINDS
    for run in made_runs.values():
        verdict = json.loads((run / "verdict.json").read_text())
        keys = {*verdict, *(key for option in verdict["options"].values() for key in option)}
        keys |= set(json.loads((run / "run.json").read_text())) - {"command", "contest"}
        missing = [key for key in keys if not re.search(rf"[`.]{key}`", text)]
        assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_in_the_docs_exist(page):
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"^\s*hustings +([a-z]\S*)", text, flags=re.MULTILINE)
    found += re.findall(r"`hustings ([a-z]\S*?)[ `]", text)
    assert set(found) <= set(COMMANDS)


def test_the_readme_shows_every_command_people_use():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in set(COMMANDS) - {"demo"}:
        assert re.search(rf"^hustings {command}\b", text, flags=re.MULTILINE), command


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_options_in_the_docs_exist(page):
    text = page.read_text(encoding="utf-8")
    for command, rest in re.findall(r"^\s*hustings +([a-z]+)(.*?)(?:#.*)?$", text, flags=re.MULTILINE):
        if importlib.util.find_spec(f"hustings.cli.{command}") is None:
            continue
        code = f"from hustings.cli import main; main([{command!r}, '--help'])"
        shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in shown, f"hustings {command} {option}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    anchors = {
        re.sub(r"[^\w\- ]", "", line).strip().lower().replace(" ", "-")
        for line in re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("http"):
            continue
        path, _, anchor = target.partition("#")
        if path:
            assert (page.parent / path).exists(), target
        else:
            assert anchor in anchors, target


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_with_an_example(name):
    if importlib.util.find_spec(f"hustings.cli.{name}") is None:
        pytest.skip(f"hustings {name} is not written yet")
    code = f"from hustings.cli import main; main([{name!r}, '--help'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"hustings {name}" in done.stdout.split("\n", 2)[2], "an example"


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_code_run(name):
    outcome = doctest.testmod(importlib.import_module(name))
    assert outcome.failed == 0
