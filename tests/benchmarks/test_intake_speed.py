"""How much comes in while ten rules judge it: 64 connections × 10 at 10,000/s, batches of 100, and more than there is
room for.

Peer: an HTTP server of the same kind (uvicorn, httptools) that reads the body, decodes the JSON and answers; nothing is
checked, kept or synced. Load and server share two cores, and so do the peer and its load.
Goals: ≥9,000/s acknowledged after the sync with p99 <250 ms; batches of 100 ≥40,000/s; beyond capacity 429, memory
flat, nothing acknowledged lost. The short run here asserts looser; ``--slow`` runs a minute each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.benchmarks.test_rules_speed import TEN_ON_ALL
from tests.ioc_app.small_campus import small_campus
from tests.live.journal_ids import ids_in_journal
from tests.live.mqtt.broker import free_port
from twin.people.registry import People
from twin.people.roles import Right

pytestmark = [pytest.mark.benchmark, pytest.mark.serves, pytest.mark.timeout(600)]


# of what the peer takes in batches of 100: 0.74 on a quiet machine, 0.25 to 0.32 on the slowest seen
LARGE_SHARE = 0.20
ROUNDS = 3  # neighbours only ever take away
CROWD = 400  # each waits for its answer: fewer could never have more waiting than there is room for


@contextmanager
def server(*command: str, port: int) -> Iterator[psutil.Process]:
    with Path(os.devnull).open("w") as nowhere:
        process = subprocess.Popen([sys.executable, "-m", *command], stdout=nowhere, stderr=nowhere)
    try:
        deadline = time.monotonic() + 120  # a year to take up, on a busy machine
        while time.monotonic() < deadline and process.poll() is None:
            try:
                httpx.get(f"http://127.0.0.1:{port}/health")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def campus(tmp_path: Path) -> tuple[Path, str]:
    folder = small_campus().write(tmp_path)
    rules = folder / "config" / "rules"
    rules.mkdir(parents=True)
    (rules / "ten.toml").write_text(TEN_ON_ALL, encoding="utf-8")
    _, secret = People(folder).keys.add("load", [Right.SEND], "benchmark")
    return folder, secret


def load(port: int, key: str, connections: int, batch: int, per_s: float, seconds: float) -> dict[str, Any]:
    words = [port, key, connections, batch, per_s, seconds]
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.load", *map(str, words)], capture_output=True, text=True, check=True
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def rounds(port: int, key: str, batch: int, per_s: float, least_per_s: float) -> list[dict[str, Any]]:
    """64 connections, five seconds each, until one takes ``least_per_s``; the best first."""
    found: list[dict[str, Any]] = []
    while len(found) < ROUNDS and all(one["acked_per_s"] < least_per_s for one in found):
        found.append(load(port, key, 64, batch, per_s, 5))
    return sorted(found, key=lambda one: float(one["acked_per_s"]), reverse=True)


def kept(folder: Path, batches: list[str], batch: int) -> int:
    """How many readings of acknowledged batches are not in the journal."""
    ids = {one.partition("@")[2] for one in ids_in_journal(folder)}
    return sum(f"{name}-{number}" not in ids for name in batches for number in range(batch))


def said_of(name: str, ours: dict[str, Any], peer: dict[str, Any]) -> str:
    return (
        f"{name}: {ours['acked_per_s']:,.0f}/s acknowledged, p50 {ours['p50_ms']:.0f}, p99 {ours['p99_ms']:.0f} ms; "
        f"peer that keeps nothing {peer['acked_per_s']:,.0f}/s, p99 {peer['p99_ms']:.0f} ms"
    )


def test_ten_thousand_a_second_and_batches_of_a_hundred(campus: tuple[Path, str]) -> None:
    folder, key = campus
    port, peer_port = free_port(), free_port()
    with server("tests.benchmarks.peer_server", str(peer_port), port=peer_port):
        small_peer = load(peer_port, key, 64, 10, 10_000, 4)
        large_peer = load(peer_port, key, 64, 100, 60_000, 4)
    least = {10: 0.75 * min(9_000, small_peer["acked_per_s"]), 100: LARGE_SHARE * large_peer["acked_per_s"]}
    with server("tests.benchmarks.intake_server", str(folder), str(port), port=port):
        small, *others = rounds(port, key, 10, 10_000, least[10])
        large, *_ = rounds(port, key, 100, 60_000, least[100])
    print("\n" + said_of("64 connections × 10 offered at 10,000/s", small, small_peer))
    print(said_of("64 × 100 offered at 60,000/s", large, large_peer))
    assert all(kept(folder, one["batches"], 10) == 0 for one in (small, *others))
    assert small["acked_per_s"] >= least[10]
    assert large["acked_per_s"] >= least[100]


@pytest.mark.slow
@pytest.mark.parametrize(("per_s", "seconds"), [(120_000, 8), (50_000, 60)])
def test_more_than_there_is_room_for(campus: tuple[Path, str], per_s: int, seconds: float) -> None:
    """Batches of 1,000, more than is taken: refusals with a time to wait, memory flat, nothing acknowledged lost."""
    folder, key = campus
    port = free_port()
    with server("tests.benchmarks.intake_server", str(folder), str(port), port=port) as process:
        load(port, key, 8, 1000, 20_000, 2)  # caches and pools are made now
        before_mb = process.memory_info().rss / 2**20
        ours = load(port, key, CROWD, 1000, per_s, seconds)
        after_mb = process.memory_info().rss / 2**20
    print(
        f"\n{CROWD} × 1,000 offered at {per_s:,}/s for {seconds:.0f} s: {ours['acked_per_s']:,.0f}/s acknowledged, "
        f"p99 {ours['p99_ms']:.0f} ms, answers {ours['statuses']}, memory {before_mb:.0f} -> {after_mb:.0f} MB"
    )
    assert set(ours["statuses"]) == {"202", "429"}
    assert kept(folder, ours["batches"][::5], 1000) == 0
    assert after_mb - before_mb < 400


@pytest.mark.slow
def test_a_minute_at_ten_thousand_a_second(campus: tuple[Path, str]) -> None:
    folder, key = campus
    port = free_port()
    with server("tests.benchmarks.intake_server", str(folder), str(port), port=port):
        ours = load(port, key, 64, 10, 10_000, 60)
    print(f"\na minute: {ours['acked_per_s']:,.0f}/s acknowledged, p99 {ours['p99_ms']:.0f} ms")
    assert kept(folder, ours["batches"], 10) == 0
    assert ours["acked_per_s"] >= 9_000
    assert ours["p99_ms"] < 250
