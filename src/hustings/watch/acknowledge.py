"""Who has seen an alarm, when and why; nothing is silenced by it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from hustings.errors import ConfigError, StoreError

FILE = "watch/acknowledged.jsonl"
MORE_LOG10 = 1.3
"""Evidence that has grown twentyfold since is said again."""


@dataclass(frozen=True)
class Acknowledgement:
    """One acknowledgement.

    Parameters
    ----------
    assumption : str
    version : int
        Of the claim that stood then.
    day : date
        Night whose board was acknowledged.
    at : str
        Moment, ISO.
    who, why : str
    evidence_log10 : float or None
        What the evidence was then; None of a rule.
    """

    assumption: str
    version: int
    day: dt.date
    at: str
    who: str
    why: str
    evidence_log10: float | None = None

    def said(self, evidence_log10: float | None) -> str:
        """For the board: who and when, and whether evidence has grown since."""
        grown = (
            evidence_log10 is not None
            and self.evidence_log10 is not None
            and evidence_log10 >= self.evidence_log10 + MORE_LOG10
        )
        return f"{self.who} on {self.at[:10]}: {self.why}" + ("; more evidence since" if grown else "")


def acknowledge(campaign: Path, one: Acknowledgement) -> None:
    """Add an acknowledgement to the campaign's record.

    Raises
    ------
    ConfigError
        Who or why is empty.
    """
    if not one.who.strip() or not one.why.strip():
        raise ConfigError(
            "an acknowledgement says who and why", hint='--who "Ann Lee" --why "polls ordered in WI and MI"'
        )
    file = campaign / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({**asdict(one), "day": one.day.isoformat()}, ensure_ascii=False)
    with file.open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")


def acknowledgements(campaign: Path, as_of: dt.date) -> dict[str, Acknowledgement]:
    """The last acknowledgement of each assumption's alarm, of a board until a day.

    Raises
    ------
    StoreError
        The record cannot be read.
    """
    file = campaign / FILE
    if not file.is_file():
        return {}
    found: dict[str, Acknowledgement] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        try:
            said = json.loads(line)
            one = Acknowledgement(**{**said, "day": dt.date.fromisoformat(said["day"])})
        except (ValueError, KeyError, TypeError) as err:
            raise StoreError(f"{file}, line {number} cannot be read: {err}", hint="mend or remove the line") from err
        if one.day <= as_of:
            found[one.assumption] = one
    return found
