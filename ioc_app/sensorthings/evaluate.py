"""Whether a filter holds of an entity, and the order of entities; null is neither true nor false."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from ioc_app.sensorthings.filters import Both, Call, Expression, Literal, Not, Path
from ioc_app.sensorthings.words import kind_of

Read = Callable[[tuple[str, ...]], Any]
"""What stands at a path; None where nothing does."""

_SIGNS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_CALLS: Final[Mapping[str, Callable[..., Any]]] = {
    "substringof": lambda part, whole: part in whole,
    "contains": lambda whole, part: part in whole,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "length": len,
    "tolower": str.lower,
    "toupper": str.upper,
}


def holds(expression: Expression, read: Read) -> bool:
    """What is neither true nor false does not."""
    return value_of(expression, read) is True


def value_of(expression: Expression, read: Read) -> Any:
    """The value of an expression: of what is not there, None."""
    match expression:
        case Literal(value):
            return value
        case Path(steps):
            return read(steps)
        case Not(of):
            found = value_of(of, read)
            return not found if isinstance(found, bool) else None
        case Call(name, given):
            texts = [value_of(one, read) for one in given]
            return _CALLS[name](*texts) if all(isinstance(one, str) for one in texts) else None
        case Both("and" | "or" as sign, left, right):
            return _joined(sign, left, right, read)
        case Both(sign, left, right):
            return _compared(sign, value_of(left, read), value_of(right, read))


def _joined(sign: str, left: Expression, right: Expression, read: Read) -> bool | None:
    """Kleene's: what one side decides does not wait for the other."""
    decides, other = sign == "or", sign != "or"
    first = value_of(left, read)
    second = first if first is decides else value_of(right, read)
    if second is decides:
        return decides
    return other if first is other and second is other else None


def _compared(sign: str, left: Any, right: Any) -> bool:
    """Values of two kinds are not equal and in no order; null equals null only."""
    alike = kind_of(left) is kind_of(right)
    if sign in ("eq", "ne"):
        return (alike and left == right) is (sign == "eq")
    if left is None or not alike or isinstance(left, bool | dict | list):
        return False
    return _SIGNS[sign](left, right)


def order_key(value: Any) -> tuple[str, Any]:
    """For sorting what may be of several kinds: null first, then kind by kind."""
    if value is None:
        return "", 0
    kind = kind_of(value)
    return kind.value, value if kind.value in ("text", "number", "time", "truth") else str(value)
