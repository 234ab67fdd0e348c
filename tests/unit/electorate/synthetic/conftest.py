"""Synthetic electorates, written once, read with nothing but the standard library."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from hustings.electorate.synthetic import ElectorateSpec, write_voters


def rows_of(path, member=None, *, delimiter="\t", encoding="latin-1"):
    """Rows of a zipped file as dicts."""
    with zipfile.ZipFile(path) as archive:
        text = archive.read(member or archive.namelist()[0]).decode(encoding)
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


@pytest.fixture(scope="session")
def nc(tmp_path_factory):
    """Forty thousand records of North Carolina, one week: folder and what was said of it."""
    out = tmp_path_factory.mktemp("nc")
    return out, write_voters(ElectorateSpec(40_000, seed=7), out)


@pytest.fixture(scope="session")
def nc_voters(nc):
    return rows_of(nc[0] / "ncvoter_Statewide.zip")


@pytest.fixture(scope="session")
def nc_history(nc):
    return rows_of(nc[0] / "ncvhis_Statewide.zip")


@pytest.fixture(scope="session")
def weeks(tmp_path_factory):
    """Three weekly files of twenty thousand records."""
    out = tmp_path_factory.mktemp("weeks")
    write_voters(ElectorateSpec(20_000, seed=3, weeks=3), out)
    return out
