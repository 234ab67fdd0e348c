"""What many tests share: finished runs with made-up numbers, and stores of made-up voters."""

from __future__ import annotations

import functools
import shutil

import pytest

from hustings.store import vault
from made_electorate import Made, compact_store, load_around, load_ballots, load_ohio, load_week, make_ohio, make_raw
from made_runs import KINDS, make_run


@pytest.fixture(scope="session", autouse=True)
def _keys_are_derived_once():
    """A tenth of a second for each passphrase and salt, not for each command; the vault's own tests look at the derivation."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "_derive", functools.cache(vault._derive))
        yield


@pytest.fixture(scope="session")
def made_runs(tmp_path_factory):
    """Kind -> folder of a finished run; do not write into them."""
    root = tmp_path_factory.mktemp("runs")
    return {kind: make_run(root / kind, made()) for kind, made in KINDS.items()}


@pytest.fixture
def us_run(made_runs, tmp_path):
    """A copy of the US run, to write into."""
    return shutil.copytree(made_runs["us"], tmp_path / "run")


@pytest.fixture(params=list(KINDS))
def any_run(request, made_runs):
    """One finished run after the other."""
    return made_runs[request.param]


@pytest.fixture(scope="session")
def raw_weeks(tmp_path_factory):
    """Folder of three weekly voter files and what comes with them; do not write into it."""
    return make_raw(tmp_path_factory.mktemp("raw"))


@pytest.fixture(scope="session")
def first_week(raw_weeks, tmp_path_factory):
    """A store with the first week's voters and their history; do not write into it."""
    store = tmp_path_factory.mktemp("first") / "store"
    reports = {"voters": load_week(store, raw_weeks, 0), "history": load_ballots(store, raw_weeks)}
    return Made(store, raw_weeks, reports)


@pytest.fixture
def own_store(first_week, tmp_path):
    """A copy of the first week's store, to write into."""
    return shutil.copytree(first_week.store, tmp_path / "store")


@pytest.fixture(scope="session")
def full_store(first_week, tmp_path_factory):
    """A store with everything: three weeks, ballots, contacts, attributes, a second state; do not write into it."""
    root = tmp_path_factory.mktemp("full")
    store, raw = shutil.copytree(first_week.store, root / "store"), first_week.raw
    reports = dict(first_week.reports)
    for week in (1, 2):
        reports[f"week {week}"] = load_week(store, raw, week)
    reports |= load_around(store, raw)
    ohio = make_ohio(root / "ohio")
    reports["ohio"] = load_ohio(store, ohio)
    return Made(store, raw, reports, ohio)


@pytest.fixture(scope="session")
def compacted_store(full_store, tmp_path_factory):
    """The same, both states written anew."""
    store = shutil.copytree(full_store.store, tmp_path_factory.mktemp("compacted") / "store")
    compact_store(store)
    return Made(store, full_store.raw, {})
