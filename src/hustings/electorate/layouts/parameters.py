"""What the user has to say because the file does not (``--set authority=...``)."""

from __future__ import annotations

from collections.abc import Mapping

from hustings.contests.document import nearest
from hustings.electorate.layouts.layout import Layout
from hustings.errors import ConfigError


def check_parameters(layout: Layout, given: Mapping[str, str]) -> None:
    """Refuse parameters that the layout does not know, and the lack of one that it needs.

    Parameters
    ----------
    layout : Layout
        Says which it needs.
    given : Mapping[str, str]
        Name to value.

    Raises
    ------
    ConfigError
        Names the parameter, and what it is for.
    """
    for name in given:
        if name not in layout.parameters:
            hint = nearest(name, layout.parameters) if layout.parameters else "it needs none"
            raise ConfigError(f"the layout {layout.name!r} knows no parameter {name!r}", hint=hint)
    for name, what in layout.parameters.items():
        if not given.get(name, "").strip():
            raise ConfigError(f"the layout {layout.name!r} needs to know: {what}", hint=f"--set {name}=...")
