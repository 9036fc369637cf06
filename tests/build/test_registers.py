"""Registers change without a build: atomically, with their history, from files that may be bad."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from click.testing import CliRunner

from layers import registry
from tests.build.test_build import DEM, HEAD, write_dem
from tests.readers.ifc.models import box_model
from twin.build import build_campus
from twin.build.registers import RegisterWatch, take_up_registers
from twin.cli import main
from twin.errors import BuildFailedError, FolderRefusedError
from twin.model.registers import REGISTERS
from twin.model.time import AsOf
from twin.store.campus import Campus
from twin.store.editions import edition_number, load_edition
from twin.store.register_history import holding, known_at, take_in
from twin.store.registers import Registers

STAFF = """
[[sources]]
key = "staff"
path = "sources/staff.xlsx"
reader = "register"
"""
ROOMS = """
[[sources]]
key = "rooms"
path = "sources/rooms.csv"
reader = "register"
"""
HEADINGS = ("工号", "姓名", "单位", "职级", "生效日期", "失效日期")
FIRST = [("P1", "张三", "U1", "正科", None, None), ("P2", "李四", "U1", "科员", None, None)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("registers") / "campus"
    (folder / "sources").mkdir(parents=True)
    write_dem(folder / "sources" / "dem.tif", 10.0)
    write_staff(folder, FIRST)
    write_rooms(folder, "301,U1,P1,17.5\n302,U1,P2,\n")
    (folder / "campus.toml").write_text(HEAD + DEM + STAFF + ROOMS, encoding="utf-8")
    build_campus(folder, registry())
    return folder


@pytest.fixture
def campus(built: Path, tmp_path: Path) -> Path:
    """One DEM, two people, two rooms; built."""
    return Path(shutil.copytree(built, tmp_path / "campus"))


def write_staff(folder: Path, rows: list[tuple[Any, ...]]) -> None:
    book = openpyxl.Workbook()
    for row in (HEADINGS, *rows):
        book.active.append(row)
    book.save(folder / "sources" / "staff.xlsx")


def write_rooms(folder: Path, rows: str) -> None:
    (folder / "sources" / "rooms.csv").write_text(f"房间号,使用单位,工号,使用面积\n{rows}", encoding="utf-8")


def names(folder: Path, at: datetime | None = None) -> list[str]:
    table = Registers.open(folder).rows("staff", at)
    assert table is not None
    return sorted(table["name"].to_pylist())


def run(*words: str) -> Any:
    return CliRunner().invoke(main, list(words))


def test_a_changed_list_is_taken_up_without_a_build(campus: Path) -> None:
    opened = Campus.open(campus)
    assert opened.sql("SELECT count(*) AS n FROM staff").to_pylist() == [{"n": 2}]
    write_staff(campus, [*FIRST, ("P3", "王五", "U2", "科员", None, None)])
    said = run("registers", str(campus), "--json")
    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout)["edition"]["rows"] == {"staff": 3, "room_assignments": 2}
    assert [one.name for one in (campus / "generations").iterdir()] == ["0001"]
    answer = opened.sql("SELECT name, unit_id FROM staff WHERE staff_id = 'P3'")  # a campus that was open all the time
    assert answer.to_pylist() == [{"name": "王五", "unit_id": "U2"}]
    assert not build_campus(campus, registry()).changed  # nor is a build due afterwards


def test_unchanged_files_are_not_read(campus: Path) -> None:
    said: list[tuple[str, str]] = []
    before = sorted((campus / "registers").iterdir())
    taken = take_up_registers(campus, registry(), retry=True, progress=lambda *step: said.append(step))
    assert not taken.changed
    assert said == []
    assert sorted((campus / "registers").iterdir()) == before
    write_rooms(campus, "301,U1,P1,18\n")
    assert take_up_registers(campus, registry(), progress=lambda *step: said.append(step)).changed
    assert {key for key, _ in said} == {"rooms"}


def test_who_was_in_which_room(campus: Path) -> None:
    """A list that is overwritten, as offices do, keeps its history all the same."""
    before = datetime.now(UTC)
    write_rooms(campus, "301,U1,P2,17.5\n302,U1,P1,\n")
    take_up_registers(campus, registry())
    opened = Campus.open(campus)
    question = "SELECT staff_id FROM room_assignments WHERE space_id = '301'"
    assert opened.sql(question).to_pylist() == [{"staff_id": "P2"}]
    assert opened.sql(question, as_of=AsOf(before)).to_pylist() == [{"staff_id": "P1"}]
    since = opened.sql("SELECT staff_id, valid_from, valid_to FROM room_assignments_history WHERE space_id = '301'")
    assert {row["staff_id"]: (row["valid_from"] is None, row["valid_to"] is None) for row in since.to_pylist()} == {
        "P1": (True, False),
        "P2": (False, True),
    }


def test_what_a_row_states_decides_when_it_holds(campus: Path) -> None:
    moved = [
        ("P1", "张三", "U1", "正科", "2026-01-01", "2026-06-01"),
        ("P1", "张三", "U9", "副处", "2026/6/1", None),
    ]
    write_staff(campus, moved)
    take_up_registers(campus, registry())
    shown = {}
    for day in ("2025-12-31", "2026-05-31T23:59", "2026-06-01", "2030-01-01"):  # midnight in Shanghai, not in Greenwich
        said = run("query", str(campus), "SELECT unit_id FROM staff WHERE name = '张三'", "--json", "--at", day)
        assert said.exit_code == 0, said.output
        shown[day] = [row["unit_id"] for row in json.loads(said.stdout)]
    # before 2026 the first list stands: it stated no begin and ended where the new one begins
    assert shown == {"2025-12-31": ["U1"], "2026-05-31T23:59": ["U1"], "2026-06-01": ["U9"], "2030-01-01": ["U9"]}
    assert run("query", str(campus), "SELECT 1", "--at", "gestern").exit_code == 2


def test_a_bad_file_leaves_the_rows_in_use(campus: Path) -> None:
    good = (campus / "sources" / "staff.xlsx").read_bytes()
    (campus / "sources" / "staff.xlsx").write_bytes(good[:700])
    write_rooms(campus, "301,U1,P1,20\n")
    said = run("registers", str(campus))
    assert said.exit_code == 1
    lines = said.stderr.splitlines()
    assert [line for line in lines if line.startswith("twin:")] == [line for line in lines if "staff.xlsx" in line]
    assert len([line for line in lines if "staff.xlsx" in line]) == 1
    assert names(campus) == ["张三", "李四"]
    rooms = Registers.open(campus).rows("room_assignments")
    assert rooms is not None
    assert rooms["area_m2"].to_pylist() == [20.0]  # what could be read is in force
    told = json.loads(run("info", str(campus), "--json").stdout)
    source = next(one for one in told["sources"] if one["key"] == "staff")
    assert source["error"] in told["errors"]
    assert (source["found"], source["kept"]) == (2, 2)  # of what is in use
    edition = edition_number(campus)
    assert run("registers", str(campus)).exit_code == 1  # still bad: said again, nothing new
    assert edition_number(campus) == edition
    with pytest.raises(BuildFailedError, match=r"staff\.xlsx"):
        build_campus(campus, registry())
    assert build_campus(campus, registry(), keep_going=True).registers.errors
    (campus / "sources" / "staff.xlsx").unlink()
    assert "no such file" in run("registers", str(campus)).stderr
    (campus / "sources" / "staff.xlsx").write_bytes(good)
    assert run("registers", str(campus)).exit_code == 0
    assert "error" not in run("registers", str(campus)).stderr


def test_found_is_kept_and_skipped(campus: Path) -> None:
    write_rooms(campus, "301,U1,P1,viel\n301,U1,P1,viel\n,U1,P3,\n,,,\n")
    take_up_registers(campus, registry())
    told = json.loads(run("info", str(campus), "--json").stdout)
    source = next(one for one in told["sources"] if one["key"] == "rooms")
    assert source["skipped"] == {"duplicate": 1, "no_key": 1, "blank_row": 1}
    assert source["found"] == source["kept"] + sum(source["skipped"].values()) == 4
    assert any("使用面积 is not readable" in note for note in source["notes"])
    assert source["layers"] == ["room_assignments"]
    assert told["registers"]["rows"] == {"staff": 2, "room_assignments": 1}


def test_a_register_that_left_campus_toml_ends(campus: Path) -> None:
    before = datetime.now(UTC)
    (campus / "campus.toml").write_text(HEAD + DEM + ROOMS, encoding="utf-8")
    take_up_registers(campus, registry())
    assert names(campus) == []
    assert names(campus, before) == ["张三", "李四"]
    assert [one.key for one in load_edition(campus).sources] == ["rooms"]  # type: ignore[union-attr]


def test_what_was_known_then_can_be_asked_for(campus: Path) -> None:
    write_staff(campus, [("P1", "张三", "U7", "正科", "2026-03-01", None)])
    take_up_registers(campus, registry())
    registers, march = Registers.open(campus), datetime(2026, 3, 15, tzinfo=UTC)

    def units(edition: int | None) -> list[str]:
        table = registers.rows("staff", march, edition=edition)
        assert table is not None
        return sorted(table["unit_id"].to_pylist())

    assert units(None) == ["U1", "U7"]  # P1 was in U7 by then; P2 left only when the new list came
    assert units(1) == ["U1", "U1"]  # but in March nobody knew


def test_the_watch_waits_until_a_file_stands_still(campus: Path) -> None:
    said: list[str] = []
    watch = RegisterWatch(campus, registry(), said.append)
    watch.look()
    watch.look()
    assert said == []  # nothing new
    write_staff(campus, FIRST[:1])
    watch.look()
    assert names(campus) == ["张三", "李四"]  # it may still be copied
    watch.look()
    assert names(campus) == ["张三"]
    (campus / "sources" / "staff.xlsx").write_bytes(b"PK")
    for _ in range(4):
        watch.look()
    assert names(campus) == ["张三"]
    assert len([line for line in said if "staff.xlsx" in line]) == 1  # one line, once
    (campus / "campus.toml").write_text("name = ", encoding="utf-8")
    for _ in range(3):
        watch.look()
    assert len([line for line in said if "campus.toml" in line]) == 1


def test_serving_takes_up_what_changes(campus: Path) -> None:
    with RegisterWatch(campus, registry(), [].append, every_s=0.05):
        write_staff(campus, FIRST[:1])
        give_up = time.monotonic() + 30
        while names(campus) != ["张三"] and time.monotonic() < give_up:
            time.sleep(0.05)
    assert names(campus) == ["张三"]


KILLED = """
import os, random, signal, sys, threading, time
from pathlib import Path
from layers import registry
from twin.build.registers import take_up_registers
registry()
def kill():
    time.sleep(float(sys.argv[2]))
    os.kill(os.getpid(), signal.SIGKILL)
threading.Thread(target=kill, daemon=True).start()
take_up_registers(Path(sys.argv[1]), registry())
time.sleep(5)
"""


def test_a_crash_leaves_one_readable_state(campus: Path) -> None:
    seed = random.randrange(10_000)
    print(f"seed {seed}")
    moments = random.Random(seed)
    states = [["张三", "李四"]]
    write_staff(campus, FIRST[::-1])
    start = time.monotonic()
    take_up_registers(campus, registry())
    took_s = time.monotonic() - start
    for n in range(6):
        rows = [("P1", f"张{n}", "U1", "正科", None, None), ("P2", f"李{n}", "U1", "科员", None, None)]
        states.append([f"张{n}", f"李{n}"])
        write_staff(campus, rows)
        delay = str(moments.uniform(0.0, 1.3 * took_s))
        ended = subprocess.run([sys.executable, "-c", KILLED, str(campus), delay], check=False, timeout=60)
        assert ended.returncode == -signal.SIGKILL
        assert names(campus) in states
        assert take_up_registers(campus, registry()).errors == ()
        assert names(campus) == states[-1]
    history = Registers.open(campus).history("staff")
    assert history is not None
    assert history["dropped_edition"].null_count == 2


@pytest.mark.parametrize("file", ["staff-0002.parquet", "0002.json"])
def test_a_full_disk_at_either_step_changes_nothing(campus: Path, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write_staff(campus, FIRST[:1])
    replace = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name == file:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", full)
        with pytest.raises(FolderRefusedError, match="No space"):
            take_up_registers(campus, registry())
    assert names(campus) == ["张三", "李四"]
    assert edition_number(campus) == 1
    assert take_up_registers(campus, registry()).changed
    assert names(campus) == ["张三"]


ROOMED = """
[[buildings]]
code = "B01"
models = ["house"]
[[sources]]
key = "house"
path = "house.ifc"
reader = "ifc"
placement = { to = [429000, 2886000, 10] }
"""
SPACE = """#70=IFCSPACE('0000000000000000000070',$,'301',$,$,#33,$,'Office',.ELEMENT.,$,$);
#71=IFCRELAGGREGATES('0000000000000000000071',$,$,$,#22,(#70));"""


def test_rooms_are_found_however_lists_call_them(campus: Path) -> None:
    (campus / "house.ifc").write_text(box_model(SPACE))
    toml = (campus / "campus.toml").read_text(encoding="utf-8")
    (campus / "campus.toml").write_text(toml + ROOMED, encoding="utf-8")
    write_rooms(campus, "301,U1,P1,17.5\nB01-301,U2,P2,3\nb01 301,U3,,4\n0000000000000000000070,U4,,5\n999,U5,,6\n")
    build_campus(campus, registry())
    opened = Campus.open(campus)
    rows = opened.sql("SELECT unit_id, space_id FROM room_assignments ORDER BY 1").to_pylist()
    room = "space:house:0000000000000000000070"
    assert [row["space_id"] for row in rows] == [room, room, room, room, "999"]
    joined = "SELECT count(*) AS n FROM room_assignments r JOIN spaces s ON s.feature_id = r.space_id"
    assert opened.sql(joined).to_pylist() == [{"n": 4}]
    from ioc_app.occupancy import occupancy

    said = occupancy(opened, room)
    assert said is not None
    assert [(one["unit_id"], one["people"]) for one in said["units"]] == [("U1", 1), ("U2", 1), ("U3", 0), ("U4", 0)]
    assert "张三" not in json.dumps(said, ensure_ascii=False)  # people are counted, not named
    write_rooms(campus, "301,U9,P1,17.5\n")
    take_up_registers(campus, registry())
    said = occupancy(opened, room)
    assert said is not None
    assert [one["unit_id"] for one in said["units"]] == ["U9"]
    assert occupancy(opened, "space:house:other") is None


# --- the history against a second reckoning ------------------------------------------------------------

DAY = timedelta(days=1)
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
UNITS = REGISTERS["units"]


def deliveries(dice: random.Random) -> Iterator[list[dict[str, Any]]]:
    for _ in range(8):
        rows = []
        for unit in dice.sample("ABCD", dice.randint(0, 4)):
            start = EPOCH + dice.randint(-30, 30) * DAY if dice.random() < 0.5 else None
            end = (start or EPOCH) + dice.randint(1, 40) * DAY if dice.random() < 0.3 else None
            row = {"unit_id": unit, "name": dice.choice("xy"), "parent_id": None, "level": None}
            rows.append({**row, "valid_from": start, "valid_to": end, "source_key": "s", "source_pos": "1"})
        yield rows


def told(rows: list[list[dict[str, Any]]], moments: list[datetime], at: datetime, known: int) -> set[tuple[str, str]]:
    """Which units hold at ``at`` by the rules of decision 0014, walked edition by edition."""
    found = set()
    for first in range(known):
        for row in rows[first]:
            if first and row in rows[first - 1]:
                continue  # it stood already
            stood = next((n for n in range(first, known) if row not in rows[n]), None)
            begin = row["valid_from"] or (None if first == oldest(rows) else moments[first])
            ends = [row["valid_to"]]
            if stood is not None:
                ends.append(moments[stood])
                ends += [
                    new["valid_from"]
                    for new in rows[stood]
                    if new["unit_id"] == row["unit_id"] and new["valid_from"] and new not in rows[stood - 1]
                ]
            end = min((one for one in ends if one is not None), default=None)
            if (begin is None or begin <= at) and (end is None or at < end):
                found.add((row["unit_id"], row["name"]))
    return found


def oldest(rows: list[list[dict[str, Any]]]) -> int:
    return next(n for n, one in enumerate(rows) if one)


@pytest.mark.parametrize("round_", range(12))
def test_history_is_what_the_rules_say(round_: int) -> None:
    seed = random.randrange(10_000)
    print(f"seed {seed} in round {round_}")
    dice = random.Random(seed)
    rows, moments = list(deliveries(dice)), [EPOCH + 5 * n * DAY for n in range(8)]
    history: pa.Table | None = None
    for n, (one, at) in enumerate(zip(rows, moments, strict=True), start=1):
        history = take_in(UNITS, history, pa.Table.from_pylist(one, schema=UNITS.delivered), {"s"}, n, at)
    assert history is not None
    for known in range(1, 9):
        if not any(rows[:known]):
            continue
        seen = known_at(UNITS, history, known)
        for at in (EPOCH + dice.uniform(-40, 60) * DAY for _ in range(20)):
            table = holding(seen, at)
            pairs = set(zip(table["unit_id"].to_pylist(), table["name"].to_pylist(), strict=True))
            assert pairs == told(rows, moments, at, known), (known, at)
