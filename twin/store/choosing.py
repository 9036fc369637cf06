"""Which rows of a layer: conditions in SQL, areas in plan, a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from twin.errors import QueryFailedError


@dataclass(frozen=True, slots=True)
class Choice:
    """All ``where`` hold, the shape touches every ``within`` (WKB, campus CRS), as of ``at``."""

    where: tuple[str, ...] = ()
    within: tuple[bytes, ...] = ()
    at: datetime | None = None

    def also(self, *, where: str | None = None, within: bytes | None = None, at: datetime | None = None) -> Choice:
        return replace(
            self,
            where=self.where if where is None else (*self.where, where),
            within=self.within if within is None else (*self.within, within),
            at=at or self.at,
        )


def joined(conditions: Sequence[str]) -> str:
    """All of them; a line of its own ends a comment in one. Raises QueryFailedError."""
    for one in conditions:
        if not one.strip():
            raise QueryFailedError(detail="a condition of where() is empty")
    return " AND ".join(f"(\n{one}\n)" for one in conditions)
