"""The codes of CJJ 61-2017 as data: pipe classes, subclasses, burial, materials, states (``pipe_codes.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from twin.model.text import Title

_FILE: Final = Path(__file__).with_suffix(".toml")

_SUFFIXES: Final = ("管线", "管道", "电缆", "光缆", "管网", "管", "缆")  # 雨水管, 电力电缆

CROWN: Final = "crown"  # levels are the top of the pipe or duct block: pressure pipes and cables
INVERT: Final = "invert"  # levels are the inside bottom: gravity


@dataclass(frozen=True, slots=True)
class Subclass:
    code: str
    number: int
    title: Title
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PipeClass:
    """One of the eight classes. ``unverified``: not held against the printed standard."""

    code: str
    number: int
    title: Title
    rgb: tuple[int, int, int]
    layer_id: str
    elevation_reference: str
    subclasses: tuple[Subclass, ...]
    unverified: bool
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """A code list: any spelling (code, Chinese, further ones) -> the Chinese term of the standard."""

    by_spelling: dict[str, str]

    def name(self, text: str | None) -> str | None:
        """The standard's term for ``text``; a spelling that is not in the list stays as it is."""
        if text is None:
            return None
        stripped = text.strip()
        return self.by_spelling.get(stripped.upper(), stripped) or None

    def known(self, text: str) -> bool:
        """Whether ``text`` is a spelling of the list."""
        return text.strip().upper() in self.by_spelling


@dataclass(frozen=True, slots=True)
class PipeCodes:
    """Everything of the file, ready for look-up."""

    classes: dict[str, PipeClass]
    burial: Terms
    material: Terms
    state: Terms

    def classify(self, text: str | None) -> tuple[str, str | None] | None:
        """(class, subclass or None) that ``text`` names by code or Chinese title, e.g. ``YS`` or ``污水``."""
        if not text:
            return None
        name = text.strip().upper()
        found = _names().get(name)
        for suffix in _SUFFIXES:
            if found is None and name.endswith(suffix):
                found = _names().get(name.removesuffix(suffix))
        return found

    def class_of_layer(self, layer_id: str) -> str:
        """The class whose layer this is; other layers count as other pipes (QT)."""
        return next((one.code for one in self.classes.values() if one.layer_id == layer_id), "QT")

    def of_feature_code(self, code: str | None) -> tuple[str, str | None] | None:
        """(class, subclass) of an 8-digit feature code, or None when it is not one."""
        if not code or len(code) != 8 or not code.isdigit() or code[0] != "5":
            return None
        for one in self.classes.values():
            if one.number == int(code[1]):
                subs = [sub.code for sub in one.subclasses if sub.number == int(code[2:4])]
                return one.code, subs[0] if subs else None
        return None


@lru_cache(maxsize=1)
def pipe_codes() -> PipeCodes:
    """The code lists, read once."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    classes = {one["code"]: _pipe_class(one) for one in data["classes"]}
    return PipeCodes(classes, _terms(data["burial"]), _terms(data["material"]), _terms(data["state"]))


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[str, str | None]]:
    found: dict[str, tuple[str, str | None]] = {}
    for one in pipe_codes().classes.values():
        for sub in one.subclasses:
            for text in (sub.code, sub.title.zh, *sub.other):
                found[text.upper()] = (one.code, sub.code)
    for one in pipe_codes().classes.values():
        for text in (one.code, one.title.zh, one.title.en, *one.other):
            found[text.upper()] = (one.code, None)
    return found


def _pipe_class(data: dict[str, Any]) -> PipeClass:
    red, green, blue = data["rgb"]
    subs = tuple(
        Subclass(sub["code"], sub["number"], Title(sub["zh"], sub["en"]), tuple(sub.get("other", ())))
        for sub in data["subclasses"]
    )
    return PipeClass(
        code=data["code"],
        number=data["number"],
        title=Title(data["zh"], data["en"]),
        rgb=(red, green, blue),
        layer_id=data["layer_id"],
        elevation_reference=data["elevation_reference"],
        subclasses=subs,
        unverified=data.get("unverified", False),
        other=tuple(data.get("other", ())),
    )


def _terms(data: dict[str, Any]) -> Terms:
    found: dict[str, str] = {}
    for code, term in data.items():
        for spelling in (*term.get("other", ()), term["zh"], code):
            found[spelling.upper()] = term["zh"]
    return Terms(found)
