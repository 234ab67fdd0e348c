"""Ballots as people ask for them: a function and a day, or a kind of election and how many of them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hustings.electorate.query.vocabulary import Vocabulary, nearest
from hustings.errors import InputError

if TYPE_CHECKING:
    from sqlglot import exp

FUNCTIONS = {
    "voted": "voted('2016-11-08'): cast a ballot that was counted",
    "voted_early": "voted_early('2016-11-08'): cast it early in person",
    "voted_by_mail": "voted_by_mail('2016-11-08'): cast it by mail",
    "times_voted": "times_voted('general', 4): ballots in the last 4 generals",
}
PLANE_OF = {"voted": "voted", "voted_early": "early", "voted_by_mail": "mail"}


@dataclass(frozen=True)
class Ballot:
    """A ballot that a condition asks about; a column of the relation is computed for it."""

    function: str
    day: dt.date | None = None
    kind: str | None = None
    last: int = 0

    @property
    def column(self) -> str:
        """Name of the computed column."""
        if self.day is not None:
            return f"{self.function}_{self.day:%Y_%m_%d}"
        return f"times_voted_{re.sub('[^a-z]', '_', self.kind or '')}_{self.last}"

    @property
    def label(self) -> str:
        """The ballot as people write it."""
        return (
            f"{self.function}('{self.day}')" if self.day is not None else f"{self.function}('{self.kind}', {self.last})"
        )


def read_ballot(text: str, words: Vocabulary) -> Ballot:
    """Read a ballot that stands where a column might: ``voted('2012-11-06')``.

    Raises
    ------
    InputError
        It is none, or there was no such election.
    """
    import sqlglot
    from sqlglot import exp

    try:
        call = sqlglot.parse_one(text, dialect="duckdb")
    except sqlglot.errors.SqlglotError:
        call = None
    if not isinstance(call, exp.Anonymous):
        raise InputError(f"{text!r} is neither a column nor a ballot", hint=FUNCTIONS["voted"])
    return ballot_of(call, words)


def ballot_of(call: exp.Anonymous, words: Vocabulary) -> Ballot:
    """Read a call of a condition or a grouping: ``voted('2012-11-06')`` or ``times_voted('general', 4)``.

    Raises
    ------
    InputError
        There is no such function, or no such election.
    """
    from sqlglot import exp

    name, given = call.name.lower(), call.expressions
    if name not in FUNCTIONS:
        raise InputError(f"there is no function {call.name!r}", hint=nearest(name, FUNCTIONS))
    texts = [one.name for one in given if isinstance(one, exp.Literal)]
    hint = FUNCTIONS[name]
    if name == "times_voted":
        if len(texts) != 2 or not texts[1].isdigit() or not 0 < int(texts[1]) < 64:
            raise InputError(f"{call.sql()}: expected a kind of election and a number", hint=hint)
        kinds = sorted({one.kind for state in words.manifest.states.values() for one in state.elections})
        if texts[0] not in kinds:
            raise InputError(f"{call.sql()}: no election of this kind is in the history", hint=nearest(texts[0], kinds))
        return Ballot(name, kind=texts[0], last=int(texts[1]))
    try:
        day = dt.date.fromisoformat(texts[0]) if len(texts) == len(given) == 1 else None
    except ValueError:
        day = None
    if day is None:
        raise InputError(f"{call.sql()}: expected one day, YYYY-MM-DD", hint=hint)
    words.check_election(day)
    return Ballot(name, day=day)
