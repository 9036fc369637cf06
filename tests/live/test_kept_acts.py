"""What was concluded and done, kept together: always what the history says, whatever happens to the file."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.live.entries import NOON, ZONE, StandingClock, readings
from twin.live import kept_acts
from twin.live.journal import Journal
from twin.live.kept_acts import KEPT, KeptActs
from twin.live.seal import Sealer
from twin.model.entries import EVENT, Entry
from twin.store.history import History
from twin.store.history_manifest import HistoryFile
from twin.store.history_view import HistoryView


def acts(first: int, count: int, day: int = 0) -> list[Entry]:
    """Alarms and what people did about them; some belong to the day before."""
    kinds = ("alarm.raised", "alarm.cleared", "incident.opened", "order.done", "handover.written")
    return [
        Entry(
            f"~{number}",
            kinds[number % len(kinds)],
            f"P{number % 3}",
            NOON + timedelta(days=day - (number % 4 == 0), seconds=number),
            "rules",
            body=json.dumps({"text": "水泵 " * (number % 9), "n": number}),
        )
        for number in range(first, first + count)
    ]


class Months:
    """A campus on which days pass."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = StandingClock()
        self.journal = Journal(folder, clock=self.clock)
        self.sealer = Sealer(folder, ZONE, clock=self.clock, keep_replaced_s=0.0)
        self.written = self.day = 0

    def write(self, count: int = 5) -> None:
        at = NOON + timedelta(days=self.day)
        event = Entry(f"e{self.written}", EVENT, "P1", at, "test", body="{}")
        self.journal.append(
            [*readings(20, first=4 * self.written, begin=at), *acts(self.written, count, self.day), event]
        )
        self.written += count

    def close(self) -> None:
        self.day += 1
        self.clock.pass_time(timedelta(days=1))
        self.sealer.close_due()


@pytest.fixture
def months(tmp_path: Path) -> Iterator[Months]:
    one = Months(tmp_path)
    with one.journal:
        for _ in range(4):
            one.write()
            one.close()
        one.write()
        one.sealer.seal()
        one.write()
        yield one


def agrees(months: Months) -> bool:
    """Against one question to the whole history."""
    expected = History.open(months.folder).acts()
    assert list(KeptActs(months.folder).all()) == expected
    return True


def rows(months: Months) -> list[tuple[str, bytes, bytes]]:
    with closing(sqlite3.connect(months.folder / KEPT)) as db:
        return db.execute("SELECT name, digest, acts FROM kept ORDER BY name").fetchall()


def test_it_is_what_the_history_says_again_and_again(months: Months) -> None:
    assert len(History.open(months.folder).acts()) == 30
    for _ in range(3):
        assert agrees(months)
    months.write()
    assert agrees(months)
    months.close()
    assert agrees(months)
    assert {name for name, _, _ in rows(months)} == {one.name for one in History.open(months.folder).view().raw_files()}


def test_only_files_that_are_new_are_read(months: Months, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    original = kept_acts._read

    def counting(view: HistoryView, files: list[HistoryFile]) -> Iterator[tuple[HistoryFile, pa.Table]]:
        read.append(len(files))
        return original(view, files)

    monkeypatch.setattr(kept_acts, "_read", counting)
    kept = KeptActs(months.folder)
    kept.take_in()
    list(kept.all())
    months.write()
    months.close()
    kept.take_in()
    list(KeptActs(months.folder).all())
    assert read[0] > 4
    assert read[1] == 0
    assert 0 < read[2] <= 2
    assert read[3] == 0


def _torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def _garbage(path: Path) -> None:
    path.write_bytes(b"no database at all" * 300)


def _gone(path: Path) -> None:
    path.unlink()


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")


def _exchanged(path: Path) -> None:
    """Each part is whole, and belongs to another file."""
    with closing(sqlite3.connect(path)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM kept ORDER BY name")]
        db.executemany("UPDATE kept SET name = ? WHERE name = ?", [(f"{one}x", one) for one in names])
        pairs = [(new, f"{old}x") for new, old in zip(names, names[1:] + names[:1], strict=True)]
        db.executemany("UPDATE kept SET name = ? WHERE name = ?", pairs)
        db.commit()


def _emptied(path: Path) -> None:
    """As if there had been no acts."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE kept SET acts = x''")
        db.commit()


def _of_strangers(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO kept SELECT 'other.parquet', digest, acts FROM kept LIMIT 1")
        db.commit()


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


HARMS = (_torn, _garbage, _gone, _newer, _exchanged, _emptied, _of_strangers)


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_one_is_made_anew_and_never_believed(months: Months, harm: Callable[[Path], None]) -> None:
    assert agrees(months)
    sound = rows(months)
    harm(months.folder / KEPT)
    assert agrees(months)
    assert agrees(months)
    assert rows(months) == sound


def test_one_that_cannot_be_written_costs_time_and_nothing_else(months: Months) -> None:
    assert agrees(months)
    _a_folder(months.folder / KEPT)
    assert agrees(months)


def test_any_byte_may_be_another(months: Months) -> None:
    assert agrees(months)
    expected = History.open(months.folder).acts()
    path = months.folder / KEPT
    sound, chance = path.read_bytes(), random.Random(7)
    for _ in range(examples(60)):
        harmed = bytearray(sound)
        for _ in range(chance.randint(1, 40)):
            harmed[chance.randrange(len(harmed))] = chance.randrange(256)
        path.write_bytes(bytes(harmed))
        assert list(KeptActs(months.folder).all()) == expected


@given(st.lists(st.sampled_from(["write", "seal", "close", "keep", "harm"]), max_size=14), st.integers(0, 99))
@settings(max_examples=examples(25), deadline=None)
def test_in_whatever_order_it_happens(tmp_path_factory: pytest.TempPathFactory, steps: list[str], seed: int) -> None:
    one, chance = Months(tmp_path_factory.mktemp("campus")), random.Random(seed)
    with one.journal:
        for step in steps:
            if step == "write":
                one.write()
            elif step == "seal":
                one.sealer.seal()
            elif step == "close":
                one.close()
            elif step == "keep":
                KeptActs(one.folder).take_in()
            elif (one.folder / KEPT).exists():
                chance.choice(HARMS[:2])(one.folder / KEPT)
        assert agrees(one)


def test_who_only_looks_writes_nothing(months: Months) -> None:
    path = months.folder / KEPT
    expected = History.open(months.folder).acts()
    assert list(KeptActs(months.folder, keep=False).all()) == expected
    assert not path.exists()
    list(KeptActs(months.folder).all())
    months.close()
    months.write()
    kept = path.read_bytes()
    for content in (kept, kept[: len(kept) // 2], b"no database"):
        path.write_bytes(content)
        assert list(KeptActs(months.folder, keep=False).all()) == History.open(months.folder).acts()
        assert path.read_bytes() == content
