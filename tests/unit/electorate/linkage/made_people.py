"""Two files of people who are not real, with who is who: households with spouses, twins, a father and son of one name."""

from __future__ import annotations

import numpy as np
import polars as pl

FEMALE = ["MARIA", "ELIZABETH", "PATRICIA", "JENNIFER", "LINDA", "BARBARA", "SUSAN", "JESSICA", "MARGARET", "DEBORAH", "KIMBERLY",
          "ANGELA", "PAMELA", "CHRISTINE", "KATHERINE", "VIRGINIA", "REBECCA", "AMANDA", "STEPHANIE", "JANET", "LATOYA", "KEISHA",
          "GUADALUPE", "ROSARIO", "AALIYAH", "PRIYA", "MEI", "HANNAH", "GRACE", "OLIVIA", "EMMA", "RUTH", "JOYCE", "TIFFANY"]  # fmt: skip
MALE = ["JAMES", "ROBERT", "JOHN", "MICHAEL", "WILLIAM", "DAVID", "RICHARD", "CHARLES", "JOSEPH", "THOMAS", "CHRISTOPHER", "DANIEL",
        "ANTHONY", "DONALD", "STEVEN", "KENNETH", "EDWARD", "TIMOTHY", "JOSE", "FRANCISCO", "JUAN", "CARLOS", "TYRONE", "JAMAL",
        "RAJESH", "WEI", "ISAAC", "ELIJAH", "GREGORY", "RAYMOND", "SAMUEL", "BENJAMIN", "PETER", "HENRY"]  # fmt: skip
SHORT = {"ELIZABETH": "LIZ", "PATRICIA": "TRISH", "JENNIFER": "JEN", "MARGARET": "PEGGY", "DEBORAH": "DEB", "KATHERINE": "KATE",
         "REBECCA": "BECKY", "JAMES": "JIM", "ROBERT": "BOB", "JOHN": "JACK", "MICHAEL": "MIKE", "WILLIAM": "BILL", "RICHARD": "DICK",
         "CHARLES": "CHUCK", "JOSEPH": "JOE", "THOMAS": "TOM", "DANIEL": "DAN", "STEVEN": "STEVE", "EDWARD": "TED",
         "JOSE": "PEPE", "FRANCISCO": "PACO", "GUADALUPE": "LUPE", "GREGORY": "GREG", "BENJAMIN": "BEN"}  # fmt: skip
_SYLLABLES = [
    "BAR",
    "TON",
    "WIN",
    "STO",
    "KEL",
    "MAR",
    "DEN",
    "ROS",
    "HAL",
    "GRE",
    "FOR",
    "LIN",
    "PAR",
    "SON",
    "VEL",
    "CAS",
    "MON",
    "TER",
    "ALV",
    "REZ",
]
_STREETS = [
    "OAK",
    "MAIN",
    "ELM",
    "CEDAR",
    "PARK",
    "LAKE",
    "HILL",
    "CHURCH",
    "MILL",
    "RIVER",
    "PINE",
    "SPRING",
    "FOREST",
    "GLEN",
]


def made_people(rng: np.random.Generator, people: int) -> pl.DataFrame:
    """A population in households of one to four."""
    surnames = np.array([a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in ("", "S", "LEY", "ER")])
    weights = 1 / np.arange(8, surnames.size + 8)
    rows: list[dict[str, object]] = []
    while len(rows) < people:
        size = int(rng.choice([1, 2, 3, 4], p=[0.3, 0.4, 0.2, 0.1]))
        last = str(rng.choice(surnames, p=weights / weights.sum()))
        zip_code = f"27{int(rng.integers(0, 60)):03d}"
        home = {
            "address": f"{rng.integers(1, 4000)} {rng.choice(_STREETS)} {rng.choice(['ST', 'AVE', 'RD'])}",
            "zip": zip_code, "city": f"TOWN {int(zip_code) % 20}", "state": "NC", "county": f"COUNTY {int(zip_code) % 7}",
        }  # fmt: skip
        year, twins, junior = int(rng.integers(1930, 1985)), bool(rng.random() < 0.04), bool(rng.random() < 0.04)
        for member in range(size):
            woman = bool(rng.random() < 0.5) if member != 1 else rows[-1]["sex"] == "M"
            born = year + int(rng.integers(-6, 7)) if member < 2 else min(year + int(rng.integers(20, 36)), 2003)
            day = f"{int(rng.integers(1, 13)):02d}-{int(rng.integers(1, 29)):02d}"
            first, suffix = str(rng.choice(FEMALE if woman else MALE)), None
            if member == 3 and twins:
                born, day = int(rows[-1]["birth_year"]), str(rows[-1]["birth_date"])[5:]  # type: ignore[call-overload]
            if member == 2 and junior and rows[-2]["sex"] == "M":
                first, woman, suffix = str(rows[-2]["first_name"]), False, "JR"
                rows[-2]["suffix"] = "SR" if rng.random() < 0.5 else None
            rows.append({
                "first_name": first, "last_name": last, "suffix": suffix, "sex": "F" if woman else "M",
                "middle_name": str(rng.choice(FEMALE if woman else MALE)) if rng.random() < 0.8 else None,
                "birth_year": born, "birth_date": f"{born}-{day}", "phone": f"919{int(rng.integers(2000000, 9999999))}", **home,
            })  # fmt: skip
    race = rng.choice(["white", "black", "hispanic"], people, p=[0.65, 0.25, 0.1])
    frame = pl.DataFrame(
        rows[:people], infer_schema_length=None, schema_overrides={"birth_year": pl.Int16, "suffix": pl.String}
    )
    return (
        frame.with_columns(race=pl.Series(race)).with_row_index("person").with_columns(pl.col("person").cast(pl.Int64))
    )


def _typo(rng: np.random.Generator, word: str) -> str:
    place = int(rng.integers(1, max(2, len(word) - 1)))
    return word[:place] + str(rng.choice(list("AEIORST"))) + word[place + 1 :]


def _changed(rng: np.random.Generator, row: dict[str, object]) -> str:
    """Write the row down as another source would; returns what is hard about it."""
    kind = str(
        rng.choice(
            ["plain", "typo", "nickname", "moved", "year only", "renamed", "moved, year only"],
            p=[0.4, 0.1, 0.1, 0.15, 0.1, 0.05, 0.1],
        )
    )
    if rng.random() < 0.3:
        row["phone"] = None
    if row["middle_name"] and rng.random() < 0.5:
        row["middle_name"] = str(row["middle_name"])[0]
    if kind == "typo":
        field = str(rng.choice(["first_name", "last_name"]))
        row[field] = _typo(rng, str(row[field]))
    if kind == "nickname":
        row["first_name"] = SHORT.get(str(row["first_name"]), row["first_name"])
    if kind == "renamed":
        row["last_name"] = "".join(str(part) for part in rng.choice(_SYLLABLES, 3))
    if kind.startswith("moved"):
        row |= {
            "address": f"{rng.integers(1, 4000)} {rng.choice(_STREETS)} CT",
            "zip": f"27{int(rng.integers(0, 60)):03d}",
            "phone": None,
        }
        row["city"] = f"TOWN {int(str(row['zip'])) % 20}"
    if "year only" in kind:
        row["birth_date"] = None
    return kind


def made_pairs(rng: np.random.Generator, rows: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """left, right (about ``rows`` each, four in five of the people in both) and the truth."""
    people = made_people(rng, round(rows * 1.2))
    in_left = rng.permutation(people.height)[:rows]
    in_right = rng.permutation(people.height)[:rows]
    left = people[in_left].with_columns(id=pl.int_range(1, rows + 1, dtype=pl.Int64))
    written, hard = [], []
    for row in people[in_right].iter_rows(named=True):
        hard.append(_changed(rng, row))
        written.append(row)
    right = pl.DataFrame(written, schema=people.schema).with_columns(
        id=pl.int_range(10_000_001, 10_000_001 + rows, dtype=pl.Int64), difficulty=pl.Series(hard)
    )
    truth = left.select("person", left_id="id").join(right.select("person", "difficulty", right_id="id"), on="person")
    return (
        left.drop("person"),
        right.drop("person", "difficulty"),
        truth.select("left_id", "right_id", "difficulty").sort("left_id"),
    )
