"""Which format a file of interviews is of."""

from __future__ import annotations

from pathlib import Path

from hustings.errors import InputError
from hustings.survey.files import decipher, plain, qualtrics, sav
from hustings.survey.files.raw import RawFile

ENDINGS = (".sav", ".zsav", ".csv", ".tsv", ".txt", ".parquet")


def read_raw(path: Path | str) -> RawFile:
    """Read a file of interviews.

    Raises
    ------
    InputError
        It is of no format that is read, or is damaged.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise InputError(
            f"ends in {ending or 'nothing'}, which is not read", file=path, hint=f"one of {' '.join(ENDINGS)}"
        )
    if not path.is_file():
        raise InputError("cannot be read: there is no such file", file=path)
    if ending in {".sav", ".zsav"}:
        raw = sav.read(path)
    elif ending == ".parquet":
        raw = plain.read_parquet(path)
    elif qualtrics.matches(path):
        raw = qualtrics.read(path)
    else:
        raw = plain.read(path)
        raw = decipher.read(raw) if decipher.matches(raw.rows.columns) else raw
    if raw.rows.is_empty():
        raise InputError("holds no record", file=path)
    return raw
