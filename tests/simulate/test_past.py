"""Days behind the first start: in the history as if they had been sent, once, and followed by today."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.simulate.campus import HOUR_US, TIMEZONE, at, scenario
from twin.cli.past import FEED, hours_of_today, write_past
from twin.live.messages import EVENTS
from twin.model.entries import EVENT, READING
from twin.store.history_manifest import RAW, Part, history_folder, read_manifest

NOW = datetime(2026, 11, 26, 2, 30, tzinfo=UTC)  # 10:30 on the campus, a Thursday


def test_closed_days_become_history_and_only_once(demo_campus: Path, tmp_path: Path) -> None:
    campus = tmp_path / "campus"
    shutil.copytree(demo_campus, campus)
    said: list[str] = []
    acts = scenario(demo_campus, every_s=1800)
    added = write_past(campus, acts, TIMEZONE, NOW, 1, said.append)
    manifest = read_manifest(campus)
    assert manifest is not None
    files = manifest.of(*RAW)
    assert [one.day for one in files] == [NOW.date() - timedelta(days=1)]
    whole = pq.read_table(history_folder(campus) / files[0].name)
    table = whole.filter(pc.is_in(whole["kind"], pa.array([READING, EVENT])))
    assert len(table) == added, "the others are what was concluded and done"
    assert manifest.of(Part.HOURLY)
    assert len(said) == 2

    assert pc.unique(table["feed"]).to_pylist() == [FEED]
    assert table["occurred_at"].equals(table["received_at"])
    sent = acts.between(at("2026-11-25T08:00"), at("2026-11-25T09:00"), patrols=False)
    events = EVENTS.read(("[" + ",".join(sent.events) + "]").encode(), FEED, lines=False).entries
    stored = dict(zip(table["entry_id"].to_pylist(), table["body"].to_pylist(), strict=True))
    assert len(events) > 1000
    assert {one.entry_id: one.body for one in events}.items() <= stored.items(), "the same as what is sent"

    assert write_past(campus, acts, TIMEZONE, NOW, 1, said.append) == 0


def test_today_is_what_closed_days_do_not_hold() -> None:
    assert hours_of_today(NOW, TIMEZONE) == 10.5
    assert at("2026-11-26T00:00") + int(10.5 * HOUR_US) == int(NOW.timestamp() * 1e6)
