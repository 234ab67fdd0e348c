"""`hustings snapshots`: what is stored, load by load."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from hustings.cli.campaign import CampaignDir, aligned, campaign_at, telling
from hustings.cli.inputs import Json
from hustings.cli.load import Wait


def command(
    compact: Annotated[
        bool, typer.Option("--compact", help="Write states anew that have changed since they were written whole.")
    ] = False,
    wait: Wait = 0,
    campaign: CampaignDir = None,
    as_json: Json = False,
) -> None:
    r"""List the snapshots: one a load; `--as-of` of other commands looks at the last of a day or before.

    \b
    Example:
      hustings snapshots
      hustings snapshots --compact
    """
    store = campaign_at(campaign).store
    if compact:
        _compact(store, wait, as_json=as_json)
    else:
        _list(store, as_json=as_json)


def _compact(store: Path, wait_seconds: float, *, as_json: bool) -> None:
    """Write states anew, and say which."""
    from hustings.electorate.loading.compact import compact_store

    with telling("compacting", quiet=as_json) as progress:
        report = compact_store(store, code_version=version("hustings"), wait_seconds=wait_seconds, progress=progress)
    if as_json:
        print(json.dumps(report.to_json(), indent=2, ensure_ascii=False))
        return
    if report.notes:
        print("\n".join(report.notes))
        return
    rows = [["written anew", "rows"], *([key.split()[0], f"{rows:,}"] for key, rows in report.counts.items())]
    print("\n".join(aligned([*rows, ["total", f"{report.rows_in:,}"]], right=(1,))))
    print(f"stored as snapshot {report.snapshot}; the answers are as before")


def _list(store: Path, *, as_json: bool) -> None:
    """Print a line a snapshot."""
    from hustings.store.snapshots import Snapshots

    found = [
        {
            "snapshot": one.number,
            "as_of": one.as_of,
            "loaded": one.load["what"],
            "files": [file["name"] for file in one.load["inputs"]],
            "rows_in": one.load["report"]["rows_in"],
            "states": list(one.states),
            "voters": sum(state.present for state in one.states.values()),
            "bytes": sum(file.size for file in one.files()),
        }
        for one in Snapshots(store).all()
    ]
    if as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return
    if not found:
        print("nothing is stored yet: hustings load voters FILE --layout NAME")
        return
    rows = [["snapshot", "as of", "loaded", "rows in", "voters", "size", "states", "files"]]
    for one in found:
        states, files = one["states"], one["files"]
        rows.append(
            [
                str(one["snapshot"]),
                one["as_of"],
                one["loaded"],
                f"{one['rows_in']:,}",
                f"{one['voters']:,}",
                size_text(one["bytes"]),
                _few(states),
                _few(files),
            ]
        )
    print("\n".join(aligned(rows, right=(0, 3, 4, 5))))


def _few(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def size_text(size_bytes: float) -> str:
    """Bytes for people: 1.2 MB."""
    for unit in ("B", "kB", "MB"):
        if size_bytes < 1000:
            return f"{size_bytes:.0f} {unit}" if unit == "B" or size_bytes >= 100 else f"{size_bytes:.1f} {unit}"
        size_bytes /= 1000
    return f"{size_bytes:.1f} GB"
