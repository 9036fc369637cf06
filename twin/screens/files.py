"""Files of KPIs and screens, ours and those of a campus over them, turned into what is right in them and what is wrong.

A campus' KPI or screen replaces ours of the same id; a file of nothing but ``id`` and ``enabled = false`` hides ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from twin.config_file import Parsed, parse
from twin.live.config_book import Contents, Loaded
from twin.live.rules.checked import Strict
from twin.mistakes import Mistake
from twin.screens.checks import Known, check_kpi, check_screen
from twin.screens.kpi import Kpi
from twin.screens.said import Id
from twin.screens.screen import Screen
from twin.screens.source import Source, Steps

KPIS: Final = "kpis"
SCREENS: Final = "screens"
SUFFIX: Final = ".toml"
SHIPPED: Final = "shipped"


class KpiFile(Strict):
    """A file of ``config/kpis``."""

    kpis: tuple[Kpi, ...] = ()


class Hidden(Strict):
    """A file of ``config/screens`` that takes a screen of the program away."""

    id: Id
    enabled: Literal[False]


@dataclass(frozen=True)
class ScreenSet:
    """Enabled screens by id, in their order, and all KPIs by id."""

    screens: Mapping[str, Screen] = field(default_factory=dict)
    kpis: Mapping[str, Kpi] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    """Something with an id: the file it is in, and where there."""

    source: Source
    at: Steps

    @property
    def id(self) -> str | None:
        return self.source.text(*self.at, "id")

    @property
    def ours(self) -> bool:
        """Whether it comes with the program."""
        return self.source.file.startswith(f"{SHIPPED}/")


@cache
def shipped_files() -> Contents:
    """What comes with the program."""
    folder = files("twin.screens") / SHIPPED
    return {
        name: {one.name: one.read_bytes() for one in (folder / name).iterdir() if one.name.endswith(SUFFIX)}
        if (folder / name).is_dir()
        else {}
        for name in (KPIS, SCREENS)
    }


def load_screens(contents: Contents, known: Known, shipped: Contents | None = None) -> Loaded[ScreenSet]:
    """Check all files together. Every mistake is told; what is right beside it is there."""
    mistakes: list[Mistake] = []
    sources: dict[str, list[Source]] = {KPIS: [], SCREENS: []}
    ours = shipped_files() if shipped is None else shipped
    for prefix, told in ((f"{SHIPPED}/", ours), ("", contents)):
        for name, found in sources.items():
            found += _sources(f"{prefix}{name}/", told[name], mistakes)
    kpis = [_Found(one, at) for one in sources[KPIS] for at in one.entries("kpis")]
    screens = [_Found(one, ()) for one in sources[SCREENS]]
    _tell_twice(kpis)
    _tell_twice(screens)
    ids = {one.id for one in kpis if one.id is not None}
    there = {one.id for one in screens if one.source.shape is Screen}
    for each in kpis:
        check_kpi(each.source, each.at, known)
    for each in screens:
        check_screen(each.source, ids, known)
        if each.source.shape is Hidden and each.id not in there:
            each.source.tell(("id",), "hides_nothing", name=each.id)
    mistakes += [one for source in (*sources[KPIS], *sources[SCREENS]) for one in source.mistakes]
    return Loaded(_right(kpis, screens), tuple(mistakes))


def _sources(folder: str, told: Mapping[str, bytes], mistakes: list[Mistake]) -> list[Source]:
    found: list[Source] = []
    for name in sorted(told):
        parsed = parse(folder + name, told[name])
        if isinstance(parsed, Mistake):
            mistakes.append(parsed)
        else:
            found.append(Source(folder + name, parsed, _shape(folder, parsed)))
    return found


def _shape(folder: str, parsed: Parsed) -> type[Strict]:
    if folder.endswith(f"{KPIS}/"):
        return KpiFile
    hides = parsed.data.keys() == {"id", "enabled"} and parsed.data["enabled"] is False
    return Hidden if hides else Screen


def _tell_twice(found: Iterable[_Found]) -> None:
    """An id that another of the same origin has already is a mistake."""
    first: dict[tuple[bool, str], _Found] = {}
    for one in found:
        if one.id is not None and first.setdefault((one.ours, one.id), one) is not one:
            other = first[one.ours, one.id].source.file
            one.source.tell((*one.at, "id"), "id_used", other=other)


def _right(kpis: Iterable[_Found], screens: Iterable[_Found]) -> ScreenSet:
    """Those with nothing wrong, the later over the earlier."""
    numbers = {one.id: one for one in (Kpi.model_validate(each.source.at(*each.at)) for each in _sound(kpis))}
    shown: dict[str, Screen] = {}
    for each in _sound(screens):
        if each.source.shape is Hidden or each.source.at("enabled") is False:
            shown.pop(str(each.id), None)
        else:
            one = Screen.model_validate(each.source.parsed.data)
            shown[one.id] = one.model_copy(update={"kpis": tuple(kpi for kpi in one.kpis if kpi in numbers)})
    return ScreenSet({one.id: one for one in sorted(shown.values(), key=lambda one: (one.order, one.id))}, numbers)


def _sound(found: Iterable[_Found]) -> Iterable[_Found]:
    return (one for one in found if one.source.sound(*one.at))
