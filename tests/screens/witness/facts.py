"""What a campus knew at a moment, as pandas frames straight from its files: nothing of ``twin.screens`` is used."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from twin.live.alarms.state import AlarmState
from twin.live.incidents.state import IncidentState
from twin.live.past import Past
from twin.live.point_book import PointBook, load_point_settings
from twin.live.rules.campus_places import places_of
from twin.model.time import AsOf, microseconds
from twin.store.campus import Campus

ZONE: Final = ZoneInfo("Asia/Shanghai")
_COLUMNS: Final = ["seq", "entry_id", "kind", "subject", "occurred_at", "value", "quality", "body"]
PLACE: Final = ("building_id", "storey_id", "space_id", "zone_id")


@cache
def entries(folder: Path) -> pd.DataFrame:
    """Every entry, in the order of time: day files and segments, and what of the journal is not sealed yet."""
    with sqlite3.connect(folder / "history" / "manifest.sqlite") as manifest:
        names = [one for (one,) in manifest.execute("SELECT name FROM files WHERE part IN ('day', 'segment')")]
        [(sealed,)] = manifest.execute("SELECT sealed_seq FROM state")
    parts = [pq.read_table(folder / "history" / one, columns=_COLUMNS).to_pandas() for one in names]
    with sqlite3.connect(folder / "live" / "journal.sqlite") as journal:
        columns = [one.replace("_at", "_us") for one in _COLUMNS]
        tail = pd.read_sql(f"SELECT {', '.join(columns)} FROM entries WHERE seq > {sealed}", journal)
    tail["occurred_at"] = pd.to_datetime(tail.pop("occurred_us"), unit="us", utc=True).astype("datetime64[us, UTC]")
    found: pd.DataFrame = pd.concat([*parts, tail[_COLUMNS]], ignore_index=True).sort_values(["occurred_at", "seq"])
    return found


@cache
def _measured(folder: Path) -> pd.DataFrame:
    every = entries(folder)
    found = every[(every.kind == "reading") & every.value.notna()]
    found = found.rename(columns={"subject": "point_id", "occurred_at": "observed_at"})
    return found[["point_id", "observed_at", "value", "quality"]].merge(_points(folder), on="point_id", how="left")


@cache
def _events(folder: Path) -> pd.DataFrame:
    every = entries(folder)
    found = every[every.kind == "event"]
    bodies = [json.loads(one) for one in found.body]
    frame = pd.DataFrame(
        {
            "event_id": found.entry_id.to_list(),
            "originator": found.subject.to_list(),
            "occurred_at": found.occurred_at.to_list(),
            **{name: [one.get(name) for one in bodies] for name in ("type", "level", "text")},
            "attributes": [one.get("attributes") or {} for one in bodies],
        }
    )
    own = _devices(folder)[["device_code", "feature_id", *PLACE]]
    return frame.merge(own, left_on="originator", right_on="device_code", how="left")


@cache
def _points(folder: Path) -> pd.DataFrame:
    book = PointBook.of(_campus(folder).generation, load_point_settings(folder))
    rows = [
        {
            "point_id": one.point.point_id,
            "device_code": one.point.device_code,
            "quantity": one.point.quantity,
            "stale_after_s": one.stale_after_s,
        }
        for one in book
    ]
    return pd.DataFrame(rows).merge(_devices(folder), on="device_code", how="left")


@cache
def _devices(folder: Path) -> pd.DataFrame:
    found = _table(_campus(folder).generation.table("devices"))
    found = found[["device_code", "device_type", "name", "feature_id"]].copy()
    places = places_of(_campus(folder).generation).devices
    spots = [places[one] for one in found.device_code]
    for name in PLACE[:3]:
        found[name] = [getattr(one, name) for one in spots]
    found["zone_id"] = pd.Series([one.zone_ids[0] if one.zone_ids else None for one in spots], found.index)
    return found


def _table(table: pa.Table) -> pd.DataFrame:
    found: pd.DataFrame = table.to_pandas()
    return found


@cache
def _past(folder: Path) -> Past:
    return Past(folder)


@cache
def _campus(folder: Path) -> Campus:
    return Campus.open(folder)


@dataclass(frozen=True)
class Facts:
    """``at`` is the moment; ``place`` a feature_id, or None for the whole campus."""

    folder: Path
    at: datetime
    place: str | None = None

    # --- time ---

    def midnight(self, back: int = 0) -> datetime:
        """The campus-local midnight so many days before that of the moment."""
        day = self.at.astimezone(ZONE).date() - timedelta(days=back)
        return datetime(day.year, day.month, day.day, tzinfo=ZONE)

    # --- what was sent ---

    @cached_property
    def measured(self) -> pd.DataFrame:
        """Readings with a value, doubtful ones too: ``point_id, observed_at, value, quality``, device and place."""
        found = _measured(self.folder)
        return found[found.observed_at <= self.at]

    @cached_property
    def readings(self) -> pd.DataFrame:
        """The good ones."""
        return self.measured[self.measured.quality.fillna("good") == "good"]

    @cached_property
    def latest(self) -> pd.DataFrame:
        """The newest good reading of each point; ``stale`` when older than its time."""
        found = self.readings.groupby("point_id", as_index=False).last()
        age_s = (pd.Timestamp(self.at) - found.observed_at).dt.total_seconds()
        return found.assign(stale=age_s > found.stale_after_s)

    def fresh(self, quantity: str, *device_types: str) -> pd.DataFrame:
        """Newest readings that count, in the place."""
        found = self.latest[(self.latest.quantity == quantity) & ~self.latest.stale]
        return self.here(found[found.device_type.isin(device_types)] if device_types else found)

    @cached_property
    def events(self) -> pd.DataFrame:
        """``event_id, originator, type, occurred_at, level, text, attributes`` (a dict), and the place of a device."""
        found = _events(self.folder)
        return found[found.occurred_at <= self.at]

    def happened(self, since: datetime, *types: str) -> pd.DataFrame:
        """Events of these types from a moment on, each attribute a column; not narrowed to the place."""
        found = self.events[self.events.type.isin(types) & (self.events.occurred_at >= since)].reset_index(drop=True)
        own = pd.DataFrame(list(found.attributes)).reindex(range(len(found)))
        return pd.concat([found, own.add_prefix("a_")], axis=1)

    def steps(self, quantity: str, step: str = "hour") -> pd.DataFrame:
        """Each ``hour`` or ``day`` of each point of a quantity: ``from_at, mean, last, used`` (of counters)."""
        found = self.measured[self.measured.quantity == quantity]
        local = found.observed_at.dt.tz_convert(ZONE)
        found = found.assign(from_at=local.dt.floor("h") if step == "hour" else local.dt.normalize())
        by = found.groupby(["point_id", "from_at"], as_index=False).agg(mean=("value", "mean"), last=("value", "last"))
        whole = pd.Timedelta(hours=1) if step == "hour" else pd.Timedelta(days=1)
        before = by.groupby("point_id")
        gap, more = by.from_at - before.from_at.shift(), by["last"] - before["last"].shift()
        by["used"] = more.where((gap == whole) & (more >= 0))
        return by.merge(self.points, on="point_id", how="left")

    # --- what stands ---

    @cached_property
    def points(self) -> pd.DataFrame:
        return _points(self.folder)

    @cached_property
    def devices(self) -> pd.DataFrame:
        return _devices(self.folder)

    def layer(self, name: str) -> pd.DataFrame:
        return _table(_campus(self.folder).generation.table(name))

    def register(self, name: str) -> pd.DataFrame:
        """The rows that hold."""
        found = _campus(self.folder).register(name, AsOf(self.at))
        assert found is not None, name
        return _table(found)

    def relations(self, kind: str) -> pd.DataFrame:
        found = _table(pq.read_table(_campus(self.folder).generation.folder / "tables" / "relations.parquet"))
        return found[found.kind == kind]

    # --- what was concluded ---

    @cached_property
    def all_alarms(self) -> list[AlarmState]:
        book, now_us = _past(self.folder).at(self.at)[0], microseconds(self.at)
        return [one for key in book.remembered() for one in book.occurrences(*key, now_us)]

    @cached_property
    def all_incidents(self) -> list[IncidentState]:
        return list(_past(self.folder).at(self.at)[1].all())

    def alarms(self, since: datetime) -> list[AlarmState]:
        """Those that stand, or were opened from a moment on; in the place."""
        return [
            one
            for one in self.all_alarms
            if (not one.closed or one.opened_us >= microseconds(since)) and self._is_here(one.place)
        ]

    def incidents(self, since: datetime) -> list[IncidentState]:
        """Those that are open, or were opened from a moment on; in the place."""
        return [
            one
            for one in self.all_incidents
            if (one.open or one.opened_us >= microseconds(since)) and self._is_here(one.place)
        ]

    # --- the place ---

    def here(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Rows whose building, storey, space, zone or self is the place."""
        if self.place is None:
            return frame
        columns = [one for one in (*PLACE, "feature_id") if one in frame.columns]
        return frame[(frame[columns] == self.place).any(axis=1)]

    def _is_here(self, place: Mapping[str, Any]) -> bool:
        zones = place.get("zone_ids") or []
        return self.place is None or self.place in {*(place.get(one) for one in PLACE[:3]), *zones[:1]}


def share(part: float, whole: float) -> float | None:
    """Of 100; nothing of nothing is not known."""
    return 100.0 * part / whole if whole else None
