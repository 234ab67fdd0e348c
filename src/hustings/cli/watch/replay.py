"""`hustings watch replay`: a past season, day by day, and when it would have spoken."""

from __future__ import annotations


def command() -> None:
    """Replay (being built)."""
