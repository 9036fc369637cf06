"""Made-up buildings of which everything is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

ZONE = "Asia/Shanghai"


def hours(days: int, start: str = "2025-01-01") -> pd.DatetimeIndex:
    return pd.date_range(start, periods=24 * days, freq="h", tz=ZONE)


def office(index: pd.DatetimeIndex, *, noise: float = 0.0, seed: int = 1) -> pd.Series[float]:
    """10 kWh at night, 40 kWh from 8 to 18 on Mondays to Fridays."""
    wall = index.tz_localize(None)
    day = (wall.hour >= 8) & (wall.hour < 18) & (wall.day_of_week < 5)
    values = np.where(day, 40.0, 10.0)
    values = values + noise * np.random.default_rng(seed).standard_normal(len(index))
    return pd.Series(values, index=index, name="energy_kwh")


def weather(index: pd.DatetimeIndex, seed: int = 2) -> pd.Series[float]:
    """A year from -5 to 33 °C, a day's swing of 8 K, and some noise."""
    season = 14 - 15 * np.cos(2 * np.pi * (index.day_of_year.to_numpy() - 20) / 365.25)
    swing = -4 * np.cos(2 * np.pi * (index.hour.to_numpy() - 3) / 24)
    noise = np.random.default_rng(seed).standard_normal(len(index))
    return pd.Series(season + swing + noise, index=index, name="outdoor_c")
