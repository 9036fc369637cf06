"""Chance without memory: what is drawn follows from names and a number, whoever asks and in whatever order."""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

_STEP: Final = np.uint64(0x9E3779B97F4A7C15)


def key(*names: object) -> int:
    """A number of 64 bits for these names."""
    told = "\x1f".join(str(one) for one in names).encode()
    return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), "little")


def keys(*names: object, of: list[str]) -> Keys:
    """A number for each of ``of`` under these names."""
    return np.array([key(*names, one) for one in of], np.uint64)


def generator(*names: object) -> np.random.Generator:
    return np.random.default_rng(key(*names))


def share(*names: object) -> float:
    """A number in [0, 1)."""
    return key(*names) / 2.0**64


def uniform(of: Keys, steps: Ints) -> Floats:
    """A number in [0, 1) for each key and step (SplitMix64, Steele et al. 2014)."""
    with np.errstate(over="ignore"):
        z = of + steps.astype(np.uint64) * _STEP
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return np.asarray(z >> np.uint64(11), np.float64) / 2.0**53


def wander(of: Keys, times_s: Floats, every_s: float) -> Floats:
    """Something between -1 and 1 that changes slowly: drawn every so often, and smooth in between."""
    place = times_s / every_s
    before = np.floor(place)
    part = place - before
    part = part * part * (3.0 - 2.0 * part)
    step = before.astype(np.int64)
    here, there = uniform(of, step), uniform(of, step + 1)
    return 2.0 * (here + (there - here) * part) - 1.0
