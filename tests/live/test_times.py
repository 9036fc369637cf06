"""Moments as whole microseconds, and the days of a campus."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from twin.model.time import microseconds, moment
from twin.store.days import LocalDays

ZONES = ["Asia/Shanghai", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"]
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2199, 12, 30), timezones=st.just(UTC))


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))
def test_no_microsecond_is_lost(at: datetime) -> None:
    assert moment(microseconds(at)) == at
    assert moment(microseconds(at) + 1) - at == timedelta(microseconds=1)


def test_the_zone_of_a_moment_does_not_matter() -> None:
    at = datetime(2026, 3, 10, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert microseconds(at) == microseconds(datetime(2026, 3, 10, 4, tzinfo=UTC))


@given(st.lists(MOMENTS, min_size=1, max_size=20), st.sampled_from(ZONES))
def test_a_day_holds_what_its_wall_clock_says(moments: list[datetime], zone: str) -> None:
    days = LocalDays(zone)
    found = days.days_of(np.array([microseconds(one) for one in moments], dtype=np.int64))
    for at, day in zip(moments, found, strict=True):
        assert day == at.astimezone(ZoneInfo(zone)).date()
        start_us, end_us = days.bounds_us(day)
        assert start_us <= microseconds(at) < end_us
