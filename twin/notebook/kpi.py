"""A number of the dictionary, with what it is worth and how it was made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class KpiValue:
    """``float(kpi)`` is the number. ``state``: good, stale (older than it may be), empty, waiting (for what never
    arrived: ``waits_for``), broken (``fault``). ``unverified``: it rests on numbers nobody has verified.
    """

    id: str
    value: float | str | None
    unit: str
    state: str
    title: Mapping[str, str]
    formula: Mapping[str, str]
    said: Mapping[str, Any] = field(repr=False)  # all that the dictionary says, SQL included
    _rows: Callable[[], pandas.DataFrame] = field(repr=False)

    @property
    def at(self) -> str:
        """The moment it was asked about, ISO."""
        return str(self.said["at"])

    @property
    def unverified(self) -> bool:
        return bool(self.said["unverified"])

    def rows(self) -> pandas.DataFrame:
        """The rows behind the number."""
        return self._rows()

    def __float__(self) -> float:
        if self.value is None:
            raise ValueError(f"{self.id} has no value: it is {self.state}")
        return float(self.value)

    def __str__(self) -> str:
        shown = "—" if self.value is None else str(self.value)
        if isinstance(self.value, int | float):
            shown = f"{self.value:,.{self.said['decimals']}f}"
        return f"{self.title['zh']} {self.title['en']}: {shown} {self.unit} ({self.state})"

    @staticmethod
    def of(said: Mapping[str, Any], rows: Callable[[], pandas.DataFrame]) -> KpiValue:
        """From what ``/api/v1/kpis/{id}`` says."""
        names = ("id", "value", "unit", "state", "title", "formula")
        return KpiValue(**{name: said[name] for name in names}, said=said, _rows=rows)
