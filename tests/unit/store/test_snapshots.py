"""Manifests, sweeping, verifying."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, replace

import pytest

from hustings.errors import StoreError
from hustings.store.manifest import Manifest, StateFiles, StoredFile, manifest_from_json
from hustings.store.snapshots import Snapshots, check_alignment, verify_file, writing
from made_electorate import load_week, store_bytes


def commit(store, day, *, name=None, content=b"data"):
    """A load that writes one file of a log."""
    with writing(store, what="test") as place:
        name = name or place.name("notes", suffix=".txt")
        place.path(name).write_bytes(content)
        manifest = replace(place.before, number=place.number, as_of=day).with_log("notes", place.written(name, 1))
        place.commit(manifest)
    return manifest


class TestCommit:
    def test_each_load_is_a_manifest(self, tmp_path):
        for day in ("2016-10-01", "2016-10-08", "2016-10-08"):
            commit(tmp_path, day)
        found = Snapshots(tmp_path).all()
        assert [(one.number, one.as_of, len(one.logs["notes"])) for one in found] == [
            (1, "2016-10-01", 1),
            (2, "2016-10-08", 2),
            (3, "2016-10-08", 3),
        ]
        assert not (tmp_path / "work").exists()

    def test_as_of_is_the_last_of_that_day_or_before(self, tmp_path):
        for day in ("2016-10-01", "2016-10-08", "2016-10-08"):
            commit(tmp_path, day)
        snapshots = Snapshots(tmp_path)
        assert snapshots.at(None).number == 3
        assert snapshots.at(dt.date(2016, 10, 7)).number == 1
        assert snapshots.at(dt.date(2016, 10, 8)).number == 3
        assert snapshots.at(dt.date(2030, 1, 1)).number == 3
        with pytest.raises(StoreError, match=r"nothing was known on 2016-09-30: the first snapshot is of 2016-10-01"):
            snapshots.at(dt.date(2016, 9, 30))

    def test_nothing_yet(self, tmp_path):
        assert Snapshots(tmp_path).latest() == Manifest()
        with pytest.raises(StoreError, match="holds no voters yet"):
            Snapshots(tmp_path).at(None)

    def test_an_error_within_leaves_the_store_as_it_was(self, tmp_path):
        commit(tmp_path, "2016-10-01")
        before = store_bytes(tmp_path)
        with pytest.raises(ZeroDivisionError), writing(tmp_path, what="test") as place:
            place.path("notes/x.txt").write_text("half")
            raise ZeroDivisionError
        assert store_bytes(tmp_path) == before

    def test_what_a_killed_load_left_is_swept_up_and_nothing_else(self, tmp_path):
        commit(tmp_path, "2016-10-01")
        before = store_bytes(tmp_path)
        for name in (
            "notes/000002.txt",
            "voters/NC/000002.parquet",
            "work/new/notes/000002.txt",
            "vault/.vault.json.writing",
        ):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("left over")
        with writing(tmp_path, what="test"):
            pass
        assert store_bytes(tmp_path) == before
        assert not (tmp_path / "voters").exists()

    def test_manifests_come_back_from_their_files(self, full_store):
        for manifest in Snapshots(full_store.store).all():
            data = json.loads(json.dumps({"format": 1, **asdict(manifest)}))
            assert manifest_from_json(data) == manifest

    @pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 2}', '{"format": 1}'])
    def test_a_damaged_manifest_is_named(self, tmp_path, text):
        commit(tmp_path, "2016-10-01")
        (tmp_path / "manifests" / "000001.json").write_text(text)
        with pytest.raises(StoreError, match=r"000001\.json|format"):
            Snapshots(tmp_path).latest()


class TestVerify:
    def test_a_whole_store(self, full_store):
        for manifest in Snapshots(full_store.store).all():
            assert [verify_file(full_store.store, file) for file in manifest.files()] == [""] * len(
                list(manifest.files())
            )
            assert all(check_alignment(files) == [] for files in manifest.states.values())

    def test_what_is_wrong(self, own_store):
        base = Snapshots(own_store).latest().states["NC"].base
        path = own_store / base.path
        data = path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        assert "checksum" in verify_file(own_store, base)
        path.write_bytes(data[:-1])
        assert verify_file(own_store, base) == f"has {len(data) - 1:,} bytes, expected {len(data):,}"
        path.write_bytes(data)
        assert verify_file(own_store, replace(base, rows=base.rows + 1)).startswith(f"has {base.rows:,} rows")
        path.unlink()
        assert verify_file(own_store, base) == "is missing"

    @pytest.mark.parametrize(("rows", "fine"), [(99, False), (100, True), (110, True), (111, False)])
    def test_sidecars_have_a_row_for_every_row_of_the_base(self, rows, fine):
        base = StoredFile("voters/NC/000001.parquet", 100, 1, "")
        files = StateFiles(base, 110, 110, "2016-10-01", sidecars={"ballots": replace(base, rows=rows)})
        assert (check_alignment(files) == []) == fine

    def test_earlier_snapshots_stay_whole_after_later_loads(self, own_store, raw_weeks):
        before = store_bytes(own_store)
        load_week(own_store, raw_weeks, 1)
        after = store_bytes(own_store)
        assert {name: after[name] for name in before} == before
