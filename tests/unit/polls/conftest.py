"""The made-up contest's desk, as a fixture."""

from __future__ import annotations

from pathlib import Path

import pytest

from made_polls import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
