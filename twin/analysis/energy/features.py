"""What a day ahead is told from: days like it, how the last days departed from days like them, the weather."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from twin.analysis.energy.blocks import Blocks, like
from twin.analysis.energy.calendar import HOLIDAY
from twin.analysis.energy.readings import Floats, Ints

EXAMPLES: Final = 4  # days of a class that make the example
CLASSES: Final = 3
Number = TypeVar("Number", np.float64, np.int64)
COLD_C: Final = 15.0  # below it buildings heat
# what each feature is, in the order of the last axis
FEATURES: Final = (
    "mean of the last four days of its class",
    "departure of the last day at this time",
    "departure of the last day",
    "departure of the day before it",
    "departure of the last hours",
    "the same day of the last week, at this time",
    "the same day of the last week",
    "working days, on a holiday",
    "Mondays",
    "Fridays",
    "temperature against that of its class",
    "degrees of heating against those of its class",
)


@dataclass(frozen=True, slots=True)
class Examples:
    """``usual[row, class, cell]``: mean of the last four days of a class up to and with a row; so of the weather."""

    usual: Floats
    usual_outdoor: Floats | None
    departure: Floats  # [row, cell]: of a day from the example that was known before it


def examples(blocks: Blocks) -> Examples:
    classes = like(blocks.kinds)
    usual = _running(blocks.energy, classes, blocks.known)
    outdoor = None if blocks.outdoor is None else _running(blocks.outdoor, classes, blocks.known)
    before = np.concatenate((np.full((1, *usual.shape[1:]), np.nan), usual[:-1]))
    departure = blocks.energy - _of_class(before, classes)
    return Examples(usual, outdoor, departure)


def _running(values: Floats, classes: Ints, known: int) -> Floats:
    """Running mean of the last ``EXAMPLES`` days of each class, by cell."""
    rows, cells = values.shape
    found = np.full((rows, CLASSES, cells), np.nan)
    for one in range(CLASSES):
        mine = (classes == one) & np.isfinite(values)
        mine[known:] = False
        count = np.cumsum(mine, axis=0)
        order = np.argsort(~mine, axis=0, kind="stable")  # rows of the class first, in time
        sums = np.concatenate(
            (np.zeros((1, cells)), np.cumsum(np.take_along_axis(np.where(mine, values, 0.0), order, 0), 0))
        )
        first = np.maximum(count - EXAMPLES, 0)
        total = np.take_along_axis(sums, count, 0) - np.take_along_axis(sums, first, 0)
        np.divide(total, count - first, out=found[:, one, :], where=count > 0)
    return found


def _of_class(usual: Floats, classes: Ints) -> Floats:
    return np.take_along_axis(usual, classes[:, None, :], axis=1)[:, 0, :]


def features(blocks: Blocks, made: Examples, days_ahead: int, *, weather_ahead: bool) -> Floats:
    """``[row, cell, feature]`` for forecasting each row from ``days_ahead`` rows before it.

    The first is the example itself. Every other is a difference that is 0 when all is as usual, so an unknown one is 0,
    too. Nothing of a row comes from rows after ``row - days_ahead``, but the calendar and, with ``weather_ahead``, its
    outdoor temperature.
    """
    cells = blocks.energy.shape[1]
    classes = like(blocks.kinds)
    usual = _of_class(_back(made.usual, days_ahead), classes)
    last = _back(made.departure, days_ahead)
    before = _back(made.departure, days_ahead + 1)
    weeks = -(-days_ahead // 7)
    week = _back(blocks.energy, 7 * weeks) - usual
    week[_back(classes, 7 * weeks) != classes] = 0.0
    other = _of_class(_back(made.usual, days_ahead), np.zeros_like(classes)) - usual  # of working days
    parts = [
        usual,
        last,
        _spread(_row_mean(last), cells),
        _spread(_row_mean(before), cells),
        _spread(_end_of(last), cells),
        week,
        _spread(_row_mean(week), cells),
        np.where(blocks.kinds == HOLIDAY, other, 0.0),
        *[np.where(blocks.kinds == day, usual, 0.0) for day in (0, 4)],
    ]
    if blocks.outdoor is not None and made.usual_outdoor is not None:
        parts += _weather(
            blocks.outdoor, _of_class(_back(made.usual_outdoor, days_ahead), classes), days_ahead, weather_ahead
        )
    found: Floats = np.stack(parts, axis=-1)
    found[..., 1:] = np.nan_to_num(found[..., 1:])
    return found


def _weather(outdoor: Floats, usual: Floats, days_ahead: int, weather_ahead: bool) -> list[Floats]:
    """How the temperature departs from that of the example: of the day itself if forecast, else of the last known."""
    told = outdoor if weather_ahead else _back(outdoor, days_ahead)
    apart = _spread(_row_mean(told - usual), told.shape[1])
    heating = np.maximum(COLD_C - told, 0) - np.maximum(COLD_C - usual, 0)
    return [apart, heating if weather_ahead else _spread(_row_mean(heating), told.shape[1])]


def _back(values: NDArray[Number], rows: int) -> NDArray[Number]:
    """Each row holds what stood ``rows`` before."""
    fill = np.nan if values.dtype.kind == "f" else -1
    return np.concatenate(
        (np.full((min(rows, len(values)), *values.shape[1:]), fill, dtype=values.dtype), values[:-rows])
    )


def _row_mean(values: Floats) -> Floats:
    told = np.isfinite(values)
    count = told.sum(axis=1)
    return np.where(count > 0, np.where(told, values, 0.0).sum(axis=1) / np.maximum(count, 1), 0.0)


def _end_of(values: Floats) -> Floats:
    """Mean of the last eighth of a row: how the hours before the origin departed."""
    return _row_mean(values[:, -max(1, values.shape[1] // 8) :])


def _spread(by_row: Floats, cells: int) -> Floats:
    return np.broadcast_to(by_row[:, None], (len(by_row), cells)).copy()
