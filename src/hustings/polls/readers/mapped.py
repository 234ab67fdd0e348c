"""Any CSV with one row per question, described in a small TOML (see ``docs/polls.md``)."""

from __future__ import annotations

from pathlib import Path

from hustings.contests.contest import Contest
from hustings.errors import InputError
from hustings.polls.readers.raw import RawPolls


def read_mapped(path: str | Path, contest: Contest, *, mapping: Path) -> RawPolls:  # noqa: ARG001
    """Read a file as the mapping says."""
    raise InputError("mappings are not read yet", file=mapping)
