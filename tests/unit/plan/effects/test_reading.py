"""Tables that people edit: what ships can be written and read again, and each mistake is named with its row and column."""

from __future__ import annotations

import polars as pl
import pytest

from hustings.errors import InputError
from hustings.plan.effects import read_costs, read_effects, read_markets, read_own

UNITS = ("WI", "MI", "ME", "ME-1")
PARENTS = {"ME-1": "ME"}
EFFECTS, COSTS = read_effects(), read_costs()


def markets(*rows):
    return "\n".join(["market,unit,voters_share,dollars", *rows])


def write(tmp_path, content):
    path = tmp_path / "edited.csv"
    if isinstance(content, pl.DataFrame):
        content.write_csv(path)
    else:
        path.write_text(content)
    return path


def cell(table, row, column, text):
    """A table with one cell as people may leave it."""
    texts = table.cast(pl.String)
    return texts.with_columns(
        pl.when(pl.int_range(pl.len()) == row).then(pl.lit(text)).otherwise(pl.col(column)).alias(column)
    )


def test_what_is_written_is_what_is_read(tmp_path):
    assert read_effects(write(tmp_path, EFFECTS)).equals(EFFECTS)
    assert read_costs(write(tmp_path, COSTS), UNITS).equals(COSTS)


def test_spreadsheets_leave_marks_and_empty_rows(tmp_path):
    text = "\ufeff" + markets("Green Bay,WI, .5 ,1.2", ",,,", ",,,")
    assert read_markets(write(tmp_path, text), UNITS).rows() == [("Green Bay", "WI", 0.5, 1.2)]


def test_what_may_be_left_out_is_filled(tmp_path):
    found = read_effects(write(tmp_path, EFFECTS.drop("carry_share", "between_sd", "own", "note")))
    assert found["carry_share"].unique().to_list() == [1.0]
    assert found["between_sd"].unique().to_list() == [0.0]


@pytest.mark.parametrize(
    ("row", "column", "text", "says"),
    [
        (0, "se", "", "'door' has no error"),
        (2, "se", "0", "'phone' has no error"),
        (1, "se", "-.1", "below 0"),
        (0, "supporters_share", "80", "shares, not percent"),
        (0, "supporters_share", "", "needs a share of supporters"),
        (0, "pool_share", "0", "needs a pool above 0"),
        (9, "ceiling_sds", "", "needs a ceiling above 0"),
        (0, "channel", "dor", "did you mean door"),
        (0, "kind", "mobilization", "did you mean mobilisation"),
        (9, "kind", "mobilisation", "advertising moves the margin"),
        (0, "used", "maybe", "neither true nor false"),
        (0, "mean", "seven", "not a number"),
        (0, "mean", "nan", "not a number"),
        (9, "half_life_days", "0", "fades at once"),
        (0, "spent_days", "1.5", "not a whole number"),
        (3, "effect", "door", "a second row of effect door"),
        (5, "effect", "", "is empty"),
    ],
)
def test_mistakes_in_effects(tmp_path, row, column, text, says):
    path = write(tmp_path, cell(EFFECTS, row, column, text))
    with pytest.raises(InputError, match=says) as err:
        read_effects(path)
    assert (err.value.file, err.value.row) == (path, row + 2)
    assert err.value.hint


def test_one_row_in_use_a_channel_and_kind(tmp_path):
    both = cell(cell(EFFECTS, 3, "channel", "phone"), 3, "used", "true")
    with pytest.raises(InputError, match="second row in use for phone, mobilisation: 'phone_paid'"):
        read_effects(write(tmp_path, both))


@pytest.mark.parametrize(
    ("row", "column", "text", "says"),
    [
        (0, "dollars", "", "door in any has no price"),
        (0, "dollars", "0", "door in any has no price"),
        (0, "dollars", "-1", "below 0"),
        (0, "dollars", "a dollar", "not a number"),
        (0, "unit", "wi", "did you mean WI"),
        (0, "contact_share", "22", "shares, not percent"),
        (0, "contact_share", "0", "reaches nobody"),
        (1, "channel", "door", "a second row of channel door, unit any"),
        (0, "per", "door", "one of: contact, sd"),
    ],
)
def test_mistakes_in_costs(tmp_path, row, column, text, says):
    path = write(tmp_path, cell(COSTS, row, column, text))
    with pytest.raises(InputError, match=says) as err:
        read_costs(path, UNITS)
    assert (err.value.file, err.value.row) == (path, row + 2)


@pytest.mark.parametrize(
    ("rows", "row", "says"),
    [
        (["Green Bay,WI,.5,1", "Duluth,WI,.2,"], 3, "'Duluth' has no price"),
        (["Green Bay,WI,.5,1", "Green Bay,MI,.2,2"], 3, "'Green Bay' has two prices"),
        (["Green Bay,WI,.5,1", "Duluth,WI,.6,1"], 3, "more than all voters of WI"),
        (["Green Bay,WI,1.5,1"], 2, "shares, not percent"),
        (["Green Bay,WIS,.5,1"], 2, "did you mean WI"),
        (["Green Bay,WI,.5,1", "Green Bay,WI,.1,1"], 3, "second row of market Green Bay, unit WI"),
        (["Bangor,ME,.5,1", "Portland,ME-1,.5,1"], 3, "its voters are there twice"),
        (["Bangor,ME,0,1"], 2, "reaches nobody in ME"),
    ],
)
def test_mistakes_in_markets(tmp_path, rows, row, says):
    with pytest.raises(InputError, match=says) as err:
        read_markets(write(tmp_path, markets(*rows)), UNITS, PARENTS)
    assert err.value.row == row


def test_mistakes_in_the_header(tmp_path):
    with pytest.raises(InputError, match=r"no column 'price'.*one of|no column 'price'"):
        read_markets(write(tmp_path, "market,unit,voters_share,price\nA,WI,1,1\n"), UNITS)
    with pytest.raises(InputError, match="did you mean voters_share"):
        read_markets(write(tmp_path, "market,unit,voter_share,dollars\nA,WI,1,1\n"), UNITS)
    with pytest.raises(InputError, match="lacks the column 'unit'"):
        read_markets(write(tmp_path, "market,voters_share,dollars\nA,1,1\n"), UNITS)


def test_files_that_are_none(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read_effects(tmp_path / "none.csv")
    for text in ("", markets(), markets(",,,")):
        with pytest.raises(InputError):
            read_markets(write(tmp_path, text), UNITS)


def test_own_findings_need_an_error(tmp_path):
    head = "channel,kind,mean,se,source\n"
    assert read_own(write(tmp_path, head + "door,mobilisation,.05,.02,August\n")).height == 1
    with pytest.raises(InputError, match="'August' has no error"):
        read_own(write(tmp_path, head + "door,mobilisation,.05,,August\n"))
    with pytest.raises(InputError, match="did you mean door"):
        read_own(write(tmp_path, head + "dor,mobilisation,.05,.02,August\n"))
