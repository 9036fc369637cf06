"""Square metres of office that a rank may have: 发改投资〔2014〕2674号, from the factors ``area.<level>.<rank>``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from twin.errors import UnknownAreaStandardError
from twin.model.factor import FactorLike, factor_at

PREFIX: Final = "area."
LOWEST: Final = "以下"  # 处以下, 科以下: everybody whose rank has no line of its own


@dataclass(frozen=True, slots=True)
class OfficeStandard:
    """The lines of one level of authority (中央, 省级, 市级, 县级). ``unverified`` names the ranks nobody checked."""

    level: str
    by_rank_m2: Mapping[str, float]
    others_m2: float | None
    source: str | None
    unverified: tuple[str, ...]

    def of(self, rank: str | None) -> float | None:
        """A rank without a line has the lowest one; nobody knows it of somebody without a rank."""
        return None if rank is None else self.by_rank_m2.get(rank, self.others_m2)


def office_standard(factors: Iterable[FactorLike], level: str, day: date) -> OfficeStandard:
    """The standard of a level as it holds on ``day``. Raises UnknownAreaStandardError."""
    held = list(factors)
    names = dict.fromkeys(one.name for one in held if one.name.startswith(f"{PREFIX}{level}."))
    lines = [one for one in (factor_at(held, name, day) for name in names) if one is not None]
    if not lines:
        levels = dict.fromkeys(one.name.split(".")[1] for one in held if one.name.startswith(PREFIX))
        raise UnknownAreaStandardError(level=level, known=", ".join(levels) or "-")
    by_rank = {one.name.removeprefix(f"{PREFIX}{level}."): one.value for one in lines}
    return OfficeStandard(
        level=level,
        by_rank_m2=by_rank,
        others_m2=next((value for rank, value in by_rank.items() if rank.endswith(LOWEST)), None),
        source=lines[0].source,
        unverified=tuple(one.name.removeprefix(f"{PREFIX}{level}.") for one in lines if one.unverified),
    )
