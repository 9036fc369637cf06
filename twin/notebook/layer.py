"""One layer of a campus, chosen step by step; nothing is read before an answer is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from twin.model.text import Title
from twin.notebook.frames import geo_frame
from twin.notebook.moments import Moment, moment_of
from twin.notebook.source import Source
from twin.store.choosing import Choice
from twin.store.facts import LayerFacts

if TYPE_CHECKING:
    import geopandas
    import pandas

AreaOf = Callable[[Any], bytes]  # what ``within`` takes -> WKB in the campus CRS


class Layer:
    """A layer, or the part of it that was chosen. Each step gives a new one::

        wide = campus["gas"].where("diameter_m > 0.3").within("bldg:ARCH-B01:B01")
        len(wide), wide.to_geopandas()

    Columns that every layer has: feature_id, kind, name, building_id, storey_id, space_id, geometry, source_key,
    source_pos (where in the source a person finds it), accuracy_class, plan_sd_m, depth_sd_m, attributes (JSON), and
    its own: ``campus["gas"].columns``.
    """

    def __init__(self, source: Source, facts: LayerFacts, area_of: AreaOf, choice: Choice | None = None) -> None:
        self._source, self._facts, self._area_of = source, facts, area_of
        self._choice = choice or Choice()

    @property
    def id(self) -> str:
        return self._facts.layer_id

    @property
    def title(self) -> Title:
        return self._facts.title

    @property
    def provenance(self) -> dict[str, Any] | None:
        """Who computed it, when, how and from what; None for a layer that was surveyed."""
        return dict(self._facts.provenance) if self._facts.provenance is not None else None

    @property
    def columns(self) -> pandas.DataFrame:
        """The layer's own columns: name, what it means, type, unit (UCUM)."""
        import pandas

        rows = [(one.name, one.title.zh, one.title.en, one.type.value, one.unit) for one in self._facts.columns]
        return pandas.DataFrame(rows, columns=["name", "title", "title_en", "type", "unit"]).set_index("name")

    def where(self, condition: str) -> Layer:
        """Rows for which a SQL condition over the columns holds: ``where("diameter_m > 0.3 AND material = 'PE'")``.

        Several follow each other with AND. A mistake in one shows at the first answer, as QueryFailedError.
        """
        return self._with(self._choice.also(where=condition))

    def within(self, area: Any) -> Layer:
        """Rows whose shape touches ``area`` in plan: a shapely shape in the campus CRS, a GeoDataFrame or GeoSeries
        with a CRS (it is transformed), or the feature_id of a building, storey, space or zone. Raises BadAreaError.
        """
        return self._with(self._choice.also(within=self._area_of(area)))

    def at(self, time: Moment) -> Layer:
        """As the campus was surveyed then: the generation that was in force. Campus-local without an offset."""
        return self._with(self._choice.also(at=moment_of(time, self._source.timezone)))

    def to_arrow(self) -> pa.Table:
        """All columns; geometry is WKB with Z (x = east, y = north, z = height, metres of the campus CRS)."""
        return self._source.table(self.id, self._choice)

    def to_pandas(self) -> pandas.DataFrame:
        """Without shapes."""
        table = self.to_arrow()
        dropped = [one for one in ("geometry", "bbox") if one in table.column_names]
        frame: pandas.DataFrame = table.drop_columns(dropped).to_pandas()
        return frame

    def to_geopandas(self) -> geopandas.GeoDataFrame:
        """With shapes and the campus CRS. Raises NoGeometryError for a layer without shapes, such as a register."""
        return geo_frame(self.to_arrow(), self._source.crs, self.id)

    def __len__(self) -> int:
        return len(self.to_arrow()) if self._choice != Choice() else self._facts.features

    def __bool__(self) -> bool:
        return True  # a layer without rows is one, and asking it must read nothing

    def __repr__(self) -> str:
        steps = [f".where({one!r})" for one in self._choice.where] + [".within(…)" for _ in self._choice.within]
        steps += [f".at('{self._choice.at:%Y-%m-%dT%H:%MZ}')"] if self._choice.at else []
        return f"<{self.title.zh} {self.title.en} [{self.id}], {self._facts.features:,} rows{''.join(steps)}>"

    def _with(self, choice: Choice) -> Layer:
        return Layer(self._source, self._facts, self._area_of, choice)
