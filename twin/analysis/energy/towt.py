"""The parts of a time-of-week and temperature model: classes of times, occupied ones, segments of temperature.

Mathieu, Price, Kiliccote, Piette: Quantifying Changes in Building Electricity Use, With Application to Demand Response.
IEEE Transactions on Smart Grid 2 (2011) 507-518.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from twin.analysis.energy.calendar import HOLIDAY, KINDS, SUNDAY, WorkCalendar
from twin.analysis.energy.readings import Flags, Floats, Ints, wall_clock

# 30, 45, 55, 65, 75, 90 °F, as common readings of the method have them
EDGES_C: Final = (-1.0, 7.0, 13.0, 18.0, 24.0, 32.0)
LEAST_IN_SEGMENT: Final = 20
HEATS_BELOW_C, COOLS_ABOVE_C = 10.0, 18.3  # 50 and 65 °F: the plain model that occupied times stand out from
OCCUPIED: Final = 0.65  # of the readings of a class above the plain model


def classes_of(index: pd.DatetimeIndex, step_s: int, calendar: WorkCalendar, *, holidays_apart: bool) -> Ints:
    """Kind of day times slot of the day. Holidays are Sundays unless there were enough of them to stand apart."""
    days, slots = wall_clock(index, step_s)
    kinds = calendar.kinds(days)
    if not holidays_apart:
        kinds[kinds == HOLIDAY] = SUNDAY
    return kinds * (86_400 // step_s) + slots


def class_count(step_s: int) -> int:
    return KINDS * (86_400 // step_s)


def occupied_classes(classes: Ints, energy: Floats, outdoor: Floats | None, count: int) -> Flags:
    """Classes whose readings mostly lie above a model of temperature alone."""
    columns = [np.ones(len(energy))]
    if outdoor is not None:
        columns += [np.maximum(HEATS_BELOW_C - outdoor, 0), np.maximum(outdoor - COOLS_ABOVE_C, 0)]
    design = np.column_stack(columns)
    weights, *_ = np.linalg.lstsq(design, energy, rcond=None)
    above = energy > design @ weights
    told = np.bincount(classes, minlength=count)
    return np.bincount(classes, weights=above, minlength=count) > OCCUPIED * np.maximum(told, 1)


def edges_for(outdoor: Floats) -> tuple[float, ...]:
    """The edges that leave enough readings in every segment; a segment with few joins the one below it."""
    edges: list[float] = []
    for edge in EDGES_C:
        below = outdoor <= edge
        if edges:
            below &= outdoor > edges[-1]
        if below.sum() >= LEAST_IN_SEGMENT:
            edges.append(edge)
    while edges and (outdoor > edges[-1]).sum() < LEAST_IN_SEGMENT:
        edges.pop()
    return tuple(edges)


def segments(outdoor: Floats, edges: tuple[float, ...]) -> Floats:
    """``[reading, segment]``: how much of the temperature lies in each segment; their sum is the temperature."""
    below = [-np.inf, *edges]
    above = [*edges, np.inf]
    first = np.minimum(outdoor, above[0])
    rest = [np.clip(outdoor - low, 0, high - low) for low, high in zip(below[1:], above[1:], strict=True)]
    return np.column_stack([first, *rest])


def temperature_columns(outdoor: Floats, occupied: Flags, edges: tuple[float, ...]) -> Floats:
    """Segments at occupied times, one slope for all others."""
    told = segments(outdoor, edges)
    return np.column_stack((np.where(occupied[:, None], told, 0.0), np.where(occupied, 0.0, outdoor)))
