import polars as pl

from hustings.electorate.canonical.rows import trimmed


def test_blanks_around_text_go_and_nothing_but_blanks_is_absent():
    frame = pl.DataFrame({"a": ["x", " x", "x ", "  ", None], "b": ["y y", "\ty", "y", "y", "y"], "c": [None] * 5})
    frame = frame.with_columns(pl.col("c").cast(pl.String))
    assert trimmed(frame).to_dict(as_series=False) == {
        "a": ["x", "x", "x", None, None],
        "b": ["y y", "y", "y", "y", "y"],
        "c": [None] * 5,
    }


def test_columns_may_be_left_alone():
    frame = pl.DataFrame({"a": [" x"], "b": [" y"]})
    assert trimmed(frame, apart_from={"b"}).row(0) == ("x", " y")


def test_a_frame_without_rows():
    assert trimmed(pl.DataFrame(schema={"a": pl.String})).is_empty()
