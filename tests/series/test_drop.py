"""The drop folder: nothing lies there without a word, and found = kept + known + refused wherever it is said."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.ioc_app.small_campus import small_campus
from twin.live.dead_letters import DeadLetter
from twin.live.feeds import FeedStatus
from twin.live.running import RunningCampus
from twin.readers.sandbox import Worker
from twin.readers.series.series_file import MOST_TOLD
from twin.series.drop import LIMITS, DropWatch
from twin.store.campus import Campus

HEAD = "点位,时间,数值\n"
ENGLISH = re.compile(r"[A-Za-z]{3,}")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningCampus]:
    one = RunningCampus(Campus.open(small_campus().write(tmp_path / "campus")), ZoneInfo("Asia/Shanghai"))
    one.start()
    yield one
    one.close()


@pytest.fixture
def watch(running: RunningCampus) -> Iterator[DropWatch]:
    with DropWatch(running, look_s=3600) as one:
        yield one


@pytest.fixture
def worker() -> Iterator[Worker]:
    with Worker(LIMITS) as one:
        yield one


def look(watch: DropWatch, worker: Worker) -> None:
    """Twice: a file is taken when it stands still."""
    for _ in range(2):
        watch.look(worker)


def letters(running: RunningCampus) -> list[DeadLetter]:
    return running.letters.latest(feed="drop")[::-1]


def feed(running: RunningCampus) -> FeedStatus:
    [one] = [one for one in running.feeds.status() if one.feed == "drop"]
    return one


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_ordinary_chinese_headings_are_two_meters(running: RunningCampus, watch: DropWatch, worker: Worker) -> None:
    text = HEAD + "EM-B01:power,2026-11-26 15:00:00,1.5\nEM-B02:power,2026-11-26 15:00:00,77\n"
    (watch.folder / "两点.csv").write_text(text, encoding="gbk")
    look(watch, worker)
    kept = {one: running.latest.get(one) for one in ("EM-B01:power", "EM-B02:power", "两点:数值")}
    assert {name: one and one.value for name, one in kept.items()} == {
        "EM-B01:power": 1.5,
        "EM-B02:power": 77.0,
        "两点:数值": None,
    }
    assert (feed(running).accepted, feed(running).refused, letters(running)) == (2, 0, [])
    assert names(watch.folder / "done") == ["两点.csv"]


def test_the_sum_holds_on_the_page_in_the_letters_and_beside_the_file(
    running: RunningCampus, watch: DropWatch, worker: Worker
) -> None:
    good = "".join(f"a:p,2026-11-26 15:{minute:02d},1\n" for minute in range(5))
    bad = "a:p,昨天,1\na:p,2026-11-26 16:00,热\na:p,2026-11-26 15:00,2\na:p,2026-11-26\n"
    (watch.folder / "a.csv").write_text(HEAD + good, encoding="utf-8")
    look(watch, worker)
    (watch.folder / "a.csv").write_text(HEAD + good + bad + "a:p,2026-11-26 17:00,1\n", encoding="utf-8")
    look(watch, worker)
    page = feed(running)
    assert (page.accepted, page.doubled, page.refused) == (6, 5, 4)
    found = letters(running)
    assert len(found) == page.refused == running.letters.counts()["drop"]
    for one, row in zip(found, (7, 8, 9, 10), strict=True):
        assert f"第 {row} 行" in one.reason_zh
        assert "读数 10 = 收入 1 + 已有 5 + 拒收 4" in one.reason_zh
        assert f"row {row}: " in one.reason_en
        assert "10 readings = 1 kept + 5 known + 4 refused" in one.reason_en
        assert one.topic == "a.csv"
        assert ENGLISH.findall(one.reason_zh.replace("UNIX", "")) == ["csv"]
    assert [one.raw for one in found] == bad.splitlines()
    beside = (watch.folder / "done" / "a-2.csv.txt").read_text(encoding="utf-8")
    assert "a.csv：读数 10 = 收入 1 + 已有 5 + 拒收 4\n第 7 行：“昨天”不是看得懂的时间" in beside
    assert beside.count("第 ") == beside.count("row ") == 4 + 1  # what contradicts names the row before, too
    assert names(watch.folder / "done") == ["a-2.csv", "a-2.csv.txt", "a.csv"]


def test_a_file_that_gave_nothing_failed(running: RunningCampus, watch: DropWatch, worker: Worker) -> None:
    (watch.folder / "semicolon.csv").write_text("point_id;observed_at;value\na;gestern;1,5\n", encoding="utf-8")
    look(watch, worker)
    assert names(watch.folder / "failed") == ["semicolon.csv", "semicolon.csv.txt"]
    assert (feed(running).accepted, feed(running).refused, len(letters(running))) == (0, 1, 1)
    assert "1 = 收入 0 + 已有 0 + 拒收 1" in letters(running)[0].reason_zh


def test_the_same_file_again_is_known_and_done(running: RunningCampus, watch: DropWatch, worker: Worker) -> None:
    for _ in range(2):
        (watch.folder / "a.csv").write_text(HEAD + "a:p,2026-11-26,1\n", encoding="utf-8")
        look(watch, worker)
    assert names(watch.folder / "done") == ["a-2.csv", "a.csv"]
    assert (feed(running).accepted, feed(running).doubled) == (1, 1)


def test_what_is_no_file_of_readings_does_not_lie_there_for_ever(
    running: RunningCampus, watch: DropWatch, worker: Worker
) -> None:
    for name in ("book.xlsx", "noname", "broken.parquet"):
        (watch.folder / name).write_bytes(b"PK\3\4")
    (watch.folder / "unclear.csv").write_text("位置,时间,功率\n东门,2026-11-26,1\n", encoding="utf-8")
    for name in (".hidden.csv", "half.csv.part"):
        (watch.folder / name).write_text(HEAD, encoding="utf-8")
    look(watch, worker)
    assert names(watch.folder) == [".hidden.csv", "done", "failed", "half.csv.part"]
    told = {one.topic: one for one in letters(running)}
    assert set(told) == {"book.xlsx", "noname", "broken.parquet", "unclear.csv"}
    assert feed(running).refused == len(told)
    for name, one in told.items():
        assert one.reason_zh.startswith(f"{name}：")
        assert "--point" not in one.reason_zh + one.reason_en
        assert str(watch.folder) not in one.reason_zh + one.reason_en
        beside = (watch.folder / "failed" / f"{name}.txt").read_text(encoding="utf-8")
        assert beside == f"{one.reason_zh}\n{one.reason_en}\n"
    assert "位置, 时间, 功率" in told["unclear.csv"].reason_zh


def test_nothing_but_a_plain_file_is_opened(
    running: RunningCampus, watch: DropWatch, worker: Worker, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("geheim,heading\n1,2\n", encoding="utf-8")
    (watch.folder / "link.csv").symlink_to(secret)
    (watch.folder / "dangling.csv").symlink_to(tmp_path / "nothing")
    (watch.folder / "folder.csv").mkdir()
    os.mkfifo(watch.folder / "pipe.csv")
    look(watch, worker)
    assert names(watch.folder) == ["done", "failed"]
    assert secret.read_text(encoding="utf-8").startswith("geheim")
    assert [one.code for one in letters(running)] == ["not_plain_file"] * 4
    assert not [one for one in letters(running) if "geheim" in one.raw + one.reason_en]


def test_what_is_said_beside_a_file_is_never_written_through_a_link(
    watch: DropWatch, worker: Worker, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    (watch.folder / "a.csv.txt").symlink_to(target)
    look(watch, worker)
    (watch.folder / "a.csv").write_text("nothing,here\n1,2\n", encoding="utf-8")
    look(watch, worker)
    assert not target.exists()
    assert (watch.folder / "failed" / "a-2.csv.txt").read_text(encoding="utf-8").startswith("a.csv：")


def test_one_that_cannot_be_put_away_stops_no_other_and_is_taken_once(
    running: RunningCampus, watch: DropWatch, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.csv", "b.csv"):
        (watch.folder / name).write_text(HEAD + f"{name}:p,2026-11-26,1\n", encoding="utf-8")
    rename = Path.rename

    def refusing(path: Path, target: Path) -> Path:
        if path.name == "a.csv":
            raise PermissionError(path)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refusing)
    for _ in range(4):
        watch.look(worker)
    assert names(watch.folder) == ["a.csv", "done", "failed"]
    assert (feed(running).accepted, feed(running).doubled) == (2, 0)


def test_of_very_many_the_rest_is_one_letter(running: RunningCampus, watch: DropWatch, worker: Worker) -> None:
    bad = "".join(f"a:p,soon,{number}\n" for number in range(MOST_TOLD + 7))
    (watch.folder / "a.csv").write_text(HEAD + "a:p,2026-11-26,1\n" + bad, encoding="utf-8")
    look(watch, worker)
    assert feed(running).refused == MOST_TOLD + 7
    assert running.letters.counts()["drop"] == MOST_TOLD + 1
    last = running.letters.latest(limit=1)[0]
    assert "7 个" in last.reason_zh
    assert f"读数 {MOST_TOLD + 8} = 收入 1 + 已有 0 + 拒收 {MOST_TOLD + 7}" in last.reason_zh
