"""The weather of a coast in the subtropics: temperature, and showers that fill the drains."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Final

import numpy as np
from pydantic import Field

from twin.config_file import Settings
from twin.simulate.chance import Floats, Ints, Keys, key, uniform, wander
from twin.simulate.days import SECOND_US, Days

_SLOT_S: Final = 3 * 3600  # a shower begins in each with the chance of its month
_FINE_S: Final = 300
_MEMORY_S: Final = 3 * 3600
Months = Annotated[tuple[float, ...], Field(min_length=12, max_length=12)]


class WeatherPattern(Settings):
    """A year's weather."""

    mean_cel: Months
    daily_swing_cel: float  # half the way from the coldest to the warmest hour
    spell_swing_cel: float  # warm and cold spells of some days
    shower_chance: Months  # in three hours
    shower_peak_mm_h: tuple[float, float]
    shower_s: tuple[float, float]
    runoff_s: float  # in which drains lose two thirds of what fell


@dataclass
class Weather:
    """What falls and how warm it is, a day at a time; the same day is the same again."""

    seed: int
    pattern: WeatherPattern
    days: Days
    _made: dict[date, tuple[Ints, Floats]] = field(default_factory=dict)

    def temperature(self, at_us: Ints) -> Floats:
        """Outdoors, Celsius."""
        seconds = at_us / SECOND_US
        day = self.days.day_of(int(at_us.flat[0]))
        hours = (at_us - self.days.midnight_us(day)) / (3600 * SECOND_US)
        middle = (seconds / 86_400 - 15.0) / 30.436875 % 12.0  # months since the middle of January
        mean = np.interp(middle, np.arange(13), [*self.pattern.mean_cel, self.pattern.mean_cel[0]])
        spell = wander(self._key("spell"), seconds, 2.5 * 86_400)
        daily = np.cos((hours - 14.5) * (2 * np.pi / 24))
        rain = np.minimum(self.wetness(at_us), 6.0) * 0.5
        return np.asarray(
            mean + self.pattern.spell_swing_cel * spell + self.pattern.daily_swing_cel * daily - rain, np.float64
        )

    def rain(self, at_us: Ints) -> Floats:
        """What falls, mm/h: in each slot at most one shower, that swells and ceases."""
        seconds = np.asarray(at_us / SECOND_US, np.float64)
        slot = np.floor(seconds / _SLOT_S).astype(np.int64)
        return sum((self._shower(slot + k, seconds) for k in (-1, 0)), np.zeros_like(seconds))

    def wetness(self, at_us: Ints) -> Floats:
        """What runs in the drains, as the rain (mm/h) that would keep it so."""
        found = np.empty(at_us.shape, np.float64)
        for day in {self.days.day_of(int(at_us.min())), self.days.day_of(int(at_us.max()))}:
            here = (at_us >= self.days.midnight_us(day)) & (at_us < self.days.end_us(day))
            grid, wet = self._day(day)
            found[here] = np.interp(at_us[here], grid, wet)
        return found

    def _day(self, day: date) -> tuple[Ints, Floats]:
        made = self._made.get(day)
        if made is None:
            if len(self._made) > 8:
                self._made.clear()
            begin_us = self.days.midnight_us(day) - _MEMORY_S * SECOND_US
            grid = np.arange(begin_us, self.days.end_us(day) + _FINE_S * SECOND_US, _FINE_S * SECOND_US, dtype=np.int64)
            ages = np.arange(0, _MEMORY_S, _FINE_S)
            weights = np.exp(-ages / self.pattern.runoff_s)
            wet = np.convolve(self.rain(grid), weights / weights.sum())[: len(grid)]
            made = self._made[day] = (grid, wet)
        return made

    def _shower(self, slot: Ints, seconds: Floats) -> Floats:
        pattern = self.pattern
        month = ((slot * _SLOT_S / 86_400 / 30.436875) % 12).astype(np.int64)
        comes = uniform(self._key("shower"), slot) < np.array(pattern.shower_chance)[month]
        low, high = pattern.shower_s
        lasts = low + (high - low) * uniform(self._key("lasts"), slot)
        begins = slot * _SLOT_S + uniform(self._key("begins"), slot) * (_SLOT_S - 600)
        low, high = pattern.shower_peak_mm_h
        peak = low + (high - low) * uniform(self._key("peak"), slot) ** 3
        part = np.clip((seconds - begins) / lasts, 0.0, 1.0)
        return np.asarray(np.where(comes, peak * np.sin(np.pi * part) ** 2, 0.0))

    def _key(self, what: str) -> Keys:
        return np.array([key(self.seed, "weather", what)], np.uint64)
