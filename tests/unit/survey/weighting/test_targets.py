from __future__ import annotations

import polars as pl
import pytest

from hustings.errors import ConfigError, InputError
from hustings.survey.weighting import WeightingSpec, margins_from_cells, weigh
from hustings.survey.weighting.targets import read_targets

CELLS = "st,edu,female,n\nNC,HS,1,300\nNC,BA,0,100\nNC,PhD,1,50\nDC,HS,0,550\n"
GOOD = """
file = "cells.csv"
count = "n"
margins = ["state", "education*sex"]
[columns.state]
column = "st"
[columns.education]
column = "edu"
map = { college = ["BA", "PhD"], "no college" = ["HS"] }
[columns.sex]
column = "female"
map = { F = [1], M = [0] }
[leave_out]
state = ["DC"]
"""


def read(folder, text=GOOD, **options):
    (folder / "cells.csv").write_text(CELLS)
    (folder / "targets.toml").write_text(text)
    return read_targets(folder / "targets.toml", **options)


def test_a_population_in_the_survey_s_own_codes(tmp_path):
    found = read(tmp_path)
    assert found.cells.select("state", "education", "sex", "n").rows() == [
        ("NC", "no college", "F", 300.0),
        ("NC", "college", "M", 100.0),
        ("NC", "college", "F", 50.0),
        ("DC", "no college", "M", 550.0),
    ]
    assert found.margins == ("state", "education*sex")
    table = pl.DataFrame({"state": ["NC", "DC", None, "NC"]})
    assert found.inside(table)["state"].to_list() == ["NC", None, "NC"]
    assert read(tmp_path, margins=("sex",)).margins == ("sex",)


def test_weights_meet_it(tmp_path):
    found = read(tmp_path)
    table = pl.DataFrame({"respondent_id": list("abcd"), "base_weight": [1.0] * 4, "sex": ["F", "F", "F", "M"]})
    weights = weigh(table, WeightingSpec(margins=tuple(margins_from_cells(found.cells, ["sex"], "n")))).weights
    assert weights["weight"].to_list() == pytest.approx([4 * 0.35 / 3] * 3 + [4 * 0.65])


def test_a_table_without_toml(tmp_path):
    (tmp_path / "cells.csv").write_text(CELLS)
    pl.read_csv(tmp_path / "cells.csv").write_parquet(tmp_path / "cells.parquet")
    for name in ("cells.csv", "cells.parquet"):
        found = read_targets(tmp_path / name, count="n", margins=("st", "female"))
        assert found.cells["female"].to_list() == ["1", "0", "1", "0"]
        assert found.cells["n"].sum() == 1000
    with pytest.raises(ConfigError, match="needs --count COLUMN and --margins"):
        read_targets(tmp_path / "cells.csv")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('count = "n"', "", "count is missing"),
        ('count = "n"', "count = 3", "count is 3, expected a name in quotes"),
        ('count = "n"', 'count = "people"', "no column 'people' to count with"),
        ("margins", "margin", "unknown key margin"),
        ('["state", "education*sex"]', '"state"', "margins is 'state', expected a list"),
        ('["state", "education*sex"]', "[]", "margins is [], expected a list"),
        ('column = "edu"', 'colum = "edu"', "unknown key columns.education.colum"),
        ('column = "edu"', 'column = "schooling"', "no column 'schooling'"),
        ('["BA", "PhD"]', '"BA"', "columns.education.map.college is 'BA', expected a list"),
        ('["BA", "PhD"]', '["BA"]', "has 'PhD', which columns.education.map does not"),
        ('["HS"]', '["HS", "BA"]', "puts 'BA' into both 'college' and 'no college'"),
        ("{ F = [1], M = [0] }", "[1, 0]", "columns.sex.map is [1, 0], expected a table"),
        ('[columns.state]\ncolumn = "st"', '[columns]\nstate = "st"', "columns.state is 'st', expected a table"),
        ('[leave_out]\nstate = ["DC"]', '[leave_out]\nstate = "DC"', "leave_out.state is 'DC', expected a list"),
        ('file = "cells.csv"', 'file = "none.csv"', "cannot be read"),
        ('file = "cells.csv"', "file = cells", "targets.toml"),
    ],
)
def test_mistakes_are_one_clear_line(tmp_path, old, new, said):
    assert old in GOOD
    with pytest.raises((ConfigError, InputError)) as caught:
        read(tmp_path, GOOD.replace(old, new))
    assert said in str(caught.value)


def test_counts_that_are_no_numbers(tmp_path):
    (tmp_path / "cells.csv").write_text(CELLS.replace("550", "many"))
    with pytest.raises(InputError, match="holds values that are no number"):
        read_targets(tmp_path / "cells.csv", count="n", margins=("st",))


def test_leaving_out_by_something_nobody_asked(tmp_path):
    with pytest.raises(ConfigError, match="'state', which the survey does not have"):
        read(tmp_path).inside(pl.DataFrame({"sex": ["F"]}))
