"""Features coloured by values, as the screens of the app colour them: along a ramp, or by steps with words."""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from twin.model.text import Title
from twin.render.look import Look, rgb

Rgb = tuple[int, int, int]
_STRAY: Final = 0.02  # of all values, the share at either end that may be stray
_CLASSES: Final = ("one", "two", "three", "four", "five", "six")
NO_VALUE_TITLE: Final = Title("无数据", "No value")


@dataclass(frozen=True, slots=True)
class Step:
    """Numbers below ``below``, or the class ``value``, have the colour of a meaning (``Look.meanings``)."""

    title: Title
    meaning: str
    below: float | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a legend."""

    title: Title
    colour: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Ramp:
    """A legend of numbers: colours from ``low`` to ``high``."""

    stops: tuple[str, ...]
    low: float
    high: float
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Colouring:
    """What every feature of ``layer`` is coloured with, by idx, and the legend that says why."""

    layer: str
    title: Title
    unit: str
    tints: Mapping[int, Rgb]
    entries: tuple[Entry, ...] = ()
    ramp: Ramp | None = None


def coloured(
    layer: str,
    title: Title,
    values: Mapping[int, float | str],
    everything: Sequence[int],
    look: Look,
    *,
    unit: str = "",
    steps: Sequence[Step] = (),
    ramp: str = "viridis",
    decimals: int = 0,
) -> Colouring:
    """``values`` by idx as colours; of ``everything`` (all idx of the layer) the others have that of no value.

    Numbers without ``steps`` go along ``ramp``; classes without steps have the six colours without an order.
    """
    none, ramps = _palettes()
    tints = dict.fromkeys(everything, rgb(none))
    numbers = {one: float(value) for one, value in values.items() if not isinstance(value, str)}
    if numbers and not steps and len(numbers) == len(values):
        low, high = ramp_ends(list(numbers.values()))
        tints |= {one: _along(ramps[ramp], (value - low) / ((high - low) or 1)) for one, value in numbers.items()}
        missing = _missing(len(tints) - len(values), none)
        return Colouring(layer, title, unit, tints, missing, Ramp(ramps[ramp], low, high, decimals))
    steps = steps or _class_steps([str(value) for value in values.values()])
    counts: Counter[int] = Counter()
    for one, value in values.items():
        number = _step_of(steps, value)
        if number is not None:
            counts[number] += 1
            tints[one] = rgb(look.meanings[steps[number].meaning])
    entries = [Entry(one.title, look.meanings[one.meaning], counts[number]) for number, one in enumerate(steps)]
    return Colouring(layer, title, unit, tints, (*entries, *_missing(len(tints) - counts.total(), none)))


def ramp_ends(numbers: Sequence[float]) -> tuple[float, float]:
    """Least and greatest, unless the last few of a side lie apart by more than half of what all others span."""
    ordered = sorted(numbers)
    low, high = (ordered[math.floor(share * (len(ordered) - 1) + 0.5)] for share in (_STRAY, 1 - _STRAY))
    apart = (high - low) / 2
    if apart <= 0:
        return ordered[0], ordered[-1]
    return low if low - ordered[0] > apart else ordered[0], high if ordered[-1] - high > apart else ordered[-1]


def _step_of(steps: Sequence[Step], value: float | str) -> int | None:
    for number, one in enumerate(steps):
        if isinstance(value, str):
            if one.value == value:
                return number
        elif one.value is None and (one.below is None or value < one.below):
            return number
    return None


def _class_steps(values: Sequence[str]) -> list[Step]:
    names = [name for name, _ in sorted(Counter(values).items(), key=lambda one: (-one[1], one[0]))]
    return [Step(Title(name, name), meaning, value=name) for name, meaning in zip(names, _CLASSES, strict=False)]


def _missing(count: int, colour: str) -> tuple[Entry, ...]:
    return (Entry(NO_VALUE_TITLE, colour, count),) if count > 0 else ()


def _along(stops: Sequence[str], share: float) -> Rgb:
    at = min(1.0, max(0.0, share)) * (len(stops) - 1)
    low = min(len(stops) - 2, int(at))
    first, second = np.array(rgb(stops[low])), np.array(rgb(stops[low + 1]))
    red, green, blue = (int(one) for one in np.rint(first + (second - first) * (at - low)))
    return red, green, blue


@cache
def _palettes() -> tuple[str, dict[str, tuple[str, ...]]]:
    said: dict[str, Any] = tomllib.loads(Path(__file__).with_name("palettes.toml").read_text(encoding="utf-8"))
    return said["no_value"], {name: tuple(stops) for name, stops in said["ramps"].items()}
