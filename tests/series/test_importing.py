"""``twin import readings`` from the command to the answers of the history."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from tests.ioc_app.small_campus import small_campus
from twin.cli import main
from twin.live.running import RunningCampus
from twin.readers.sandbox import Worker
from twin.series.drop import LIMITS, DropWatch
from twin.store.campus import Campus
from twin.store.history import History

HEAD = """schema_version = 1
name = { zh = "试验园区", en = "Test campus" }
crs = "EPSG:4549"
vertical_datum = "EPSG:5737"
[[sources]]
key = "a"
path = "sources/a.csv"
reader = "csv_points"
layer = "devices"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = small_campus().write(tmp_path / "campus")
    (folder / "campus.toml").write_text(HEAD, encoding="utf-8")
    return folder


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def test_a_cambridge_meter_and_a_room_are_in_the_history(folder: Path, shared_data: Path) -> None:
    series = shared_data / "timeseries"
    lines = (series / "cambridge_estates/UCam_Building_b0/gas/2018.csv").read_text().splitlines()
    meters = folder.parent / "b0" / "gas"
    meters.mkdir(parents=True)
    (meters / "2018.csv").write_text("\n".join(lines[: 1 + 24 * 20]) + "\n")  # twenty days; the whole file takes 10 s
    words = ["import", "readings", str(folder), str(meters), "--timezone", "UTC", "--missing", "0", "--json"]
    first = run(*words, "--point", "{grandparent}:{parent}")
    assert first.exit_code == 0, first.output
    said = json.loads(first.output)
    plain = [float(one.split(",")[1]) for one in lines[1 : 1 + 24 * 20]]
    zeros = sum(one == 0 for one in plain)
    assert zeros > 0
    assert (said["new"], said["files"][0]["missing"], said["new_points"]) == (480, zeros, ["b0:gas"])
    assert json.loads(run(*words, "--point", "{grandparent}:{parent}").output)["new"] == 0
    history = History.open(folder)
    start = datetime(2018, 1, 1, tzinfo=UTC)
    kept = history.series("b0:gas", start, start + timedelta(days=20))
    assert [one or 0.0 for one in kept["value"].to_pylist()] == plain
    days = history.rollup("b0:gas", start + timedelta(days=1), start + timedelta(days=19), "day").to_pylist()
    assert sum(one["readings"] - one["count"] for one in days) <= zeros
    assert 'unit = "kW.h"' in (folder / "config" / "points.toml").read_text()
    listed = json.loads(run("devices", str(folder), "--json").output)
    gas = next(one for one in listed if one["point_id"] == "b0:gas")
    assert (gas["unit"], gas["known"], gas["quality"] in ("stale", "offline")) == ("kW.h", True, True)
    assert "b0:gas" in run("devices", str(folder)).output


def test_a_counter_that_counts_down_is_told(folder: Path) -> None:
    config = folder / "config" / "points.toml"
    config.parent.mkdir()
    config.write_text('[[points]]\npoint_id = "EM-9:energy"\nunit = "kW.h"\nkind = "counter"\n')
    hours = "".join(f"EM-9:energy,2026-01-01T{hour:02}:00:00Z,{hour % 5}\n" for hour in range(24))
    (folder / "x.csv").write_text("point_id,observed_at,value\n" + hours)
    said = run("import", "readings", str(folder), str(folder / "x.csv")).output
    assert 'kind = "delta"' in said
    config.write_text(config.read_text().replace('"counter"', '"delta"'))
    assert "delta" not in run("import", "readings", str(folder), str(folder / "x.csv")).output


def test_what_stands_in_points_toml_stays(folder: Path) -> None:
    config = folder / "config" / "points.toml"
    config.parent.mkdir()
    config.write_text('# our meters\n[[points]]\npoint_id = "a:b"  # the first\nunit = "kW"\n')
    (folder / "x.csv").write_text("point_id,observed_at,value\na:b,2026-01-01,1\nc:d,2026-01-01,2\n")
    assert run("import", "readings", str(folder), str(folder / "x.csv")).exit_code == 0
    text = config.read_text()
    assert text.startswith('# our meters\n[[points]]\npoint_id = "a:b"  # the first\nunit = "kW"\n')
    assert 'point_id = "c:d"' in text


def test_one_bad_file_stops_none_of_the_others(folder: Path) -> None:
    files = folder.parent / "files"
    files.mkdir()
    (files / "bad.csv").write_text("no,times\n1,2\n")
    (files / "good.csv").write_text("1489020690\t1\n1489020691\t0\n")
    result = run("import", "readings", str(folder), str(files))
    assert result.exit_code == 1
    assert "bad.csv" in result.output
    assert "2 found = 2 kept + 0 skipped" in result.output
    assert "--missing 0" in result.output
    assert run("import", "readings", str(folder), str(folder / "registers")).exit_code != 0


@pytest.fixture
def running(folder: Path) -> Iterator[RunningCampus]:
    one = RunningCampus(Campus.open(folder), ZoneInfo("Asia/Shanghai"))
    one.start()
    yield one
    one.close()


def test_a_dropped_file_is_taken_when_it_stands_still(running: RunningCampus) -> None:
    watch = DropWatch(running, look_s=3600)
    with watch, Worker(LIMITS) as worker:
        file = watch.folder / "meter.csv"
        file.write_text("point_id,observed_at,value\nSMK-001:battery,2026-11-26 16:00,90\n")
        watch.look(worker)
        file.write_text(file.read_text() + "SMK-001:battery,2026-11-26 16:01,89\nSMK-001:battery,soon,1\n")
        watch.look(worker)
        assert file.exists()  # it was still being written
        watch.look(worker)
        assert (watch.folder / "done" / "meter.csv").exists()
        latest = running.latest.get("SMK-001:battery")
        assert latest is not None
        assert latest.value == 89
        status = running.feeds.status()[0]
        assert (status.feed, status.accepted, status.refused) == ("drop", 2, 1)
        file.write_text("point_id,observed_at,value\nSMK-001:battery,2026-11-26 16:01,89\n")
        for _ in range(2):
            watch.look(worker)
        assert (watch.folder / "done" / "meter-2.csv").exists()
        assert running.feeds.status()[0].doubled == 1


def test_a_broken_file_is_put_aside_with_the_reason(running: RunningCampus) -> None:
    watch = DropWatch(running, look_s=3600)
    with watch, Worker(LIMITS) as worker:
        (watch.folder / "broken.parquet").write_bytes(b"PAR1" * 10)
        for _ in range(2):
            watch.look(worker)
        assert (watch.folder / "failed" / "broken.parquet").exists()
        assert "broken.parquet" in (watch.folder / "failed" / "broken.parquet.txt").read_text()
        assert running.intake is not None
        assert running.intake.letters.counts() == {"drop": 1}


@pytest.mark.parametrize("zone", ["Asia/Shanghia", "../etc/passwd", "Asia", ""])
def test_a_time_zone_that_there_is_not_is_said(folder: Path, zone: str) -> None:
    (folder / "x.csv").write_text("point_id,observed_at,value\na:b,2026-01-01,1\n")
    result = run("import", "readings", str(folder), str(folder / "x.csv"), "--timezone", zone or " ")
    assert result.exit_code != 0
    assert f"'{zone or ' '}'" in str(result.exception) or f"'{zone or ' '}'" in result.output
    assert not (folder / "config" / "points.toml").exists()


def test_chinese_headings_invent_no_points(folder: Path) -> None:
    file = folder / "两点.csv"
    file.write_text(
        "点位编号,时间,数值,单位\nEM-B01:power,2026-10-26 15:00:00,1.5,kW\nEM-B02:power,2026-10-26 15:00:00,77,kW\n"
        "EM-B02:power,昨天,77,kW\n",
        encoding="gbk",
    )
    result = run("import", "readings", str(folder), str(file))
    assert result.exit_code == 0, result.output
    assert "3 rows, 3 found = 2 kept + 1 skipped" in result.output
    assert "昨天" in result.output
    assert "no_time" not in result.output
    said = json.loads(run("import", "readings", str(folder), str(file), "--json").output)
    assert (said["new"], said["files"][0]["skipped"], said["new_points"]) == (0, {"no_time": 1}, [])
    at = datetime(2026, 10, 26, 7, tzinfo=UTC)
    kept = History.open(folder).series("EM-B02:power", at, at + timedelta(minutes=1))
    assert kept["value"].to_pylist() == [77.0]
    text = (folder / "config" / "points.toml").read_text(encoding="utf-8")
    assert (text.count("point_id"), text.count('unit = "kW"')) == (2, 2)
    assert "两点" not in text
