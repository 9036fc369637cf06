"""A campus in a Python session: its layers, what was measured, its numbers, and layers written back."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self
from zoneinfo import ZoneInfo

import pyarrow as pa

from twin.analysis.rooms import RoomUse, area_per_person, office_standard
from twin.errors import UnknownLayerError, UnknownSubjectError
from twin.model.derived import USUAL_COLOUR
from twin.model.text import Title
from twin.model.time import AsOf
from twin.notebook.areas import area_of
from twin.notebook.deriving import described
from twin.notebook.energy import energy_point, hourly_kwh
from twin.notebook.frames import Result, event_frame, frame, in_local_time, with_places
from twin.notebook.kept import Kept
from twin.notebook.kpi import KpiValue
from twin.notebook.layer import Layer
from twin.notebook.moments import Moment, moment_of
from twin.notebook.page import HEIGHT_PX, Page, WantedPage
from twin.notebook.pipes import Pipes
from twin.notebook.quality import Quality
from twin.notebook.rain import Rain
from twin.notebook.source import Source
from twin.notebook.underground import Underground
from twin.notebook.views import Views
from twin.screens.factors import Factor
from twin.screens.question import Question
from twin.screens.said import Window
from twin.store.choosing import Choice
from twin.store.facts import LayerFacts
from twin.store.rollups import Step

if TYPE_CHECKING:
    import geopandas
    import pandas
    import pyvista

    from twin.notebook.pictures import Picture
    from twin.render.look import Style
    from twin.render.view import View

MOST_ROWS: Final = 1_000_000


class Campus(Underground, Views, Rain, Quality):
    """A campus, from ``twin.open(folder)`` or ``twin.connect(url)``; both answer the same calls.

    Layers and registers::

        campus.layers                                   # what there is
        campus["gas"].to_geopandas()                    # a layer with its shapes
        campus["gas"].where("diameter_m > 0.3").within("bldg:ARCH-B01:B01").to_pandas()
        campus.sql("SELECT kind, count(*) FROM gas GROUP BY 1")

    What was measured and what happened::

        campus.points                                   # what can be measured
        campus.readings("DB-0001", "2026-11-20", "2026-11-27", step="hour")
        campus.events("2026-11-27", type="access_denied")
        campus.ask("SELECT * FROM alarms WHERE standing")

    Numbers as the screens have them::

        campus.kpis                                     # the dictionary
        campus.kpi("energy.eui").rows()

    What follows from it::

        campus.pipes("water_supply").isolate("link:JS:JS016--JS017").to_close
        campus.section([(429440, 2885940), (429440, 2885860)])      # shows its drawing
        campus.pipes("drainage").long_section("node:PS:YS001", "node:PS:YS010")
        campus.check_dig(polygon, depth_m=1.5).things              # and clearance(), cover()
        campus.cameras_seeing("zone:zones:JH-01").visible          # and camera_view(camera), viewshed(place)
        campus.coverage("storey:campus:B02.1F").blind
        campus.rain([20, 30, 10], step_min=10).entrances
        campus.findings(severity="error")                          # what the quality inspection found
        campus.frame(found)                                        # any of these as a (Geo)DataFrame

    Layers that you computed, for everybody to see::

        campus.write_layer("shade", geodataframe, method="sun at noon, 21 December")

    Coordinates are metres of ``campus.crs``: x = east, y = north, z = height in the campus datum. Times without an
    offset are campus-local; DataFrames show campus-local time. Every fault is a ``twin.errors.TwinError`` and says
    what to do. It may be used while the application runs, and in a ``with`` block.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._kept = Kept(source)

    # --- what there is ---

    @property
    def crs(self) -> str:
        """As in campus.toml: ``EPSG:4549``, or ``local`` for an engineering CRS."""
        return self._source.crs

    @property
    def vertical_datum(self) -> str:
        """What heights refer to, as in campus.toml."""
        return self._source.vertical_datum

    @property
    def timezone(self) -> str:
        """Of the campus, as the IANA names it."""
        return self._source.timezone

    @property
    def generation(self) -> int:
        """The number of the generation in use: it changes with every build."""
        return self._source.generation

    @property
    def newest_at(self) -> datetime | None:
        """When the latest of all readings and events happened, campus-local; None where nothing ever arrived.

        Of a campus that is not served any more, ask as of this moment rather than of now.
        """
        found = self._source.newest_at()
        return None if found is None else found.astimezone(ZoneInfo(self.timezone))

    @property
    def layers(self) -> pandas.DataFrame:
        """Layers and registers: title, kind, rows, whether underground, and who computed it if somebody did."""
        import pandas

        facts = self._source.layers()
        rows = [
            (one.layer_id, one.title.zh, one.title.en, one.kind, one.features, one.underground, _maker(one))
            for one in facts
        ]
        names = ["layer", "title", "title_en", "kind", "rows", "underground", "computed_by"]
        return pandas.DataFrame(rows, columns=names).set_index("layer")

    def __getitem__(self, layer_id: str) -> Layer:
        """A layer or a register by its id. Raises UnknownLayerError, which names those there are."""
        facts = {one.layer_id: one for one in self._source.layers()}
        if layer_id not in facts:
            raise UnknownLayerError(layer=layer_id, known=", ".join(facts))
        return Layer(self._source, facts[layer_id], lambda area: area_of(area, self._source))

    # --- asking ---

    def sql(self, sql: str, *, at: Moment | None = None) -> pandas.DataFrame:
        """One SELECT (DuckDB) over layers, registers, ``relations``, ``properties`` …, as of ``at``.

        A GeoDataFrame where the answer has a column ``geometry``. Raises QueryRefusedError for anything but one
        SELECT, QueryFailedError, QueryTimeoutError after 10 s.
        """
        return frame(self._source.sql(sql, self._moment_or_none(at)), self.crs)

    def ask(
        self,
        sql: str,
        *,
        at: Moment | None = None,
        window: Window | str = Window.NOW,
        place: str | None = None,
        known_seq: int | None = None,
        most_rows: int = MOST_ROWS,
    ) -> pandas.DataFrame:
        """One SELECT over what screens are made of, as of ``at`` (default: now): latest, readings, hours, days, points,
        devices, events, alarms, incidents, work_orders, features, registers (docs/questions.md lists their columns).

        ``window`` (now, day, week, month, year) says how far back ``$from`` is; ``place`` is ``$place``, a feature_id;
        ``known_seq`` leaves out what the journal did not know by that number; of the answer the first ``most_rows`` are
        given. Names and plates are masked.
        """
        question = Question(
            sql, AsOf(self._moment(at), known_seq), Window(window), None, place, most_rows, cleared=False
        )
        return frame(in_local_time(self._source.ask(question), self.timezone), self.crs)

    @property
    def points(self) -> pandas.DataFrame:
        """What can be measured now: point_id, device_code, quantity, unit (UCUM), kind, limits, where it is."""
        points: pandas.DataFrame = self._source.points().to_pandas()
        return points.set_index("point_id")

    def readings(
        self,
        subject: str,
        start: Moment | None = None,
        end: Moment | None = None,
        *,
        step: Step | str | None = None,
    ) -> pandas.DataFrame:
        """The readings of a point (``DB-0001:power``), or of all points of a device (``DB-0001``), in order of time.

        ``start <= observed_at < end``; without ``end`` up to now, without ``start`` the day before ``end``. Columns:
        point_id, quantity, unit, value, quality (good, stale, out_of_range …); the index is observed_at. With ``step``
        ``hour`` or ``day``: count, min, max, mean, last … of each that begins in the time; the index is from_at.
        Raises UnknownSubjectError, which names what is near.
        """
        until = self._moment(end)
        since = self._moment(start) if start is not None else until - timedelta(days=1)
        chosen = Step(step) if step is not None else None
        points = self._points_of(subject)
        tables = [
            _told(self._source.readings(one, since, until, chosen), one, quantity, unit)
            for one, quantity, unit in points
        ]
        if not any(map(len, tables)) and points[0][1] is None:
            raise UnknownSubjectError(subject=subject, near=self._near(subject))
        table = in_local_time(pa.concat_tables(tables), self.timezone)
        index = "observed_at" if chosen is None else "from_at"
        found: pandas.DataFrame = table.to_pandas().set_index(index).sort_index(kind="stable")
        return found

    def events(
        self,
        start: Moment | None = None,
        end: Moment | None = None,
        *,
        type: str | None = None,
        originator: str | None = None,
        limit: int | None = None,
    ) -> pandas.DataFrame:
        """Events with ``start <= occurred_at < end``, the latest first; without ``start`` of the day before ``end``.

        All of them, or the latest ``limit``. Columns: event_id, type, originator, occurred_at, level, text, attributes
        (dict). Names and plates are masked.
        """
        until = self._moment(end)
        since = self._moment(start) if start is not None else until - timedelta(days=1)
        return event_frame(self._source.events(since, until, type, originator, limit), self.timezone)

    # --- numbers ---

    @property
    def kpis(self) -> pandas.DataFrame:
        """The dictionary: title, unit, who answers for it, how it is made."""
        import pandas

        rows = [
            (one["id"], one["title"]["zh"], one["title"]["en"], one["unit"], one["owner"]["zh"], one["formula"]["zh"])
            for one in self._source.kpis()
        ]
        names = ["kpi", "title", "title_en", "unit", "owner", "formula"]
        return pandas.DataFrame(rows, columns=names).set_index("kpi")

    def kpi(self, kpi_id: str, *, at: Moment | None = None, place: str | None = None) -> KpiValue:
        """A number as the screens show it, as of ``at`` (default: now) and in ``place`` (a feature_id, default: all).

        Raises UnknownKpiError.
        """
        moment = self._moment_or_none(at)
        said = self._source.kpi(kpi_id, moment, place)
        return KpiValue.of(
            said,
            lambda: frame(in_local_time(self._source.kpi_rows(kpi_id, moment, place), self.timezone), self.crs),
        )

    # --- computing ---

    def pipes(self, layer_id: str) -> Pipes:
        """Questions to a network of pipes: trace, isolate, without_service, long_section. Raises UnknownLayerError."""
        return Pipes(self._source, self[layer_id].id, self._kept)

    def frame(self, found: Result | pa.Table) -> pandas.DataFrame:
        """What an analysis found (anything with ``to_arrow()``, or a table of it) as a DataFrame.

        A GeoDataFrame in the campus CRS where rows have a shape or a place (x, y and perhaps z).
        """
        return frame(with_places(found if isinstance(found, pa.Table) else found.to_arrow()), self.crs)

    def energy(self, subject: str, start: Moment, end: Moment | None = None) -> pandas.Series[float]:
        """kWh of every hour of a meter, NaN where it is not known: what ``twin.analysis.energy`` takes.

        ``subject`` is a device or a point of energy or power; the hour of a counter is what it added. Then::

            from twin.analysis.energy import clean, forecast
            tomorrow = forecast(campus.energy("DB-0001", "2026-09-01"))

        Methods, limits, errors: docs/analyses/energy-*.md. Raises NoEnergyPointError.
        """
        point, kind, kwh_a_unit = energy_point(self.points, subject)
        hours = self._source.readings(point, self._moment(start), self._moment(end), Step.HOUR)
        return hourly_kwh(hours, kind, kwh_a_unit, self.timezone)

    @property
    def factors(self) -> list[Factor]:
        """Emission factors, coal equivalents, benchmarks, area standards: ours and those of the campus."""
        rows = self._ask("SELECT * FROM factors").to_pylist()
        return [Factor.model_validate({name: one[name] for name in Factor.model_fields}) for one in rows]

    def room_use(self, level: str = "省级", *, at: Moment | None = None) -> RoomUse:
        """Office area a person and room against the standard of ``level`` (中央, 省级, 市级, 县级), idle offices.

        Method and limits: docs/analyses/rooms.md. Raises UnknownAreaStandardError, UnknownLayerError.
        """
        moment = self._moment(at)
        day = moment.astimezone(ZoneInfo(self.timezone)).date()
        there = {one.layer_id for one in self._source.layers()}
        then = Choice(at=moment)
        return area_per_person(
            self._source.table("spaces", then),
            self._source.table("room_assignments", then),
            self._source.table("staff", then),
            office_standard(self.factors, level, day),
            day=day,
            leases=self._source.table("leases", then) if "leases" in there else None,
            timezone=self.timezone,
        )

    # --- writing back ---

    def write_layer(
        self,
        layer_id: str,
        rows: geopandas.GeoDataFrame | pandas.DataFrame,
        *,
        method: str,
        title: Title | tuple[str, str] | str | None = None,
        units: Mapping[str, str] | None = None,
        inputs: Sequence[str] = (),
        colour: str = USUAL_COLOUR,
        key: str | None = None,
        underground: bool = False,
    ) -> int:
        """Make ``rows`` a layer of the campus that everybody sees, and give the generation that has it.

        ``layer_id`` is new or a layer that was written before, of which this is the next version; earlier ones stay on
        disk. ``method`` says how it was computed, ``inputs`` from what else; who and when is noted. ``title`` is
        (Chinese, English) or one text for both; ``units`` are UCUM by column; ``key`` names a column whose values tell
        rows apart, so that their feature_id stays the same in the next version. ``underground`` masks it as pipes are:
        say it where its shapes tell where pipes lie. Shapes without heights are laid on the
        terrain. The campus is built anew, which takes as long as ``twin build`` does. Raises DerivedRefusedError.
        """
        said, table = described(
            layer_id,
            rows,
            self._source,
            method=method,
            title=title,
            units=units,
            inputs=inputs,
            colour=colour,
            key=key,
            underground=underground,
        )
        return self._source.write(said, table)

    def withdraw_layer(self, layer_id: str, *, why: str) -> int:
        """Take a layer out that was written back, and give the generation without it. Raises NoDerivedLayerError."""
        return self._source.withdraw(layer_id, why)

    # --- ending ---

    def close(self) -> None:
        """Let go of what is held open; a session that ends does so by itself."""
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{self._source.describe()}>"

    # --- inside ---

    def _ask(self, sql: str) -> pa.Table:
        return self._source.ask(Question(sql, AsOf(datetime.now(UTC)), most_rows=MOST_ROWS))

    def _moment(self, said: Moment | None) -> datetime:
        return datetime.now(UTC) if said is None else moment_of(said, self.timezone)

    def _moment_or_none(self, said: Moment | None) -> datetime | None:
        return None if said is None else moment_of(said, self.timezone)

    def _points_of(self, subject: str) -> list[tuple[str, str | None, str | None]]:
        """point_id, quantity and unit of each; known anew each time, since points come while a notebook is open."""
        known = self.points
        rows = known[known.index == subject] if subject in known.index else known[known["device_code"] == subject]
        if not len(rows):  # one that nobody told of may have sent all the same
            return [(subject, None, None)]
        return list(zip(rows.index, rows["quantity"], rows["unit"], strict=True))

    def _near(self, subject: str) -> str:
        names = [*self.points.index, *self.points["device_code"].dropna().unique()]
        return ", ".join(difflib.get_close_matches(subject, map(str, names), n=5, cutoff=0.5)) or "-"

    # --- pictures ---

    def picture(
        self,
        view: View | str = "overview",
        layers: Sequence[str] | None = None,
        *,
        at: Moment | None = None,
        size: tuple[int, int] = (1600, 900),
        exactly: str | None = None,
        style: Style = "light",
        title: Title | None = None,
        opacity: Mapping[str, float] | None = None,
    ) -> Picture:
        """A picture as of ``at`` (default: now) that shows itself; ``.save`` writes PNG, a sheet (PDF), a model (GLB).

        ``view``: ``overview``, ``top`` or "x,y,z,tx,ty,tz" in metres from ``origin``. ``layers`` None: those the campus
        shows at first. What lies underground is left out, and the picture says so, unless ``exactly`` gives a reason,
        which the campus keeps. From a folder only. See docs/pictures.md.
        """
        from twin.notebook import pictures

        wanted, moment = pictures.wanted_of(layers, opacity, exactly), self._moment_or_none(at)
        return pictures.picture(
            self._source, moment, wanted, exactly=exactly, view=view, size=size, style=style, title=title
        )

    def plotter(
        self,
        layers: Sequence[str] | None = None,
        *,
        view: View | str = "overview",
        at: Moment | None = None,
        size: tuple[int, int] = (1600, 900),
        exactly: str | None = None,
        style: Style = "light",
        off_screen: bool = False,
    ) -> pyvista.Plotter:
        """A pyvista Plotter with a mesh a layer, named by its id, to add your own to.

        Its axes are the campus' minus ``origin``. ``off_screen`` for scripts and pictures; else ``.show()`` it. Which
        layers, and ``exactly``: as in ``picture``. From a folder only.
        """
        from twin.notebook import pictures

        wanted, moment = pictures.wanted_of(layers, None, exactly), self._moment_or_none(at)
        made: pyvista.Plotter = pictures.plotter(
            self._source, moment, wanted, exactly=exactly, view=view, size=size, style=style, off_screen=off_screen
        )
        return made

    def page(
        self,
        path: str | Path,
        *,
        at: Moment | None = None,
        minutes: int | None = None,
        screens: Sequence[str] = (),
        layers: Sequence[str] | None = None,
        view: str | None = None,
        exactly: str | None = None,
        language: str = "zh",
        style: str = "light",
        height_px: int = HEIGHT_PX,
    ) -> Page:
        """The app's own viewer, to turn and ask, as one HTML file ``path`` that shows itself in a frame.

        As of ``at`` (default: now); with ``minutes`` it replays so much before. ``screens`` that are in it; ``layers``
        None: all that may be shown. ``view``: what the app writes behind view= in its address. Names are masked. What
        lies underground is left out unless ``exactly`` gives a reason, which the campus keeps. It takes some 25 s, of
        an interval longer; without a notebook it opens by a double click. See docs/snapshots.md. Raises
        SnapshotSpanError, SnapshotLayersError, UnknownLayerError, UnknownScreenError.
        """
        wanted = WantedPage(
            self._moment_or_none(at),
            minutes,
            tuple(screens),
            tuple(layers) if layers is not None else None,
            view,
            language,
            style,
            exactly,
        )
        written = Path(path)
        written.write_bytes(self._source.page(wanted))
        return Page(written, height_px)

    @property
    def origin(self) -> tuple[float, float, float]:
        """Where the axes of ``plotter`` and of a view begin, in campus coordinates. From a folder only."""
        from twin.notebook import pictures

        return pictures.origin_of(self._source)


def _maker(facts: LayerFacts) -> str | None:
    return None if facts.provenance is None else str(facts.provenance["made_by"])


def _told(table: pa.Table, point_id: str, quantity: str | None, unit: str | None) -> pa.Table:
    """A point's readings with what they are of."""
    told = table
    for name, value in (("unit", unit), ("quantity", quantity), ("point_id", point_id)):
        told = told.add_column(0, pa.field(name, pa.string()), pa.array([value] * len(told), pa.string()))
    return told
