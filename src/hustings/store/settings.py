"""Tables of settings, read from TOML: every key known, every value of its kind."""

from __future__ import annotations

import difflib
from dataclasses import fields
from pathlib import Path
from typing import Any

from hustings.errors import ConfigError


def read_section(path: Path, found: dict[str, Any], name: str, kind: Any) -> Any:  # noqa: ANN401 (a settings class)
    """Read one table of settings into its class.

    Raises
    ------
    ConfigError
        It is no table, or a key or value cannot be.
    """
    section = found.get(name, {})
    if not isinstance(section, dict):
        raise ConfigError(f"{path}: {name} is {section!r}, expected a table [{name}]")
    defaults = {field.name: field.default for field in fields(kind)}
    check_keys(path, section, set(defaults), f"{name}.")
    for key, value in section.items():
        wanted = (int, float) if isinstance(defaults[key], float) else type(defaults[key])
        if isinstance(value, bool) or not isinstance(value, wanted):
            raise ConfigError(f"{path}: {name}.{key} is {value!r}, expected something like {defaults[key]!r}")
    return kind(**section)


def check_keys(path: Path, found: dict[str, Any], known: set[str], prefix: str) -> None:
    """Refuse a key that is not known, with the nearest that is.

    Raises
    ------
    ConfigError
        There is one.
    """
    for key in found:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            raise ConfigError(
                f"{path}: unknown key {prefix}{key}",
                hint=f"did you mean {prefix}{near[0]}?" if near else f"known: {', '.join(sorted(known))}",
            )
