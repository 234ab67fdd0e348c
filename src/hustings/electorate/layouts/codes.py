"""Tables of codes that several layouts share, one CSV (``code,value``) each."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from hustings.contests.document import nearest
from hustings.errors import ConfigError


@cache
def _tables() -> dict[str, str]:
    folder = files("hustings.electorate.layouts") / "code_tables"
    return {entry.name.removesuffix(".csv"): entry.read_text("utf-8") for entry in folder.iterdir() if entry.is_file()}


def code_table(name: str) -> dict[str, str]:
    """Codes of a table, for instance the counties of a state.

    Parameters
    ----------
    name : str
        Name of the table, such as "nc-counties".

    Returns
    -------
    dict[str, str]
        Code in the file to what it stands for.

    Raises
    ------
    ConfigError
        There is no such table.
    """
    if name not in _tables():
        raise ConfigError(f"there is no table of codes {name!r}", hint=nearest(name, sorted(_tables())))
    return {row["code"]: row["value"] for row in csv.DictReader(_tables()[name].splitlines())}
