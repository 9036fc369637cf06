"""What stood is known again after a year of closed days. Peer: one question to the whole history, as it was before.

Goal: the acts of a year, 150 a day, read and folded in ≤ 2 s of processor time on two quiet cores. The same machine
has taken 2.3 s and 5.6 s on two days for the same code; so what is judged is the share of the question's own time in
the same run. The first time, when nothing is kept yet, may take as long as the question.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from twin.live.alarms.book import AlarmBook
from twin.live.day_files import ORDER
from twin.live.history_files import Numbers, write_file
from twin.live.kept_acts import KEPT, KeptActs
from twin.live.manifest_writer import change, make_manifest
from twin.live.rules.entries import CLEARED, RAISED, entry_id
from twin.model.collecting import no_collection
from twin.model.entries import READING, StoredEntry
from twin.store.entry_table import SCHEMA
from twin.store.history import History
from twin.store.history_manifest import HistoryFile, Part

pytestmark = pytest.mark.benchmark

MOST_SHARE = 0.9  # 0.45 to 0.75 seen
DAYS, READINGS, ALARMS = 365, 20_000, 75
POINTS = pa.array([f"P{one}:power" for one in range(500)])
BEGIN = datetime(2025, 11, 20, 16, tzinfo=UTC)  # midnight in Shanghai


@pytest.mark.slow
def test_a_year_is_folded_within_its_time(tmp_path: Path) -> None:
    write_year(tmp_path)
    asked_s = folded_s(lambda: iter(History.open(tmp_path).acts()))
    first_s = folded_s(KeptActs(tmp_path).all)
    again_s = min(folded_s(KeptActs(tmp_path).all) for _ in range(3))  # folding, which both do, is most of it
    size_mb = (tmp_path / KEPT).stat().st_size / 1e6
    took = f"asked {asked_s:.2f} s, first {first_s:.2f} s, again {again_s:.2f} s, ratio {again_s / asked_s:.2f}"
    print(f"\n{took}; {size_mb:.1f} MB kept")
    assert again_s <= MOST_SHARE * asked_s


def folded_s(all_acts: Callable[[], Iterator[StoredEntry]]) -> float:
    """Processor seconds, folding as ``Situation.begin`` does."""
    begun_s, book, acts, folded = time.process_time(), AlarmBook(), all_acts(), 0
    with no_collection():
        while some := list(islice(acts, 5_000)):
            book.fold(some)
            folded += len(some)
    assert folded == DAYS * ALARMS * 2
    return time.process_time() - begun_s


def write_year(campus: Path) -> None:
    make_manifest(campus, "Asia/Shanghai")
    numbers, chance, seq = Numbers(1), np.random.default_rng(1), 0
    files: list[HistoryFile] = []
    for number in range(DAYS):
        begin = BEGIN + timedelta(days=number)
        begin_us = int(begin.timestamp()) * 1_000_000
        day = pa.concat_tables([readings(chance, begin_us), alarms(number, begin_us)])
        day = day.set_column(0, SCHEMA.field("seq"), pa.array(np.arange(seq + 1, seq + 1 + len(day)), pa.int64()))
        seq += len(day)
        local = (begin + timedelta(hours=8)).date()
        files.append(write_file(campus, numbers, local, Part.DAY, SCHEMA, day.sort_by(ORDER).to_batches()))
    change(campus, add=files, sealed=(0, seq), next_number=numbers.next, at=BEGIN)


def readings(chance: np.random.Generator, begin_us: int) -> pa.Table:
    at = begin_us + np.sort(chance.integers(0, 86_400_000_000, READINGS))
    points = POINTS.take(pa.array(chance.integers(0, 500, READINGS)))
    ids = pc.binary_join_element_wise("~", points, "@", pa.array(at).cast(pa.string()), "")
    values = chance.normal(20, 3, READINGS).round(2)
    return table(ids, [READING] * READINGS, points, at, "http:gateway", values, None)


def alarms(number: int, begin_us: int) -> pa.Table:
    told: list[tuple[str, str, int, str]] = []
    for one in range(ALARMS):
        device, at_us = f"P{(one * 7 + number) % 500}", begin_us + one * 1_000_000_000
        place = {"device": device, "device_type": "electricity_meter", "space_id": "space:b1:101", "zone_ids": ["z1"]}
        said = {"zh": f"{device} 功率 812 kW，限值 800 kW", "en": f"{device} power 812 kW, limit 800 kW"}
        title = {"zh": "功率高", "en": "Power high"}
        episode = {"raised_us": at_us, "value": 812.0, "cleared_us": None, "cleared_value": None, "count": 1}
        said_of = {"alarm_type": "power.high", "level": "B", "title": title, "text": said, "place": place}
        raised: dict[str, object] = {**said_of, "device": device, **episode}
        raised |= {"last_us": at_us, "told": "", "rule_id": "high", "rule_version": 1, "revision": 0}
        cleared = {**raised, "cleared_us": at_us + 300_000_000, "cleared_value": 780.0}
        told += [(RAISED, device, at_us, json.dumps(raised))]
        told += [(CLEARED, device, at_us + 300_000_000, json.dumps(cleared))]
    kinds, devices, at, bodies = (list(one) for one in zip(*told, strict=True))
    ids = [entry_id(*one[:3]) for one in told]
    return table(ids, kinds, [f"{one}:power" for one in devices], np.array(at), "rules", None, bodies)


def table(
    ids: list[str] | pa.Array,
    kinds: list[str],
    subjects: list[str] | pa.Array,
    at_us: np.ndarray,
    feed: str,
    values: np.ndarray | None,
    bodies: list[str] | None,
) -> pa.Table:
    rows = len(ids)
    moments = pa.array(at_us, pa.int64()).cast(SCHEMA.field("occurred_at").type)
    nothing = [None] * rows
    columns = [np.zeros(rows, int), ids, kinds, subjects, moments, moments, [feed] * rows, values, nothing, bodies]
    arrays = [pa.array(nothing if one is None else one, field.type) for one, field in zip(columns, SCHEMA, strict=True)]
    return pa.table(arrays, schema=SCHEMA)
