"""What analyses take of the generation in use: its ground, networks, surface with buildings; kept while asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from twin.analysis.views.surface_model import Prisms, SurfaceModel, prisms_of, surface_model
from twin.errors import MaskedPositionsError, NoTerrainError, UnknownLayerError
from twin.model.last_asked import LastAsked
from twin.model.layer import LayerKind
from twin.model.registers import REGISTERS
from twin.notebook.source import Source
from twin.store.choosing import Choice

if TYPE_CHECKING:
    from twin.mesh.elevation import TerrainSurface

MOST_MODELS: Final = 2
MOST_LAYERS: Final = 50
BUILDINGS: Final = "buildings"


class Kept:
    """Of one source. A build makes a new generation, of which everything is asked anew."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._grounds: LastAsked[int, TerrainSurface] = LastAsked(1)
        self._models: LastAsked[tuple[int, float], SurfaceModel] = LastAsked(MOST_MODELS)
        self._tables: LastAsked[tuple[int, str], pa.Table] = LastAsked(MOST_LAYERS)

    def ground(self) -> TerrainSurface:
        """The terrain; without grids where nothing tells of it."""
        return self._grounds.made(self._source.generation, self._source.ground)

    def terrain(self) -> TerrainSurface:
        """The terrain. Raises NoTerrainError where there is none."""
        ground = self.ground()
        if not ground.grids:
            raise NoTerrainError
        return ground

    def model(self, cell_m: float) -> SurfaceModel:
        """Terrain with buildings burnt in, on cells of ``cell_m``. Raises NoTerrainError, CellTooSmallError."""

        def made() -> SurfaceModel:
            return surface_model(self.terrain(), self.prisms().kept, cell_m=cell_m)

        return self._models.made((self._source.generation, cell_m), made)

    def prisms(self) -> Prisms:
        """The buildings as views take them."""
        buildings = self.table_or_none(BUILDINGS)
        return Prisms((), 0, {}) if buildings is None else prisms_of(buildings, self.ground())

    def networks(self, layers: Sequence[str] | None) -> dict[str, pa.Table]:
        """Tables of the named layers of pipes, else of all. Raises UnknownLayerError, MaskedPositionsError."""
        facts = {one.layer_id: one for one in self._source.layers() if one.kind == LayerKind.PIPE.value}
        chosen = list(facts) if layers is None else [layers] if isinstance(layers, str) else list(layers)
        for one in chosen:
            if one not in facts:
                raise UnknownLayerError(layer=one, known=", ".join(facts))
            if facts[one].underground and not self._source.tells_exactly:
                raise MaskedPositionsError(layer=one)
        return {one: self._table(one) for one in chosen}

    def table_or_none(self, layer_id: str) -> pa.Table | None:
        """A whole layer or register; None where the campus has none."""
        return self._table(layer_id) if layer_id in {one.layer_id for one in self._source.layers()} else None

    def _table(self, layer_id: str) -> pa.Table:
        if layer_id in REGISTERS:  # it may have changed since, without a build
            return self._source.table(layer_id, Choice())
        key = self._source.generation, layer_id
        return self._tables.made(key, lambda: self._source.table(layer_id, Choice()))
