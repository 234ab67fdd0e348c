import dataclasses

import pytest

from hustings.electorate.layouts import HeaderError, load_layout, match_header
from hustings.electorate.layouts.header import looks_like_header
from hustings.errors import InputError

NC = load_layout("nc-2022")


def header(**changes):
    """The header of the layout, some of its names replaced (or gone, where the new name is None)."""
    names = [changes.get(name, name) for name in NC.columns]
    return [name for name in names if name is not None]


def test_the_published_header_fits():
    assert match_header(NC.columns, NC, file="f") == NC.columns


def test_capitals_blanks_and_a_mark_at_the_front_make_no_difference():
    names = ["\ufeffCOUNTY_ID", *(f" {name.title()} " for name in NC.columns[1:])]
    assert match_header(names, NC, file="f") == NC.columns


def test_columns_may_come_in_another_order():
    assert match_header(NC.columns[::-1], NC, file="f") == NC.columns[::-1]


def test_older_names_are_known_where_the_layout_says_so():
    old = load_layout("nc-2009")
    names = ["midl_name" if name == "middle_name" else name for name in old.columns]
    assert match_header(names, old, file="f") == old.columns


def test_a_renamed_column_stops_with_the_line_that_would_accept_it():
    with pytest.raises(InputError) as caught:
        match_header(header(middle_name="midl_name"), NC, file="ncvoter.txt")
    error = caught.value
    assert isinstance(error, HeaderError)
    assert error.unknown == ("midl_name",)
    assert error.missing == ("middle_name",)
    assert error.accept == ('aliases = { "midl_name" = "middle_name" }',)
    # The column is the seventh of the published layout.
    assert "unknown: 'midl_name' (column 7)" in str(error)
    assert "ncvoter.txt, row 1" in str(error)
    assert 'extends = "nc-2022"' in str(error)


def test_the_line_it_gives_does_accept_it(tmp_path):
    found = [*header(middle_name="midl_name", vtd_desc=None), "shoe_size"]
    with pytest.raises(HeaderError) as caught:
        match_header(found, NC, file="f")
    mine = tmp_path / "mine.toml"
    mine.write_text("\n".join(['extends = "nc-2022"', 'name = "mine"', *caught.value.accept]), encoding="utf-8")
    names = match_header(found, load_layout(mine), file="f")
    assert names[6] == "middle_name"
    assert names[-1] == "shoe_size"


def test_a_new_and_a_missing_column():
    with pytest.raises(HeaderError) as caught:
        match_header([*header(vtd_abbrv=None), "zodiac"], NC, file="f")
    assert caught.value.unknown == ("zodiac",)
    assert caught.value.missing == ("vtd_abbrv",)
    assert caught.value.accept == ("ignore = ['^zodiac$']", 'optional = ["vtd_abbrv"]')


def test_a_column_that_is_there_twice():
    with pytest.raises(HeaderError, match="there twice: 'ncid'"):
        match_header([*NC.columns, "NCID"], NC, file="f")


def test_another_file_altogether_is_not_answered_with_sixty_lines():
    with pytest.raises(HeaderError, match="another layout, or another delimiter") as caught:
        match_header(["a", "b"], NC, file="f")
    assert "and 59 more" in str(caught.value)


def test_ignored_columns_pass_and_a_renamed_one_among_them_is_found():
    l2 = load_layout("l2")
    needed = [name for name in l2.columns if name not in l2.optional]
    assert match_header([*needed, "Voters_SequenceZigZag", "General_2016", "Hamlet"], l2, file="f")
    renamed = ["Voters_FrstName" if name == "Voters_FirstName" else name for name in needed]
    with pytest.raises(HeaderError) as caught:
        match_header(renamed, l2, file="f")
    assert caught.value.accept == ('aliases = { "Voters_FrstName" = "Voters_FirstName" }',)


def test_dots_and_underscores_are_the_same():
    layout = load_layout("targetsmart")
    names = [name.replace(".", "_") for name in layout.columns]
    assert match_header(names, layout, file="f") == layout.columns


def test_election_columns_are_known_by_their_pattern():
    layout = load_layout("oh-swvf")
    names = match_header([*layout.columns, "PRIMARY-03/07/2000", "GENERAL-11/08/2016"], layout, file="f")
    assert layout.election_columns(names) == ("PRIMARY-03/07/2000", "GENERAL-11/08/2016")
    with pytest.raises(HeaderError, match="GENERAL-2016"):
        match_header([*layout.columns, "GENERAL-2016"], layout, file="f")


def test_a_last_delimiter_too_many_is_no_column():
    assert match_header([*NC.columns, ""], NC, file="f")[-1] == ""
    with pytest.raises(HeaderError):
        match_header(["", *NC.columns], NC, file="f")


def test_what_looks_like_a_header():
    layout = dataclasses.replace(load_layout("wa-history"), aliases={})
    assert looks_like_header(["VoterHistoryID", "CountyCode", "CountyCode_Voting", "X", "Y"], layout)
    assert not looks_like_header(["1", "KI", "KI", "WA000123", "11/08/2016"], layout)
