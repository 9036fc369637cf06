"""The views that a question's SQL may name, and the columns they have: one table, held against docs/questions.md.

Each is made only for a question that names it, so that one about alarms opens no readings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from twin.model.entries import EVENT, READING
from twin.model.registers import REGISTERS, personal_columns
from twin.model.time import moment
from twin.screens.alarm_rows import ALARMS
from twin.screens.campus_tables import DEVICES, FEATURES, FOUND, INSPECTIONS, POINTS, CampusTables
from twin.screens.event_shelf import TOLD
from twin.screens.incident_rows import INCIDENTS, ORDERS, incident_table, order_table
from twin.screens.masking import masked_names
from twin.screens.measured import raw_files
from twin.screens.reference import CALENDAR, FACTORS, calendar_table, factor_table, register_table
from twin.screens.spans import RAW_LONGEST_US, Span
from twin.screens.sql_room import PLACE
from twin.store.entry_table import SCHEMA
from twin.store.history_view import HistoryView
from twin.store.query import sql_literal
from twin.store.rollups import Step

if TYPE_CHECKING:
    from twin.screens.asking import Asking

_SUMMED: Final = ("readings", "count", "min", "max", "mean", "last", "used")
STALE_AFTER_S: Final = 3600.0  # of a point that stands in no list
_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "latest": ("point_id", "device_code", "quantity", "value", "observed_at", "stale", "last_value"),
    "readings": ("point_id", "device_code", "quantity", "observed_at", "value"),
    "hours": ("point_id", "device_code", "quantity", "from_at", *_SUMMED),
    "days": ("point_id", "device_code", "quantity", "from_at", *_SUMMED),
    "points": tuple(POINTS.names),
    "devices": (*DEVICES.names, "heard_at", "online"),
    "events": (
        "event_id", "originator", "type", "occurred_at", "level", "text", "attributes", "feature_id", *PLACE,
    ),
    "alarms": tuple(ALARMS.names),
    "incidents": tuple(INCIDENTS.names),
    "work_orders": tuple(ORDERS.names),
    "features": tuple(FEATURES.names),
    "findings": tuple(FOUND.names),
    "inspections": tuple(INSPECTIONS.names),
    "factors": tuple(FACTORS.names),
    "calendar": tuple(CALENDAR.names),
}  # fmt: skip


@dataclass
class Scene:
    """What one question sees: the campus, the span, and what it needs of the history, opened when first needed."""

    asking: Asking
    span: Span
    cleared: bool
    tables: CampusTables
    opens_files: bool = False  # whether another view does: what is kept of events is not there then
    registered: dict[str, pa.Table] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)

    @cached_property
    def history(self) -> HistoryView:
        return self.asking.history()

    @cached_property
    def tail(self) -> pa.Table:
        """What is not sealed yet, as far as it is asked for."""
        tail = self.history.tail
        kept = pc.less_equal(tail["occurred_at"], pa.scalar(moment(self.span.at_us), tail["occurred_at"].type))
        if self.span.known_seq is not None:
            kept = pc.and_(kept, pc.less_equal(tail["seq"], self.span.known_seq))
        return tail.filter(kept)

    def use(self, name: str, table: pa.Table) -> str:
        """A table that the SQL of views may read."""
        self.registered[name] = table
        return name

    def entries(self, kind: str, start_us: int, columns: str) -> str:
        """SELECT of the entries of one kind in ``[start_us, at]``, sealed or not."""

        def of(source: str) -> str:
            return f"SELECT {columns} FROM {source} WHERE kind = '{kind}'"

        files = raw_files(self.history, self.span, start_us)
        kept = self.asking.kept_events(self.history, files) if kind == EVENT and not self.opens_files else None
        sealed = [f"SELECT * FROM {one}" for one in kept or ()]
        if kept is None and files:
            paths = self.history.paths(files)
            self.paths += paths
            sealed = [of(f"read_parquet({sql_literal(paths)})")]
        known = "" if self.span.known_seq is None else f" AND seq <= {self.span.known_seq}"
        return (
            f"SELECT * FROM ({' UNION ALL '.join([*sealed, of(self.use('_tail', self.tail))])})"
            f" WHERE occurred_at >= make_timestamptz({start_us})"
            f" AND occurred_at <= make_timestamptz({self.span.at_us}){known}"
        )

    def names(self, view: str, others: set[str]) -> str:
        """Every point that is in a list or among ``others``: its device, quantity, kind and stale time."""
        return self.use(f"_names_of_{view}", _point_names(self.tables.of("points"), others))


def named_in(sql: str, known: Sequence[str]) -> list[str]:
    """Views that the SQL may mean: each whose name stands in it as a word. More than it means does no harm."""
    words = {one.lower() for one in _WORD.findall(sql)}
    return [one for one in known if one.lower() in words]


def made_of(scene: Scene, names: Sequence[str]) -> dict[str, str]:
    """The SQL of these views; what it reads is in ``scene`` then."""
    scene.opens_files = "readings" in names
    return {name: _maker(name)(scene, name) for name in names}


# --- the views ---


def _latest(scene: Scene, name: str) -> str:
    newest = scene.asking.measured.newest(scene.history, scene.span)
    names = scene.names(name, set(newest["point_id"].to_pylist()))
    at = f"make_timestamptz({scene.span.at_us})"
    return f"""
        SELECT point_id, device_code, quantity, CASE WHEN NOT stale THEN last_value END AS value, observed_at, stale,
               last_value
        FROM (
            SELECT n.point_id, p.device_code, p.quantity, n.good AS last_value, n.good_at AS observed_at,
                   epoch_us({at}) - epoch_us(n.good_at) > p.stale_after_s * 1e6 AS stale
            FROM {scene.use("_newest", newest)} n JOIN {names} p ON p.point_id = n.point_id
        )
    """


def _readings(scene: Scene, name: str) -> str:
    source = scene.entries(READING, max(scene.span.at_us - RAW_LONGEST_US, -(2**62)), ", ".join(SCHEMA.names))
    names = scene.names(name, set())
    return f"""
        SELECT r.subject AS point_id, coalesce(p.device_code, {_DEVICE}) AS device_code,
               coalesce(p.quantity, {_QUANTITY}) AS quantity, r.occurred_at AS observed_at, r.value
        FROM ({source}) r LEFT JOIN {names} p ON p.point_id = r.subject
        WHERE r.value IS NOT NULL AND coalesce(r.quality, 'good') = 'good'
    """


_DEVICE: Final = "regexp_replace(r.subject, ':[^:]*$', '')"
_QUANTITY: Final = "regexp_extract(r.subject, '[^:]*$')"


def _rollup(step: Step) -> Callable[[Scene, str], str]:
    def make(scene: Scene, name: str) -> str:
        measured = scene.asking.measured
        found = measured.rollup(scene.history, scene.span, step)
        shelf, fresh = measured.shelf, found.fresh
        if scene.opens_files:  # and does not see the shelf
            fresh = pa.concat_tables([shelf.rows(found.kept), fresh])
        codes = shelf.codes
        names = _point_names(scene.tables.of("points"), {*codes, *pc.unique(fresh["point_id"]).to_pylist()})
        numbers = pa.array([codes.get(one, -1) for one in names["point_id"].to_pylist()], pa.int32())
        names_table = scene.use(f"_names_of_{name}", names.append_column("code", numbers))
        parts = [_ROWS.format(rows=scene.use(f"_{name}", fresh), names=names_table, key="point_id")]
        if not scene.opens_files:
            parts.append(_ROWS.format(rows=f"(FROM {found.kept})", names=names_table, key="code"))
        return f"""
            SELECT * FROM ({" UNION ALL ".join(parts)})
            WHERE from_at >= make_timestamptz({scene.span.start_us})
              AND from_at <= make_timestamptz({scene.span.at_us})
        """

    return make


_ROWS: Final = """
SELECT p.point_id, p.device_code, p.quantity, r.from_at, r.readings::BIGINT AS readings, r.count::BIGINT AS count,
       r.min, r.max, r.mean, r.last,
       CASE WHEN p.kind = 'counter' THEN r.gain
            WHEN p.kind = 'delta' AND r.count = r.readings THEN r.mean * r.count END AS used
FROM {rows} r JOIN {names} p ON p.{key} = r.{key}
"""


def _points(scene: Scene, _: str) -> str:
    return f"SELECT * FROM {scene.use('_points', scene.tables.of('points'))}"


def _devices(scene: Scene, name: str) -> str:
    heard = scene.asking.measured.heard(scene.history, scene.span)
    names = scene.names(name, set(heard["point_id"].to_pylist()))
    spoke = scene.asking.heard.of(scene.history, scene.tail, scene.span)
    at = f"make_timestamptz({scene.span.at_us})"
    own = ", ".join(f"d.{one}" for one in DEVICES.names)
    return f"""
        SELECT {own}, greatest(h.heard_at, e.heard_at) AS heard_at,
               coalesce(epoch_us({at}) - epoch_us(greatest(h.heard_at, e.heard_at))
                        <= coalesce(h.stale_after_s, {STALE_AFTER_S}) * 1e6, false) AS online
        FROM {scene.use("_devices", scene.tables.of("devices"))} d
        LEFT JOIN (
            SELECT p.device_code, max(h.heard_at) AS heard_at, max(p.stale_after_s) AS stale_after_s
            FROM {names} p LEFT JOIN {scene.use("_heard", heard)} h ON h.point_id = p.point_id GROUP BY 1
        ) h ON h.device_code = d.device_code
        LEFT JOIN {scene.use("_spoke", spoke)} e ON e.subject = d.device_code
    """


def _events(scene: Scene, _: str) -> str:
    attributes = "e.attributes" if scene.cleared else "_masked(e.attributes::VARCHAR)::JSON AS attributes"
    where = ", ".join(f"d.{one}" for one in PLACE)
    return f"""
        SELECT e.event_id, e.originator, e.type, e.occurred_at, e.level, e.text, {attributes}, d.feature_id, {where}
        FROM ({scene.entries(EVENT, scene.span.start_us, TOLD)}) e
        LEFT JOIN (
            SELECT DISTINCT ON (device_code) * FROM {scene.use("_devices", scene.tables.of("devices"))}
            WHERE device_code IS NOT NULL
        ) d ON d.device_code = e.originator
    """


def _alarms(scene: Scene, _: str) -> str:
    asking = scene.asking
    table = asking.alarms.of(asking.acts, asking.windows(scene.tables), scene.tables, scene.span)
    return f"SELECT * FROM {scene.use('_alarms', table)}"


def _incidents(scene: Scene, _: str) -> str:
    table = incident_table(scene.asking.acts, scene.tables.feature_of, scene.span)
    return f"SELECT * FROM {scene.use('_incidents', table)}"


def _orders(scene: Scene, _: str) -> str:
    return f"SELECT * FROM {scene.use('_orders', order_table(scene.asking.acts, scene.span))}"


def _factors(scene: Scene, _: str) -> str:
    return f"SELECT * FROM {scene.use('_factors', factor_table(scene.asking.factors()))}"


def _calendar(scene: Scene, _: str) -> str:
    table = calendar_table(scene.asking.calendar(), scene.asking.days, scene.span)
    return f"SELECT * FROM {scene.use('_calendar', table)}"


def _register(scene: Scene, name: str) -> str:
    table = register_table(scene.asking.campus, name, scene.span)
    for column in personal_columns(name):
        if not scene.cleared:  # what people are called is for those who may read it, as in events
            position = table.schema.get_field_index(column)
            table = table.set_column(position, column, masked_names(table[column]))
    return f"SELECT * FROM {scene.use(f'_{name}', table)}"


def _standing(scene: Scene, name: str) -> str:
    """A layer, or a table of the generation."""
    return f"SELECT * FROM {scene.use(f'_{name}', scene.tables.of(name))}"


_MAKERS: Final[Mapping[str, Callable[[Scene, str], str]]] = {
    "latest": _latest,
    "readings": _readings,
    "hours": _rollup(Step.HOUR),
    "days": _rollup(Step.DAY),
    "points": _points,
    "devices": _devices,
    "events": _events,
    "alarms": _alarms,
    "incidents": _incidents,
    "work_orders": _orders,
    "factors": _factors,
    "calendar": _calendar,
    **dict.fromkeys(REGISTERS, _register),
}


def _maker(name: str) -> Callable[[Scene, str], str]:
    return _MAKERS.get(name, _standing)


def view_names(tables: CampusTables) -> list[str]:
    """Every view that there is on this campus."""
    return sorted({*_MAKERS, "features", "findings", "inspections", "relations", "properties", *tables.names()})


def _point_names(points: pa.Table, others: set[str]) -> pa.Table:
    known = points.select(["point_id", "device_code", "quantity", "kind", "stale_after_s"])
    strangers = sorted(others - set(known["point_id"].to_pylist()))
    split = [one.rpartition(":") for one in strangers]
    rows = {
        "point_id": strangers,
        "device_code": [device or name for (device, _, _), name in zip(split, strangers, strict=True)],
        "quantity": [quantity for _, _, quantity in split],
        "kind": [None] * len(strangers),
        "stale_after_s": [STALE_AFTER_S] * len(strangers),
    }
    return pa.concat_tables([known, pa.table(rows, schema=known.schema)])
