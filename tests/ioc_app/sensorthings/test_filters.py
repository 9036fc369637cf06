"""``$filter``: the parser and its evaluation against Python's own of the same tree; what is refused, and where."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioc_app.sensorthings.address import address_of
from ioc_app.sensorthings.answers import Answers
from ioc_app.sensorthings.asked import parts
from ioc_app.sensorthings.evaluate import holds, value_of
from ioc_app.sensorthings.filters import parse_filter
from ioc_app.sensorthings.kinds import KINDS, Entity
from tests.examples import examples
from twin.errors import BadFilterError, BadRequestError, NotOfferedError, UnknownEntityError

AT = datetime(2026, 11, 26, 6, tzinfo=UTC)
PYTHON = {"eq": "==", "ne": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}


@dataclass(frozen=True)
class Tree:
    """The same expression in both languages; ``rank`` is how tightly its outermost sign binds."""

    text: str
    python: str
    rank: int = 9

    def inside(self, rank: int) -> str:
        """As an operand of a sign of this rank: in parentheses only where it needs them."""
        return self.text if self.rank >= rank else f"({self.text})"


def record(result: float, quality: str, at: datetime, stream: str) -> dict[str, Any]:
    return {"result": result, "resultQuality": quality, "phenomenonTime": at, "Datastream/id": stream}


PATHS = {
    "number": {"result": "result"},
    "text": {"resultQuality": "quality", "Datastream/id": "stream"},
    "time": {"phenomenonTime": "at"},
}
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=6) | st.sampled_from(
    ["good", "it's", "''", "a) or (b", " and ", "not", "$top", ";", "GOOD"]
)
MOMENTS = st.integers(-48, 48).map(lambda hours: AT + timedelta(hours=hours))
NUMBERS = st.integers(-5, 5) | st.floats(-1e6, 1e6, allow_nan=False)


def literal_text(value: str) -> Tree:
    return Tree("'" + value.replace("'", "''") + "'", repr(value))


def literal_time(at: datetime, hours: int) -> Tree:
    """The same moment with another offset."""
    there = (at + timedelta(hours=hours)).replace(tzinfo=None).isoformat()
    offset = f"{'+' if hours >= 0 else '-'}{abs(hours):02d}:00" if hours else "Z"
    return Tree(there + offset, f"moment({at.isoformat()!r})")


LEAVES = {
    "number": NUMBERS.map(lambda one: Tree(repr(one), repr(float(one)))),
    "text": TEXTS.map(literal_text),
    "time": st.builds(literal_time, MOMENTS, st.sampled_from([0, 8, -5])),
}
CHANGED = [("tolower", "lower"), ("toupper", "upper")]
FOUND = [("startswith", "{0}.startswith({1})"), ("endswith", "{0}.endswith({1})"), ("contains", "({1} in {0})")]
FOUND += [("substringof", "({0} in {1})")]


def values(kind: str) -> st.SearchStrategy[Tree]:
    paths = st.sampled_from([Tree(text, name) for text, name in PATHS[kind].items()])
    plain = paths | LEAVES[kind]
    if kind == "text":
        called = st.builds(lambda how, of: Tree(f"{how[0]}({of.text})", f"{of.python}.{how[1]}()"),
                           st.sampled_from(CHANGED), plain)  # fmt: skip
        return plain | called
    if kind == "number":
        return plain | values("text").map(lambda of: Tree(f"length({of.text})", f"len({of.python})"))
    return plain


def compared(kind: str) -> st.SearchStrategy[Tree]:
    def build(sign: str, left: Tree, right: Tree) -> Tree:
        rank = 3 if sign in ("eq", "ne") else 4
        text = f"{left.inside(rank)} {sign} {right.inside(rank + 1)}"
        return Tree(text, f"({left.python} {PYTHON[sign]} {right.python})", rank)

    return st.builds(build, st.sampled_from(sorted(PYTHON)), values(kind), values(kind))


def called(how: tuple[str, str], one: Tree, two: Tree) -> Tree:
    return Tree(f"{how[0]}({one.text},{two.text})", how[1].format(one.python, two.python))


TRUTHS = st.sampled_from([Tree("true", "True"), Tree("false", "False")])
BASE = TRUTHS | compared("number") | compared("text") | compared("time")
BASE |= st.builds(called, st.sampled_from(FOUND), values("text"), values("text"))


def joined(sign: str, left: Tree, right: Tree) -> Tree:
    rank = {"or": 1, "and": 2, "eq": 3, "ne": 3}[sign]
    text = f"{left.inside(rank)} {sign} {right.inside(rank + 1)}"
    return Tree(text, f"({left.python} {PYTHON.get(sign, sign)} {right.python})", rank)


TREES = st.recursive(
    BASE,
    lambda inner: (
        st.builds(joined, st.sampled_from(["or", "and", "and", "or", "eq", "ne"]), inner, inner)
        | inner.map(lambda one: Tree(f"not {one.inside(5)}", f"(not {one.python})", 5))
        | inner.map(lambda one: Tree(f"( {one.text} )", one.python))
    ),
    max_leaves=12,
)
RECORDS = st.builds(record, NUMBERS.map(float), TEXTS, MOMENTS, TEXTS)


def reading(said: Mapping[str, Any]) -> Any:
    return lambda steps: said["/".join(steps)]


@settings(max_examples=examples(600), deadline=None)
@given(TREES, RECORDS)
def test_a_filter_is_what_python_makes_of_the_same_tree(tree: Tree, said: dict[str, Any]) -> None:
    names = {"result": said["result"], "quality": said["resultQuality"], "at": said["phenomenonTime"]}
    names |= {"stream": said["Datastream/id"], "moment": datetime.fromisoformat}
    wanted = eval(tree.python, {}, names)
    assert value_of(parse_filter(tree.text, "Observations"), reading(said)) is wanted, tree.text


@settings(max_examples=examples(600), deadline=None)
@given(st.text(st.sampled_from("()'ab ,/12.eqnotr-$;") | st.characters(codec="utf-8"), max_size=40))
def test_any_text_is_a_filter_or_a_fault_that_says_where(text: str) -> None:
    with contextlib.suppress(NotOfferedError):
        assert 1 <= place_of_fault(text) <= len(text) + 1


def place_of_fault(text: str) -> int:
    """1 where there is none."""
    try:
        parse_filter(text, "Things")
    except BadFilterError as fault:
        return int(fault.params["position"])
    return 1


NULLS = {"result": None, "resultQuality": "good"}
UNKNOWN = [
    ("result eq null", True), ("result ne null", False), ("null eq result", True), ("result eq 1", False),
    ("result ne 1", True), ("result gt 1", False), ("result le 1", False), ("not (result gt 1)", True),
    ("resultQuality eq null", False), ("tolower(null) eq null", True), ("startswith(null,'a')", False),
    ("not startswith(null,'a')", False), ("startswith(null,'a') or true", True),
    ("startswith(null,'a') and true", False),
    ("length(null) eq null", True), ("not null", False), ("null", False), ("null or resultQuality eq 'good'", True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), UNKNOWN)
def test_what_is_not_there_is_neither(text: str, wanted: bool) -> None:
    assert holds(parse_filter(text, "Observations"), reading(NULLS)) is wanted


def test_properties_are_of_any_kind() -> None:
    """What it is shows when it is looked at: another kind is not equal, and in no order."""
    said = {"properties/a": 3, "properties/b": "x", "properties/c": None, "properties/yes": True}
    for text, wanted in {
        "properties/a eq 3": True, "properties/a eq '3'": False, "properties/a ne '3'": True,
        "properties/a gt '1'": False, "properties/a lt 4 and properties/b eq 'x'": True, "properties/c eq null": True,
        "startswith(properties/b,'x')": True, "startswith(properties/a,'3')": False, "properties/yes": True,
        "not properties/yes": False, "properties/yes eq true": True,
    }.items():  # fmt: skip
        assert holds(parse_filter(text, "Things"), reading(said)) is wanted, text


REFUSED = [
    ("", 1), ("result gt", 10), ("result gt 1 or", 15), ("(result gt 1", 13), ("result gt 1)", 12), ("gt 1", 1),
    ("result gt 'a'", 8), ("phenomenonTime ge 5", 16), ("result", 1), ("result and true", 8), ("not result", 1),
    ("not result gt 1", 1), ("resultQuality eq 'good", 18), ("result eq 1 result", 13), ("Datastream eq 'a'", 1),
    ("nothing eq 1", 1), ("result/more eq 1", 1), ("true gt false", 6), ("phenomenonTime ge 2026-11-26", 19),
    ("phenomenonTime ge 2026-13-26T00:00:00Z", 19), ("startswith(result,'a')", 1), ("startswith('a')", 15),
    ("result eq 1e999", 11), ("result = 1", 8), ("Datastream/Thing/Locations/name eq 'a'", 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "position"), REFUSED)
def test_what_is_wrong_is_said_with_its_place(text: str, position: int) -> None:
    with pytest.raises(BadFilterError) as fault:
        parse_filter(text, "Observations")
    assert int(fault.value.params["position"]) == position


@pytest.mark.parametrize(
    "text",
    [
        *("result add 1 gt 2", "result mod 2 eq 0", "result in (1)", "year(phenomenonTime) eq 2026"),
        *("geo.distance(result) gt 1", "now() gt phenomenonTime", "st_within(result)"),
    ],
)
def test_what_is_not_offered_is_said(text: str) -> None:
    with pytest.raises(NotOfferedError):
        parse_filter(text, "Observations")


@pytest.mark.parametrize(
    "text",
    ["(" * 41 + "true" + ")" * 41, "not " * 41 + "true", " or ".join(["true"] * 151), "'" + "a" * 4000 + "' eq name"],
)
def test_a_filter_has_bounds(text: str) -> None:
    with pytest.raises(BadFilterError):
        parse_filter(text, "Things")


def test_up_to_its_bounds_it_is_evaluated() -> None:
    for text in ("(" * 38 + "true" + ")" * 38, "not " * 38 + "true", " and ".join(["true"] * 150)):
        assert holds(parse_filter(text, "Things"), reading({})) is True


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20))
def test_an_id_of_any_text_comes_back_from_its_address(id: str) -> None:
    link = Answers.link(_Linking(), Entity("Things", id, {}))  # type: ignore[arg-type]
    assert link.isascii()
    address = address_of(unquote(link).removeprefix("http://here/"))
    assert (address.steps[0].name, address.steps[0].id, address.one) == ("Things", id, True)


class _Linking:
    _base = "http://here"


@given(st.text(st.sampled_from("Things('a)/$value.refDatm1s"), max_size=30))
def test_any_address_is_one_or_a_fault(text: str) -> None:
    with contextlib.suppress(UnknownEntityError, BadRequestError, NotOfferedError):
        assert address_of(text).steps[0].name in KINDS


def test_options_are_parted_outside_of_parentheses_and_texts() -> None:
    assert list(parts("a($top=1;$filter=name eq ';),'),b", ",")) == ["a($top=1;$filter=name eq ';),')", "b"]
    for text in ("a(", "a)", "'"):
        with pytest.raises(BadRequestError):
            list(parts(text, ","))
