"""How long a screen waits for its numbers: 1,300 points, a reading every 15 minutes, a year rolled up.

Goals: six KPIs and six panels in ≤ 500 ms p95 of two readers (nothing kept but what readers keep of files); 50
clients of one screen ≤ 1 s p95, server and readers ≤ 1 GB resident; alarms of now in ≤ 20 ms and of a past moment in
≤ 500 ms after a year of them. Peer in the same run: plain DuckDB over the same Parquet files with SQL by hand.

Raw readings are there for two days only; older days have their rollups and raw files with alarms (``year_of_screens``).
The ordinary run has 35 days and judges nothing but that all answers are there; the slow one a year, and judges.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest

from ioc_app.gate.credentials import SESSION_COOKIE
from tests.benchmarks.test_intake_speed import server
from tests.benchmarks.year_of_screens import NOW, POINTS, ZONE, Year, write_year
from tests.live.mqtt.broker import free_port
from twin.live.journal import Journal
from twin.model.entries import READING, Entry
from twin.model.time import AsOf
from twin.people.registry import People
from twin.people.roles import Role
from twin.screens.asking import Asking
from twin.screens.question import Question
from twin.screens.readers import Readers
from twin.screens.said import Window
from twin.store.campus import Campus

pytestmark = [pytest.mark.benchmark, pytest.mark.serves, pytest.mark.timeout(900)]

KPIS = {
    "power": (
        Window.NOW,
        "SELECT sum(value) AS value, max(observed_at) AS true_at FROM latest WHERE quantity = 'power'",
    ),
    "today": (
        Window.DAY,
        "SELECT sum(used) AS value FROM hours WHERE quantity = 'energy' AND in_place($place, NULL, NULL, NULL, NULL)",
    ),
    "month": (Window.MONTH, "SELECT sum(used) AS value FROM days WHERE quantity = 'energy'"),
    "standing": (Window.NOW, "SELECT count(*) AS value FROM alarms WHERE standing"),
    "answered": (
        Window.WEEK,
        "SELECT avg(epoch(acknowledged_at) - epoch(raised_at)) AS value FROM alarms WHERE acknowledged",
    ),
    "online": (Window.NOW, "SELECT 100.0 * count(*) FILTER (WHERE NOT stale) / count(*) AS value FROM latest"),
}
LOAD_CURVE = """
WITH h AS (
    SELECT date_trunc('hour', local(from_at)) AS at, sum(mean) AS value FROM hours WHERE quantity = 'power' GROUP BY 1
)
SELECT h.at, h.value, avg(b.value) AS low
FROM h JOIN h b
    ON b.at IN (h.at - INTERVAL 7 DAY, h.at - INTERVAL 14 DAY, h.at - INTERVAL 21 DAY, h.at - INTERVAL 28 DAY)
WHERE h.at >= local(local_day($at)) GROUP BY ALL ORDER BY 1
"""
RANKING = """
SELECT b.name AS label, sum(d.used) AS value, b.feature_id
FROM days d JOIN points p USING (point_id) JOIN buildings b ON b.feature_id = p.building_id
WHERE d.quantity = 'energy' GROUP BY ALL ORDER BY value DESC LIMIT 20
"""
YEAR = "SELECT local(from_at) AS label, sum(used) AS value FROM days WHERE quantity = 'energy' GROUP BY 1 ORDER BY 1"
PANELS = {
    "curve": (Window.MONTH, LOAD_CURVE),
    "ranking": (Window.MONTH, RANKING),
    "year": (Window.YEAR, YEAR),
    "alarms": (
        Window.DAY,
        "SELECT title_zh, raised_at, alarm_id FROM alarms ORDER BY rank DESC, raised_at DESC LIMIT 50",
    ),
    "by_day": (Window.MONTH, "SELECT local(local_day(opened_at)) AS label, count(*) AS value FROM alarms GROUP BY 1"),
    "matrix": (
        Window.WEEK,
        "SELECT isodow(local(from_at)) AS x, hour(local(from_at)) AS y, avg(mean) AS value FROM hours"
        " WHERE quantity = 'power' GROUP BY 1, 2",
    ),
}
# what a page would draw of them
KINDS = {"curve": "trend", "ranking": "ranking", "alarms": "table", "matrix": "matrix"}
MORE = {"alarms": "columns = [{ name = 'title_zh', title = { zh = '报警', en = 'Alarm' } }]\n"}


@pytest.fixture(scope="module", params=[35, pytest.param(365, marks=pytest.mark.slow)])
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Year:
    return write_year(tmp_path_factory.mktemp("year") / "campus", request.param)


def question(window: Window, sql: str, at: datetime = NOW) -> Question:
    return Question(sql, AsOf(at), window)


@dataclass(frozen=True)
class Took:
    """Milliseconds."""

    ms: Sequence[float]

    @property
    def p95(self) -> float:
        return sorted(self.ms)[int(len(self.ms) * 0.95)]

    def __str__(self) -> str:
        return f"p50 {statistics.median(self.ms):.0f} ms, p95 {self.p95:.0f} ms"


def took(call: Any, times: int) -> Took:
    found = []
    for _ in range(times):
        begun_s = time.perf_counter()
        call()
        found.append((time.perf_counter() - begun_s) * 1000)
    return Took(found)


def judges(year: Year) -> bool:
    return year.readings > 40_000_000


def test_a_screen_is_ready(year: Year) -> None:
    """Everything on it at once, as a page asks, each time at another moment; then after other readings came, too."""
    times = 30 if judges(year) else 3
    moments = (NOW + timedelta(seconds=one) for one in range(1, 200))
    with closing(Readers(year.folder, ZONE)) as readers, ThreadPoolExecutor(len(KPIS | PANELS)) as page:

        def screen(at: datetime) -> None:
            answers = page.map(lambda one: readers.answer(question(*one, at)), (KPIS | PANELS).values())
            assert all(one.rows for one in answers)

        def looks(count: int, *, news: bool) -> Took:
            found: list[float] = []
            for at in islice(moments, count):
                if news:
                    _arrive(year, at)
                found += took(lambda at=at: screen(at), 1).ms
            return Took(found)

        first = looks(1, news=False)
        readers.warm_up([question(*one, next(moments)) for one in (KPIS | PANELS).values()])  # as a server does
        still = looks(times, news=False)
        lively = looks(times, news=True)
        at = next(moments)
        parts = {
            name: took(lambda one=one: readers.answer(question(*one, at)), 3) for name, one in (KPIS | PANELS).items()
        }
        held_mb = [_held_mb(psutil.Process(pid)) for pid in readers.pids()]
    print(f"\n{year.readings / 1e6:.1f} M readings: screen {still}; after a fifth of the points sent {lively}")
    print(f"first {first.ms[0]:.0f} ms; readers {' + '.join(f'{one:.0f}' for one in held_mb)} MB")
    print("; ".join(f"{name} {statistics.median(one.ms):.0f}" for name, one in parts.items()))
    if judges(year):
        assert still.p95 <= 500
        assert lively.p95 <= 500


def _arrive(year: Year, at: datetime) -> None:
    """A fifth of all points, as every three minutes."""
    told = [Entry(f"{point}@{at.isoformat()}", READING, point, at, "benchmark", 5.0, "good") for point in POINTS[::5]]
    year.clock.at = at
    with Journal(year.folder, clock=year.clock) as journal:
        journal.append(told)


def test_heavy_panels_against_plain_duckdb(year: Year) -> None:
    """The same rows from the same files; the peer knows the files by heart and opens them every time, as we may not."""
    asking = Asking(Campus.open(year.folder), ZONE)
    for name, view in (("curve", "hourly"), ("ranking", "daily"), ("year", "daily")):
        window, sql = PANELS[name]
        mine = took(lambda sql=sql, window=window: asking.answer(question(window, sql)), 3)
        rows = len(asking.answer(question(window, sql)).rows)
        files = sorted((year.folder / "history").glob(f"*-{view}-*.parquet"))
        files = files[-29:] if name != "year" else files
        peer = took(lambda name=name, files=files: by_hand(name, files, year.folder), 3)
        ratio = statistics.median(mine.ms) / statistics.median(peer.ms)
        print(f"\n{name}: {mine}; plain DuckDB {peer}; ratio {ratio:.2f}")
        peer_rows = by_hand(name, files, year.folder)
        assert peer_rows > 0
        assert abs(rows - peer_rows) <= 1, "the hour or day that is still open is in one of them only"
    asking.close()


def by_hand(name: str, files: list[Path], folder: Path) -> int:
    """How many rows the peer gives."""
    generation = folder / "generations" / "0001" / "layers"
    source = f"read_parquet({[str(one) for one in files]})"
    used = (
        "(SELECT point_id, from_at, last - lag(last) OVER (PARTITION BY point_id ORDER BY from_at) AS used"
        f" FROM {source} WHERE ends_with(point_id, ':energy'))"
    )
    sql = {
        "curve": f"""WITH h AS (SELECT from_at AS begun, sum(mean) AS value FROM {source}
            WHERE ends_with(point_id, ':power') GROUP BY 1)
            SELECT h.begun, h.value, avg(b.value) FROM h JOIN h b ON b.begun IN (h.begun - INTERVAL 7 DAY,
            h.begun - INTERVAL 14 DAY, h.begun - INTERVAL 21 DAY, h.begun - INTERVAL 28 DAY)
            WHERE h.begun >= (SELECT max(begun) FROM h) - INTERVAL 18 HOUR GROUP BY ALL ORDER BY 1""",
        "ranking": f"""SELECT b.name, sum(u.used) FROM {used} u
            JOIN '{generation}/devices.parquet' d ON d.device_code = split_part(u.point_id, ':', 1)
            JOIN '{generation}/buildings.parquet' b ON b.feature_id = d.building_id GROUP BY ALL ORDER BY 2 DESC""",
        "year": f"SELECT from_at, sum(used) FROM {used} GROUP BY 1 ORDER BY 1",
    }[name]
    with closing(duckdb.connect(":memory:", config={"threads": 2})) as connection:
        return connection.sql(sql).to_arrow_table().num_rows


def test_alarms_of_now_and_then(year: Year) -> None:
    asking = Asking(Campus.open(year.folder), ZONE)
    sql = "SELECT count(*) AS n FROM alarms WHERE standing"
    first = took(lambda: asking.answer(question(Window.NOW, sql)), 1)
    bare = took(lambda: asking.answer(question(Window.NOW, "SELECT 1 AS n")), 10)
    now = took(lambda: asking.answer(question(Window.NOW, sql)), 20)
    then = [NOW - timedelta(days=one, hours=2) for one in (1, 9, 17, 25, 33)]
    past = Took([took(lambda at=at: asking.answer(question(Window.NOW, sql, at)), 1).ms[0] for at in then])
    print(f"\nfirst {first.ms[0]:.0f} ms; now {now} (an empty question {bare}); past {past}")
    asking.close()
    if judges(year):
        assert statistics.median(now.ms) - statistics.median(bare.ms) <= 20
        assert past.p95 <= 500


def test_fifty_browsers_on_one_server(year: Year) -> None:
    """Six KPIs and six panels each, over HTTP, while readers make them anew every two and fifteen seconds."""
    _write_screen(year.folder / "config")
    people, port = People(year.folder), free_port()
    people.accounts.add("viewer", Role.VIEWER)
    cookie = f"{SESSION_COOKIE}={people.sessions.open('viewer', 'here', 'benchmark')}"
    words = [port, cookie, 50, 20 if judges(year) else 3, "s", *PANELS]
    with server("tests.benchmarks.screen_server", str(year.folder), str(port), port=port) as process:
        # one of them until both readers are warm: a server runs for months
        cold = Took(json.loads(_lookers([port, cookie, 1, 20 if judges(year) else 0.1, "s", *PANELS])))
        done = _lookers(words)
        all_of_it = [process, *process.children(recursive=True)]
        held_mb = [_held_mb(one) for one in all_of_it]
    found = Took(json.loads(done))
    print(f"\n50 browsers: {len(found.ms)} screens, {found}; {' + '.join(f'{one:.0f}' for one in held_mb)} MB resident")
    print(f"the first look at a cold server {max(cold.ms):.0f} ms")
    if judges(year):
        assert found.p95 <= 1_000
        assert sum(held_mb) <= 1_024


def _held_mb(process: psutil.Process) -> float:
    """Resident; of what processes share (libraries) each its part, where the system tells it."""
    held = process.memory_full_info()
    return float(getattr(held, "pss", held.rss)) / 2**20


def _lookers(words: Sequence[object]) -> str:
    command = [sys.executable, "-m", "tests.benchmarks.lookers", *map(str, words)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def _write_screen(config: Path) -> None:
    """The screen ``s`` of these KPIs and panels, as a campus would add it."""
    names = '{ zh = "一", en = "one" }'
    told = f"owner = {names}\nformula = {names}\ntitle = {names}\n"
    kpis = [
        f'[[kpis]]\nid = \'s.{name}\'\n{told}window = \'{window}\'\nsql = """{sql}"""\nrows_sql = """{sql}"""\n'
        for name, (window, sql) in KPIS.items()
    ]
    panels = [
        f"[[panels]]\nid = '{name}'\nkind = '{KINDS.get(name, 'columns')}'\ntitle = {names}\n"
        f"side = '{('left', 'right')[n % 2]}'\n"
        f'window = \'{window}\'\nevery_s = 2\n{MORE.get(name, "")}sql = """{sql}"""\n'
        for n, (name, (window, sql)) in enumerate(PANELS.items())
    ]
    head = f"id = 's'\norder = 1\ntitle = {names}\nquestion = {names}\nkpis = {[f's.{name}' for name in KPIS]}\n"
    for folder, file, text in (("kpis", "s.toml", "".join(kpis)), ("screens", "s.toml", head + "".join(panels))):
        (config / folder).mkdir(parents=True, exist_ok=True)
        (config / folder / file).write_text(text, encoding="utf-8")
