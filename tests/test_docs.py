"""Docs that can fail: commands exist, generated pages are current, links lead somewhere, examples run."""

from __future__ import annotations

import contextlib
import csv
import doctest
import functools
import importlib
import importlib.util
import io
import json
import pkgutil
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import hustings
from hustings.cli import main, survey
from hustings.cli.app import COMMANDS
from hustings.contests.rules import RULES
from hustings.tables import ALL_TABLES, UNITS
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


def hustings_says(*args):
    """Run a command line in this process and in this folder, and give what it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), pytest.raises(SystemExit) as left:
        main([str(arg) for arg in args])
    assert left.value.code == 0
    return printed.getvalue()


@pytest.fixture(scope="module")
def real_runs(tmp_path_factory):
    """Folders that the commands have written: name -> folder."""
    folder = tmp_path_factory.mktemp("real")
    head = "pollster,unit,end_date,sample_size,orange,violet,green\n"
    rows = "Northgate,ALDWICK,2029-04-02,700,41,33,26\nPublic Ear,NORLAND,2029-04-20,1100,38,35,27\n"
    (folder / "seats.csv").write_text(head + rows)
    (folder / "us.csv").write_text("pollster,unit,end_date,sample_size,dem,rep\nNorthgate,US,2016-10-20,1000,47,45\n")
    seats, us = ("example-three-party-seats", "--polls", "seats.csv"), ("us-president-2016", "--polls", "us.csv")
    few, until = ("--draws", 100, "--quiet"), ("--as-of", "2029-05-01")
    with contextlib.chdir(folder):
        hustings_says("project", *seats, *until, *few, "--out", "both")
        hustings_says("explain", *seats, "--from", "2029-04-10", "--to", "2029-05-01", "--quiet", "--out", "both")
        hustings_says("track", *seats, *until, "--every", 9, "--quiet", "--out", "track")
        hustings_says("backtest", *us, "--horizons", 1, *few, "--out", "backtest")
        hustings_says("project", *us, "--as-of", "2016-11-01", *few, "--out", "us")
    return {name: folder / name for name in ("both", "track", "backtest", "us")}


NAMED_BY = {
    "options": "ID",
    "config.scale_priors": "NAME",
    "config.kernel": "NAME",
    "diagnostics.scales": "NAME",
}
"""Objects whose keys are ids or names of the model, and what the docs write for them."""
SETTINGS = {setting for rule in RULES.values() for setting in rule.defaults}


def paths(value, at=""):
    """Every path in a JSON value that needs a row in the docs, as they write it."""
    for item in value if isinstance(value, list) else []:
        yield from paths(item, f"{at}[]")
    for key, inner in value.items() if isinstance(value, dict) else []:
        name = "SETTING" if at == "config" and key in SETTINGS else NAMED_BY.get(at, key)
        path = f"{at}.{name}" if at else name
        yield path
        yield from paths(inner, path)


def leaves(found):
    """Without objects and lists whose parts are there: the parts say it."""
    return {path for path in found if not any(other.startswith((f"{path}.", f"{path}[]")) for other in found)}


@pytest.mark.parametrize(("file", "described"), [("verdict.json", "VERDICT_KEYS"), ("run.json", "RUN_KEYS")])
def test_every_key_that_is_written_is_described_and_every_key_described_is_written(real_runs, file, described):
    described = {path for path, _, _ in getattr(build_docs(), described)}
    found = {
        path
        for run in real_runs.values()
        if (run / file).exists()
        for path in paths(json.loads((run / file).read_text(encoding="utf-8")))
    }
    assert leaves(found) - described == set()
    assert described - found == set()


def test_made_runs_have_no_keys_of_their_own(made_runs):
    described = {path for path, _, _ in build_docs().VERDICT_KEYS}
    assert KINDS
    for run in made_runs.values():
        found = set(paths(json.loads((run / "verdict.json").read_text(encoding="utf-8"))))
        assert leaves(found) <= described


def blocks(language):
    """Code blocks of the README in a language, in order."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def own_contest(tmp_path_factory):
    """The README's own contest and polls, written as it says."""
    folder = tmp_path_factory.mktemp("readme")
    (toml,), (csv,) = blocks("toml"), blocks("csv")
    (folder / "mayor.toml").write_text(toml, encoding="utf-8")
    (folder / "mayor-polls.csv").write_text(csv, encoding="utf-8")
    return folder


def shape(text):
    """A text without its numbers and its spacing."""
    return re.sub(r"\d+", "N", " ".join(text.split()))


def test_the_readme_s_own_contest_prints_what_the_readme_shows(own_contest):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    both = re.search(r"^hustings (project mayor.toml .*)\n```\n\n```text\n((?:.*\n)*?)```", text, re.MULTILINE)
    with contextlib.chdir(own_contest):
        assert shape(hustings_says(*both[1].split())) == shape(both[2])


def test_the_readme_s_python_runs(own_contest):
    (code,), names = blocks("python"), {}
    with contextlib.chdir(own_contest):
        exec(code, names)
    assert 0.5 < names["chance"] < 1.0
    assert names["found"].units.columns == UNITS.column_names


def section(title):
    """A part of the README: its command lines and what it shows of their output."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").split(f"## {title}\n")[1].split("\n## ")[0]
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    given, shown = ("".join(body for kind, body in found if kind == wanted) for wanted in ("", "text"))
    return given.splitlines(), shown.splitlines()


def gist(line):
    """A line without its numbers, its names of places and people, and its spacing."""
    return re.sub(r"\d[\d,.]*", "N", re.sub(r"\b[A-Z]{3,}\b", "W", " ".join(line.split())))


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """What the commands of the README's electorate print, followed to the letter with fewer voters: folder, lines."""
    folder, said = tmp_path_factory.mktemp("newcomer"), []
    given, _ = section("The electorate")
    with contextlib.chdir(folder), pytest.MonkeyPatch.context() as patch:
        for line in given:
            words = shlex.split(line, comments=True)
            if words[0] == "export":
                patch.setenv(words[1].split("=")[0], "what openssl would have said")
            elif words[0] == "cd":
                patch.chdir(words[1])
            elif words[1] != "link":  # needs a list that is not made here
                if words[1:3] == ["voters", "show"]:
                    with Path("list.csv").open(newline="") as stream:
                        words[3] = f"NC-{next(csv.DictReader(stream))['source_id']}"
                words = ["20_000" if word == "100_000" else word for word in words]
                said += hustings_says(*words[1:]).splitlines()
    return folder / "my-campaign", said


def test_the_readme_s_electorate_prints_what_the_readme_shows(followed):
    _, shown = section("The electorate")
    printed = {gist(line) for line in followed[1]}
    assert len(shown) > 60
    assert [line for line in shown if gist(line) not in printed] == []


FEWER = {"6000": "100", "1500": "80", "500": "20", "100": "10", "0.6": "1"}
"""Numbers of the README's daily poll, and what is enough for a test."""


@pytest.fixture(scope="module")
def polled(followed, tmp_path_factory):
    """What the commands of the README's daily poll print, in the electorate's campaign, with fewer voters."""
    folder, said = shutil.copytree(followed[0], tmp_path_factory.mktemp("pollster") / "my-campaign"), []
    given, _ = section("The daily poll")
    with contextlib.chdir(folder), pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUSTINGS_VAULT_KEY", "what openssl would have said")
        patch.setenv("COLUMNS", "100")
        Path("inbox/do-not-call.csv").write_text("phone\n919-555-0100\n", encoding="utf-8")
        for line in given:
            words = [FEWER.get(word, word) for word in shlex.split(line, comments=True)]
            if words[3] != "cces":  # needs a file that is not made here
                said += hustings_says(*words[1:]).splitlines()
    return folder, said


def test_the_readme_s_daily_poll_prints_what_the_readme_shows(polled):
    shown = [line for line in section("The daily poll")[1] if line and not line.startswith("note:")]
    # The most frequent mode stands first.
    told = [re.sub(r"\b(web|sms|ivr)(/(web|sms|ivr))+", "modes", line) for line in [*shown, *polled[1]]]
    printed = {gist(line) for line in told[len(shown) :]}
    assert len(shown) > 40
    assert [line for line in told[: len(shown)] if line[0] != " " and gist(line) not in printed] == []
    # Rows depend on chance: which segments are small, which targets are far.
    rows = [line for line in told[: len(shown)] if line[0] == " "]
    assert sum(gist(line) in printed for line in rows) > 0.7 * len(rows)


def test_the_readme_s_daily_poll_leaves_what_the_docs_say(polled):
    text = (ROOT / "docs" / "survey.md").read_text(encoding="utf-8")
    wave = polled[0] / "surveys" / "tracker" / "waves" / "2016-10-01"
    for file in re.findall(r"[a-z-]+\.(?:parquet|sqlite|json)", text.split("## Where things lie")[1].split("```")[1]):
        assert list((polled[0] / "surveys").rglob(file)), file
    assert (wave / "tables" / "book-main.xlsx").is_file()


def test_the_electorate_s_python_runs(followed, monkeypatch):
    monkeypatch.chdir(followed[0].parent)
    text = (ROOT / "docs" / "electorate.md").read_text(encoding="utf-8")
    (code,), names = re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL), {}
    exec(code, names)
    assert names["by_party"]["voters"].sum() > 1000
    assert names["oldest"]["age"].is_sorted(descending=True)
    assert names["counties"]["county"].n_unique() > 50


NAMED_IN_MANIFESTS = {"states": "STATE", "logs": "NAME", "provenance": "ATTRIBUTE"}


def manifest_paths(value, at=""):
    """Every path in a manifest, as the docs write it."""
    if isinstance(value, dict) and set(value) == {"path", "rows", "size", "sha256"}:
        yield from (f"FILE.{key}" for key in value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            name = "NAME" if at.endswith(".sidecars") else NAMED_IN_MANIFESTS.get(at, key)
            path = f"{at}.{name}" if at else name
            yield path
            if path != "load.report":
                yield from manifest_paths(inner, path)
    for item in value if isinstance(value, list) else []:
        # A list of files is that, each one FILE.
        yield from manifest_paths(item, at if at.split(".")[-1] in {"vault", "NAME"} else f"{at}[]")


def test_every_key_of_a_manifest_is_described_and_every_key_described_is_written(full_store):
    described = {path for path, _, _ in build_docs().MANIFEST_KEYS}
    found = {
        path
        for file in (full_store.store / "manifests").glob("*.json")
        for path in manifest_paths(json.loads(file.read_text(encoding="utf-8")))
    }
    assert leaves(found) - described == set()
    assert described - found == set()


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


@functools.cache
def help_of(*words):
    return hustings_says(*words, "--help")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_options_in_the_docs_exist(page):
    text = page.read_text(encoding="utf-8")
    for command, rest in re.findall(r"^\s*hustings +([a-z]+)(.*?)(?:#.*)?$", text, flags=re.MULTILINE):
        if importlib.util.find_spec(f"hustings.cli.{command}") is None:
            continue
        inner = rest.split()[:1] if hasattr(importlib.import_module(f"hustings.cli.{command}"), "app") else []
        shown = help_of(command, *inner)
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


@pytest.fixture(scope="module")
def helps():
    """Help of every command, all from one fresh process: what this one has imported cannot hide what a command forgot."""
    code = (
        "import contextlib, io, json\n"
        "from hustings.cli import main\n"
        "shown = {}\n"
        f"for name in {sorted(COMMANDS)!r}:\n"
        "    with contextlib.redirect_stdout(io.StringIO()) as text:\n"
        "        try:\n"
        "            main([name, '--help'])\n"
        "        except SystemExit as left:\n"
        "            shown[name] = (left.code or 0, text.getvalue())\n"
        "print(json.dumps(shown))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_with_an_example(helps, name):
    code, shown = helps[name]
    assert code == 0
    assert f"hustings {name}" in shown.split("\n", 2)[2], "an example"


SURVEY_COMMANDS = sorted(one.name for one in survey.app.registered_commands)


@pytest.mark.parametrize("name", SURVEY_COMMANDS)
def test_every_command_of_the_survey_has_an_example_and_stands_in_its_page(name):
    shown = hustings_says("survey", name, "--help")
    assert f"hustings survey {name}" in shown.split("\n", 2)[2], "an example"
    assert f"`hustings survey {name}`" in (ROOT / "docs" / "survey.md").read_text(encoding="utf-8")


def test_the_docs_name_no_command_of_the_survey_that_is_not_there():
    for page in PAGES:
        found = re.findall(r"hustings survey ([a-z][a-z-]*)", page.read_text(encoding="utf-8"))
        assert set(found) <= set(SURVEY_COMMANDS), page


def test_every_module_can_be_imported():
    for name in MODULES:
        importlib.import_module(name)


def has_examples(name):
    return ">>>" in Path(importlib.util.find_spec(name).origin).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in MODULES if has_examples(name)])
def test_examples_in_the_code_run(name):
    outcome = doctest.testmod(importlib.import_module(name))
    assert outcome.attempted > 0
    assert outcome.failed == 0
