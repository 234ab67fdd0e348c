"""Finding a layout: by the name of a built-in one, or from a TOML of one's own."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hustings.contests.document import nearest
from hustings.electorate.layouts.layout import Layout
from hustings.electorate.layouts.parse import build_layout
from hustings.errors import ConfigError, ContestError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


class LayoutError(ConfigError):
    """A layout that is unknown, cannot be read or contradicts itself."""


class LayoutLine(NamedTuple):
    """One line of the list of built-in layouts."""

    name: str
    kind: str
    state: str | None
    title: str


def load_layout(name_or_path: str | Path) -> Layout:
    """Read a layout, built in or from a TOML file.

    Parameters
    ----------
    name_or_path : str or Path
        Name of a built-in layout (see :func:`list_layouts`), or path of a ``.toml`` file. Such a file may
        start from another one: ``extends = "nc-2022"`` takes over all it does not say itself; tables and the
        lists ``ignore`` and ``optional`` are added to, unless ``replaces`` names them.

    Raises
    ------
    LayoutError
        Unknown name, unreadable file, or an unknown key, with the nearest known one.

    Examples
    --------
    >>> layout = load_layout("nc-2022")
    >>> layout.kind, layout.state, len(layout.columns)
    ('voters', 'NC', 67)
    """
    path = Path(name_or_path)
    if path.suffix.lower() == ".toml":
        return _parse(_read_file(path), str(path))
    return _builtin(str(name_or_path))


def layout_for(name_or_path: str | Path, kind: str) -> Layout:
    """Layout of the same source that reads another kind of file: ``nc-2022`` stands for its history file too.

    Parameters
    ----------
    name_or_path : str or Path
        As for :func:`load_layout`.
    kind : str
        "voters", "history", "early-votes", "contacts" or "consumer".

    Raises
    ------
    LayoutError
        Neither the layout nor a sibling of it reads this kind of file.
    """
    layout = load_layout(name_or_path)
    if layout.kind == kind:
        return layout
    sibling = layout.siblings.get(kind)
    if sibling is None:
        readers = [line.name for line in list_layouts() if line.kind == kind]
        message = f"the layout {layout.name!r} reads {layout.kind}, not {kind}"
        raise LayoutError(message, hint=f"layouts for {kind}: {', '.join(readers)}")
    if sibling.endswith(".toml"):
        return load_layout(Path(name_or_path).parent / sibling)
    return load_layout(sibling)


def list_layouts() -> list[LayoutLine]:
    """Name, kind, state and title of every built-in layout, sorted by name."""
    layouts = [_builtin(name) for name in _builtin_names()]
    return [LayoutLine(layout.name, layout.kind, layout.state, layout.title) for layout in layouts]


def layout_toml(name: str) -> str:
    """Text of a built-in layout, to read, copy and change.

    Raises
    ------
    LayoutError
        There is no built-in layout of that name.
    """
    if name not in _builtin_names():
        hint = nearest(name, _builtin_names()) + "; a layout of your own is given as the path of its .toml file"
        raise LayoutError(f"there is no built-in layout {name!r}", hint=hint)
    return (_folder() / f"{name}.toml").read_text(encoding="utf-8")


@cache
def _builtin(name: str) -> Layout:
    return _parse(layout_toml(name), f"{name}.toml")


def _parse(text: str, file: str) -> Layout:
    try:
        return build_layout(_extended(_document(text, file), file), file=file)
    except ContestError as error:
        raise LayoutError(error.message, hint=error.hint) from None


def _extended(values: dict[str, Any], file: str) -> dict[str, Any]:
    """Document over the one it extends."""
    base_name = values.pop("extends", None)
    if base_name is None:
        return values
    if not isinstance(base_name, str):
        raise LayoutError(f"{file}: 'extends' is {base_name!r}; expected the name of a built-in layout")
    base = _extended(_document(layout_toml(base_name), f"{base_name}.toml"), f"{base_name}.toml")
    anew = values.pop("replaces", [])
    merged = {key: value for key, value in base.items() if key not in anew} | values
    for key, value in base.items():
        mine = None if key in anew else values.get(key)
        if isinstance(value, dict) and isinstance(mine, dict):
            merged[key] = value | mine
        elif key in ("ignore", "optional") and isinstance(value, list) and isinstance(mine, list):
            merged[key] = [*value, *mine]
    return merged


def _document(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LayoutError(f"{file}: not valid TOML: {error}", hint="text needs quotes, a date needs none") from None


def _folder() -> Traversable:
    return files("hustings.electorate.layouts") / "builtin"


@cache
def _builtin_names() -> tuple[str, ...]:
    names = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def _read_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        hint = f"built-in layouts: {', '.join(_builtin_names())}"
        raise LayoutError(f"{path}: there is no such file", hint=hint) from None
    except (OSError, UnicodeDecodeError) as error:
        raise LayoutError(f"{path}: cannot be read: {error}", hint="a layout is a text file in UTF-8") from None
