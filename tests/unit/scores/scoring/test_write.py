"""Scores as a snapshot: what is written, when it is refused, what becomes of it when the voters change."""

from __future__ import annotations

import errno
import shutil

import numpy as np
import polars as pl
import pytest

from hustings.electorate.loading.compact import compact_store
from hustings.errors import StoreError
from hustings.scores.features import coded_pieces, voter_pieces
from hustings.scores.scoring import Scorer, needed_features, score_voters
from hustings.scores.scoring.write import score_columns
from hustings.store.columns import GROUP_ROWS, ColumnWriter
from hustings.store.manifest import SCORES
from hustings.store.snapshots import Snapshots
from made_electorate import load_week, store_bytes
from unit.scores.scoring.making import FIRST, MODELS, NOW, SUPPORT, TURNOUT, opened

ABOUT = {"models": {"turnout": "2016-10-01"}}


def score(store, target=FIRST, models=MODELS):
    return score_voters(opened(store), models, target, about=ABOUT)


def sidecar(store, state="NC"):
    snapshots = Snapshots(store)
    return pl.read_parquet(snapshots.path(snapshots.latest().states[state].sidecars[SCORES]))


@pytest.fixture(scope="module")
def full_scored(full_store, tmp_path_factory):
    store = shutil.copytree(full_store.store, tmp_path_factory.mktemp("scored") / "store")
    return store, score(store, NOW)


@pytest.fixture
def scored(own_store):
    score(own_store)
    return own_store


def test_every_slot_has_its_scores_in_steps(full_scored):
    store, counts = full_scored
    electorate = opened(store)
    assert set(counts) == {"NC", "OH"}
    for state in counts:
        features = needed_features(
            MODELS, ["age", "general_4y", "precinct_turnout", "party", "newly_registered", "early_ballot"]
        )
        piece = next(coded_pieces(electorate, state, NOW, features))
        stored = sidecar(store, state)
        assert stored.columns == ["turnout_prob", "support_prob", "persuasion_effect"]
        assert set(stored.dtypes) == {pl.Float32}
        assert stored.height == electorate.words.manifest.states[state].slots
        assert counts[state] == stored.height - stored["turnout_prob"].null_count()
        for name, exact in Scorer(MODELS).scores(piece).items():
            steps = 1000 if name == "persuasion_effect" else 200
            assert stored[name].is_null().to_numpy().tolist() == np.isnan(exact).tolist()
            values = stored[name].to_numpy()
            assert np.nanmax(np.abs(values - exact)) <= 0.5 / steps + 1e-6
            assert np.nanmax(np.abs(values * steps - np.rint(values * steps))) < 1e-3


def test_the_snapshot_says_what_was_scored(full_scored):
    store, counts = full_scored
    manifest = Snapshots(store).latest()
    assert manifest.load["what"] == "scores"
    assert manifest.load["models"] == {"turnout": "2016-10-01"}
    assert manifest.load["report"] == {
        "rows_in": sum(counts.values()),
        "counts": {f"{state} scored": n for state, n in counts.items()},
    }
    assert manifest.provenance["turnout_prob"] == manifest.provenance["persuasion_effect"] == "modelled"


def test_counts_are_weighed_by_the_scores(full_scored):
    store, _ = full_scored
    found = opened(store).count(["state"], weight="turnout_prob")
    expected = float(sidecar(store)["turnout_prob"].sum())
    (row,) = [row for row in found.iter_rows(named=True) if row["state"] == "NC"]
    assert row["expected_voters"] == pytest.approx(expected, rel=1e-4)


def test_further_options_get_a_column_each():
    assert [column.name for column in score_columns(MODELS)] == ["turnout_prob", "support_prob", "persuasion_effect"]
    three = score_columns([SUPPORT.__class__("s", "identity", ("support_X_prob",), SUPPORT.cards), TURNOUT])
    assert [(column.name, column.storage) for column in three] == [
        ("support_X_prob", "float32"),
        ("turnout_prob", "float32"),
    ]


@pytest.mark.parametrize("when", ["rows", "footer"])
def test_a_disk_full_in_mid_score_leaves_the_store_as_it_was(scored, monkeypatch, when):
    before = store_bytes(scored)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ColumnWriter, "append_arrays" if when == "rows" else "close", full)
    with pytest.raises(StoreError, match="No space left on device"):
        score(scored)
    assert store_bytes(scored) == before
    monkeypatch.undo()
    assert sum(score(scored).values()) > 1000


def test_voters_who_changed_since_they_were_read_are_not_scored(scored):
    electorate = opened(scored)
    score(scored)
    before = store_bytes(scored)
    with pytest.raises(StoreError, match=r"scores are of snapshot \d+, the voters of \d+"):
        score_voters(electorate, MODELS, FIRST, about=ABOUT)
    assert store_bytes(scored) == before


def test_scores_of_an_older_file_are_refused_and_dropped_when_it_is_written_anew(scored, raw_weeks):
    assert opened(scored).count(weight="turnout_prob")["expected_voters"].sum() > 100
    load_week(scored, raw_weeks, 1)
    with pytest.raises(StoreError, match="turnout_prob of NC is of snapshot 3, and the voters have changed since"):
        opened(scored).count(weight="turnout_prob")
    compact_store(scored)
    assert SCORES not in Snapshots(scored).latest().states["NC"].sidecars


def test_fresh_scores_follow_their_voters_when_the_file_is_written_anew(own_store, raw_weeks):
    load_week(own_store, raw_weeks, 1)
    score(own_store)

    def by_id():
        ids = pl.concat(voter_pieces(opened(own_store), "NC", FIRST, [], also=("voter_id",)))["voter_id"]
        return pl.DataFrame([ids, *sidecar(own_store)])

    before = by_id()
    compact_store(own_store)
    after = by_id()
    assert not before["voter_id"].equals(after["voter_id"])
    assert before.sort("voter_id").equals(after.sort("voter_id"))
    assert opened(own_store).count(weight="turnout_prob")["expected_voters"].sum() > 100


def test_arrays_are_written_as_frames_are(tmp_path):
    columns = score_columns([TURNOUT, SUPPORT])
    rng = np.random.default_rng(1)
    parts = [rng.integers(0, 201, (n, 2)).astype(np.float32) / 200 for n in (GROUP_ROWS, GROUP_ROWS + 5, 3, GROUP_ROWS)]
    parts[1][7] = np.nan
    for way in ("arrays", "frames"):
        with ColumnWriter(tmp_path / way, columns) as writer:
            for part in parts:
                given = {column.name: part[:, k].copy() for k, column in enumerate(columns)}
                if way == "arrays":
                    writer.append_arrays(given)
                else:
                    writer.append(pl.DataFrame(given).fill_nan(None))
        assert writer.rows == sum(map(len, parts))
    first, second = (pl.read_parquet(tmp_path / way) for way in ("arrays", "frames"))
    assert first.equals(second)
    assert first["turnout_prob"].null_count() == 1


def test_arrays_that_do_not_fit_are_refused(tmp_path):
    with ColumnWriter(tmp_path / "x", score_columns([TURNOUT])) as writer:
        with pytest.raises(StoreError, match="does not fit its contract"):
            writer.append_arrays({"turnout_prob": np.array(["a"])})
        writer.append_arrays({"turnout_prob": np.array([0.5], dtype=np.float32)})
