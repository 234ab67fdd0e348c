"""Conditions of the SurveyJS language: read into a tree, evaluated, told in words.

Understood: ``{question} = 'code'``, ``<> > >= < <=`` (also as words: ``equal notequal greater greaterorequal less
lessorequal``), ``contains notcontains anyof allof`` with lists ``['a', 'b']``, ``empty`` and ``notempty`` behind a
name, ``and or`` (``&& ||``), ``not (...)`` (``!``), brackets. As in SurveyJS numbers in quotes equal numbers, upper and
lower case are the same, and a question without an answer equals nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hustings.errors import HustingsError

Value = str | float | bool | tuple["str | float | bool", ...] | None
"""What a name or literal stands for; several answers are a tuple."""


class ExpressionError(HustingsError):
    """A condition that cannot be read: says at which character, and what was expected."""


@dataclass(frozen=True)
class Ref:
    """A question (or ``split.NAME``) named in a condition."""

    name: str


@dataclass(frozen=True)
class Literal:
    """A constant: text, number, yes or no, or a list of these."""

    value: Value


Operand = Ref | Literal


@dataclass(frozen=True)
class Compare:
    """Two operands compared; ``empty`` and ``notempty`` have no right one."""

    op: str
    left: Operand
    right: Operand | None = None


@dataclass(frozen=True)
class Both:
    """All (``and``) or any (``or``) of several conditions."""

    op: str
    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Not:
    """The opposite."""

    part: Expression


Expression = Compare | Both | Not

_WORDS = {
    "==": "=",
    "equal": "=",
    "!=": "<>",
    "notequal": "<>",
    "greater": ">",
    "less": "<",
    "greaterorequal": ">=",
    "lessorequal": "<=",
    "*=": "contains",
    "contain": "contains",
    "notcontain": "notcontains",
    "&&": "and",
    "||": "or",
    "!": "not",
    "negate": "not",
}
_COMPARE = {"=", "<>", ">", ">=", "<", "<=", "contains", "notcontains", "anyof", "allof"}
_KNOWN = _COMPARE | {"and", "or", "not", "empty", "notempty"}
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<name>\{[^{}]*\})
      | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
      | (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
      | (?P<symbol>==|!=|<>|>=|<=|\*=|&&|\|\||[=<>!(),\[\]])
      | (?P<word>[A-Za-z]+)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(source: str) -> list[_Token]:
    found, at = [], 0
    end = len(source.rstrip())
    while at < end:
        match = _TOKEN.match(source, at)
        if match is None:
            _fail(source, at + len(source[at:]) - len(source[at:].lstrip()), "a name, a value or a comparison")
        assert match is not None
        kind = match.lastgroup or ""
        text = match[kind]
        if kind in {"symbol", "word"}:
            text = _WORDS.get(text.lower(), text.lower())
        found.append(_Token(kind, text, match.start(kind)))
        at = match.end()
    return [*found, _Token("end", "", len(source))]


def _fail(source: str, at: int, expected: str) -> None:
    seen = source[at : at + 12] or "the end"
    raise ExpressionError(
        f"the condition {source!r} breaks at character {at + 1} ({seen}), expected {expected}",
        hint="for example {vote} = 'undecided' and not ({age} < 65); arithmetic and functions are not supported",
    )


class _Parser:
    """Recursive descent: or < and < not < comparison."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = _tokens(source)
        self.next = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def take(self, *texts: str) -> bool:
        if self.token.kind in {"symbol", "word"} and self.token.text in texts:
            self.next += 1
            return True
        return False

    def fail(self, expected: str) -> None:
        _fail(self.source, self.token.at, expected)

    def whole(self) -> Expression:
        tree = self.either()
        if self.token.kind != "end":
            self.fail("'and', 'or' or the end")
        return tree

    def either(self) -> Expression:
        parts = [self.all()]
        while self.take("or"):
            parts.append(self.all())
        return parts[0] if len(parts) == 1 else Both("or", tuple(parts))

    def all(self) -> Expression:
        parts = [self.single()]
        while self.take("and"):
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else Both("and", tuple(parts))

    def single(self) -> Expression:
        if self.take("not"):
            # `not {a} = 1` means different things in different readers: brackets make it one.
            if not self.take("("):
                self.fail("a bracket after 'not'")
            return Not(self.bracket())
        if self.take("("):
            return self.bracket()
        return self.comparison()

    def bracket(self) -> Expression:
        tree = self.either()
        if not self.take(")"):
            self.fail("a closing bracket")
        return tree

    def comparison(self) -> Expression:
        left = self.operand()
        for op in ("empty", "notempty"):
            if self.take(op):
                return Compare(op, left)
        op = self.token.text
        if self.token.kind not in {"symbol", "word"} or op not in _COMPARE:
            self.fail("a comparison: " + " ".join(sorted(_COMPARE)) + " empty notempty")
        self.next += 1
        return Compare(op, left, self.operand())

    def operand(self) -> Operand:
        token = self.token
        if self.take("["):
            return Literal(tuple(self.items()))
        if token.kind == "name" and token.text[1:-1].strip():
            self.next += 1
            return Ref(token.text[1:-1].strip())
        return Literal(self.constant())

    def items(self) -> Iterator[str | float | bool]:
        yield self.constant()
        while self.take(","):
            yield self.constant()
        if not self.take("]"):
            self.fail("a comma or a closing square bracket")

    def constant(self) -> str | float | bool:
        token = self.token
        if token.kind not in {"text", "number"} and token.text not in {"true", "false"}:
            self.fail("a {question} or a value: 'text', a number, true, false")
        self.next += 1
        if token.kind == "text":
            return re.sub(r"\\(.)", r"\1", token.text[1:-1])
        return float(token.text) if token.kind == "number" else token.text == "true"


def parse(source: str) -> Expression:
    """Read a condition.

    Raises
    ------
    ExpressionError
        It is not of the language; says at which character and what was expected there.

    Examples
    --------
    >>> evaluate(parse("{age} >= 65 or {vote} = 'a'"), {"age": 40.0, "vote": "A"}.get)
    True
    """
    return _Parser(source).whole()


def evaluate(tree: Expression, value_of: Callable[[str], Value]) -> bool:
    """Say whether a condition holds.

    Parameters
    ----------
    tree : Expression
        As :func:`parse` gives it.
    value_of : callable
        Name -> answer; None where there is none.
    """
    if isinstance(tree, Not):
        return not evaluate(tree.part, value_of)
    if isinstance(tree, Both):
        found = (evaluate(part, value_of) for part in tree.parts)
        return all(found) if tree.op == "and" else any(found)
    left = _value(tree.left, value_of)
    if tree.right is None:
        return _empty(left) == (tree.op == "empty")
    return _OPERATORS[tree.op](left, _value(tree.right, value_of))


def _value(operand: Operand, value_of: Callable[[str], Value]) -> Value:
    return operand.value if isinstance(operand, Literal) else value_of(operand.name)


def _empty(value: Value) -> bool:
    return value is None or value in {"", ()}


def _plain(value: Value) -> str | float:
    """Make values comparable: numbers in quotes are numbers, case and outer blanks say nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value.strip().casefold()
    return value if isinstance(value, float | int) else ""


def _many(value: Value) -> set[str | float]:
    return {_plain(one) for one in value} if isinstance(value, tuple) else set() if _empty(value) else {_plain(value)}


def _equal(left: Value, right: Value) -> bool:
    if _empty(left) or _empty(right):
        return _empty(left) and _empty(right)
    if isinstance(left, tuple) or isinstance(right, tuple):
        return _many(left) == _many(right)
    return _plain(left) == _plain(right)


def _ordered(left: Value, right: Value, holds: Callable[[float], bool]) -> bool:
    """Compare sizes: numbers as numbers, words as words, nothing with neither."""
    a, b = _plain(left), _plain(right)
    if _empty(left) or _empty(right) or isinstance(left, tuple) or isinstance(right, tuple):
        return False
    if isinstance(a, str) or isinstance(b, str):
        return isinstance(a, str) and isinstance(b, str) and holds((a > b) - (a < b))
    return holds(a - b)


def _contains(left: Value, right: Value) -> bool:
    if isinstance(left, str) and not isinstance(right, tuple):
        return not _empty(right) and str(right).casefold() in left.casefold()
    return bool(_many(right)) and _many(right) <= _many(left)


_OPERATORS: dict[str, Callable[[Value, Value], bool]] = {
    "=": _equal,
    "<>": lambda left, right: not _equal(left, right),
    ">": lambda left, right: _ordered(left, right, lambda d: d > 0),
    ">=": lambda left, right: _ordered(left, right, lambda d: d >= 0),
    "<": lambda left, right: _ordered(left, right, lambda d: d < 0),
    "<=": lambda left, right: _ordered(left, right, lambda d: d <= 0),
    "contains": _contains,
    "notcontains": lambda left, right: not _contains(left, right),
    "anyof": lambda left, right: bool(_many(left) & _many(right)),
    "allof": lambda left, right: bool(_many(right)) and _many(right) <= _many(left),
}


def comparisons(tree: Expression) -> Iterator[Compare]:
    """Every comparison in a condition, from left to right."""
    if isinstance(tree, Compare):
        yield tree
    else:
        for part in (tree.part,) if isinstance(tree, Not) else tree.parts:
            yield from comparisons(part)


def names(tree: Expression) -> set[str]:
    """Every name in a condition."""
    return {side.name for one in comparisons(tree) for side in (one.left, one.right) if isinstance(side, Ref)}


_IN_WORDS = {
    "=": "is",
    "<>": "is not",
    ">": "is above",
    ">=": "is at least",
    "<": "is below",
    "<=": "is at most",
    "contains": "includes",
    "notcontains": "does not include",
    "anyof": "is one of",
    "allof": "includes all of",
}


def in_words(tree: Expression, label: Callable[[str, Value], str]) -> str:
    """Tell a condition in words; `label` gives the words of a question's answer."""
    if isinstance(tree, Not):
        return f"not ({in_words(tree.part, label)})"
    if isinstance(tree, Both):
        parts = [in_words(part, label) for part in tree.parts]
        nested = [f"({said})" if isinstance(part, Both) else said for part, said in zip(tree.parts, parts, strict=True)]
        return f" {tree.op} ".join(nested)
    ref = next((side.name for side in (tree.left, tree.right) if isinstance(side, Ref)), "")

    def said(side: Operand) -> str:
        if isinstance(side, Ref):
            return side.name
        values = side.value if isinstance(side.value, tuple) else (side.value,)
        return ", ".join(label(ref, value) for value in values)

    if tree.right is None:
        return f"{said(tree.left)} {'was not answered' if tree.op == 'empty' else 'was answered'}"
    return f"{said(tree.left)} {_IN_WORDS[tree.op]} {said(tree.right)}"
