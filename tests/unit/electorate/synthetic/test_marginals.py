"""The file has the shares that the facts have, within what sampling allows."""

from __future__ import annotations

import collections
import csv
import math

import numpy as np
import pytest

from hustings.electorate.synthetic import ElectorateSpec
from hustings.electorate.synthetic.marginals import marginals, two_option_share
from hustings.facts.reading import data_folder

AGES = {"age_18_25": (18, 25), "age_26_40": (26, 40), "age_41_65": (41, 65), "age_66_up": (66, 120)}


@pytest.fixture(scope="module")
def counted():
    """The public counts, read without our reader: (kind, label) -> share."""
    found, total = collections.Counter(), 0
    with (data_folder() / "nc_registration.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            for age in AGES:
                number = int(row[age])
                total += number
                for key in (
                    ("county", row["county"]),
                    ("race", row["race_code"]),
                    ("party", row["party"]),
                    ("age", age),
                ):
                    found[key] += number
                found["cell", row["race_code"], row["party"]] += number
    return {key: number / total for key, number in found.items()}


def test_race_party_and_age_are_those_of_the_facts(nc_voters, counted):
    n = len(nc_voters)
    seen = collections.Counter()
    for row in nc_voters:
        seen["race", row["race_code"]] += 1
        seen["party", row["party_cd"]] += 1
        seen["cell", row["race_code"], row["party_cd"]] += 1
    for key, share in counted.items():
        if key[0] in {"race", "party", "cell"} and share > 0.001:
            # Voters of a precinct are not independent draws, but their totals are raked: 4.5 binomial errors.
            assert seen[key] / n == pytest.approx(share, abs=4.5 * math.sqrt(share * (1 - share) / n)), key


def test_counties_have_their_part_of_the_rows_exactly(nc_voters, counted):
    seen = collections.Counter(row["county_desc"] for row in nc_voters)
    for key, share in counted.items():
        if key[0] == "county":
            assert abs(seen[key[1]] - share * len(nc_voters)) < 1, key


def test_county_numbers_are_the_alphabets(nc_voters):
    numbers = {(int(row["county_id"]), row["county_desc"]) for row in nc_voters}
    assert [name for _, name in sorted(numbers)] == sorted(name for _, name in numbers)
    assert {(1, "ALAMANCE"), (59, "MCDOWELL"), (60, "MECKLENBURG"), (65, "NEW HANOVER"), (92, "WAKE")} <= numbers


def test_ages_are_those_of_the_facts(nc_voters, counted):
    # The file tells the year of birth alone: compare the share born early enough to be 66 on the day, roughly.
    years = [int(row["birth_year"]) for row in nc_voters if row["birth_year"] not in {"", "1900"}]
    old = np.mean([2016 - year >= 66 for year in years])
    assert old == pytest.approx(counted["age", "age_66_up"], abs=0.02)
    assert min(2016 - year for year in years) >= 18


def test_a_state_without_counts_follows_its_last_result_before_the_day():
    # Pennsylvania 2012: 2,990,274 and 2,680,434 votes (public results).
    before = ElectorateSpec(10, state="PA", layout="l2")
    assert two_option_share(before) == pytest.approx(2_990_274 / (2_990_274 + 2_680_434), abs=2e-4)
    cells = marginals(before).weights.reshape(40, 9, 5, 4).sum(axis=(0, 1, 3))
    assert cells[0] / (cells[0] + cells[1]) == pytest.approx(two_option_share(before), abs=1e-3)


def test_parties_are_registered_where_the_law_says_so():
    cells = marginals(ElectorateSpec(10, state="TX", layout="l2")).weights
    by_party = cells.reshape(len(cells), 9, 5, 4).sum(axis=(0, 1, 3))
    assert by_party[0] / by_party.sum() > 0.999
