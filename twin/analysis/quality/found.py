"""What a check yields: which rows of which layer, and what fills the sentences of its rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twin.model.finding import Values

if TYPE_CHECKING:
    import shapely


@dataclass(frozen=True, slots=True)
class Found:
    """``rows``: rows of the layer's table, that in whose place it is reported first; none for a whole source.

    ``others``: layer and row of things of other layers. ``shape``: evidence in the campus CRS; None: the shape of the
    first row. ``source``: for findings without rows.
    """

    layer: str | None
    rows: tuple[int, ...] = ()
    values: Values = field(default_factory=dict)
    shape: shapely.Geometry | None = None
    source: str | None = None
    others: tuple[tuple[str, int], ...] = ()
