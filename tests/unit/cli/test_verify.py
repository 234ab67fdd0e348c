"""`hustings verify` finds a byte that is not as it was written."""

from __future__ import annotations

import json


def whole(camp):
    files = json.loads(max((camp.folder / "store" / "manifests").glob("*.json")).read_text())
    return camp.folder / "store" / files["states"]["NC"]["base"]["path"]


def test_all_as_written(camp, monkeypatch):
    monkeypatch.delenv("HUSTINGS_VAULT_KEY")
    said = camp("verify")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("5 snapshots, ")
    assert said.out.rstrip().endswith("all as written")


def test_a_flipped_byte_a_cut_and_a_lost_file_are_told_with_their_snapshots(camp):
    base = whole(camp)
    data = bytearray(base.read_bytes())
    data[len(data) // 2] ^= 1
    base.write_bytes(data)
    (sealed, *_) = sorted((camp.folder / "store" / "vault" / "NC").glob("*.vault"))
    sealed.write_bytes(sealed.read_bytes()[:-1])
    (history,) = (camp.folder / "store" / "history" / "NC").glob("*.parquet")
    history.unlink()
    said = camp("verify", "--json")
    assert said.code == 1
    told = {one["file"].split("/")[0]: one for one in said.json["wrong"]}
    assert "checksum" in told["voters"]["problem"]
    assert told["voters"]["snapshots"] == "1-5"
    assert "bytes, expected" in told["vault"]["problem"]
    assert told["history"] == {
        "file": history.relative_to(camp.folder / "store").as_posix(),
        "problem": "is missing",
        "snapshots": "2-5",
    }
    said = camp("verify")
    assert said.code == 1
    assert "3 problems" in said.out


def test_a_lost_manifest(camp):
    (camp.folder / "store" / "manifests" / "000002.json").unlink()
    said = camp("verify")
    assert said.code == 1
    assert "manifests/000002.json is missing" in said.out
