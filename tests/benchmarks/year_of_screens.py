"""A year of a campus for screens: 650 meters of 20 buildings, two points each, a reading every 15 minutes.

That is 1,300 × 96 × 365 = 45.6 M readings. Closed days are written as they are asked for: their hourly and daily
rollups, and a raw file with the alarms of the day only. Raw readings are there for today and the day before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import shapely

from tests.ioc_app.small_campus import SmallCampus, small_campus
from tests.live.entries import StandingClock
from twin.live.day_files import ORDER, write_rollups
from twin.live.history_files import Numbers, write_file
from twin.live.manifest_writer import change, make_manifest
from twin.live.rules.entries import CLEARED, RAISED, entry_id
from twin.model.entries import READING
from twin.store.days import LocalDays
from twin.store.entry_table import SCHEMA
from twin.store.history_manifest import HistoryFile, Part
from twin.store.rollups import ROLLUP_SCHEMA

ZONE: Final = "Asia/Shanghai"
NOW: Final = datetime(2026, 11, 26, 9, 37, tzinfo=UTC)  # Thursday, 17:37 in Shanghai
METERS, BUILDINGS, EVERY_S, ALARMS = 650, 20, 900, 75
HOUR_US: Final = 3_600_000_000
POINTS: Final = sorted(f"EM-{n:03d}:{quantity}" for n in range(METERS) for quantity in ("energy", "power"))
IS_ENERGY: Final = np.array([one.endswith("energy") for one in POINTS])


@dataclass(frozen=True)
class Year:
    folder: Path
    clock: StandingClock
    readings: int


def campus() -> SmallCampus:
    one = small_campus()
    for n in range(1, BUILDINGS + 1):
        square = shapely.force_3d(shapely.box(n * 20, 100, n * 20 + 10, 110), 0.0)
        key = f"B{n:02d}"
        one.add("buildings", "building", key, square, name=f"{n} 号楼", code=key, height_m=12.0, use="office",
                building_id=f"building:lib:{key}")  # fmt: skip
    for n in range(METERS):
        at = shapely.Point(n % 60, 100 + n // 60, 1.5)
        building = f"building:lib:B{n % BUILDINGS + 1:02d}"
        one.add("devices", "device", f"EM-{n:03d}", at, device_code=f"EM-{n:03d}", device_type="electricity_meter",
                building_id=building)  # fmt: skip
    return one


def write_year(folder: Path, days: int) -> Year:
    """``days`` closed ones, and today."""
    campus().write(folder)
    make_manifest(folder, ZONE)
    local, numbers, seq = LocalDays(ZONE), Numbers(1), 0
    today = local.day_at(NOW)
    files: list[HistoryFile] = []
    readings = 0
    for number in range(days + 1):
        day = today - timedelta(days=days - number)
        start_us = local.bounds_us(day)[0]
        hours = 24 if day != today else (int(NOW.timestamp()) * 1_000_000 - start_us) // HOUR_US + 1
        raw = alarms(day, start_us)
        if day >= today - timedelta(days=1):
            raw = pa.concat_tables([raw, readings_of(start_us, number)])
        raw = raw.set_column(0, SCHEMA.field("seq"), pa.array(np.arange(seq + 1, seq + 1 + len(raw)), pa.int64()))
        seq += len(raw)
        readings += len(POINTS) * hours * 4
        part = Part.SEGMENT if day == today else Part.DAY
        one = write_file(folder, numbers, day, part, SCHEMA, raw.sort_by(ORDER).to_batches())
        files.append(one)
        if day == today - timedelta(days=1):
            files += write_rollups(folder, numbers, local, one)
        elif day != today:
            hourly = rollup(start_us, number)
            files.append(write_file(folder, numbers, day, Part.HOURLY, ROLLUP_SCHEMA, hourly.to_batches()))
            files.append(
                write_file(folder, numbers, day, Part.DAILY, ROLLUP_SCHEMA, daily(hourly, start_us).to_batches())
            )
    change(folder, add=files, sealed=(0, seq), next_number=numbers.next, at=NOW)
    return Year(folder, StandingClock(NOW), readings)


def values(hours_since: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Rows of points by hours: a counter that grows, a load with a daily course."""
    size = np.arange(1, len(POINTS) + 1)[:, None] % 17 + 3.0
    course = 1 + 0.6 * np.sin((hours_since[None, :] % 24 - 9) / 24 * 2 * np.pi)
    load = size * course * chance.uniform(0.9, 1.1, (len(POINTS), len(hours_since)))
    return np.where(IS_ENERGY[:, None], size * hours_since[None, :], load)


def rollup(start_us: int, number: int) -> pa.Table:
    chance = np.random.default_rng(number)
    at_us = start_us + np.arange(24) * HOUR_US
    last = values(number * 24 + np.arange(24) + 0.75, chance).ravel()
    first = np.where(np.repeat(IS_ENERGY, 24), last - 2.0, last * 0.9)
    moments = np.tile(at_us, len(POINTS))
    count = np.full(len(last), 4)
    return pa.table(
        [np.repeat(POINTS, 24), _at(moments), count, count, first, last, (first + last) / 2, last,
         _at(moments), _at(moments + 2_700_000_000), _at(moments + 2_700_000_000)],
        schema=ROLLUP_SCHEMA,
    )  # fmt: skip


def daily(hourly: pa.Table, start_us: int) -> pa.Table:
    shape = (len(POINTS), 24)
    column = {name: hourly[name].to_numpy().reshape(shape) for name in ("min", "max", "mean", "last")}
    moments = np.full(len(POINTS), start_us)
    newest = _at(moments + 86_400_000_000 - 900_000_000)
    count = np.full(len(POINTS), 96)
    return pa.table(
        [POINTS, _at(moments), count, count, column["min"].min(axis=1), column["max"].max(axis=1),
         column["mean"].mean(axis=1), column["last"][:, -1], _at(moments), newest, newest],
        schema=ROLLUP_SCHEMA,
    )  # fmt: skip


def readings_of(start_us: int, number: int) -> pa.Table:
    """Raw ones of a day, up to now."""
    end_us = min(start_us + 24 * HOUR_US, int(NOW.timestamp()) * 1_000_000)
    at_us = np.arange(start_us, end_us, EVERY_S * 1_000_000)
    found = values(number * 24 + (at_us - start_us) / HOUR_US, np.random.default_rng(number)).ravel()
    points, moments = np.repeat(POINTS, len(at_us)), np.tile(at_us, len(POINTS))
    ids = [f"{point}@{at}" for point, at in zip(points, moments, strict=True)]
    return _table(ids, [READING] * len(ids), points, moments, found, ["good"] * len(ids), None)


def alarms(day: date, start_us: int) -> pa.Table:
    told: list[tuple[str, str, int, str]] = []
    for one in range(ALARMS):
        device, at_us = f"EM-{(one * 7 + day.toordinal()) % METERS:03d}", start_us + one * 1_000_000_000
        if at_us > int(NOW.timestamp()) * 1_000_000:
            break
        place = {
            "device": device,
            "device_type": "electricity_meter",
            "building_id": "building:lib:B01",
            "zone_ids": [],
        }
        said = {"zh": f"{device} 功率 812 kW，限值 800 kW", "en": f"{device} power 812 kW, limit 800 kW"}
        body = {
            "alarm_type": "power.high", "level": "B", "rule_id": "high", "rule_kind": "threshold", "rule_version": 1,
            "title": {"zh": "功率高", "en": "Power high"}, "text": said, "place": place, "device": device,
            "raised_us": at_us, "cleared_us": None, "value": 812.0, "cleared_value": None, "count": 1,
            "last_us": at_us, "told": "", "unit": "kW", "limit": 800.0, "revision": 0,
        }  # fmt: skip
        told.append((RAISED, device, at_us, json.dumps(body, ensure_ascii=False)))
        cleared_us = at_us + 300_000_000
        body = {**body, "cleared_us": cleared_us, "cleared_value": 700.0}
        told.append((CLEARED, device, cleared_us, json.dumps(body, ensure_ascii=False)))
        acknowledged = {"alarm_type": "power.high", "author": "li.wei"}
        told.append(("alarm.acknowledged", device, cleared_us + 1_000_000, json.dumps(acknowledged)))
    kinds, devices, at, bodies = (list(one) for one in zip(*told, strict=True))
    ids = [entry_id(*one[:3]) for one in told]
    return _table(ids, kinds, np.array([f"{one}:power" for one in devices]), np.array(at), None, None, bodies)


def _table(
    ids: list[str],
    kinds: list[str],
    subjects: np.ndarray,
    at_us: np.ndarray,
    found: np.ndarray | None,
    quality: list[str] | None,
    bodies: list[str] | None,
) -> pa.Table:
    nothing = [None] * len(ids)
    columns = [np.zeros(len(ids), int), ids, kinds, subjects, _at(at_us), _at(at_us), ["test"] * len(ids),
               found, quality, bodies]  # fmt: skip
    arrays = [pa.array(nothing if one is None else one, field.type) for one, field in zip(columns, SCHEMA, strict=True)]
    return pa.table(arrays, schema=SCHEMA)


def _at(moments_us: np.ndarray) -> pa.Array:
    return pa.array(moments_us, pa.int64()).cast(SCHEMA.field("occurred_at").type)
