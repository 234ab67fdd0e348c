from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import hustings
from hustings.errors import InputError
from hustings.survey.estimates.svy_adapter import estimate_with_svy


def test_the_library_has_one_door():
    root = Path(hustings.__file__).parent
    users = {path.name for path in root.rglob("*.py") if "import svy\n" in path.read_text(encoding="utf-8")}
    assert users == {"svy_adapter.py"}
    assert not any("from svy" in path.read_text(encoding="utf-8") for path in root.rglob("*.py"))


def test_by_hand_and_what_is_missing():
    frame = pl.DataFrame({"y": [1.0, 2.0, 4.0, 9.0], "w": [1.0] * 4})
    found = estimate_with_svy(frame, "mean", "y", weight="w")
    assert found["estimate"].item() == 4.0
    assert found["se"].item() == pytest.approx((38 / 3 / 4) ** 0.5)
    with pytest.raises(InputError, match="1 of 4 rows have no value"):
        estimate_with_svy(frame.with_columns(y=pl.Series([1.0, None, 2.0, 3.0])), "mean", "y", weight="w")
