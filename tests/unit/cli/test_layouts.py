"""`hustings layouts`: the list, and one to copy."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from unit.cli.conftest import no


def test_every_layout_is_listed(desk):
    shipped = {one.name.removesuffix(".toml") for one in (files("hustings.electorate.layouts") / "builtin").iterdir()}
    assert {one["name"] for one in desk("layouts", "--json").json} == {name for name in shipped if name[0] not in "._"}
    assert any(line.split()[:3] == ["nc-2022", "voters", "NC"] for line in desk("layouts").out.splitlines())


def test_a_shown_layout_is_toml(desk):
    shown = tomllib.loads(desk("layouts", "show", "nc-2022").out)
    assert (shown["name"], shown["kind"]) == ("nc-2022", "voters")


def test_an_unknown_one_names_the_nearest(desk):
    no(desk("layouts", "show", "nc-2023"), "did you mean 'nc-2022'?")
