"""Load a file of history: who voted in which election, and how."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from hustings.electorate.canonical import to_history
from hustings.electorate.codebooks import read_codebooks
from hustings.electorate.layouts import Layout
from hustings.electorate.loading.ballots import BallotSpill, write_ballots
from hustings.electorate.loading.job import already_loaded, begin, finish, read_converted
from hustings.electorate.loading.quarantine import Quarantine
from hustings.electorate.loading.report import LoadReport
from hustings.errors import InputError
from hustings.store.vault import Vault


def load_history(
    store: Path,
    files: Sequence[Path],
    layout: Layout,
    *,
    vault: Vault,
    as_of: dt.date,
    parameters: Mapping[str, str] | None = None,
    code_version: str = "",
    wait_seconds: float = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> LoadReport:
    """Load history files; a ballot that is stored already is replaced by the newer file's.

    Parameters
    ----------
    store : Path
        The campaign's store.
    files : sequence of Path
    layout : Layout
    vault : Vault
    as_of : date
        Day of the files.
    parameters, code_version, wait_seconds, progress
        As for voters.

    Raises
    ------
    InputError
        A file that cannot be used as a whole, or a state none of whose voters are stored; nothing is changed.
    """
    what = f"load history {', '.join(path.name for path in files)}"
    with begin(store, what, layout.name, files, as_of, wait_seconds=wait_seconds) as job:
        report = job.report("history")
        if already_loaded(job, report):
            return report
        books = read_codebooks(job.codebooks_path)
        quarantine = Quarantine()
        spills: dict[str, BallotSpill] = {}
        manifest = job.writing.before
        given = parameters or {}
        convert = partial(to_history, layout=layout, parameters=given)
        found = read_converted(job, layout, convert, report, quarantine, parameters=given, progress=progress)
        for raw, block in found:
            for part in block.history.partition_by("state", maintain_order=True):
                state = part["state"][0]
                if state not in manifest.states:
                    raise InputError(
                        f"history of {state}, but no voters of {state} are stored",
                        file=raw.file,
                        hint="load the voter file first: hustings load voters FILE --layout NAME",
                    )
                if state not in spills:
                    spills[state] = BallotSpill(job.writing.work / f"ballots-{state}")
                spills[state].put(part, vault=vault, books=books)
        for state in sorted(spills):
            progress(f"packing the ballots of {state}")
            after = write_ballots(job.writing, state, manifest.states[state], spills[state], books, report)
            manifest = manifest.with_state(state, after)
        finish(job, manifest, report, books=books, quarantine=quarantine, vault=vault, code_version=code_version)
    return report
