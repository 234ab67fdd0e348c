"""Column files, as pyarrow says that they are."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hustings.errors import StoreError
from hustings.store import columns as columns_module
from hustings.store.columns import ColumnWriter, write_columns
from hustings.tables import ELECTORATE_TABLES, VOTERS

STORED = [table for table in ELECTORATE_TABLES if table.file.endswith(".parquet")]
MADE = {
    "int8": [1, -1, 127],
    "int16": [1, 2, 32767],
    "int32": [1, 2, 2**31 - 1],
    "int64": [1, 2, 2**63 - 1],
    "date32": [dt.date(1900, 1, 1), dt.date(2016, 11, 8), dt.date(2100, 1, 1)],
    "bool_": [True, False, True],
    "string": ["a", "É", ""],
    "float32": [0.5, 1.0, 0.25],
}


def some_rows(table, rows=3):
    return pl.DataFrame({c.name: pl.Series((MADE[c.storage] * rows)[:rows]) for c in table.columns}, strict=False)


@pytest.mark.parametrize("table", STORED, ids=lambda table: table.name)
class TestEveryTable:
    def test_types_are_declared_signed_and_as_stored(self, table, tmp_path):
        write_columns(some_rows(table), tmp_path / "t.parquet", table)
        schema = pq.read_schema(tmp_path / "t.parquet")
        assert schema.names == list(table.column_names)
        for column in table.columns:
            field = schema.field(column.name)
            assert field.type == getattr(pa, column.storage)()
            assert not pa.types.is_unsigned_integer(field.type)
            assert field.nullable == column.nullable

    def test_pages_are_v2_zstd_and_encoded_as_declared(self, table, tmp_path):
        path = tmp_path / "t.parquet"
        write_columns(some_rows(table, 2000), path, table)
        meta = pq.read_metadata(path)
        assert meta.format_version == "2.6"
        for place, column in enumerate(table.columns):
            chunk = meta.row_group(0).column(place)
            assert chunk.compression == "ZSTD"
            if column.encoding:
                wanted = {"plain": "PLAIN", "delta": "DELTA_BINARY_PACKED"}[column.encoding]
                assert wanted in chunk.encodings
                assert "RLE_DICTIONARY" not in chunk.encodings
            else:
                assert "RLE_DICTIONARY" in chunk.encodings or column.storage == "bool_"

    def test_rows_come_back(self, table, tmp_path):
        rows = some_rows(table, 7)
        write_columns(rows, tmp_path / "t.parquet", table)
        back = pl.read_parquet(tmp_path / "t.parquet")
        assert back.rows() == rows.select(back.columns).rows()


class TestWriter:
    def rows(self, first, count):
        ids = np.arange(first, first + count)
        return (
            some_rows(VOTERS, 1)
            .select(pl.all().first().repeat_by(count).explode())
            .with_columns(voter_id=pl.Series(ids), vault_row=pl.Series(ids))
        )

    def test_row_groups_are_of_equal_size_however_rows_come(self, tmp_path, monkeypatch):
        monkeypatch.setattr(columns_module, "GROUP_ROWS", 1000)
        files = []
        for step in (70, 990, 3500):
            path = tmp_path / f"{step}.parquet"
            with ColumnWriter(path, VOTERS) as writer:
                for first in range(0, 3500, step):
                    writer.append(self.rows(first, min(step, 3500 - first)))
            assert writer.rows == 3500
            meta = pq.read_metadata(path)
            assert [meta.row_group(k).num_rows for k in range(meta.num_row_groups)] == [1000, 1000, 1000, 500]
            assert pl.read_parquet(path)["voter_id"].to_list() == list(range(3500))
            files.append(path.read_bytes())
        assert len(set(files)) == 1

    def test_a_table_without_rows_is_a_table(self, tmp_path):
        with ColumnWriter(tmp_path / "t.parquet", VOTERS):
            pass
        assert pl.read_parquet(tmp_path / "t.parquet").height == 0
        assert pq.read_schema(tmp_path / "t.parquet").names == list(VOTERS.column_names)

    @pytest.mark.parametrize(
        ("column", "value"), [("sex", 128), ("sex", -129), ("voter_id", "NC:BY1"), ("county", 40_000)]
    )
    def test_a_value_that_does_not_fit(self, tmp_path, column, value):
        rows = some_rows(VOTERS, 1).with_columns(pl.lit(value).alias(column))
        with pytest.raises(StoreError, match="does not fit its contract"):
            write_columns(rows, tmp_path / "t.parquet", VOTERS)

    @pytest.mark.parametrize("column", ["voter_id", "county", "first_seen"])
    def test_an_empty_cell_where_none_may_be(self, tmp_path, column):
        rows = some_rows(VOTERS, 2).with_columns(pl.lit(None).alias(column))
        with pytest.raises(StoreError, match=f"{column}.*empty"):
            write_columns(rows, tmp_path / "t.parquet", VOTERS)

    def test_a_missing_column(self, tmp_path):
        with pytest.raises(StoreError, match="party"):
            write_columns(some_rows(VOTERS).drop("party"), tmp_path / "t.parquet", VOTERS)
