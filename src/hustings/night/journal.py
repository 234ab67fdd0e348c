"""What earlier nights left: each step's last inputs, and a log for machines, one JSON object a line."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hustings.store import write_json

JOURNAL, LOG = "journal.json", "night.jsonl"


def mark_of(inputs: Mapping[str, Any]) -> str:
    """One mark of a step's inputs: the same inputs, the same mark."""
    text = json.dumps(inputs, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Journal:
    """The journal of a campaign's nights.

    Parameters
    ----------
    place : Path
        Its folder.
    """

    place: Path

    def read(self) -> dict[str, Any]:
        """Each step's last good time; empty where there is none, or it cannot be read: steps are then done again."""
        try:
            found = json.loads((self.place / JOURNAL).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def last(self, step: str) -> dict[str, Any]:
        """A step's last good time."""
        found = self.read().get(step)
        return found if isinstance(found, dict) else {}

    def finished(self, step: str, mark: str, said: str, as_of: dt.date) -> None:
        """Note that a step is done; written beside and renamed, after the step's outputs are in place."""
        self.place.mkdir(parents=True, exist_ok=True)
        known = self.read()
        known[step] = {"mark": mark, "said": said, "as_of": as_of.isoformat()}
        write_json(known, self.place / JOURNAL)

    def log(self, moment: dt.datetime, event: str, **more: Any) -> None:  # noqa: ANN401 (JSON)
        """Add a line to the log; a disk without room for it stops no night: its steps say what they could not write."""
        line = json.dumps({"time": moment.isoformat(), "event": event, **more}, default=str, ensure_ascii=False)
        with contextlib.suppress(OSError):
            self.place.mkdir(parents=True, exist_ok=True)
            with (self.place / LOG).open("a", encoding="utf-8") as log:
                log.write(line + "\n")
