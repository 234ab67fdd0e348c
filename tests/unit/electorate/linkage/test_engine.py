from __future__ import annotations

import logging

from hustings.electorate.linkage.engine import connection, quiet


def test_the_logger_is_left_as_it_was():
    logger = logging.getLogger("splink")
    before = logger.level
    with quiet():
        assert not logger.isEnabledFor(logging.ERROR)
    assert logger.level == before


def test_the_connection_keeps_its_bounds(tmp_path):
    with connection(threads=1, memory_bytes=300_000_000, folder=tmp_path) as held:
        values = [
            held.sql(f"select current_setting('{name}')").fetchall()[0][0] for name in ("threads", "temp_directory")
        ]
    assert values == [1, str(tmp_path)]
