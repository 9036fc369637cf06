"""A rule file read on past its mistakes, so that all of them are told at once.

Validation stops at the first layer that fails: what fields say together, and names that nobody knows, would come to
light only when every field is right. So what is wrong is told and then replaced, in a copy, by something that is right,
and the copy is read again. What was replaced is not judged any further.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError

from twin.config_file import Parsed, mistakes_of
from twin.live.rules.settings import RuleFile
from twin.mistakes import Mistake

Steps = tuple[str | int, ...]
Table = dict[str, Any]

_ROUNDS: Final = 8  # fields, then what they say together, a validator at a time
# every setting that some kind of rule must have
STAND_INS: Final[Table] = {
    "title": {"zh": "", "en": ""},
    "alarm_type": "unknown",
    "level": "C",
    "unit": "1",
    "for_s": 1,
    "window_s": 60,
    "qualities": ["stale"],
    "of": ["unknown"],
    "at": "device",
    "event_types": ["unknown"],
    "fence": ["unknown"],
    "where": "inside",
    "during": "working",
}
_SHARED: Final = ("id", "title", "alarm_type", "level", "applies_to", "enabled", "text", "unverified", "source")


def _one_limit(rule: Table) -> None:
    rule.pop("below", None)
    rule.pop("clear_at", None)
    rule["above"] = 0


def _without(*names: str, **more: Any) -> Callable[[Table], None]:
    def mend(rule: Table) -> None:
        for name in names:
            rule.pop(name, None)
        rule.update(deepcopy(more))

    return mend


def _without_points(rule: Table) -> None:
    for name in ("quantities", "point_ids"):
        rule["applies_to"].pop(name, None)


def _with_points(rule: Table) -> None:
    rule["applies_to"] = {**rule.get("applies_to", {}), "quantities": ["unknown"]}


# what fields say together -> how it is made right
_MENDS: Final[dict[str, Callable[[Table], None]]] = {
    "one_limit": _one_limit,
    "clear_above": _without("clear_at"),
    "clear_below": _without("clear_at"),
    "no_quantity": _with_points,
    "member_twice": lambda rule: rule.update(of=list(dict.fromkeys(rule["of"]))),
    "composite_place": _without("applies_to"),
    "never_ends": _without(clear_after_s=60),
    "raises_and_clears": _without("clear_types", clear_after_s=60),
    "events_have_no_points": _without_points,
    "positions_have_no_points": _without_points,
}
# what is lacking -> the settings that would give it: one that is misspelt, or wrong, was told already
_LACKING: Final[dict[str, tuple[str, ...]]] = {
    "one_limit": ("above", "below"),
    "never_ends": ("clear_types", "clear_after_s"),
    "no_quantity": ("quantities", "point_ids", "applies_to"),
}


class Mended:
    """``rules`` of one file as far as they can be told; ``replaced`` are the settings that are not as written."""

    def __init__(self, file: str, parsed: Parsed) -> None:
        self.mistakes: list[Mistake] = []
        self.replaced: set[Steps] = set()
        self._data = deepcopy(parsed.data)
        self.rules = self._read(file, parsed)

    def _read(self, file: str, parsed: Parsed) -> RuleFile:
        for _ in range(_ROUNDS):
            try:
                return RuleFile.model_validate(self._data)
            except ValidationError as fault:
                found = mistakes_of(file, parsed, fault, skip=RuleFile.TAGS.__contains__)
                errors = [(_steps(one["loc"]), one["type"]) for one in fault.errors(include_url=False)]
                for mistake, (steps, kind) in zip(found, errors, strict=True):
                    if mistake not in self.mistakes and not self._follows(steps, kind):
                        self.mistakes.append(mistake)
                for steps, kind in errors:
                    self._mend(steps, kind)
        return RuleFile()

    def _follows(self, steps: Steps, kind: str) -> bool:
        """Whether it is only the other side of a mistake that was told: the setting is there, misspelt or wrong."""
        said = [str(one[-1]) for one in self.replaced if one[: len(steps)] == steps and len(one) > len(steps)]
        return any(get_close_matches(one, _LACKING.get(kind, ()), 1) for one in said)

    def _mend(self, steps: Steps, kind: str) -> None:
        rules = self._data.get("rules")
        if len(steps) < 2 or not isinstance(rules, list):  # not about one rule
            self._data.pop(str(steps[0]), None)
            return
        index = int(steps[1])
        rule = rules[index]
        if not isinstance(rule, dict) or kind.startswith("union_tag"):
            kept = {name: rule[name] for name in _SHARED if name in rule} if isinstance(rule, dict) else {}
            rules[index] = {**kept, "kind": "absence", "for_s": 1}
            self.replaced.add(steps[:2])
        elif len(steps) == 2:
            if kind in _MENDS:
                _MENDS[kind](rule)
            if kind == "no_quantity":
                self.replaced.add((*steps, "applies_to", "quantities"))
        else:
            self._replace(rule, steps, kind)

    def _replace(self, rule: Table, steps: Steps, kind: str) -> None:
        """A setting that is wrong, unknown or missing."""
        name = str(steps[2])
        if name == "applies_to" and len(steps) > 3 and isinstance(rule[name], dict):
            rule[name].pop(steps[3], None)
            self.replaced.add(steps[:4])
            return
        self.replaced.add(steps[:3])
        rule.pop(name, None)
        if kind == "extra_forbidden":
            return
        if name == "id":
            rule["id"] = f"unnamed-{steps[1]}"
        elif name in ("above", "below"):
            rule.pop("clear_at", None)
            rule[name] = 0
        elif name in STAND_INS:
            rule[name] = deepcopy(STAND_INS[name])


def _steps(loc: tuple[int | str, ...]) -> Steps:
    """The way to a setting in the file: without the tag that pydantic names between."""
    return tuple(one for position, one in enumerate(loc) if not (position == 2 and one in RuleFile.TAGS))
