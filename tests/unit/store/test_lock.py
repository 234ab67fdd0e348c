"""The lock within one process; across processes see tests/faults."""

from __future__ import annotations

import json
import os

import pytest

from hustings.errors import StoreError
from hustings.store.lock import locked


def test_says_who_holds_it_and_lets_go(tmp_path):
    with locked(tmp_path / "store", what="load voters a.zip"):
        said = json.loads((tmp_path / "store" / "lock.json").read_text())
        assert (said["pid"], said["what"]) == (os.getpid(), "load voters a.zip")
    assert not (tmp_path / "store" / "lock.json").exists()
    with locked(tmp_path / "store", what="again"):
        pass


def test_lets_go_after_an_error(tmp_path):
    with pytest.raises(ZeroDivisionError), locked(tmp_path, what="a"):
        raise ZeroDivisionError
    with locked(tmp_path, what="b"):
        pass


def test_a_store_that_is_a_file(tmp_path):
    (tmp_path / "store").write_text("")
    with pytest.raises(StoreError, match="cannot write to"), locked(tmp_path / "store", what="a"):
        pass
