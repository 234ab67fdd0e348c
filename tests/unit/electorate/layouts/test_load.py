import pytest

from hustings.electorate.layouts import LayoutError, layout_for, layout_toml, list_layouts, load_layout
from hustings.errors import ConfigError

SMALL = """
name = "small"
title = "A small one"
kind = "voters"
state = "NC"
key = ["id"]
permitted_use = "Any."
columns = ["id", "surname"]
[fields]
source_id = "id"
last_name = "surname"
"""


def written(folder, text, name="mine.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_built_in_layout_loads_and_names_what_it_is():
    lines = {line.name: line for line in list_layouts()}
    assert {"nc-2009", "nc-2022", "oh-swvf", "fl-extract", "wa-vrdb", "l2", "targetsmart", "uk-register"} <= set(lines)
    assert lines["nc-2022"].kind == "voters"
    assert lines["nc-2022"].state == "NC"
    for name in lines:
        layout = load_layout(name)
        assert layout.permitted_use
        assert layout.name == name
        assert set(layout.used_columns) <= set(layout.columns)
        assert "source_id" in layout.fields


def test_siblings_of_every_layout_exist_and_read_the_kind_they_are_named_for():
    for line in list_layouts():
        for kind in load_layout(line.name).siblings:
            assert layout_for(line.name, kind).kind == kind


def test_one_name_stands_for_all_files_of_a_source():
    assert layout_for("nc-2022", "voters").name == "nc-2022"
    assert layout_for("nc-2022", "history").name == "nc-history-2022"
    assert layout_for("nc-2009", "history").name == "nc-history-2022"
    assert layout_for("nc-2022", "early-votes").name == "nc-early-vote"
    assert layout_for("fl-extract", "history").name == "fl-history"


def test_a_kind_that_the_source_lacks_names_layouts_that_read_it():
    with pytest.raises(LayoutError, match=r"'oh-swvf' reads voters, not contacts") as caught:
        layout_for("oh-swvf", "contacts")
    assert "van-contact-history" in caught.value.hint


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(ConfigError, match=r"no built-in layout 'nc-2202'.*nc-2022"):
        load_layout("nc-2202")


def test_a_layout_of_ones_own(tmp_path):
    layout = load_layout(written(tmp_path, SMALL))
    assert layout.columns == ("id", "surname")
    assert layout.fields["last_name"].sources[0].column == "surname"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('state = "NC"', 'stat = "NC"', r"unknown key 'stat'.*did you mean 'state'"),
        ('last_name = "surname"', 'last_name = "surnam"', r"fields.last_name names the column 'surnam'.*'surname'"),
        ('last_name = "surname"', 'last_name = { colunm = "surname" }', r"last_name.*found none of them"),
        ('kind = "voters"', 'kind = "voter"', r"'kind' is 'voter'.*'voters'"),
        ('key = ["id"]', 'key = ["ident"]', r"key names the column 'ident'"),
        ('permitted_use = "Any."\n', "", r"'permitted_use' is missing"),
        ('key = ["id"]', 'key = ["id"]\nignore = ["(["]', r"is not a regular expression"),
        ('key = ["id"]', 'key = ["id"]\nencoding = "ebcdic"', r"'encoding' is 'ebcdic'"),
        ('key = ["id"]', 'key = ["id"]\ndelimiters = ["||"]', r"delimiter '\|\|' is not one plain character"),
        ('last_name = "surname"', 'last_name = { column = "surname", code_table = "nc-countys" }', "nc-counties"),
        ('name = "small"', "name = small", r"not valid TOML"),
    ],
)
def test_every_slip_in_a_layout_is_named(tmp_path, old, new, found):
    assert old in SMALL
    with pytest.raises(ConfigError, match=found):
        load_layout(written(tmp_path, SMALL.replace(old, new)))


def test_extending_a_layout_adds_to_its_tables_and_keeps_the_rest(tmp_path):
    mine = 'extends = "nc-2022"\nname = "mine"\noptional = ["vtd_desc"]\naliases = { "surname" = "last_name" }\n'
    layout = load_layout(written(tmp_path, mine))
    base = load_layout("nc-2022")
    assert layout.aliases == {"surname": "last_name"}
    assert layout.optional == {"vtd_desc"}
    assert layout.columns == base.columns
    assert layout.fields == base.fields
    assert layout_for(written(tmp_path, mine), "history").name == "nc-history-2022"


def test_replacing_takes_nothing_over(tmp_path):
    mine = SMALL.replace('name = "small"', 'extends = "nc-2022"\nreplaces = ["fields", "drop"]\nname = "small"')
    layout = load_layout(written(tmp_path, mine))
    assert set(layout.fields) == {"source_id", "last_name"}
    assert layout.drops == ()


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(LayoutError, match="there is no such file"):
        load_layout(tmp_path / "none.toml")


def test_the_text_of_a_layout_can_be_read():
    assert 'name = "nc-2022"' in layout_toml("nc-2022")
