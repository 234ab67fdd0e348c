"""Charts as files stand alone."""

from __future__ import annotations

import builtins
from xml.etree import ElementTree as ET

import pytest

from hustings.brief import figures, gather, write_charts
from hustings.brief.export import standalone
from hustings.errors import ConfigError, StoreError


def test_every_chart_as_svg_and_png(made_runs, tmp_path):
    pytest.importorskip("vl_convert", reason="the extra `charts` is not installed")
    written = write_charts(gather(made_runs["measure"]), tmp_path / "charts")
    assert {path.suffix for path in written} == {".svg", ".png"}
    assert {path.stem for path in written} >= {"vote", "path-COUNTY"}
    for path in written:
        if path.suffix == ".png":
            assert path.read_bytes().startswith(b"\x89PNG")


def test_a_chart_needs_no_page(made_runs):
    svg = standalone(figures.tiles(gather(made_runs["us"])))
    ET.fromstring(svg)
    assert "var(" not in svg


def test_a_missing_package_is_said(made_runs, tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "vl_convert":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError, match=r"hustings\[charts\]"):
        write_charts(gather(made_runs["measure"]), tmp_path)


def test_a_place_that_cannot_be_written_is_said(made_runs, tmp_path):
    pytest.importorskip("vl_convert", reason="the extra `charts` is not installed")
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot write"):
        write_charts(gather(made_runs["measure"]), tmp_path / "file" / "charts")
