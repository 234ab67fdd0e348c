"""What the linters cannot hold: no party in the code, a table at the head of every room, tests beside the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "hustings"
ROOMS = sorted(path.parent for path in SOURCE.rglob("__init__.py") if path.parent != SOURCE)


def named(path):
    return str(path.relative_to(SOURCE))


def test_no_party_is_special():
    words = re.compile(r"democrat|republican|\bgop\b|\blabour\b|\btory\b", re.IGNORECASE)
    for room in ("brief", "maths", "projection", "store", "tables"):
        for path in (SOURCE / room).rglob("*"):
            if path.suffix in {".py", ".jinja", ".css", ".js"}:
                assert not words.search(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("room", ROOMS, ids=named)
def test_every_room_says_what_it_holds(room):
    said = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert said, "the room's __init__.py opens with what is inside"


@pytest.mark.parametrize(
    "room", [room for room in ROOMS if room.name in {"brief", "charts", "store", "cli"}], ids=named
)
def test_the_table_at_the_head_names_every_file(room):
    said = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
    files = {path.stem for path in room.glob("*.py")} - {"__init__"}
    assert {name for name in files if f"``{name}``" not in said} == set()


def test_functions_fit_a_screen():
    too_long = [
        f"{named(path)}: {node.name}"
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > 90
    ]
    assert too_long == []


def test_errors_are_of_our_tree():
    """No bare ValueError or Exception leaves a public path outside maths/."""
    bare = re.compile(r"raise (ValueError|Exception|RuntimeError|KeyError)\b")
    found = [
        named(p)
        for p in SOURCE.rglob("*.py")
        if p.parent.name != "maths" and bare.search(p.read_text(encoding="utf-8"))
    ]
    assert found == []
