"""A condition as people write it in SQL, to Ibis: the same on every engine.

``sex = 'F' and voted('2012-11-06') and age between 18 and 29``. Texts are compared as their codes, so a condition reads
small integers and never a text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hustings.electorate.query.ballots import Ballot, ballot_of
from hustings.electorate.query.vocabulary import Vocabulary
from hustings.errors import InputError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from sqlglot import exp


@dataclass(frozen=True)
class Condition:
    """A parsed condition and what it needs.

    Parameters
    ----------
    tree : exp.Expression or None
        The syntax tree; None when everybody is asked for.
    columns : frozenset of str
    ballots : frozenset of Ballot
    states : frozenset of str or None
        States it is confined to, where it says so.
    few : bool
        Whether it names voters or households, so that few rows are left.
    places : mapping
        ``county`` and ``precinct``, where it is confined to some: their codes.
    """

    tree: Any = None
    columns: frozenset[str] = frozenset()
    ballots: frozenset[Ballot] = field(default_factory=frozenset)
    states: frozenset[str] | None = None
    few: bool = False
    places: Mapping[str, frozenset[int]] = field(default_factory=dict)


def parse(text: str | None, words: Vocabulary) -> Condition:
    """Read a condition.

    Raises
    ------
    InputError
        It is not a condition, or names what does not exist.
    """
    import sqlglot
    from sqlglot import exp

    if text is None or not text.strip():
        return Condition()
    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except sqlglot.errors.SqlglotError as err:
        raise InputError(
            f"--where cannot be read: {told(err)}",
            hint="for example: party = 'UNA' and age < 30 and voted('2012-11-06')",
        ) from err
    if tree.find(exp.Select, exp.Subquery, exp.Command) is not None:
        raise InputError("--where takes a condition, not a query", hint="hustings sql takes queries")
    ballots = frozenset(ballot_of(call, words) for call in tree.find_all(exp.Anonymous))
    columns = frozenset(_column(column, words) for column in tree.find_all(exp.Column))
    parts = list(tree.flatten()) if isinstance(tree, exp.And) else [tree]
    states: frozenset[str] | None = None
    few, places = False, dict[str, frozenset[int]]()
    for part in parts:
        name, values = _named(part)
        if name == "state":
            states = frozenset(values) if states is None else states & frozenset(values)
        if name in {"county", "precinct"}:
            codes = frozenset(code for value in values for code in words.books.codes(name, value))
            places[name] = places.get(name, codes) & codes
        few |= name in {"voter_id", "household_id"}
    return Condition(tree, columns, ballots, states, few, places)


def _column(node: exp.Column, words: Vocabulary) -> str:
    """Check a column's name; where a value is meant, say that texts stand in quotes."""
    if node.arg_key in {"expression", "expressions"} and node.name.lower() not in words.columns:
        raise InputError(f"there is no column {node.name!r}", hint=f"a text stands in quotes: '{node.name}'")
    return words.check(node.name)


def told(err: Exception) -> str:
    """What the parser stumbled over."""
    found = getattr(err, "errors", None)
    if not found:
        return str(err).splitlines()[0]
    place = found[0].get("highlight", "")
    # The parser names its own classes where a part is missing: of no use to whoever wrote the condition.
    what = "a part is missing" if "<class" in found[0]["description"] else found[0]["description"]
    return f"{what} near {place!r}"


def _named(part: exp.Expr) -> tuple[str, list[str]]:
    """Read ``column = 'x'`` or ``column in ('x', 'y')``: the column and its values."""
    from sqlglot import exp

    if isinstance(part, exp.Paren):
        return _named(part.this)
    if isinstance(part, exp.EQ) and isinstance(part.this, exp.Column) and isinstance(part.expression, exp.Literal):
        return part.this.name.lower(), [part.expression.name]
    if isinstance(part, exp.In) and isinstance(part.this, exp.Column):
        return part.this.name.lower(), [one.name for one in part.expressions]
    return "", []


def translate(condition: Condition, table: ir.Table, words: Vocabulary, column: Callable[[str], Any]) -> Any:  # noqa: ANN401 (an Ibis value)
    """Make an Ibis condition.

    Parameters
    ----------
    condition : Condition
        As parsed.
    table : ir.Table
        The relation, coded columns as codes, a computed column a ballot.
    words : Vocabulary
    column : callable
        Gives the Ibis value of a column, derived ones too.

    Raises
    ------
    InputError
        Something that conditions do not have.
    """
    found = _Translator(table, words, column).value(condition.tree)
    if not isinstance(found, bool) and not found.type().is_boolean():
        raise InputError(f"--where is no condition: {condition.tree.sql()}", hint="for example: age < 30")
    return found


class _Translator:
    def __init__(self, table: ir.Table, words: Vocabulary, column: Callable[[str], Any]) -> None:
        import ibis
        from sqlglot import exp

        self._table, self._words, self._column = table, words, column
        # Nodes that do not depend on what their parts are; those that may be about a coded column come after it.
        self._plain: dict[Any, Callable[[Any], Any]] = {
            exp.Paren: lambda node: self.value(node.this),
            exp.Not: lambda node: ~self.value(node.this),
            exp.Neg: lambda node: -self.value(node.this),
            exp.Literal: self._literal,
            exp.Boolean: lambda node: ibis.literal(node.this),
            exp.Cast: self._cast,
            exp.Column: self._number,
            exp.Anonymous: lambda node: self._table[ballot_of(node, self._words).column],
            exp.Is: self._is,
        }
        self._several: dict[Any, Callable[[Any], Any]] = {exp.In: self._in, exp.Between: self._between}
        self._binary: dict[Any, Callable[[Any, Any], Any]] = {
            exp.EQ: lambda a, b: a == b,
            exp.NEQ: lambda a, b: a != b,
            exp.LT: lambda a, b: a < b,
            exp.LTE: lambda a, b: a <= b,
            exp.GT: lambda a, b: a > b,
            exp.GTE: lambda a, b: a >= b,
            exp.And: lambda a, b: a & b,
            exp.Or: lambda a, b: a | b,
            exp.Add: lambda a, b: a + b,
            exp.Sub: lambda a, b: a - b,
            exp.Mul: lambda a, b: a * b,
            exp.Div: lambda a, b: a / b,
            exp.Mod: lambda a, b: a % b,
        }

    def value(self, node: exp.Expr) -> Any:  # noqa: ANN401 (an Ibis value or a plain one)
        """Translate one node of the tree.

        Raises
        ------
        InputError
            Conditions do not have it.
        """
        plain = self._plain.get(type(node))
        if plain is not None:
            return plain(node)
        coded = self._coded(node)
        if coded is not None:
            return coded
        try:
            if type(node) in self._several:
                return self._several[type(node)](node)
            if type(node) in self._binary:
                return self._binary[type(node)](self.value(node.this), self.value(node.expression))
        except TypeError as err:
            # Ibis raises kinds of it for what does not go together.
            raise InputError(
                f"{node.sql()}: these do not go together", hint="numbers stand without quotes, days as '2016-11-08'"
            ) from err
        raise InputError(
            f"--where cannot have {node.sql()!r}", hint="and, or, not, =, <>, <, in, between, like, is null"
        )

    def _is(self, node: exp.Expr) -> Any:  # noqa: ANN401 (an Ibis value)
        from sqlglot import exp

        named = isinstance(node.this, exp.Column)
        found = self._column(self._words.check(node.this.name)) if named else self.value(node.this)
        return found.isnull() if isinstance(node.expression, exp.Null) else found == self.value(node.expression)

    def _cast(self, node: exp.Expr) -> Any:  # noqa: ANN401 (a plain value)
        """Take ``date '2016-11-08'``."""
        from sqlglot import exp

        if not isinstance(node.this, exp.Literal):
            raise InputError(f"--where cannot have {node.sql()!r}", hint="a day is written '2016-11-08'")
        return self._literal(node.this)

    def _number(self, node: exp.Expr) -> Any:  # noqa: ANN401 (an Ibis value)
        """Give a column of numbers or days: what is stored as codes is a text, and its codes say nothing."""
        name = self._words.check(node.name)
        if self._words.coded(name):
            raise InputError(f"{name} is a text", hint=f"{name} is compared with texts by =, <>, in or like")
        return self._column(name)

    def _in(self, node: exp.Expr) -> Any:  # noqa: ANN401 (an Ibis value)
        return self.value(node.this).isin([self.value(one) for one in node.expressions])

    def _between(self, node: exp.Expr) -> Any:  # noqa: ANN401 (an Ibis value)
        return self.value(node.this).between(self.value(node.args["low"]), self.value(node.args["high"]))

    def _coded(self, node: exp.Expr) -> Any:  # noqa: ANN401 (an Ibis value)
        """Compare a coded column with texts by codes; None when the node is something else."""
        from sqlglot import exp

        left = node.this
        if not isinstance(left, exp.Column) or not self._words.coded(name := self._words.check(left.name)):
            return self._flipped(node)
        column = self._table[name]
        if isinstance(node, exp.In):
            return column.isin([code for one in node.expressions for code in self._words.codes(name, one.name)])
        if isinstance(node, exp.Like | exp.ILike):
            return column.isin(self._like(name, node.expression.name, ignore_case=isinstance(node, exp.ILike)) or [-1])
        if isinstance(node, exp.EQ | exp.NEQ) and isinstance(node.expression, exp.Literal):
            codes = self._words.codes(name, node.expression.name)
            return column.isin(codes) if isinstance(node, exp.EQ) else column.notin(codes)
        raise InputError(f"{node.sql()}: {name} is compared with texts by =, <>, in or like")

    def _flipped(self, node: exp.Expr) -> Any:  # noqa: ANN401 (an Ibis value)
        """Take ``'F' = sex`` for ``sex = 'F'``."""
        from sqlglot import exp

        right = node.args.get("expression")
        if isinstance(node, exp.EQ | exp.NEQ) and isinstance(node.this, exp.Literal) and isinstance(right, exp.Column):
            return self._coded(type(node)(this=right, expression=node.this))
        return None

    def _like(self, column: str, pattern: str, *, ignore_case: bool) -> list[int]:
        """Codes whose value is like a pattern."""
        shape = re.escape(pattern).replace("%", ".*").replace("_", ".")
        fits = re.compile(shape, re.IGNORECASE if ignore_case else 0)
        book = self._words.book(column)
        return [
            code
            for value in self._words.books.values(book)
            if fits.fullmatch(value)
            for code in self._words.books.codes(book, value)
        ]

    @staticmethod
    def _literal(node: exp.Expr) -> Any:  # noqa: ANN401 (a plain value)
        import ibis

        if not node.is_string:
            return ibis.literal(int(node.name) if node.name.isdigit() else float(node.name))
        try:
            return ibis.literal(dt.date.fromisoformat(node.name))
        except ValueError:
            return ibis.literal(node.name)
