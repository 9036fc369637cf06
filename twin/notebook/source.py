"""What a folder and a server must both be able to answer, so that a notebook runs on either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from twin.analysis.plans.parts import StoreyParts
from twin.screens.question import Question
from twin.store.choosing import Choice
from twin.store.facts import LayerFacts
from twin.store.rollups import Step

if TYPE_CHECKING:
    from twin.mesh.elevation import TerrainSurface
    from twin.notebook.page import WantedPage


class Source(Protocol):
    """Times are UTC; tables are Arrow; what is wrong is raised as a TwinError."""

    @property
    def crs(self) -> str:
        """As in campus.toml."""

    @property
    def vertical_datum(self) -> str:
        """What heights refer to, as in campus.toml."""

    @property
    def timezone(self) -> str:
        """Of the campus."""

    @property
    def tells_exactly(self) -> bool:
        """Whether it says where exactly things underground lie."""

    @property
    def generation(self) -> int:
        """The number of the one in use."""

    def describe(self) -> str:
        """One line: which campus, and where."""

    def newest_at(self) -> datetime | None:
        """When the latest of all readings and events happened; None where there is none."""

    def layers(self) -> Sequence[LayerFacts]:
        """Of the generation in use, in drawing order."""

    def table(self, layer_id: str, choice: Choice) -> pa.Table:
        """Rows of a layer, whole. Raises UnknownLayerError, QueryFailedError for a bad condition."""

    def ground(self) -> TerrainSurface:
        """The terrain of the generation in use; of one that only manhole covers tell of, without grids to whoever is
        not told exactly.
        """

    def storey(self, storey_id: str) -> StoreyParts:
        """Outline, walls and rooms of a storey. Raises UnknownStoreyError."""

    def findings(self, rule: str | None, severity: str | None, layer: str | None) -> pa.Table:
        """What the quality inspection found, worst first, evidence as WKB; None: of any."""

    def sql(self, sql: str, at: datetime | None) -> pa.Table:
        """One SELECT over layers (with shapes) and registers."""

    def ask(self, question: Question) -> pa.Table:
        """One SELECT over the views of docs/questions.md."""

    def points(self) -> pa.Table:
        """point_id, device_code, quantity, unit, kind and more of every known point."""

    def readings(self, point_id: str, start: datetime, end: datetime, step: Step | None) -> pa.Table:
        """Raw readings (observed_at, value, quality) or rollups (from_at, count, min, max, mean, last …) of a point."""

    def events(
        self, start: datetime, end: datetime, type: str | None, originator: str | None, limit: int | None
    ) -> list[dict[str, Any]]:
        """The latest first; all without ``limit``."""

    def kpis(self) -> list[dict[str, Any]]:
        """The dictionary of KPIs."""

    def kpi(self, kpi_id: str, at: datetime | None, place: str | None) -> dict[str, Any]:
        """One number and how it is made."""

    def kpi_rows(self, kpi_id: str, at: datetime | None, place: str | None) -> pa.Table:
        """The rows behind it."""

    def write(self, said: Mapping[str, Any], table: pa.Table) -> int:
        """Keep a layer and build; gives the generation that has it."""

    def withdraw(self, layer_id: str, why: str) -> int:
        """Take a written layer out and build; gives the generation that no longer has it."""

    def page(self, wanted: WantedPage) -> bytes:
        """The viewer with the campus in it as one HTML file. Raises SnapshotSpanError, SnapshotLayersError …"""

    def close(self) -> None:
        """Let go of what is held open."""
