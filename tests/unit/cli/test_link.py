"""`hustings link`: people of another system's list find their voters."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from made_electorate import raw_voters
from unit.cli.conftest import no

COLUMNS = ["Voter File VANID", "FirstName", "LastName", "Age", "Sex", "Party", "CityCouncilName", "CensusTractName"]


@pytest.fixture
def people(camp, raw_weeks):
    """Four hundred voters as the field tool has them, under ids of its own."""
    path = camp.folder / "inbox" / "van_people_20161015.csv"
    with path.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow([*COLUMNS, "vAddress", "City", "State", "Zip5"])
        known = [row for row in raw_voters(raw_weeks, 1).values() if row["birth_year"]]
        for number, row in enumerate(known[:400]):
            who = [row["first_name"], row["last_name"], 2016 - int(row["birth_year"]), row["gender_code"]]
            where = [row["res_street_address"], row["res_city_desc"], "NC", row["zip_code"]]
            rows.writerow([7000 + number, *(str(cell).strip() for cell in who), row["party_cd"], "", "", *where])
    return path


def test_almost_everybody_is_found_and_the_report_says_for_whom(camp, people):
    said = camp("link", people, "--layout", "van-person")
    assert (said.code, said.err) == (0, ""), said
    lines = [line.split() for line in said.out.splitlines()]
    linked = next(int(line[1]) for line in lines if line[:1] == ["linked"])
    assert linked > 380
    # The file's own people, by their own groups: the parties add up to the file, and the rate is a share of them.
    assert ["dimension", "group", "people", "found", "found_rate"] in lines
    assert next(line for line in lines if line[:2] == ["all", "all"])[2:] == ["400", str(linked), f"{linked / 4:.1f}%"]
    with people.open(newline="") as stream:
        parties = Counter(row["Party"] for row in csv.DictReader(stream))
    said_parties = {line[1]: int(line[2]) for line in lines if line[0:1] == ["party"]}
    assert said_parties == parties
    assert any(line[:2] == ["age", "band"] for line in lines)
    assert camp("snapshots", "--json").json[-1]["loaded"] == "link"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], ["expected either FILE... or --movers"]),
        (["x.csv"], ["--layout is missing"]),
        (["x.csv", "--movers"], ["either FILE... or --movers"]),
        (["--movers"], ["two states"]),
        (["--movers", "--layout", "van-person"], ["--movers takes no --layout"]),
        (["nope.csv", "--layout", "van-person"], ["there is no such file"]),
        (["x.csv", "--layout", "nc-2022"], ["state's own ids"]),
    ],
)
def test_refused_in_one_line(camp, args, words):
    no(camp("link", *args), *words)
