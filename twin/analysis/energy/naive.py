"""The plain forecasts that a model has to beat: the same hour a week before, and that of yesterday."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from twin.analysis.energy.readings import Floats, regular, wall_clock

GOES_BACK: Final = 4  # periods, until there is a reading


def seasonal_naive(history: pd.Series[float], ahead: pd.DatetimeIndex, *, days: int = 7) -> Floats:
    """For each time of ``ahead`` the reading of the same wall-clock time ``days`` before, or the period before that.

    Only ``history`` is looked at, which ends before the first time of ``ahead``. NaN where the first period before the
    origin and the three before that are all unknown.
    """
    readings = regular(history)
    then_days, then_slots = wall_clock(readings.index, readings.step_s)
    now_days, now_slots = wall_clock(ahead, readings.step_s)
    periods = GOES_BACK + int(now_days[-1] - now_days[0]) // days
    reached = np.isfinite(readings.values) & (then_days >= now_days[0] - periods * days)
    columns = (then_days[reached].tolist(), then_slots[reached].tolist(), readings.values[reached].tolist())
    known = {(day, slot): value for day, slot, value in zip(*columns, strict=True)}
    found = np.full(len(ahead), np.nan)
    for at, (day, slot) in enumerate(zip(now_days.tolist(), now_slots.tolist(), strict=True)):
        back = (known.get((day - days * times, slot)) for times in range(1, periods + 1))
        found[at] = next((one for one in back if one is not None), np.nan)
    return found
