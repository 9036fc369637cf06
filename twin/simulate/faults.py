"""Devices that fall silent now and then, and doors that somebody leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from twin.simulate.campus import SimulatedCampus
from twin.simulate.chance import Ints, Keys, generator, keys, uniform
from twin.simulate.days import SECOND_US, Days
from twin.simulate.happenings import Happening
from twin.simulate.patterns import Patterns

_SLOT_S: Final = 6 * 3600


class Faults:
    def __init__(self, campus: SimulatedCampus, seed: int, patterns: Patterns, days: Days) -> None:
        self._seed = seed
        self._pattern = patterns.faults
        self._days = days
        self._doors = campus.of("door")

    def keys(self, codes: list[str]) -> Keys:
        return keys(self._seed, "silent", of=codes)

    def silent(self, own: Keys, at_us: Ints) -> npt.NDArray[np.bool_]:
        """Which of these devices, at these moments, send nothing: a silence begins in a slot and ends in the next."""
        seconds = at_us / SECOND_US
        slot = np.floor(seconds / _SLOT_S).astype(np.int64)
        found = np.zeros(len(at_us), np.bool_)
        low, high = self._pattern.silent_s
        for one in (slot - 1, slot):
            comes = uniform(own, 3 * one) < self._pattern.silent_chance
            begins = (one + uniform(own, 3 * one + 1)) * _SLOT_S
            lasts = low + (high - low) * uniform(own, 3 * one + 2) ** 2
            found |= comes & (seconds >= begins) & (seconds < begins + lasts)
        return found

    def of_day(self, day: date) -> Iterator[Happening]:
        """Doors that are held open, and closed after a while."""
        chance = generator(self._seed, "held", day)
        for number in range(int(chance.poisson(self._pattern.door_held)) if self._doors else 0):
            door = self._doors[int(chance.integers(len(self._doors)))]
            begins = int(chance.uniform(7.5, 19.0) * 3600)
            for what, second, event_type, word in (
                ("held", begins, "door.held", "长时间未关"),
                ("closed", begins + int(chance.uniform(240, 1500)), "door.closed", "已关闭"),
            ):
                at_us = self._days.midnight_us(day) + second * SECOND_US
                event_id = f"sim{self._seed}-{day:%Y%m%d}-{what}-{number}"
                yield Happening(at_us, event_id, event_type, door.code, f"{door.name}{word}", door.position)
