"""Load a file of history: who voted in which election, and how."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Unpack

from hustings.electorate.canonical import to_history
from hustings.electorate.layouts import Layout
from hustings.electorate.loading.ballots import BallotSpill, write_ballots
from hustings.electorate.loading.job import LoadOptions, begin
from hustings.electorate.loading.report import LoadReport


def load_history(store: Path, files: Sequence[Path], layout: Layout, **options: Unpack[LoadOptions]) -> LoadReport:
    """Load history files; a ballot that is stored already is replaced by the newer file's.

    Parameters
    ----------
    store : Path
        The campaign's store.
    files : sequence of Path
    layout : Layout
    options
        :class:`LoadOptions`.

    Raises
    ------
    InputError
        A file that cannot be used as a whole, or a state none of whose voters are stored; nothing is changed.
    """
    with begin(store, "history", layout, files, **options) as job:
        if job.done_before:
            return job.report
        spills: dict[str, BallotSpill] = {}
        for raw, block in job.read(layout, partial(to_history, layout=layout, parameters=job.parameters)):
            for part in block.history.partition_by("state", maintain_order=True):
                state = job.stored_state(part["state"][0], raw.file)
                if state not in spills:
                    spills[state] = BallotSpill(job.writing.work / f"ballots-{state}")
                spills[state].put(part, vault=job.vault, books=job.books)
        manifest = job.before
        for state in sorted(spills):
            job.progress(f"packing the ballots of {state}")
            after = write_ballots(job.writing, state, manifest.states[state], spills[state], job.books, job.report)
            manifest = manifest.with_state(state, after)
        job.finish(manifest)
    return job.report
