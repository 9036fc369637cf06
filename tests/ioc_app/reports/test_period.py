"""Days, weeks and months on the campus' own clocks, where clocks change and where they do not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc_app.reports.period import LEAST, PeriodKind, period_of
from twin.errors import BadRequestError

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 26, 4, 30, tzinfo=UTC)  # Thursday, half past noon in Shanghai
DAY, WEEK, MONTH = PeriodKind


@pytest.mark.parametrize(
    ("kind", "of", "first", "last", "ended"),
    [
        (DAY, None, date(2026, 11, 25), date(2026, 11, 25), True),
        (WEEK, None, date(2026, 11, 16), date(2026, 11, 22), True),
        (MONTH, None, date(2026, 10, 1), date(2026, 10, 31), True),
        (WEEK, date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 22), True),
        (WEEK, date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 29), False),
        (MONTH, date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29), True),
        (MONTH, date(2025, 12, 31), date(2025, 12, 1), date(2025, 12, 31), True),
        (WEEK, date(2026, 1, 1), date(2025, 12, 29), date(2026, 1, 4), True),
    ],
)
def test_whole_days_of_the_campus(kind: PeriodKind, of: date | None, first: date, last: date, ended: bool) -> None:
    found = period_of(kind, of, NOW, SHANGHAI)
    assert (found.first, found.last, found.ended) == (first, last, ended)
    assert found.told.start.astimezone(SHANGHAI) == datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
    assert found.told.at.astimezone(SHANGHAI).date() == (last if ended else date(2026, 11, 26))


def test_one_that_runs_is_told_up_to_now_and_compared_with_as_much() -> None:
    found = period_of(MONTH, date(2026, 11, 1), NOW, SHANGHAI)
    assert found.told.at == NOW
    assert found.before.start == datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert found.before.at == datetime(2026, 10, 26, 4, 30, tzinfo=UTC)
    march = period_of(MONTH, date(2026, 3, 31), datetime(2026, 3, 31, 4, tzinfo=UTC), SHANGHAI)
    assert march.before.at == datetime(2026, 2, 28, 16, tzinfo=UTC) - LEAST  # February has no 31st


def test_days_of_23_and_25_hours() -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    long, short = (period_of(DAY, one, now, BERLIN) for one in (date(2026, 10, 25), date(2026, 3, 29)))
    assert long.told.at - long.told.start == timedelta(hours=25) - LEAST
    assert short.told.at - short.told.start == timedelta(hours=23) - LEAST
    running = period_of(DAY, date(2026, 10, 25), datetime(2026, 10, 25, 11, tzinfo=UTC), BERLIN)
    assert running.before.at == datetime(2026, 10, 24, 10, tzinfo=UTC)  # noon there on both days


def test_what_has_not_come() -> None:
    with pytest.raises(BadRequestError):
        period_of(DAY, date(2026, 11, 27), NOW, SHANGHAI)
    for at in (NOW + timedelta(seconds=1), NOW - timedelta(days=2)):
        with pytest.raises(BadRequestError):
            period_of(DAY, date(2026, 11, 26), NOW, SHANGHAI, at)


@given(
    now=st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)),
    back=st.integers(0, 800),
    kind=st.sampled_from(PeriodKind),
    zone=st.sampled_from([SHANGHAI, BERLIN, ZoneInfo("America/St_Johns"), ZoneInfo("Pacific/Apia")]),
)
def test_periods_follow_one_another(now: datetime, back: int, kind: PeriodKind, zone: ZoneInfo) -> None:
    of = now.astimezone(zone).date() - timedelta(days=back)
    found = period_of(kind, of, now, zone)
    assert found.first <= of <= found.last
    assert found.told.start <= found.told.at <= now
    assert found.before.start <= found.before.at < found.told.start
    earlier = period_of(kind, found.first - timedelta(days=1), now, zone)
    assert earlier.ended
    assert earlier.told.start == found.before.start
    assert earlier.told.at + LEAST == found.told.start
    if found.ended:
        assert found.before == earlier.told
