"""How a campus folder answers: in this process, from its files, while the application may run beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from layers import registry
from twin.analysis.findings_table import choose, findings_table
from twin.analysis.ground import ground_of
from twin.analysis.inspected import inspected
from twin.analysis.plans.bodies import Bodies
from twin.analysis.plans.parts import StoreyParts, parts_of
from twin.analysis.plans.storey import storey_plan
from twin.build import build_campus
from twin.errors import UnknownLayerError
from twin.live.messages_out import event_dict
from twin.model.derived import DerivedLayer
from twin.model.feature import table_schema
from twin.model.registers import REGISTERS
from twin.model.tables import TABLES
from twin.model.time import AsOf, moment
from twin.notebook.page import WantedPage, page_of_folder
from twin.notebook.readings import RAW, ROLLED
from twin.screens.asking import Asking
from twin.screens.book import ScreenBook
from twin.screens.checks import Known
from twin.screens.kpi_said import entry_of, kpi_said
from twin.screens.needs import There, lacking
from twin.screens.question import Question
from twin.screens.said import Window
from twin.settings import load_settings
from twin.store.campus import Campus
from twin.store.choosing import Choice, joined
from twin.store.derived import DerivedLayers
from twin.store.derived_rules import require_sound
from twin.store.facts import LayerFacts, facts_of
from twin.store.history import History
from twin.store.history_view import take_view
from twin.store.rollups import Step

if TYPE_CHECKING:
    from twin.mesh.elevation import TerrainSurface

MOST_KPI_ROWS: Final = 100_000
ALL: Final = 2**62
_TYPES: Final = "SELECT DISTINCT type FROM events"


class FolderSource:
    """``made_by`` signs what is written back."""

    def __init__(self, folder: Path, *, made_by: str) -> None:
        self._campus = Campus.open(folder)
        self._folder, self._made_by = folder, made_by
        self._timezone = load_settings(folder).timezone
        self._history = History.open(folder)

    @property
    def crs(self) -> str:
        return self._campus.generation.manifest.crs

    @property
    def vertical_datum(self) -> str:
        return self._campus.generation.manifest.vertical_datum

    @property
    def timezone(self) -> str:
        return self._timezone

    @property
    def tells_exactly(self) -> bool:
        return True  # whoever has the folder has it all

    @property
    def generation(self) -> int:
        return self._campus.generation.number

    def describe(self) -> str:
        manifest = self._campus.generation.manifest
        return f"{manifest.campus}, generation {manifest.generation}, {manifest.crs}, in {self._folder}"

    def newest_at(self) -> datetime | None:
        newest_us = take_view(self._folder).newest_us
        return moment(newest_us) if newest_us else None

    # --- layers ---

    def layers(self) -> Sequence[LayerFacts]:
        return facts_of(self._campus)

    def table(self, layer_id: str, choice: Choice) -> pa.Table:
        if layer_id in REGISTERS:
            return self._register(layer_id, choice)
        return self._campus.rows(layer_id, choice)

    def _register(self, name: str, choice: Choice) -> pa.Table:
        as_of = AsOf(choice.at) if choice.at is not None else None
        if self._campus.register(name) is None:
            raise UnknownLayerError(layer=name, known=", ".join(one.layer_id for one in self.layers()))
        condition = f" WHERE {joined(choice.where)}" if choice.where else ""
        return self._campus.sql(f'SELECT * FROM "{name}"{condition}', as_of=as_of)

    def ground(self) -> TerrainSurface:
        return ground_of(self._campus.generation)

    def storey(self, storey_id: str) -> StoreyParts:
        generation = self._campus.generation
        return parts_of(storey_plan(generation, Bodies(generation), storey_id), generation.manifest.origin)

    def findings(self, rule: str | None, severity: str | None, layer: str | None) -> pa.Table:
        found = inspected(self._campus.generation).findings
        chosen = choose(found, {"rule": rule, "severity": severity, "layer": layer})
        files = {one.key: one.path for one in self._campus.generation.manifest.sources}
        told = ((int(row), found[row], False) for row in np.flatnonzero(chosen))
        return findings_table(told, files)

    def sql(self, sql: str, at: datetime | None) -> pa.Table:
        return self._campus.sql(sql, as_of=AsOf(at) if at is not None else None)

    # --- what was measured ---

    @cached_property
    def _asking(self) -> Asking:
        return Asking(self._campus, self._timezone, {name: table_schema(one) for name, one in registry().items()})

    def ask(self, question: Question) -> pa.Table:
        return self._asking.table(question).slice(0, question.most_rows)

    def points(self) -> pa.Table:
        return self.ask(Question("SELECT * FROM points", AsOf(datetime.now(UTC)), most_rows=10_000_000))

    def readings(self, point_id: str, start: datetime, end: datetime, step: Step | None) -> pa.Table:
        if step is None:
            return self._history.series(point_id, start, end).select(RAW.names).cast(RAW)
        return self._history.rollup(point_id, start, end, step).select(ROLLED.names).cast(ROLLED)

    def events(
        self, start: datetime, end: datetime, type: str | None, originator: str | None, limit: int | None
    ) -> list[dict[str, Any]]:
        most = ALL if limit is None else limit
        found = self._history.events(start, end, type=type, originator=originator, limit=most)
        return [event_dict(one, cleared=False) for one in found]

    # --- numbers ---

    @cached_property
    def _book(self) -> ScreenBook:
        known = Known.of({name: table_schema(one) for name, one in registry().items()})
        shown = known.showing(self._campus.generation.manifest.tilesets)
        return ScreenBook(self._folder / "config", lambda: shown, lambda: datetime.now(UTC))

    def kpis(self) -> list[dict[str, Any]]:
        return [entry_of(one) for one in self._book.kpis.values()]

    def kpi(self, kpi_id: str, at: datetime | None, place: str | None) -> dict[str, Any]:
        one, about = self._book.kpi(kpi_id), at or datetime.now(UTC)

        def asked(moment: datetime) -> Mapping[str, Any]:
            rows = self._asking.answer(Question(one.sql, AsOf(moment), one.window, None, place, 1)).rows
            return rows[0] if rows else {}

        titles = {name: layer.title for name, layer in registry().items()}
        waits = lacking(one.needs, self._there(about), titles)
        return {**kpi_said(one, asked, about, ZoneInfo(self._timezone), waits), **entry_of(one)}

    def kpi_rows(self, kpi_id: str, at: datetime | None, place: str | None) -> pa.Table:
        one, about = self._book.kpi(kpi_id), at or datetime.now(UTC)
        return self.ask(Question(one.rows_sql, AsOf(about), one.window, None, place, MOST_KPI_ROWS))

    def _there(self, at: datetime) -> There:
        """What had arrived by then, of events within a year."""

        def texts(sql: str, window: Window) -> list[str]:
            table = self.ask(Question(sql, AsOf(at), window, most_rows=10_000))
            return [one for one in table.column(0).to_pylist() if one]

        return {
            "quantity": lambda: texts("SELECT DISTINCT quantity FROM latest", Window.NOW),
            "event": lambda: texts(_TYPES, Window.YEAR),
            "register": lambda: [one for one in REGISTERS if self._campus.register_history(one) is not None],
            "layer": lambda: self._campus.generation_at(AsOf(at)).layer_ids(),
        }

    # --- writing back ---

    def write(self, said: Mapping[str, Any], table: pa.Table) -> int:
        layer = DerivedLayer.from_dict({**said, "made_by": self._made_by})
        taken = {*registry(), *TABLES, *(one.layer_id for one in self.layers() if one.provenance is None)}
        require_sound(layer, table, taken)
        DerivedLayers(self._folder).add(layer, table, self.crs)
        return self._build()

    def withdraw(self, layer_id: str, why: str) -> int:
        DerivedLayers(self._folder).withdraw(layer_id, self._made_by, datetime.now(UTC).isoformat(), why)
        return self._build()

    def _build(self) -> int:
        return build_campus(self._folder, registry()).manifest.generation

    # --- taken out ---

    def page(self, wanted: WantedPage) -> bytes:
        return page_of_folder(self._folder, self._made_by, wanted)

    def close(self) -> None:
        if "_asking" in self.__dict__:
            self._asking.close()

    @property
    def store(self) -> Campus:
        """The campus as its files have it, for what takes its triangles."""
        return self._campus
