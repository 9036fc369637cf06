"""The query options of a request and of each ``$expand`` inside it (OGC 18-088, 9.3.3); what is unknown is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ioc_app.sensorthings.filters import Expression, Path, parse_filter, parse_path
from ioc_app.sensorthings.kinds import ID, KINDS
from twin.errors import BadRequestError, NotOfferedError

USUAL: Final = 100
MOST: Final = 1_000
MOST_SKIPPED: Final = 100_000
DEEPEST: Final = 3
_OPTIONS: Final = ("$top", "$skip", "$count", "$select", "$expand", "$orderby", "$filter")
_NOT_OFFERED: Final = ("$format", "$resultFormat", "$search", "$apply", "$compute", "$skiptoken", "$skipFilter", "$id")


@dataclass(frozen=True, slots=True)
class Order:
    path: Path
    falls: bool


@dataclass(frozen=True, slots=True)
class Options:
    """``said`` are the texts as they were given, for the address of the next page."""

    top: int = USUAL
    skip: int = 0
    count: bool = False
    select: tuple[str, ...] = ()
    order: tuple[Order, ...] = ()
    filter: Expression | None = None
    expand: Mapping[str, Options] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)


def options_of(pairs: Sequence[tuple[str, str]], kind: str, *, one: bool = False, depth: int = 0) -> Options:
    """The options of a request for entities of ``kind``, or for ``one`` of them, which has no others to choose from.

    Raises BadRequestError, BadFilterError, NotOfferedError.
    """
    said: dict[str, str] = {}
    for name, value in pairs:
        if name in _NOT_OFFERED:
            raise NotOfferedError(what=name, instead=", ".join(_OPTIONS))
        if name not in _OPTIONS:
            raise BadRequestError(detail=f"there is no option {name[:40]!r}; there are {', '.join(_OPTIONS)}")
        if name in said:
            raise BadRequestError(detail=f"{name} is given twice")
        if one and name not in ("$select", "$expand"):
            raise BadRequestError(detail=f"{name} is for collections; here there is one entity")
        said[name] = value
    return Options(
        min(_number(said, "$top", USUAL, 2**53), MOST),
        _number(said, "$skip", 0, MOST_SKIPPED),
        _truth(said),
        tuple(_selected(said["$select"], kind)) if "$select" in said else (),
        tuple(_orders(said["$orderby"], kind)) if "$orderby" in said else (),
        parse_filter(said["$filter"], kind) if "$filter" in said else None,
        _expanded(said["$expand"], kind, depth) if "$expand" in said else {},
        said,
    )


def parts(text: str, sign: str) -> Iterator[str]:
    """Pieces between ``sign`` that is neither in parentheses nor in a text. Raises BadRequestError."""
    begin = depth = 0
    quoted = False
    for at, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif not quoted:
            depth += (letter == "(") - (letter == ")")
            if depth < 0:
                raise BadRequestError(detail=f"a ) too many in {text[:60]!r}")
            if letter == sign and not depth:
                yield text[begin:at]
                begin = at + 1
    if depth or quoted:
        raise BadRequestError(detail=f"a ) or ' is missing in {text[:60]!r}")
    yield text[begin:]


def _number(said: Mapping[str, str], name: str, usual: int, most: int) -> int:
    text = said.get(name, str(usual))
    if not (text.isascii() and text.isdecimal() and len(text) <= 16 and int(text) <= most):
        narrower = "; to go on, narrow $filter" if name == "$skip" else ""
        raise BadRequestError(detail=f"{name} is a whole number from 0 to {most}{narrower}")
    return int(text)


def _truth(said: Mapping[str, str]) -> bool:
    text = said.get("$count", "false")
    if text not in ("true", "false"):
        raise BadRequestError(detail="$count is true or false")
    return text == "true"


def _selected(text: str, kind: str) -> Iterator[str]:
    here = KINDS[kind]
    for one in (each.strip() for each in text.split(",")):
        name = "id" if one in ID else one
        if name not in ("id", *here.said, *here.ways):
            known = ", ".join(("id", *here.said, *here.ways))
            raise BadRequestError(detail=f"$select: {kind} have no {one[:40]!r}; they have {known}")
        yield name


def _orders(text: str, kind: str) -> Iterator[Order]:
    for one in text.split(","):
        steps = one.split()
        if not steps or len(steps) > 2 or (len(steps) == 2 and steps[1] not in ("asc", "desc")):
            raise BadRequestError(detail=f"$orderby: {one[:40]!r} is not a property, then asc or desc")
        yield Order(parse_path(steps[0], kind, "$orderby")[0], steps[-1] == "desc" and len(steps) == 2)


def _expanded(text: str, kind: str, depth: int) -> dict[str, Options]:
    if depth == DEEPEST:
        raise BadRequestError(detail=f"$expand is at most {DEEPEST} levels deep")
    found: dict[str, Options] = {}
    for one in parts(text, ","):
        name, options = _expansion(one.strip(), kind, depth)
        if name in found:
            raise BadRequestError(detail=f"$expand has {name} twice; write {name}($expand=…,…)")
        found[name] = options
    return found


def _expansion(text: str, kind: str, depth: int) -> tuple[str, Options]:
    """``Datastreams``, ``Datastreams(options)``, ``Datastreams/Observations`` with or without options."""
    head, paren, inside = text.partition("(")
    if paren and not inside.endswith(")"):
        raise BadRequestError(detail=f"$expand: nothing comes after the ) in {text[:60]!r}")
    name, slash, rest = head.partition("/")
    way = KINDS[kind].ways.get(name)
    if way is None:
        raise BadRequestError(detail=f"$expand: {kind} lead to {', '.join(KINDS[kind].ways)}, not to {name[:40]!r}")
    if slash:
        pairs = [("$expand", rest + paren + inside)]
    else:
        pairs = [_pair(one) for one in parts(inside[:-1], ";")] if paren else []
    return name, options_of(pairs, way.kind, one=not way.many, depth=depth + 1)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.strip().partition("=")
    if not sign:
        raise BadRequestError(detail=f"$expand: {text[:40]!r} is no option; write $top=5;$orderby=name")
    return name, value
