"""The charts as files: SVG always, PNG with the extra `charts`."""

from __future__ import annotations

from pathlib import Path

from hustings.brief import figures
from hustings.brief.charts.palette import LIGHT, resolved
from hustings.brief.gather import Brief
from hustings.brief.page import asset
from hustings.errors import ConfigError, StoreError

FONT = "font-family:Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif"
_PNG_SCALE = 2.0


def standalone(figure: figures.Figure) -> str:
    """Make a chart that needs no page: its own style, its colours as colours."""
    style = f"<style>svg{{{FONT}}}{asset('charts.css')}</style>"
    ground = '<rect width="100%" height="100%" fill="var(--paper)"/>'
    start, end = str(figure.wide).split(">", 1)
    return resolved(f"{start}>{style}{ground}{end}", LIGHT)


def write_charts(brief: Brief, folder: Path) -> list[Path]:
    """Write every chart of the page as SVG and PNG; return the files.

    Raises
    ------
    ConfigError
        When the package that makes the PNGs is not installed.
    """
    try:
        import vl_convert
    except ImportError as err:
        raise ConfigError(
            "--charts needs the package vl-convert-python", hint="pip install 'hustings[charts]'"
        ) from err
    single = (figures.tiles, figures.chances, figures.vote, figures.tipping, figures.moved)
    several = (figures.histograms, figures.paths)
    found = [chart for make in single if (chart := make(brief))] + [chart for make in several for chart in make(brief)]
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for chart in found:
            svg = standalone(chart)
            vector, bitmap = folder / f"{chart.name}.svg", folder / f"{chart.name}.png"
            vector.write_text(svg, encoding="utf-8")
            bitmap.write_bytes(vl_convert.svg_to_png(svg, scale=_PNG_SCALE))
            written += [vector, bitmap]
    except OSError as err:
        raise StoreError(f"cannot write to {folder}: {err.strerror}") from err
    return written
