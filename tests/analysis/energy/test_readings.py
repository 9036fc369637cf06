"""Series on their grid."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.analysis.energy.made import hours, office
from twin.analysis.energy.calendar import HOLIDAY, WorkCalendar
from twin.analysis.energy.readings import regular, spans, wall_clock
from twin.errors import TimesNotRegularError, TimesWithoutZoneError


def test_times_that_are_left_out_come_back_as_unknown() -> None:
    whole = office(hours(3))
    found = regular(whole.drop(whole.index[[5, 6, 40]]))
    assert found.index.equals(whole.index)
    assert np.flatnonzero(np.isnan(found.values)).tolist() == [5, 6, 40]
    assert found.step_s == 3600


def test_days_stand_at_local_midnight_over_the_change_of_clocks() -> None:
    days = pd.date_range("2019-03-25", periods=14, freq="D", tz="Europe/London")
    found = regular(pd.Series(1.0, days))
    assert len(found.index) == 14
    assert found.per_day == 1


def test_the_wall_clock_of_a_long_day_has_an_hour_twice() -> None:
    index = pd.date_range("2019-10-27", periods=25, freq="h", tz="Europe/London")
    days, slots = wall_clock(index, 3600)
    assert len(set(days.tolist())) == 1
    assert slots.tolist().count(1) == 2


def test_times_need_a_zone() -> None:
    with pytest.raises(TimesWithoutZoneError, match="tz_localize"):
        regular(pd.Series(1.0, pd.date_range("2025-01-01", periods=5, freq="h")))


@pytest.mark.parametrize(
    "times",
    [
        ["2025-01-01 00:00", "2025-01-01 01:00", "2025-01-01 01:00", "2025-01-01 02:00"],
        ["2025-01-01 00:00", "2025-01-01 01:00", "2025-01-01 02:00", "2025-01-01 02:20"],
        ["2025-01-01 00:00", "2025-01-01 00:07", "2025-01-01 00:14"],
        ["2025-01-01 00:00"],
    ],
)
def test_times_need_a_grid(times: list[str]) -> None:
    with pytest.raises(TimesNotRegularError):
        regular(pd.Series(1.0, pd.DatetimeIndex(times, tz="UTC")))


def test_spans_are_runs() -> None:
    starts, ends = spans(np.array([True, True, False, True]))
    assert (starts.tolist(), ends.tolist()) == ([0, 3], [2, 4])


def test_weekdays_are_those_of_python_and_holidays_and_make_up_days_differ() -> None:
    index = pd.date_range("1969-12-28", periods=40, freq="D", tz="Asia/Shanghai")
    days, _ = wall_clock(index, 86_400)
    dates = [one.date() for one in index]
    assert WorkCalendar().kinds(days).tolist() == [one.weekday() for one in dates]
    saturday = next(one for one in dates if one.weekday() == 5)
    kinds = WorkCalendar({dates[9]}, {saturday}).kinds(days)
    assert kinds[9] == HOLIDAY
    assert kinds[dates.index(saturday)] == 2
