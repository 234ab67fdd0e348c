"""Voter files into the store, held against the same files read by the csv module."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from collections import Counter

import pytest

from hustings.electorate.loading import load_voters
from hustings.errors import InputError
from made_electorate import (
    DAYS,
    VOTERS,
    csv_rows,
    decoded,
    layout,
    load_ohio,
    load_week,
    make_ohio,
    opened,
    pseudonyms,
    raw_voters,
    rewritten,
    store_bytes,
)

SEX = {"F": "F", "M": "M", "U": "U", "": None}


def load(store, file, *, as_of=DAYS[0], **settings):
    return load_voters(store, [file], layout("voters"), vault=opened(store), as_of=as_of, **settings)


def accounted(report):
    """Rows that the report says something of."""
    kinds = ("stored", "changed", "unchanged", "back")
    return sum(report.counts.get(kind, 0) for kind in kinds) + report.set_aside + sum(report.dropped.values())


@pytest.fixture(scope="module")
def first_file(raw_weeks):
    return raw_weeks / DAYS[0].isoformat() / VOTERS


class TestFirstFile:
    def test_every_voter_is_stored_once_and_confidential_ones_are_not(self, first_week):
        rows = decoded(first_week.store, "voters")
        expected = pseudonyms(first_week.store, raw_voters(first_week.raw, 0))
        assert sorted(rows["voter_id"].to_list()) == sorted(expected)

    @pytest.mark.parametrize(
        ("column", "raw"),
        [
            ("county", lambda row: row["county_desc"]),
            ("party", lambda row: row["party_cd"] or None),
            ("sex", lambda row: SEX[row["gender_code"]]),
            ("precinct", lambda row: row["precinct_abbrv"]),
            ("birth_year", lambda row: int(row["birth_year"]) if row["birth_year"] > "1900" else None),
            ("registered_on", lambda row: dt.datetime.strptime(row["registr_dt"], "%m/%d/%Y").date()),  # noqa: DTZ007
            ("congressional_district", lambda row: row["cong_dist_abbrv"] or None),
        ],
    )
    def test_columns_say_what_the_file_says(self, first_week, column, raw):
        voters = raw_voters(first_week.raw, 0)
        expected = dict(zip(pseudonyms(first_week.store, voters), map(raw, voters.values()), strict=True))
        if column == "birth_year":
            # A placeholder year gives way to the age.
            expected = {key: value for key, value in expected.items() if value is not None}
        found = dict(decoded(first_week.store, "voters").select("voter_id", column).iter_rows())
        assert {key: found[key] for key in expected} == expected

    def test_rows_stand_in_order_of_county_precinct_and_household(self, first_week):
        rows = decoded(first_week.store, "voters").sort("slot")
        places = [
            (c, p, h is None, h or 0, v) for c, p, h, v in rows["county", "precinct", "household_id", "voter_id"].rows()
        ]
        assert places == sorted(places)

    def test_people_of_one_address_share_a_household(self, first_week):
        voters = {k: r for k, r in raw_voters(first_week.raw, 0).items() if r["res_street_address"] != "REMOVED"}
        ids = dict(zip(voters, pseudonyms(first_week.store, voters), strict=True))
        house = dict(decoded(first_week.store, "voters").select("voter_id", "household_id").iter_rows())
        addresses = {k: (" ".join(r["res_street_address"].split()), r["zip_code"][:5]) for k, r in voters.items()}
        by_address, by_household = Counter(addresses.values()), Counter(house[one] for one in ids.values())
        assert sorted(by_address.values()) == sorted(by_household.values())
        assert all(house[ids[k]] is not None for k in voters)

    def test_a_withheld_address_is_no_household(self, first_week):
        removed = [k for k, r in raw_voters(first_week.raw, 0).items() if r["res_street_address"] == "REMOVED"]
        assert removed
        house = dict(decoded(first_week.store, "voters").select("voter_id", "household_id").iter_rows())
        assert {house[one] for one in pseudonyms(first_week.store, removed)} == {None}


class TestWeeks:
    def differences(self, raw, week):
        """What changed, told by the raw files alone; of those gone before, those who are back."""
        old, new = raw_voters(raw, week - 1), raw_voters(raw, week)
        ever = set().union(*(raw_voters(raw, k) for k in range(week)))

        def differ(column):
            return {k for k in old.keys() & new.keys() if old[k][column] != new[k][column]}

        def address(row):
            shown = row["res_street_address"] if row["res_street_address"] != "REMOVED" else ""
            return (" ".join(shown.split()), row["zip_code"][:5]) if shown else None

        moved = {
            k
            for k in old.keys() & new.keys()
            if (old[k]["county_desc"], old[k]["precinct_abbrv"]) != (new[k]["county_desc"], new[k]["precinct_abbrv"])
            or (address(old[k]) and address(new[k]) and address(old[k]) != address(new[k]))
        }
        return {
            "stored": new.keys() - ever,
            "back": (new.keys() - old.keys()) & ever,
            "gone": old.keys() - new.keys(),
            "moved": moved,
            "moved_county": differ("county_desc"),
            "switched_party": differ("party_cd"),
            "status": differ("status_cd"),
        }

    @pytest.mark.parametrize("week", [1, 2])
    def test_the_report_counts_what_the_raw_files_show(self, full_store, week):
        report = full_store.reports[f"week {week}"]
        expected = {kind: len(ids) for kind, ids in self.differences(full_store.raw, week).items() if ids}
        assert {kind: report.counts.get(kind, 0) for kind in expected} == expected
        assert accounted(report) == report.rows_in

    @pytest.mark.parametrize("week", [1, 2])
    def test_and_what_the_list_of_changes_says(self, full_store, week):
        said = Counter(
            row["kind"]
            for row in csv_rows(full_store.raw / "changes.csv", delimiter=",", encoding="utf-8")
            if row["date"] == DAYS[week].isoformat()
        )
        counts = full_store.reports[f"week {week}"].counts
        names = {"new": "stored", "gone": "gone", "moved": "moved", "party": "switched_party", "status": "status"}
        assert {kind: counts[name] for kind, name in names.items()} == {kind: said[kind] for kind in names}
        assert counts.get("back", 0) == said["back"]

    def test_dates_seen(self, full_store):
        weeks = [set(raw_voters(full_store.raw, k)) for k in range(3)]
        everybody = sorted(weeks[0] | weeks[1] | weeks[2])
        rows = decoded(full_store.store, "voters")
        found = {v: (first, last) for v, first, last in rows.select("voter_id", "first_seen", "last_seen").iter_rows()}
        assert len(found) == rows.height == len(everybody)
        for name, voter in zip(everybody, pseudonyms(full_store.store, everybody), strict=True):
            seen = [DAYS[k] for k in range(3) if name in weeks[k]]
            gone_on = None if name in weeks[2] else max(seen)
            assert found[voter] == (min(seen), gone_on), name
        # Someone was gone in the second week and is back in the third.
        assert (weeks[0] & weeks[2]) - weeks[1]

    @pytest.mark.parametrize("column", ["county_desc", "party_cd"])
    def test_present_voters_are_as_the_last_file_says(self, full_store, column):
        voters = raw_voters(full_store.raw, 2)
        name = {"county_desc": "county", "party_cd": "party"}[column]
        rows = decoded(full_store.store, "voters")
        found = dict(rows.filter(rows["last_seen"].is_null()).select("voter_id", name).iter_rows())
        ids = pseudonyms(full_store.store, voters)
        assert found == dict(zip(ids, (row[column] for row in voters.values()), strict=True))


class TestAgain:
    def test_the_same_file_twice_changes_nothing(self, own_store, raw_weeks):
        before = store_bytes(own_store)
        report = load_week(own_store, raw_weeks, 0)
        assert "nothing changed" in report.notes[0]
        assert store_bytes(own_store) == before

    def test_a_copy_under_another_name_too(self, own_store, first_file, tmp_path):
        before = store_bytes(own_store)
        copy = shutil.copy(first_file, tmp_path / "ncvoter_other.zip")
        assert "nothing changed" in load(own_store, copy).notes[0]
        assert store_bytes(own_store) == before

    def test_an_older_file_is_refused_unless_asked_for(self, raw_weeks, tmp_path):
        store = tmp_path / "store"
        load_week(store, raw_weeks, 1)
        before = store_bytes(store)
        with pytest.raises(InputError, match=r"2016-10-01.*2016-10-08.*allow-older"):
            load_week(store, raw_weeks, 0)
        assert store_bytes(store) == before
        report = load_week(store, raw_weeks, 0, allow_older=True)
        assert accounted(report) == report.rows_in
        rows = decoded(store, "voters")
        present = rows.filter(rows["last_seen"].is_null())["voter_id"]
        assert sorted(present.to_list()) == sorted(pseudonyms(store, raw_voters(raw_weeks, 0)))

    def test_a_file_that_lacks_a_fifth_is_refused_unless_asked_for(self, own_store, first_file, tmp_path):
        half = rewritten(first_file, tmp_path / VOTERS, lambda lines: lines[: len(lines) * 3 // 4])
        before = store_bytes(own_store)
        with pytest.raises(InputError, match=r"would be gone.*--allow-gone"):
            load(own_store, half, as_of=DAYS[1])
        assert store_bytes(own_store) == before
        report = load(own_store, half, as_of=DAYS[1], allow_gone=True)
        assert report.counts["gone"] + report.counts["unchanged"] == decoded(own_store, "voters").height

    def test_a_file_of_changes_says_nothing_of_the_others(self, own_store, raw_weeks, tmp_path):
        old, new = raw_voters(raw_weeks, 0), raw_voters(raw_weeks, 1)
        other = {k for k in new if old.get(k) != new[k]}
        gone = old.keys() - new.keys()

        def changed_only(lines):
            return [lines[0], *(line for line in lines[1:] if line.split(b"\t")[3].strip(b'"').decode() in other)]

        part = rewritten(raw_weeks / DAYS[1].isoformat() / VOTERS, tmp_path / VOTERS, changed_only)
        report = load(own_store, part, as_of=DAYS[1], coverage="changes")
        assert "gone" not in report.counts
        assert report.counts["stored"] == len(new.keys() - old.keys())
        rows = decoded(own_store, "voters")
        assert rows["last_seen"].null_count() == len(old.keys() | new.keys())
        found = dict(rows.select("voter_id", "party").iter_rows())
        expected = {**{k: old[k] for k in gone}, **new}
        ids = pseudonyms(own_store, expected)
        assert found == dict(zip(ids, (row["party_cd"] for row in expected.values()), strict=True))


class TestBadInput:
    """One fault at a time in a small file; every row is accounted for."""

    @pytest.fixture
    def few(self, first_file, tmp_path):
        def make(change):
            few = rewritten(first_file, tmp_path / VOTERS, lambda lines: change(lines[:60]))
            return load(tmp_path / "store", few)

        return make

    def cells(self, line):
        return line.rstrip(b"\r\n").split(b"\t")

    def with_cell(self, line, at, value):
        cells = self.cells(line)
        cells[at] = b'"' + value + b'"'
        return b"\t".join(cells) + b"\r\n"

    def quarantine(self, tmp_path):
        return csv_rows(tmp_path / "store" / "quarantine" / "000001.csv", delimiter=",", encoding="utf-8")

    def test_a_column_too_many_on_a_line(self, few, tmp_path):
        def change(lines):
            lines[30] = lines[30].rstrip(b"\r\n") + b'\t"EXTRA"\r\n'
            return lines

        report = few(change)
        assert (report.rows_in, report.set_aside) == (59, 1)
        assert accounted(report) == report.rows_in
        (row,) = self.quarantine(tmp_path)
        assert row["line"] == "31"
        assert "68 fields, expected 67" in row["reason"]

    def test_half_a_last_row(self, few, tmp_path):
        report = few(lambda lines: [*lines[:-1], lines[-1][: len(lines[-1]) // 2]])
        assert (report.rows_in, report.set_aside) == (59, 1)
        assert self.quarantine(tmp_path)[0]["line"] == "60"

    def test_an_id_is_missing(self, few, tmp_path):
        report = few(lambda lines: [*lines[:10], self.with_cell(lines[10], 3, b""), *lines[11:]])
        assert (report.rows_in, report.set_aside) == (59, 1)
        assert accounted(report) == report.rows_in
        assert self.quarantine(tmp_path)[0]["line"] == "11"

    def test_duplicates_keep_the_latest_registration(self, few, tmp_path):
        def change(lines):
            cells = self.cells(lines[20])
            earlier = self.with_cell(self.with_cell(lines[20], 25, b"01/02/1990"), 28, b"LIB")
            later = self.with_cell(self.with_cell(lines[20], 25, b"12/31/2015"), 28, b"GRE")
            assert cells[25] < b'"12/31/2015"'
            return [*lines, later, earlier]

        # The row on line 21 is changed too, so that its own date is in between.
        def all_three(lines):
            lines[20] = self.with_cell(lines[20], 25, b"06/07/2001")
            return change(lines)

        report = few(all_three)
        assert (report.rows_in, report.set_aside) == (61, 2)
        assert accounted(report) == report.rows_in
        assert report.warnings["ids that occur more than once in the file"] == 1
        assert [row["line"] for row in self.quarantine(tmp_path)] == ["62", "21"] or {
            row["line"] for row in self.quarantine(tmp_path)
        } == {"62", "21"}
        assert all("line 61" in row["reason"] for row in self.quarantine(tmp_path))
        assert "GRE" in decoded(tmp_path / "store", "voters")["party"].to_list()
        assert "LIB" not in decoded(tmp_path / "store", "voters").filter(registered_on=dt.date(1990, 1, 2))["party"]

    def test_the_same_row_twice_keeps_the_later_line(self, few, tmp_path):
        report = few(lambda lines: [*lines, lines[5]])
        assert (report.counts["stored"], report.set_aside) == (59, 1)
        assert self.quarantine(tmp_path)[0]["line"] == "6"

    def test_an_unknown_party_is_kept_and_said(self, few, tmp_path):
        report = few(lambda lines: [*lines[:7], self.with_cell(lines[7], 28, b"WHG"), *lines[8:]])
        assert any("'WHG'" in warning for warning in report.warnings)
        assert decoded(tmp_path / "store", "voters")["party"].to_list().count("WHG") == 1

    @pytest.mark.parametrize("year", [b"1900", b"2030", b"1066", b"last"])
    def test_a_birth_year_that_cannot_be(self, few, tmp_path, year):
        def change(lines):
            lines[9] = self.with_cell(self.with_cell(lines[9], 30, year), 31, b"")
            return lines

        before = few(lambda lines: lines)
        shutil.rmtree(tmp_path / "store")
        report = few(change)
        assert report.counts["stored"] == 59
        said = sum(n for text, n in report.warnings.items() if text.startswith("birth_year"))
        assert said == 1 + sum(n for text, n in before.warnings.items() if text.startswith("birth_year"))

    def test_leading_zeros_of_ids_are_part_of_them(self, few, tmp_path):
        def change(lines):
            return [*lines[:4], self.with_cell(lines[4], 3, b"007"), self.with_cell(lines[5], 3, b"7"), *lines[6:]]

        assert few(change).counts["stored"] == 59
        ids = decoded(tmp_path / "store", "voters")["voter_id"].to_list()
        assert set(pseudonyms(tmp_path / "store", ["7", "007"])) <= set(ids)

    @pytest.mark.parametrize("keep", [0.3, 0.9])
    def test_a_truncated_zip_changes_nothing(self, own_store, first_file, tmp_path, keep):
        data = first_file.read_bytes()
        cut = tmp_path / VOTERS
        cut.write_bytes(data[: int(len(data) * keep)])
        before = store_bytes(own_store)
        with pytest.raises(InputError, match=r"damaged|cut off"):
            load(own_store, cut, as_of=DAYS[1])
        assert store_bytes(own_store) == before

    def test_a_zip_with_damaged_data_changes_nothing(self, own_store, first_file, tmp_path):
        data = bytearray(first_file.read_bytes())
        middle = len(data) // 2
        data[middle : middle + 64] = bytes(64)
        damaged = tmp_path / VOTERS
        damaged.write_bytes(data)
        before = store_bytes(own_store)
        with pytest.raises(InputError, match=r"damaged|cut off"):
            load(own_store, damaged, as_of=DAYS[1])
        assert store_bytes(own_store) == before

    def test_two_dates_mixed(self, own_store, first_file, tmp_path):
        files = [tmp_path / f"ncvoter_2016{day}.zip" for day in ("1001", "1008")]
        for file in files:
            shutil.copy(first_file, file)
        with zipfile.ZipFile(files[1], "a") as archive:
            archive.comment = b"another hash"
        before = store_bytes(own_store)
        with pytest.raises(InputError, match="different dates"):
            load_voters(own_store, files, layout("voters"), vault=opened(own_store), as_of=DAYS[1])
        assert store_bytes(own_store) == before

    def test_the_same_file_given_twice_at_once(self, own_store, first_file):
        with pytest.raises(InputError, match="given twice"):
            load_voters(own_store, [first_file, first_file], layout("voters"), vault=opened(own_store), as_of=DAYS[1])


class TestParts:
    def test_a_delivery_in_two_parts_is_one_file(self, first_week, first_file, tmp_path):
        parts = [tmp_path / "ncvoter1.zip", tmp_path / "ncvoter2.zip"]
        rewritten(first_file, parts[0], lambda lines: lines[:1500])
        rewritten(first_file, parts[1], lambda lines: [lines[0], *lines[1500:]])
        store = tmp_path / "store"
        report = load_voters(store, parts, layout("voters"), vault=opened(store), as_of=DAYS[0])
        assert report.counts == first_week.reports["voters"].counts
        whole = decoded(first_week.store, "voters").drop("vault_row")
        assert decoded(store, "voters").drop("vault_row").equals(whole)

    def test_the_order_of_lines_does_not_matter(self, first_week, first_file, tmp_path):
        turned = rewritten(first_file, tmp_path / VOTERS, lambda lines: [lines[0], *lines[:0:-1]])
        load(tmp_path / "store", turned)
        files = ["voters/NC/000001.parquet"]
        for name in files:
            assert (tmp_path / "store" / name).read_bytes() == (first_week.store / name).read_bytes()


class TestOhio:
    def test_ballots_of_a_wide_file_are_counted_apart(self, tmp_path):
        raw = make_ohio(tmp_path / "raw")
        report = load_ohio(tmp_path / "store", raw)
        assert accounted(report) == report.rows_in == report.counts["stored"] + sum(report.dropped.values())
        assert report.counts["ballots stored"] == decoded(tmp_path / "store", "history", "OH").height
