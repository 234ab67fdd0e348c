"""Bytes, ids and dirt of a whole run."""

from __future__ import annotations

import collections
import hashlib
import zipfile

import polars as pl
import pytest
from scipy.stats import norm

from hustings.electorate.synthetic import ElectorateSpec, write_voters
from hustings.electorate.synthetic import plan as plan_module


def hashes(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_other_ones(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_voters(ElectorateSpec(1500, seed=seed, weeks=2), tmp_path / name)
    first, second, third = (hashes(tmp_path / name) for name in "abc")
    assert len(first) > 8
    assert first == second
    assert all(first[name] != third[name] for name in first)


def test_the_size_of_a_block_bounds_memory_not_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(plan_module, "BLOCK_VOTERS", 1000)
    written = write_voters(ElectorateSpec(5000), tmp_path)
    assert written.counts["voters"] == 5000
    with zipfile.ZipFile(tmp_path / "ncvoter_Statewide.zip") as archive:
        lines = archive.read("ncvoter_Statewide.txt").decode("latin-1").split("\n")
    # One header for all blocks, no half line, ids unique across blocks.
    assert len(lines) == 5002
    assert lines[-1] == ""
    assert sum("county_id" in line for line in lines) == 1
    assert len({line.split("\t")[3] for line in lines[1:-1]}) == 5000


def test_every_line_has_67_quoted_fields_in_latin_1(nc):
    with zipfile.ZipFile(nc[0] / "ncvoter_Statewide.zip") as archive:
        data = archive.read("ncvoter_Statewide.txt")
    assert {line.count(b"\t") for line in data.split(b"\n")[:-1]} == {66}
    assert data.startswith(b'"county_id"\t"county_desc"')
    # GARCÍA and NÚÑEZ as single bytes, never as UTF-8.
    assert b'"GARC\xcdA"' in data
    assert b'"N\xda\xd1EZ"' in data
    assert b"\xc3" not in data


def test_rows_are_those_asked_for_and_ids_are_unique(nc, nc_voters):
    assert len(nc_voters) == nc[1].counts["voters"] == 40_000
    assert len({row["ncid"] for row in nc_voters}) == 40_000
    assert all(len(row["ncid"]) == 8 and row["ncid"][:2].isalpha() and row["ncid"][2:].isdigit() for row in nc_voters)
    assert len({(row["county_id"], row["voter_reg_num"]) for row in nc_voters}) == 40_000


def test_the_file_is_dirty_in_the_shares_announced(nc_voters):
    n = len(nc_voters)
    assert 0.001 < sum(row["confidential_ind"] == "Y" for row in nc_voters) / n < 0.004
    assert 0.002 < sum(row["birth_year"] == "" for row in nc_voters) / n < 0.007
    assert 10 <= sum(row["birth_year"] == "1900" for row in nc_voters) <= 100
    assert {row["status_cd"] for row in nc_voters} == set("AIRDS")
    assert 0.12 < sum(row["middle_name"] == "" for row in nc_voters) / n < 0.25
    hidden = [row for row in nc_voters if row["confidential_ind"] == "Y"]
    assert {row["res_street_address"] for row in hidden} == {"CONFIDENTIAL"}
    assert {row["full_phone_number"] for row in hidden} == {""}


def test_people_twice_are_said_to_be_so(nc):
    truth = pl.read_parquet(nc[0] / "truth.parquet")
    twice = truth.filter(pl.col("person_id").is_duplicated())
    assert truth["is_duplicate"].sum() == 120
    assert twice.height == 240
    same = twice.group_by("person_id").agg(pl.n_unique("birth_date", "source_id"), pl.sum("is_duplicate"))
    assert same.select("birth_date", "source_id", "is_duplicate").unique().rows() == [(1, 2, 1)]


def test_households_share_a_name_and_an_address(nc_voters):
    homes = collections.defaultdict(list)
    for row in nc_voters:
        if row["res_street_address"] not in {"CONFIDENTIAL", "REMOVED"}:
            homes[row["res_street_address"], row["zip_code"]].append(row["last_name"])
    shared = [names for names in homes.values() if len(names) == 2]
    assert 0.6 < sum(a == b for a, b in shared) / len(shared) < 0.95
    assert 1.7 < len(nc_voters) / len(homes) < 2.1


@pytest.fixture(scope="module")
def truth(nc):
    return pl.read_parquet(nc[0] / "truth.parquet")


def test_the_expected_electorate_splits_as_the_state_did(truth):
    # North Carolina 2012: 2,178,391 and 2,270,395 votes.
    share = (truth["support_prob"] * truth["turnout_prob"]).sum() / truth["turnout_prob"].sum()
    assert share == pytest.approx(2_178_391 / (2_178_391 + 2_270_395), abs=0.015)
    assert truth["turnout_prob"].mean() == pytest.approx(0.69, abs=0.015)


def test_chance_keeps_to_the_probabilities(truth):
    for prob, event in (("support_prob", "supports_first"), ("turnout_prob", "will_vote")):
        spread = (truth[prob] * (1 - truth[prob])).sum() ** 0.5
        assert abs(truth[event].sum() - truth[prob].sum()) / spread < norm.ppf(0.9999)


def test_gains_leave_probabilities_between_0_and_1(truth):
    after = truth["support_prob"] + truth["persuasion_gain_prob"]
    assert after.is_between(0, 1).all()
    assert (truth["turnout_prob"] + truth["mobilisation_gain_prob"]).is_between(0, 1).all()
    assert truth["persuasion_gain_prob"].min() < 0 < truth["persuasion_gain_prob"].max() < 0.12


def test_precincts_differ_more_than_chance_allows(truth):
    white = truth.group_by("county", "precinct").agg((pl.col("race") == "white").mean().alias("share"), pl.len())
    large = white.filter(pl.col("len") > 300)
    mean = truth.select((pl.col("race") == "white").mean()).item()
    assert large["share"].std() > 3 * (mean * (1 - mean) / large["len"].mean()) ** 0.5
