"""Old readings brought in from outside: into closed days, once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.live.entries import NOON, ZONE, StandingClock, everything, ids, readings
from twin.errors import HistoryTableError
from twin.live.import_readings import write_history
from twin.live.journal import Journal
from twin.live.seal import Sealer
from twin.store.history import History
from twin.store.history_manifest import Part, read_manifest

OLD = NOON - timedelta(days=400)


def table(count: int, *, first: int = 0, **more: Any) -> pa.Table:
    numbers = range(first, first + count)
    return pa.table(
        {
            "entry_id": [f"old-{n}" for n in numbers],
            "subject": [f"p{n % 3}" for n in numbers],
            "occurred_at": pa.array([OLD + timedelta(hours=n) for n in numbers], pa.timestamp("us", "UTC")),
            "value": [float(n) for n in numbers],
            **more,
        }
    )


def test_what_is_brought_in_is_there_with_its_rollups(tmp_path: Path) -> None:
    clock = StandingClock()
    assert write_history(tmp_path, table(72), ZONE, clock=clock) == 72
    history = History.open(tmp_path, clock=clock)
    assert history.series("p1", OLD, NOON)["value"].to_pylist() == [float(n) for n in range(1, 72, 3)]
    assert sum(history.rollup("p1", OLD - timedelta(days=1), NOON, "day")["count"].to_pylist()) == 24
    assert history.latest()["value"].to_pylist() == [69.0, 70.0, 71.0]
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert {one.part for one in manifest.files} == {Part.DAY, Part.HOURLY, Part.DAILY}
    (row, *_) = everything(tmp_path).to_pylist()
    assert (row["seq"], row["kind"], row["feed"], row["received_at"]) == (0, "reading", "import", clock.at)


def test_the_same_twice_adds_nothing(tmp_path: Path) -> None:
    assert write_history(tmp_path, table(30), ZONE) == 30
    before = read_manifest(tmp_path)
    assert write_history(tmp_path, table(30), ZONE) == 0
    assert read_manifest(tmp_path) == before
    assert write_history(tmp_path, table(40), ZONE) == 10
    twice = pa.concat_tables([table(10, first=100), table(10, first=100)])
    assert write_history(tmp_path, twice, ZONE) == 10
    assert sorted(ids(tmp_path)) == sorted(f"old-{n}" for n in [*range(40), *range(100, 110)])


def test_a_day_that_is_running_takes_both(tmp_path: Path) -> None:
    clock = StandingClock()
    same = pa.table(
        {
            "entry_id": ["id-3", "id-999"],
            "subject": ["p0", "p0"],
            "occurred_at": pa.array([NOON + timedelta(seconds=3), NOON], pa.timestamp("us", "UTC")),
            "value": [-1.0, -1.0],
        }
    )
    with Journal(tmp_path, clock=clock) as journal:
        journal.append(readings(10))
        assert write_history(tmp_path, same, ZONE, clock=clock) == 1
        journal.append([*readings(12), *readings(1, first=999, begin=NOON)])  # the import came first
        expected = sorted([*(f"id-{n}" for n in range(12)), "id-999"])
        assert sorted(ids(tmp_path)) == expected
        sealer = Sealer(tmp_path, ZONE, clock=clock)
        sealer.seal()
        assert sorted(ids(tmp_path)) == expected
        clock.pass_time(timedelta(days=1))
        sealer.close_due()
        assert sorted(ids(tmp_path)) == expected
        values = dict(zip(*(everything(tmp_path)[one].to_pylist() for one in ("entry_id", "value")), strict=True))
        assert (values["id-3"], values["id-999"]) == (3.0, -1.0)


def test_what_is_no_number_has_no_value(tmp_path: Path) -> None:
    bad = table(3).set_column(3, "value", pa.array([float("nan"), None, float("inf")]))
    assert write_history(tmp_path, bad, ZONE) == 3
    assert everything(tmp_path)["value"].to_pylist() == [None, None, None]
    assert set(everything(tmp_path)["quality"].to_pylist()) == {"offline"}


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (table(3).drop_columns(["subject"]), "no column subject"),
        (table(3).set_column(2, "occurred_at", pa.array([NOON.replace(tzinfo=None)] * 3)), "not timestamp"),
        (table(3).set_column(0, "entry_id", pa.array(["a", None, "b"])), "entry_id"),
    ],
)
def test_a_table_that_lacks_something_is_refused(tmp_path: Path, bad: pa.Table, told: str) -> None:
    with pytest.raises(HistoryTableError, match=told):
        write_history(tmp_path, bad, ZONE)
    assert read_manifest(tmp_path) is None
