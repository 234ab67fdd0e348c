from hustings.electorate.layouts import Drop, Field, Layout, Source


def layout(**changes):
    said = {
        "name": "own", "title": "Own", "kind": "voters", "country": "US", "state": None, "permitted_use": "Any.",
        "columns": ("id", "a", "b", "code", "mark", "spare"),
        "fields": {
            "source_id": Field((Source(column="id"),)),
            "address": Field((Source(join=("b", "a")),)),
            "party": Field((Source(column="code"),), known=frozenset({"X"})),
        },
        "key": ("id",),
    }  # fmt: skip
    return Layout(**(said | changes))


def test_columns_in_use_are_those_of_fields_key_and_drop_rules_in_file_order():
    assert layout().used_columns == ("id", "a", "b", "code")
    dropping = layout(drops=(Drop("why", column="mark", values=("Y",)),))
    assert dropping.used_columns == ("id", "a", "b", "code", "mark")


def test_columns_that_hold_nothing_but_codes():
    assert layout().code_columns == {"code"}
    both = {"party": Field((Source(column="code"),), known=frozenset({"X"})), "suffix": Field((Source(column="code"),))}
    assert layout(fields=both).code_columns == set()


def test_the_names_in_a_template():
    source = Source(template="{authority}/{Elector Number}-{x}")
    assert source.template_parts == ("authority", "Elector Number", "x")


def test_without_a_pattern_no_column_is_an_election():
    assert layout().election_columns(["id", "GENERAL-11/08/2016"]) == ()
