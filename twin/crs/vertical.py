"""Height datums by name, and the offsets between them that people use: data (``vertical.toml``), never applied."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class VerticalOffset:
    """What is added to a height in ``source`` to get one in ``target``, in metres; where that comes from."""

    source: str
    target: str
    offset_m: float
    unverified: bool
    origin: str

    def doubt(self) -> str:
        """``unverified`` or where it is from, in a word for both languages."""
        return "未核实 / unverified" if self.unverified else self.origin

    def reversed(self) -> VerticalOffset:
        return VerticalOffset(self.target, self.source, -self.offset_m, self.unverified, self.origin)


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, dict[str, str]], tuple[VerticalOffset, ...]]:
    said = tomllib.loads(Path(__file__).with_name("vertical.toml").read_text(encoding="utf-8"))
    names = {one["code"]: {"zh": one["zh"], "en": one["en"]} for one in said["datums"]}
    offsets = (
        VerticalOffset(one["from"], one["to"], one["offset_m"], one["unverified"], one["source"])
        for one in said["offsets"]
    )
    return names, tuple(offsets)


def datum_names(code: str) -> dict[str, str] | None:
    """``zh`` and ``en`` of a height datum by its code; None for others."""
    return _table()[0].get(code)


def known_offset(source: str, target: str) -> VerticalOffset | None:
    """The offset from ``source`` to ``target`` heights that people use, either way round; None where none is known."""
    both = [way for one in _table()[1] for way in (one, one.reversed())]
    return next((one for one in both if (one.source, one.target) == (source, target)), None)
