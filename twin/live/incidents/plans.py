"""Response plans (预案): checklists by kind, ``plans/*.toml``; a file in ``config/plans/`` replaces its namesake.

::

    id = "fire"
    title = { zh = "火灾报警处置", en = "Fire alarm" }
    kinds = ["fire"]
    unverified = true

    [[items]]
    id = "verify"
    zh = "查看就近摄像机并派人现场核实"
    en = "Look at the nearest cameras and send somebody to verify"
    role = { zh = "值班员", en = "duty officer" }
    within_min = 1
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError, model_validator

from twin.config_file import mistakes_of, parse
from twin.errors import ConfigMistakesError
from twin.live.incidents.settings import KindName
from twin.live.incidents.shipped import HERE
from twin.live.rules.checked import Flag, Names, Number, Strict
from twin.live.rules.settings import RuleId
from twin.mistakes import Mistake, Mistakes, wrong

ANY: Final = "any"  # the kind of a plan for whatever has none of its own
_SUFFIX: Final = ".toml"


class Item(Strict):
    """``within_min`` is from the opening of the incident."""

    id: RuleId
    zh: Annotated[str, Field(min_length=1, max_length=500)]
    en: Annotated[str, Field(min_length=1, max_length=500)]
    role: Names | None = None
    within_min: Annotated[Number, Field(gt=0)] | None = None


class Plan(Strict):
    id: RuleId
    title: Names
    kinds: Annotated[tuple[KindName, ...], Field(min_length=1)]
    unverified: Flag = False
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=60)]

    @model_validator(mode="after")
    def _once(self) -> Plan:
        ids = [one.id for one in self.items]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise wrong("names_twice", names=", ".join(twice))
        return self

    def to_dict(self) -> dict[str, Any]:
        """As an incident carries it."""
        items = [
            {
                "item": one.id,
                "text": {"zh": one.zh, "en": one.en},
                "role": one.role.model_dump() if one.role else None,
                "within_min": one.within_min,
            }
            for one in self.items
        ]
        return {"plan_id": self.id, "title": self.title.model_dump(), "unverified": self.unverified, "items": items}


class Plans:
    """All of them, by kind. Two plans for one kind: that of the campus; of two of one origin the first by name."""

    def __init__(self, plans: Mapping[str, Plan]) -> None:
        self.plans = dict(plans)
        self._of_kind: dict[str, Plan] = {}
        for plan in self.plans.values():
            for kind in plan.kinds:
                self._of_kind.setdefault(kind, plan)

    def of(self, kind: str) -> Plan | None:
        return self._of_kind.get(kind) or self._of_kind.get(ANY)


def load_plans(config: Path | None) -> Plans:
    """Raises ConfigMistakesError with every mistake of all files."""
    folder = config / "plans" if config is not None else None
    paths = sorted(folder.glob(f"*{_SUFFIX}")) if folder is not None and folder.is_dir() else []
    own = {path.name: path.read_bytes() for path in paths}
    below = {name: content for name, content in _shipped().items() if name not in own}
    mistakes: list[Mistake] = []
    plans: dict[str, Plan] = {}
    for name, content in (*own.items(), *below.items()):
        found = _read(name, content)
        if isinstance(found, Plan):
            plans.setdefault(found.id, found)
        else:
            mistakes += found
    if mistakes:
        raise ConfigMistakesError(path=folder, mistakes=Mistakes(mistakes))
    return Plans(plans)


def _shipped() -> dict[str, bytes]:
    folder = files(HERE) / "plans"
    found = {one.name: one.read_bytes() for one in folder.iterdir() if one.name.endswith(_SUFFIX)}
    return dict(sorted(found.items()))


def _read(name: str, content: bytes) -> Plan | list[Mistake]:
    parsed = parse(name, content)
    if isinstance(parsed, Mistake):
        return [parsed]
    try:
        return Plan.model_validate(parsed.data)
    except ValidationError as fault:
        return mistakes_of(name, parsed, fault)
