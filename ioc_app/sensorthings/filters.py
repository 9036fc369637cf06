"""``$filter`` as a tree: or, and, equality, order, not, then values (OGC 18-088, 9.3.3.5; OData 4.0 part 2, 5.1.1.9).

The grammar, the loosest first; everything between two ranks is left-associative::

    either  = both { "or" both }
    both    = equal { "and" equal }
    equal   = order { ("eq" | "ne") order }
    order   = negated { ("gt" | "ge" | "lt" | "le") negated }
    negated = "not" negated | primary
    primary = literal | path | function "(" either { "," either } ")" | "(" either ")"
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ioc_app.sensorthings.kinds import KINDS, Is, kind_of_path
from ioc_app.sensorthings.words import Value, Word, kind_of, words
from twin.errors import BadFilterError, NotOfferedError

DEEPEST: Final = 40
_EQUAL: Final = ("eq", "ne")
_ORDER: Final = ("gt", "ge", "lt", "le")
_TEXT, _ANY = (Is.TEXT, Is.OPEN, Is.NULL), (Is.TRUTH, Is.OPEN, Is.NULL)
FUNCTIONS: Final[dict[str, tuple[int, Is]]] = {  # how many texts each takes, and what comes out
    "substringof": (2, Is.TRUTH),
    "contains": (2, Is.TRUTH),
    "startswith": (2, Is.TRUTH),
    "endswith": (2, Is.TRUTH),
    "length": (1, Is.NUMBER),
    "tolower": (1, Is.TEXT),
    "toupper": (1, Is.TEXT),
}
_ARITHMETIC: Final = ("add", "sub", "mul", "div", "mod", "in", "has")


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value


@dataclass(frozen=True, slots=True)
class Path:
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    given: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """``sign`` is or, and, eq, ne, gt, ge, lt, le."""

    sign: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Not:
    of: Expression


Expression = Literal | Path | Call | Both | Not


def parse_filter(text: str, kind: str) -> Expression:
    """The tree of a filter over entities of ``kind``. Raises BadFilterError, NotOfferedError."""
    reader = _Reader(list(words(text)), kind)
    found, is_ = reader.either()
    reader.end()
    if is_ not in _ANY:
        raise BadFilterError(option="$filter", position=1, detail=f"it is a {is_}, not something true or false")
    return found


def parse_path(text: str, kind: str, option: str) -> tuple[Path, Is]:
    """A property of ``kind``, or of an entity that it leads to. Raises BadFilterError."""
    steps = tuple(text.split("/"))
    is_ = kind_of_path(kind, steps)
    if is_ is None or is_ is Is.OBJECT:
        raise BadFilterError(option=option, position=1, detail=_no_path(text, kind))
    return Path(steps), is_


_Told = tuple[Expression, Is]


class _Reader:
    """Recursive descent; each method gives back what it read and what that is."""

    def __init__(self, read: list[Word], kind: str) -> None:
        self._words, self._kind, self._at, self._depth = read, kind, 0, 0

    def either(self) -> _Told:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._fault(self._word, f"more than {DEEPEST} parentheses inside one another")
        found = self._chain(("or",), lambda: self._chain(("and",), self._equal))
        self._depth -= 1
        return found

    def end(self) -> None:
        word = self._word
        if word.kind == "end":
            return
        if word.text in _ARITHMETIC:
            raise NotOfferedError(what=f"{word.text!r} in $filter", instead="comparisons of properties with values")
        raise self._fault(word, f"{word.text[:40]!r} after the end of the expression")

    def _equal(self) -> _Told:
        return self._chain(_EQUAL, lambda: self._chain(_ORDER, self._negated))

    def _chain(self, signs: tuple[str, ...], operand: Callable[[], _Told]) -> _Told:
        left, is_left = operand()
        while self._word.kind == "name" and self._word.text in signs:
            word = self._take()
            right, is_right = operand()
            self._fits(word, is_left, is_right)
            left, is_left = Both(word.text, left, right), Is.TRUTH
        return left, is_left

    def _fits(self, word: Word, left: Is, right: Is) -> None:
        if word.text in ("and", "or"):
            for one in (left, right):
                if one not in _ANY:
                    raise self._fault(word, f"{word.text} joins what is true or false, not a {one}")
        elif Is.OBJECT in (left, right):
            raise self._fault(word, "an object cannot be compared; name one of its members, properties/device_type")
        elif left is not right and not {left, right} & {Is.OPEN, Is.NULL}:
            raise self._fault(word, f"a {left} is not compared with a {right}")
        elif word.text in _ORDER and Is.TRUTH in (left, right):
            raise self._fault(word, "true and false have no order")

    def _negated(self) -> _Told:
        if self._word.kind == "name" and self._word.text == "not":
            self._depth += 1
            if self._depth > DEEPEST:
                raise self._fault(self._word, f"more than {DEEPEST} negations inside one another")
            word = self._take()
            found, is_ = self._negated()
            self._depth -= 1
            if is_ not in _ANY:
                raise self._fault(word, f"not stands before a {is_}; put what it negates in parentheses")
            return Not(found), Is.TRUTH
        return self._primary()

    def _primary(self) -> _Told:
        word = self._take()
        if word.kind == "literal":
            return Literal(word.value), kind_of(word.value)
        if word.text == "(":
            found = self.either()
            self._expect(")")
            return found
        if word.kind == "name":
            return self._call(word) if self._word.text == "(" else self._path(word)
        raise self._fault(word, "a value, a property or ( is missing")

    def _path(self, word: Word) -> _Told:
        steps = tuple(word.text.split("/"))
        is_ = kind_of_path(self._kind, steps)
        if is_ is None:
            raise self._fault(word, _no_path(word.text, self._kind))
        return Path(steps), is_

    def _call(self, word: Word) -> _Told:
        if word.text not in FUNCTIONS:
            raise NotOfferedError(what=f"the function {word.text[:40]}", instead=", ".join(FUNCTIONS))
        count, is_ = FUNCTIONS[word.text]
        self._expect("(")
        given = []
        for number in range(count):
            if number:
                self._expect(",")
            one, is_one = self.either()
            if is_one not in _TEXT:
                raise self._fault(word, f"{word.text} takes texts, not a {is_one}")
            given.append(one)
        self._expect(")")
        return Call(word.text, tuple(given)), is_

    @property
    def _word(self) -> Word:
        return self._words[self._at]

    def _take(self) -> Word:
        word = self._words[self._at]
        self._at = min(self._at + 1, len(self._words) - 1)
        return word

    def _expect(self, sign: str) -> None:
        word = self._take()
        if word.text != sign:
            raise self._fault(word, f"{sign} is missing")

    def _fault(self, word: Word, detail: str) -> BadFilterError:
        return BadFilterError(option="$filter", position=word.at, detail=detail)


def _no_path(text: str, kind: str) -> str:
    here = KINDS[kind]
    known = ["id", *here.said, *(f"{name}/…" for name, way in here.ways.items() if not way.many)]
    return f"{kind} cannot be compared by {text[:60]!r}; there are {', '.join(known)}"
