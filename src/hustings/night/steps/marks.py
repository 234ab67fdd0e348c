"""What steps depend on, as marks: cheap to make, and different where the thing is."""

from __future__ import annotations

from pathlib import Path

from hustings.night.night import Night
from hustings.store import hash_file
from hustings.store.manifest import SCORES


def file_mark(path: Path) -> str:
    """Size and time of a file; empty where there is none."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size}/{found.st_mtime_ns}"


def content_mark(path: Path) -> str:
    """Hash of a small file; empty where there is none."""
    return hash_file(path) if path.is_file() else ""


def voters_mark(night: Night) -> dict[str, str]:
    """The voters as they are stored: every file but the scores."""
    marks = {}
    for state, files in night.manifest().states.items():
        rows = [files.base, *([files.delta] if files.delta is not None else [])]
        beside = [file for name, file in sorted(files.sidecars.items()) if name != SCORES]
        marks[f"voters {state}"] = " ".join(file.sha256 for file in [*rows, *beside])
    return marks


def early_mark(night: Night) -> dict[str, str]:
    """Ballots that are in."""
    return {"early votes": " ".join(file.sha256 for file in night.manifest().logs.get("early_votes", ()))}


def contest_mark(night: Night) -> dict[str, str]:
    """What is being won, and the code that reckons."""
    own = night.campaign.folder / night.campaign.contest
    return {
        "contest": night.campaign.contest + (content_mark(own) if night.campaign.contest.endswith(".toml") else ""),
        "code": night.code_version,
        "seed": str(night.seed),
    }
