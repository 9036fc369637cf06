"""What the load curve's note says of its forecast, measured on ten real meters; zeros there stand for lost readings."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path
from statistics import mean, median

WEEKS = 4
SEEN_H = 10  # of each day, before the rest of it is forecast
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def metered(folder: Path) -> dict[datetime, float]:
    found: dict[datetime, float] = {}
    for year in (2018, 2019):
        with (folder / "electricity" / f"{year}.csv").open() as lines:
            rows = list(csv.reader(lines))[1:]
        found |= {datetime.fromisoformat(at): float(value) for at, value in rows if value and float(value) > 0}
    return found


def errors(used: dict[datetime, float], midnight: datetime) -> tuple[list[float], list[float]]:
    """Of the hours that are forecast: how far off each is, and what was used."""
    usual = {}
    for hour in range(24):
        before = [used.get(midnight + hour * HOUR - week * 7 * DAY) for week in range(1, WEEKS + 1)]
        known = [one for one in before if one is not None]
        usual[hour] = mean(known) if known else None
    pairs = {hour: (used[midnight + hour * HOUR], one) for hour, one in usual.items()
             if one is not None and midnight + hour * HOUR in used}  # fmt: skip
    seen = [one for hour, one in pairs.items() if hour < SEEN_H]
    if not seen:
        return [], []
    ratio = sum(was for was, _ in seen) / sum(one for _, one in seen)
    ahead = [one for hour, one in pairs.items() if hour >= SEEN_H]
    return [one * ratio - was for was, one in ahead], [was for was, _ in ahead]


def test_the_note_tells_how_far_off_the_forecast_was(shared_data: Path) -> None:
    by_hour, by_day = [], []
    folders = sorted((shared_data / "timeseries" / "cambridge_estates").glob("UCam_Building_*"))
    for folder in folders:
        used = metered(folder)
        days = [errors(used, datetime(2019, 1, 1) + number * DAY) for number in range(365)]
        days = [one for one in days if one[1]]
        by_hour.append(100 * sum(abs(one) for off, _ in days for one in off) / sum(sum(was) for _, was in days))
        by_day.append(100 * median(abs(sum(off)) / sum(was) for off, was in days))
    assert len(folders) == 10
    assert (round(min(by_hour)), round(max(by_hour))) == (3, 18)
    assert (round(min(by_day)), round(max(by_day))) == (2, 10)
    note = (Path(__file__).parents[2] / "twin/screens/shipped/screens/energy.toml").read_text(encoding="utf-8")
    assert "3%–18%" in note
    assert "2%–10%" in note
