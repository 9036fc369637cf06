"""What numbers are measured against: emission factors, coal equivalents, benchmarks, area standards, by name and time.

Ours are in ``shipped/factors.toml``. ``config/factors.toml`` of a campus adds and replaces: the same ``name`` and
``since`` takes the place of ours, another ``since`` begins another time of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, model_validator

from twin.live.rules.checked import Flag, Number, Strict
from twin.live.shipped import over, shipped
from twin.mistakes import wrong

FACTORS_FILE: Final = "factors.toml"
_ALWAYS: Final = date.min


class Factor(Strict):
    """Holds from ``since`` to before ``until``; without ``since`` always, without ``until`` to the next of its name."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    value: Number
    unit: Annotated[str, Field(max_length=20)] = ""
    since: date | None = None
    until: date | None = None
    source: str | None = None
    unverified: Flag = False

    @model_validator(mode="after")
    def _forward(self) -> Factor:
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise wrong("ends_before_since")
        return self


class FactorsFile(Strict):
    factors: tuple[Factor, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> FactorsFile:
        times = Counter((one.name, one.since) for one in self.factors)
        twice = [name for (name, _), count in times.items() if count > 1]
        if twice:
            raise wrong("names_twice", names=", ".join(dict.fromkeys(twice)))
        return self


def load_factors(config: Path | None = None) -> Sequence[Factor]:
    """Ours, and those of a campus over them, by name and time. Raises ConfigMistakesError with every mistake."""
    ours = FactorsFile.model_validate(shipped("twin.screens", "shipped", FACTORS_FILE)).factors
    theirs = over(config / FACTORS_FILE if config is not None else None, {}, FactorsFile).factors
    both = {(one.name, one.since): one for one in (*ours, *theirs)}
    return _one_after_the_other(both.values())


def _one_after_the_other(factors: Iterable[Factor]) -> list[Factor]:
    """Each ends where the next of its name begins, unless it says that it ends before."""
    found = sorted(factors, key=lambda one: (one.name, one.since or _ALWAYS))
    following = [*found[1:], None]
    return [
        one.model_copy(update={"until": min(one.until or date.max, after.since)})
        if after is not None and after.name == one.name and after.since is not None
        else one
        for one, after in zip(found, following, strict=True)
    ]
