"""What a number is measured against, as analyses and screens both see it: an emission factor, a limit, a standard."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class FactorLike(Protocol):
    """Holds from ``since`` (without: always) to before ``until``; ``unverified`` while nobody checked it."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> float: ...
    @property
    def unit(self) -> str: ...
    @property
    def since(self) -> date | None: ...
    @property
    def until(self) -> date | None: ...
    @property
    def source(self) -> str | None: ...
    @property
    def unverified(self) -> bool: ...


AnyFactor = TypeVar("AnyFactor", bound=FactorLike)


def factor_at(factors: Iterable[AnyFactor], name: str, day: date) -> AnyFactor | None:
    """The one of this name that holds on a day; of several the newest."""
    held = [
        one
        for one in factors
        if one.name == name and (one.since or date.min) <= day and (one.until is None or day < one.until)
    ]
    return max(held, key=lambda one: one.since or date.min, default=None)
