"""After every kind of load no name, address, phone, id or birth date can be read from the folder without the key."""

from __future__ import annotations

import json
import re
import shutil

import polars as pl
import pytest

from hustings.electorate.layouts import load_layout
from hustings.electorate.layouts.codes import code_table
from hustings.electorate.loading import link_file, load_voters
from hustings.electorate.query import open_electorate, show_voter
from hustings.engines import connect
from hustings.store.vault import VaultError, open_vault
from made_electorate import DAYS, VOTERS, csv_rows, layout, opened, raw_voters, rewritten

LONG_ENOUGH = 6
"""Bytes that random ones do not happen to be."""
NC = {
    "id": ["ncid"],
    "name": ["last_name"],
    "address": ["res_street_address", "mail_addr1"],
    "phone": ["full_phone_number"],
    "number": ["voter_reg_num"],
}
OHIO = {
    "id": ["SOS_VOTERID"],
    "name": ["LAST_NAME"],
    "address": ["RESIDENTIAL_ADDRESS1"],
    "birth": ["DATE_OF_BIRTH"],
    "number": ["COUNTY_ID"],
}
OPEN_DAYS = ["registered_on", "first_seen", "last_seen"]
"""Days that are in the open, and on some of which someone was born."""
CODES = {"BLACK", "WHITE", "DAY", "FIELDS"}
"""Our own words that are also names: races, "election day", "found 3 fields"."""
NO_SECRET = {"REMOVED", "CONFIDENTIAL", ""}


def people_file(raw, folder):
    """Some voters as the field tool writes them."""
    vanid = {
        row["source_id"]: row["vanid"]
        for row in csv_rows(raw / DAYS[2].isoformat() / "vanid_crosswalk.csv", delimiter=",")
    }
    head = [
        "Voter File VANID",
        "FirstName",
        "LastName",
        "Age",
        "Sex",
        "Party",
        "vAddress",
        "City",
        "State",
        "Zip5",
        "Preferred Phone",
    ]
    lines = [",".join(head)]
    for number, (name, row) in enumerate(raw_voters(raw, 2).items()):
        if number % 8 or name not in vanid or not row["birth_year"]:
            continue
        cells = (
            *(str(900_000_000 + number), row["first_name"], row["last_name"], str(2016 - int(row["birth_year"]))),
            *(row["gender_code"], row["party_cd"], " ".join(row["res_street_address"].split()), row["res_city_desc"]),
            *("NC", row["zip_code"], row["full_phone_number"]),
        )
        lines.append(",".join(f'"{cell}"' for cell in cells))
    file = folder / "people.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def everything(full_store, tmp_path_factory):
    """The full store; then a file with rows that are set aside, and people who are linked."""
    root = tmp_path_factory.mktemp("everything")
    store = shutil.copytree(full_store.store, root / "store")

    def faults(lines):
        return [*lines, lines[50], lines[60][:200] + b"\r\n", lines[70].rstrip() + b'\t"MORE"\r\n']

    raw = rewritten(full_store.raw / DAYS[2].isoformat() / VOTERS, root / VOTERS, faults)
    report = load_voters(store, [raw], layout("voters"), vault=opened(store), as_of=DAYS[2], compact_share=1e-9)
    assert report.set_aside == 3
    people = people_file(full_store.raw, root)
    report = link_file(store, [people], load_layout("van-person"), vault=opened(store), as_of=DAYS[2])
    assert report.counts["linked"] > 100
    return store


@pytest.fixture(scope="session")
def sources(full_store):
    """Every row of every voter file, as (columns that are secret, row)."""
    weeks = [csv_rows(full_store.raw / day.isoformat() / VOTERS) for day in DAYS]
    found = [(NC, row) for rows in weeks for row in rows]
    for file in full_store.raw_ohio.glob("SWVF*"):
        found += [(OHIO, row) for row in csv_rows(file, delimiter=",")]
    return found


@pytest.fixture(scope="session")
def secrets(full_store, sources):
    """What must not be found: words, phrases and numbers."""
    words, phrases = set(), set()
    for columns, row in sources:
        for kind, names in columns.items():
            for name in names:
                value = " ".join(row[name].upper().split())
                if value in NO_SECRET:
                    continue
                if kind in {"id", "name", "phone"} and re.fullmatch(r"\w+", value):
                    words.add(value)
                elif kind != "number" or len(value) >= LONG_ENOUGH:
                    phrases.add(value)
        first, last = ("FIRST_NAME", "LAST_NAME") if columns is OHIO else ("first_name", "last_name")
        phrases |= {f"{row[first]} {row[last]}".upper(), f"{row[last]}, {row[first]}".upper()}
    last = full_store.raw / DAYS[2].isoformat()
    words |= {row["vanid"] for row in csv_rows(last / "vanid_crosswalk.csv", delimiter=",")}
    words |= {row["Voter File VANID"] for row in csv_rows(last / "van_contact_history.xls", encoding="utf-16")}
    phrases |= {row["Canvassed By"].upper() for row in csv_rows(last / "van_contact_history.xls", encoding="utf-16")}
    # Names that are also those of counties, towns and parties: only with a first name beside them.
    open_words = CODES | set(re.findall(r"[A-Z]+", " ".join(code_table("oh-counties").values())))
    for columns, row in sources:
        places = (
            ("RESIDENTIAL_CITY", "PRECINCT_NAME", "WARD", "CITY")
            if columns is OHIO
            else (*("county_desc", "res_city_desc", "municipality_desc", "precinct_desc", "ward_desc"),)
        )
        for name in places:
            open_words |= set(re.findall(r"\w+", row.get(name, "").upper()))
    assert len(words - open_words) > 5000
    return words - open_words, phrases


def texts_of(path):
    """All that can be decoded of a file, as texts in capitals."""
    found = []
    if path.suffix == ".parquet":
        columns = pl.read_parquet(path).drop(OPEN_DAYS, strict=False).get_columns()
        found += ["\n".join(column.drop_nulls().unique().cast(pl.String).to_list()) for column in columns]
    if path.suffix in {".json", ".csv", ".text"}:
        found.append(path.read_text(encoding="utf-8"))
    return [text.upper() for text in found]


def readable(folder, secrets):
    """Secrets that can be read from the files of a folder, and where: in the bytes as they are, and decoded."""
    words, phrases = secrets
    lengths = sorted({len(word) for word in words if len(word) >= LONG_ENOUGH})
    foreign = [word for word in words if not word.isascii() and len(word) >= LONG_ENOUGH]
    # A phrase is there only if its longest word is.
    by_word: dict[str, list[str]] = {}
    for phrase in phrases:
        by_word.setdefault(max(re.findall(r"\w+", phrase), key=len), []).append(phrase)
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes().upper()
        # Every second byte too: texts of two bytes a letter.
        for part in (data, data[::2], data[1::2]):
            for match in re.finditer(rb"[A-Z0-9]{%d,}" % LONG_ENOUGH, part):
                run = match[0].decode()
                there = {run[k : k + n] for n in lengths for k in range(len(run) - n + 1)}
                found += [(path.name, word) for word in there & words]
        for encoding in ("latin-1", "utf-8"):
            found += [(path.name, word) for word in foreign if word.encode(encoding) in data]
        for text in texts_of(path):
            there = set(re.findall(r"\w+", text))
            found += [(path.name, word) for word in sorted(there & words)]
            found += [(path.name, phrase) for word in there for phrase in by_word.get(word, ()) if phrase in text]
    return sorted(set(found))


def test_nothing_is_readable(everything, secrets):
    found = readable(everything, secrets)
    assert found == []


def test_nor_in_what_a_query_leaves_on_the_disk(everything, secrets, tmp_path):
    store = shutil.copytree(everything, tmp_path / "store")
    engine = connect("duckdb", memory="64MB", temp=store / "work" / "duckdb", folder=store)
    electorate = open_electorate(store, engine, None)
    electorate.list_voters("sex = 'F'", columns=["county", "precinct", "age"], order="precinct")
    electorate.sql("select a.party, count(*) from voters a, voters b where a.birth_year < b.birth_year group by 1")
    assert readable(store, secrets) == []
    engine.close()


@pytest.mark.parametrize("how", ["text", "parquet", "json", "bytes", "number", "arrow"])
def test_the_search_finds_what_is_there(sources, secrets, tmp_path, how):
    row = next(row for columns, row in sources if columns is NC and row["last_name"] in secrets[0])
    name, line = row["last_name"], f"{row['first_name']} {row['last_name']}"
    vanid = next(int(word) for word in secrets[0] if re.fullmatch(r"[4-9]\d{8}", word))
    path = tmp_path / f"file.{how}"
    if how == "text":
        path.write_text(f"set aside: {line}\n")
    elif how == "parquet":
        pl.DataFrame({"answer": [f"said by {name.lower()}"] * 50}).write_parquet(path, compression="zstd")
    elif how == "json":
        path.write_text(json.dumps({"warnings": {row["ncid"]: 1}}))
    elif how == "bytes":
        path.write_bytes(bytes(range(128, 256)) + row["ncid"].encode() + bytes(range(128, 256)))
    elif how == "number":
        pl.DataFrame({"alias_id": [vanid]}).write_parquet(path.with_suffix(".parquet"))
    else:
        pl.DataFrame({"x": [row["ncid"]] * 3}).write_ipc(path, compression="uncompressed")
    assert readable(tmp_path, secrets)


def test_the_vault_is_all_that_holds_names_and_opens_with_the_key_alone(everything, full_store):
    engine = connect("duckdb", folder=everything)
    electorate = open_electorate(everything, engine, None)
    vault = opened(everything)
    for name, row in list(raw_voters(full_store.raw, 2).items())[::500]:
        shown = show_voter(electorate, f"NC-{name}", vault=vault)["identity"]
        assert (shown["last_name"], shown["first_name"]) == (row["last_name"], row["first_name"])
        if row["res_street_address"] != "REMOVED":
            assert shown["address"].split() == row["res_street_address"].split()
    file = min(full_store.raw_ohio.glob("SWVF*"))
    for row in csv_rows(file, delimiter=",")[:200:40]:
        shown = show_voter(electorate, f"OH-{row['SOS_VOTERID']}", vault=vault)["identity"]
        assert shown["birth_date"] == row["DATE_OF_BIRTH"]
        assert shown["last_name"] == row["LAST_NAME"]
    engine.close()
    with pytest.raises(VaultError, match="does not open the vault"):
        open_vault(everything / "vault", "another horse battery")


def test_rows_set_aside_are_named_by_line_and_sealed(everything):
    (file,) = everything.glob("quarantine/*.csv")
    rows = csv_rows(file, delimiter=",", encoding="utf-8")
    assert len(rows) == 3
    assert set(rows[0]) == {"file", "line", "reason"}
    assert file.with_suffix(".vault").is_file()


def test_contacts_name_neither_voter_nor_canvasser(everything):
    frame = pl.concat([pl.read_parquet(path) for path in sorted(everything.glob("contacts/*.parquet"))])
    assert frame["canvasser_id"].n_unique() > 3
    assert frame["canvasser_id"].min() > 10**12
