"""What many tests share: finished runs with made-up numbers."""

from __future__ import annotations

import shutil

import pytest

from made_runs import KINDS, make_run


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
