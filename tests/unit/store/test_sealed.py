"""Sealed chunks: in the order asked for, the same bytes again, and no tampering."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hustings.errors import StoreError
from hustings.store import sealed as sealed_module
from hustings.store.sealed import VaultReader, VaultWriter
from hustings.store.vault import open_vault

SALT = b"0123456789abcdef"


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    made = open_vault(tmp_path_factory.mktemp("vault"), "correct horse battery", salt=SALT)
    made.keep()
    return made


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(sealed_module, "CHUNK_ROWS", 100)


def written(opened, path, rows, name="vault/NC/000001.vault", step=37):
    with VaultWriter(opened, name, path) as writer:
        for first in range(0, rows.height, step):
            writer.append(rows.slice(first, step))
    return path


@pytest.fixture
def rows():
    return pl.DataFrame(
        {"name": [f"NAME {k}" for k in range(450)], "phone": [None if k % 3 else str(k) for k in range(450)]}
    )


NAME = "vault/NC/000001.vault"


@pytest.mark.usefixtures("small_chunks")
class TestChunks:
    def test_rows_come_back_in_the_order_asked_for(self, opened, rows, tmp_path):
        reader = VaultReader(opened, NAME, written(opened, tmp_path / "a.vault", rows))
        assert reader.rows == 450
        asked = np.random.default_rng(1).integers(0, 450, 300)
        assert reader.take(asked).equals(rows[asked.tolist()])

    @pytest.mark.parametrize("asked", [[], [449], [0], [99, 100], [100, 99, 100], [200, 210]])
    def test_few_rows(self, opened, rows, tmp_path, asked):
        reader = VaultReader(opened, NAME, written(opened, tmp_path / "a.vault", rows))
        assert reader.take(np.array(asked, dtype=np.int64)).equals(rows[asked])

    def test_the_same_rows_give_the_same_bytes(self, opened, rows, tmp_path):
        names = rows.select("name")  # as identities are packed: texts, none of them null
        one = written(opened, tmp_path / "a.vault", names).read_bytes()
        assert written(opened, tmp_path / "b.vault", names, step=150).read_bytes() == one

    def test_no_name_can_be_read(self, opened, rows, tmp_path):
        assert b"NAME" not in written(opened, tmp_path / "a.vault", rows).read_bytes()

    def test_another_key_opens_nothing(self, opened, rows, tmp_path):
        path = written(opened, tmp_path / "a.vault", rows)
        other = open_vault(tmp_path / "other", "another horse battery", salt=SALT)
        with pytest.raises(StoreError, match="damaged"):
            VaultReader(other, NAME, path).chunk(0)

    def test_no_byte_can_be_changed(self, opened, rows, tmp_path):
        """Whichever byte is turned, no row is read as another: an error, or the very same rows."""
        path = written(opened, tmp_path / "a.vault", rows.head(120))
        whole = path.read_bytes()
        for at in [*range(0, 200, 7), *range(200, len(whole), 211), *range(len(whole) - 40, len(whole))]:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x81]) + whole[at + 1 :])
            with pytest.raises(StoreError):
                # The last chunk and the first: every part of the file is needed by one of them.
                reader = VaultReader(opened, NAME, path)
                assert reader.rows == 120, "the number of rows is not sealed"
                reader.take(np.arange(120))
                raise StoreError("the same rows all the same")

    @pytest.mark.parametrize("cut", [0, 4, 15, 30, 700, -1, -17])
    def test_a_file_that_is_cut_off(self, opened, rows, tmp_path, cut):
        path = written(opened, tmp_path / "a.vault", rows)
        path.write_bytes(path.read_bytes()[:cut])
        with pytest.raises(StoreError):
            VaultReader(opened, NAME, path).take(np.arange(450))

    def test_a_chunk_belongs_to_its_file_and_place(self, opened, rows, tmp_path):
        path = written(opened, tmp_path / "a.vault", rows)
        with pytest.raises(StoreError, match="put here from elsewhere"):
            VaultReader(opened, "vault/NC/000002.vault", path).chunk(0)
        sealed = opened.seal(NAME, 0, b"data")
        assert opened.open(NAME, 0, sealed) == b"data"
        with pytest.raises(StoreError, match="elsewhere"):
            opened.open(NAME, 1, sealed)

    def test_a_missing_file(self, opened, tmp_path):
        with pytest.raises(StoreError, match="cannot be read"):
            VaultReader(opened, NAME, tmp_path / "none.vault")
