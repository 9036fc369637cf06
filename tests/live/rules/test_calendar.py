"""Working hours in campus-local time."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from twin.errors import ConfigMistakesError
from twin.live.rules.calendar import Calendar, load_calendar

TEXT = """working_days = ["mon", "tue", "wed", "thu", "fri"]
working_hours = [["08:30", "12:00"], ["14:00", "24:00"]]
make_up_days = [2026-10-10]

[[holidays]]
from = 2026-10-01
to = 2026-10-07
title = { zh = "国庆节", en = "National Day" }
"""


def works(calendar: Calendar, local: str) -> bool:
    return calendar.working(
        round(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(calendar.timezone)).timestamp() * 1e6)
    )


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-11-26T08:29:59", False),
        ("2026-11-26T08:30:00", True),
        ("2026-11-26T11:59:59", True),
        ("2026-11-26T12:00:00", False),
        ("2026-11-26T23:59:59", True),
        ("2026-11-27T00:00:00", False),
        ("2026-11-28T10:00:00", False),  # Saturday
        ("2026-10-10T10:00:00", True),  # a Saturday that is worked
        ("2026-10-01T10:00:00", False),
        ("2026-10-07T10:00:00", False),
        ("2026-10-08T10:00:00", True),
    ],
)
def test_hours_days_holidays_and_make_up_days(tmp_path: Path, local: str, expected: bool) -> None:
    (tmp_path / "calendar.toml").write_text(TEXT, encoding="utf-8")
    assert works(load_calendar(tmp_path, "Asia/Shanghai"), local) is expected


def test_the_hours_are_those_of_the_campus() -> None:
    at_us = round(datetime.fromisoformat("2026-11-26T10:00:00+08:00").timestamp() * 1e6)
    assert Calendar(timezone="Asia/Shanghai").working(at_us)
    assert not Calendar(timezone="Europe/Helsinki").working(at_us)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('"08:30"', '"8:30"', "calendar.toml: line 2: working_hours"),
        ('"12:00"', '"07:00"', "before they begin at 08:30"),
        ("to = 2026-10-07", "to = 2026-09-07", "calendar.toml: line 5: holidays[1] 'to' lies before 'from'"),
        ("make_up_days", "makeup_days", "calendar.toml: line 3: makeup_days is not a setting here"),
    ],
)
def test_mistakes_say_their_line(tmp_path: Path, before: str, after: str, expected: str) -> None:
    (tmp_path / "calendar.toml").write_text(TEXT.replace(before, after), encoding="utf-8")
    with pytest.raises(ConfigMistakesError) as fault:
        load_calendar(tmp_path, "Asia/Shanghai")
    assert expected in str(fault.value)
