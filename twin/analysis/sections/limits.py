"""Which clearance and which cover is asked of a pair of pipes (``limits.toml``, or a file of the same form)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any, Final

from twin.analysis.sections.pipes import Pipes
from twin.errors import LimitsFileError

_FILE: Final = Path(__file__).with_suffix(".toml")

Kinds = tuple[str, ...]  # what a pipe counts as, from the particular to the general: power:buried, power


@dataclass(frozen=True, slots=True)
class PairLimits:
    """Limits of pairs of kinds, m; where they are from, and whether nobody held them against the standard."""

    by_pair: dict[tuple[str, str], float]
    source: str
    unverified: bool

    def of(self, a: Kinds, b: Kinds) -> float | None:
        """The limit of two pipes, each with its kinds; the largest where a variant is not known; None: no limit."""
        found = [self.by_pair[pair] for pair in product(a, b) if pair in self.by_pair]
        return max(found, default=None)

    @property
    def largest_m(self) -> float:
        return max(self.by_pair.values(), default=0.0)


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits of a file. ``variants``: layer -> how its pipes divide (column, bands or terms)."""

    variants: dict[str, dict[str, Any]]
    vertical: PairLimits
    horizontal: PairLimits
    cover: dict[str, float]
    cover_source: str
    cover_unverified: bool
    not_buried: frozenset[str]

    @staticmethod
    def from_toml(text: str) -> Limits:
        """Read a file of the form of ``limits.toml``; raises LimitsFileError."""
        try:
            data = tomllib.loads(text)
            cover = data["cover"]
            return Limits(
                data.get("variants", {}),
                _pairs(data["vertical"]),
                _pairs(data["horizontal"]),
                {str(kind): float(metres) for kind, metres in cover["limits_m"]},
                cover["source"],
                bool(cover.get("unverified", False)),
                frozenset(cover.get("not_buried", ())),
            )
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as fault:
            raise LimitsFileError(detail_zh=f"无法读取（{fault}）", detail=f"cannot be read ({fault})") from fault

    def kinds(self, pipes: Pipes) -> list[Kinds]:
        """What every pipe counts as: its layer, and its variant, or all variants where that is not known."""
        found = []
        for row, layer in enumerate(pipes.layer_id):
            names = self._variants(layer, pipes, row)
            found.append((*(f"{layer}:{one}" for one in names), str(layer)))
        return found

    def least_cover(self, kinds: Kinds) -> float | None:
        return max((self.cover[one] for one in kinds if one in self.cover), default=None)

    def _variants(self, layer: str, pipes: Pipes, row: int) -> list[str]:
        how = self.variants.get(layer)
        if how is None:
            return []
        if "bands" in how:
            value = pipes.number(how["column"], row)
            names = [one["name"] for one in how["bands"]]
            below = [
                one["name"] for one in how["bands"] if value is not None and value < one.get("below", float("inf"))
            ]
            return below[:1] or names
        text = pipes.text(how["column"], row)
        return [name for name, terms in how["terms"].items() if text in terms] or list(how["terms"])


def _pairs(data: dict[str, Any]) -> PairLimits:
    found: dict[tuple[str, str], float] = {}
    for a, b, metres in data["limits_m"]:
        found[a, b] = found[b, a] = float(metres)
    return PairLimits(found, data["source"], bool(data.get("unverified", False)))


@lru_cache(maxsize=1)
def shipped_limits() -> Limits:
    """The limits that come with the twin; unverified, see the file."""
    return Limits.from_toml(_FILE.read_text(encoding="utf-8"))
