"""Ten buildings of Cambridge University, their weather and their holidays. Lost readings stand as 0 in these files."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

import pandas as pd

BUILDINGS: Final = (0, 1, 2, 4, 5, 8, 13, 16, 20, 24)
ZONE: Final = "Europe/London"
FOLDER: Final = "timeseries/cambridge_estates"


def _days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=one) for one in range((end - start).days + 1)]


# bank holidays of England, and the closure between Christmas and New Year
HOLIDAYS: Final = frozenset(
    day
    for first, last in (
        ("2018-01-01", "2018-01-01"), ("2018-03-30", "2018-04-02"), ("2018-05-07", "2018-05-07"),
        ("2018-05-28", "2018-05-28"), ("2018-08-27", "2018-08-27"), ("2018-12-24", "2019-01-01"),
        ("2019-04-19", "2019-04-22"), ("2019-05-06", "2019-05-06"), ("2019-05-27", "2019-05-27"),
        ("2019-08-26", "2019-08-26"), ("2019-12-24", "2019-12-31"),
    )
    for day in _days(first, last)
)  # fmt: skip


@lru_cache(maxsize=32)
def metered(shared: Path, building: int, kind: str = "electricity") -> pd.Series[float]:
    """kWh of each hour of 2018 and 2019, as the files have them, in local time."""
    folder = shared / FOLDER / f"UCam_Building_b{building}" / kind
    return _series([folder / f"{year}.csv" for year in (2018, 2019)])


@lru_cache(maxsize=2)
def outdoor(shared: Path) -> pd.Series[float]:
    """Temperature at Bedford, °C."""
    return _series([shared / FOLDER / f"weather_bedford_{year}.csv" for year in (2018, 2019)])


def sunshine(shared: Path) -> pd.Series[float]:
    """Radiation at Bedford, W/m2."""
    return _series([shared / FOLDER / f"weather_bedford_{year}.csv" for year in (2018, 2019)], column=2)


def _series(paths: list[Path], column: int = 0) -> pd.Series[float]:
    parts = [pd.read_csv(path, index_col=0, parse_dates=True).iloc[:, column] for path in paths]
    whole: pd.Series[float] = pd.concat(parts).astype(float)
    return whole.tz_localize("UTC").tz_convert(ZONE)
