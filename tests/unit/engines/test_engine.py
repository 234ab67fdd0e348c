"""Opening an engine; what they answer stands in tests/engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from hustings.engines import connect
from hustings.engines.engine import quoted
from hustings.errors import ConfigError, InputError


@pytest.mark.parametrize("name", ["", "duck", "postgres://x", "DuckDB"])
def test_an_unknown_engine(name):
    with pytest.raises(ConfigError, match=r"unknown.*duckdb"):
        connect(name)


def test_quotes_in_paths():
    assert quoted(Path("/data/o'brien/x.parquet")) == "'/data/o''brien/x.parquet'"


@pytest.mark.parametrize("memory", ["4 apples", "much"])
def test_memory_that_is_none(memory, tmp_path):
    with pytest.raises(ConfigError, match="memory"):
        connect("duckdb", memory=memory, folder=tmp_path).run("select 1 as x", {})


def test_files_outside_the_folder_cannot_be_read(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "out.csv").write_text("a\n1\n")
    (tmp_path / "in" / "in.csv").write_text("a\n1\n")
    engine = connect("duckdb", folder=tmp_path / "in")
    assert engine.run(f"select a from read_csv({quoted(tmp_path / 'in' / 'in.csv')})", {}).rows() == [(1,)]
    for text in (
        f"select * from read_csv({quoted(tmp_path / 'out.csv')})",
        "select * from read_text('/etc/hostname')",
        "set enable_external_access = true",
        "install httpfs",
        f"copy (select 1) to {quoted(tmp_path / 'written.csv')}",
    ):
        with pytest.raises(InputError, match="cannot be run"):
            engine.run(text, {})
    assert not (tmp_path / "written.csv").exists()
    engine.close()
