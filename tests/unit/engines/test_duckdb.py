from __future__ import annotations

from pathlib import Path

import pytest

from hustings.engines import connect
from hustings.errors import ConfigError


def test_a_working_folder_that_is_gone_is_said(tmp_path, monkeypatch):
    here = tmp_path / "gone"
    here.mkdir()
    monkeypatch.chdir(here)
    here.rmdir()
    engine = connect("duckdb", temp=Path("tmp"), folder=tmp_path)
    with pytest.raises(ConfigError, match=r"DuckDB does not start: .*working directory.*folder that exists"):
        engine.table("SELECT 1 AS one")
