"""`hustings verify`: whether everything stored is as it was written."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from hustings.cli.campaign import CampaignDir, campaign_at
from hustings.cli.inputs import Json, some, working
from hustings.cli.snapshots import size_text

EXIT_DAMAGED = 1


def command(campaign: CampaignDir = None, as_json: Json = False) -> None:
    r"""Check the files of every snapshot: bytes, checksums, row counts, alignment. Exit code 1 if any is not whole.

    \b
    Example:
      hustings verify
    """
    store = campaign_at(campaign).store
    with working("reading every file", quiet=as_json):
        n_snapshots, n_files, n_bytes, wrong = check_store(store)
    if as_json:
        print(json.dumps({"snapshots": n_snapshots, "files": n_files, "bytes": n_bytes, "wrong": wrong}, indent=2))
    else:
        print(f"{some(n_snapshots, 'snapshot')}, {some(n_files, 'file')}, {size_text(n_bytes)}", end=": ")
        print(f"{some(len(wrong), 'problem')}" if wrong else "all as written")
        for problem in wrong:
            print(f"  {problem['file']} {problem['problem']} (snapshots {problem['snapshots']})")
        if wrong:
            print("restore these files from a backup, or load the same files into a new campaign")
    if wrong:
        raise typer.Exit(EXIT_DAMAGED)


def check_store(store: Path) -> tuple[int, int, int, list[dict[str, str]]]:
    """Check every file of every snapshot once: snapshots, files, bytes, and what is wrong."""
    from hustings.store.snapshots import Snapshots, check_alignment, verify_file

    manifests = Snapshots(store).all()
    files, used = {}, dict[str, list[int]]()
    for manifest in manifests:
        for file in manifest.files():
            files[file.path, file.sha256] = file
            used.setdefault(file.path, []).append(manifest.number)
        for path in manifest.load.get("set_aside_files", ()):
            used.setdefault(path, []).append(manifest.number)
    said = {file.path: verify_file(store, file) for file in files.values()}
    said |= {path: "is missing" for path in used if path not in said and not (store / path).is_file()}
    wrong = [
        {"file": path, "problem": problem, "snapshots": _range(used[path])} for path, problem in said.items() if problem
    ]
    for manifest in manifests:
        wrong += [
            {"file": f"sidecars of {name}", "problem": problem, "snapshots": str(manifest.number)}
            for name, state in manifest.states.items()
            for problem in check_alignment(state)
        ]
    numbers = [manifest.number for manifest in manifests]
    lost = sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
    wrong += [{"file": f"manifests/{n:06d}.json", "problem": "is missing", "snapshots": str(n)} for n in lost]
    return len(manifests), len(files), sum(file.size for file in files.values()), wrong


def _range(numbers: list[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"
