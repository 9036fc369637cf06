"""A served campus with a simulated clock, and the simulator's own commands against it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from ioc_app.app import create_app
from tests.browser.serving import served
from tests.entering import entered
from tests.ioc_app.small_campus import small_campus
from tests.simulate.campus import S, scenario
from twin.cli import main
from twin.live.journal import Journal
from twin.live.simulated_time import clock_of
from twin.model.entries import EVENT, READING, Entry
from twin.model.time import SimulatedClock, SystemClock, microseconds
from twin.people.roles import Right, Role
from twin.simulate.sending import HttpSender, Sent
from twin.store.journal_reader import JournalReader

_TOTAL = re.compile(r"([\d,]+) new, ([\d,]+) known, ([\d,]+) refused in all")


@pytest.mark.serves
def test_what_is_acknowledged_is_in_the_journal(demo_campus: Path, tmp_path: Path) -> None:
    """Over HTTP at 60×, five minutes of the campus with an incident: what was acked is stored, no more and no less."""
    campus = tmp_path / "demo"
    campus.mkdir()
    for name in ("campus.toml", "current", "generations", "generations.log", "registers"):
        (campus / name).symlink_to(demo_campus / name)
    app = create_app(campus, clock=SimulatedClock(SystemClock().now(), 60))
    _, secret = app.state.people.keys.add("simulator", [Right.SEND, Right.SEE], "tests")
    with served(app) as url:
        asked = ["simulate", str(campus), "--url", url, "--for", "5m", "--no-incidents"]
        done = CliRunner().invoke(main, [*asked, "--incident", "burst-main@+3m"], env={"TWIN_SIMULATE_KEY": secret})
    assert done.exit_code == 0, done.output
    found = _TOTAL.search(done.output)
    assert found is not None, done.output
    new, known, refused = (int(one.replace(",", "")) for one in found.groups())
    assert refused == known == 0
    stored = [one for one in JournalReader(campus).tail(0, 10**6) if one.entry.kind in (READING, EVENT)]
    assert len(stored) == new > 2_000  # what the rules concluded from it is not counted
    assert "position" in {json.loads(one.entry.body or "{}").get("type") for one in stored}
    lag = max(one.received_at - one.entry.occurred_at for one in stored)
    assert lag < timedelta(minutes=10), "rules leave out what comes later"
    ahead = max(one.entry.occurred_at - one.received_at for one in stored)
    assert ahead < timedelta(minutes=5)
    assert (campus / "simulator.json").is_file()


@pytest.mark.serves
def test_sent_again_it_is_known(demo_campus: Path, tmp_path: Path) -> None:
    """A batch whose answer was lost goes out once more, with the same ids."""
    app = create_app(small_campus().write(tmp_path))
    _, secret = app.state.people.keys.add("simulator", [Right.SEND], "tests")
    now_us = microseconds(SystemClock().now())
    said = scenario(demo_campus).between(now_us - 120 * S, now_us)
    messages = {"events": said.events, "readings": said.readings}
    with served(app) as url:
        sender = HttpSender(url, secret)
        first, second = sender.send(messages), sender.send(messages)
        sender.close()
    assert first == Sent(len(said), 0, 0)
    assert second == Sent(0, len(said), 0)
    assert JournalReader(tmp_path).count() == len(said)


@pytest.mark.serves
def test_a_key_that_may_not_send_is_told_so(tmp_path: Path) -> None:
    campus = described(small_campus().write(tmp_path), simulated=True)
    with served(create_app(campus)) as url:
        done = CliRunner().invoke(main, ["simulate", str(campus), "--url", url], env={"TWIN_SIMULATE_KEY": "wrong"})
    assert done.exit_code == 1
    assert "401" in done.output


def test_only_a_simulated_campus_is_simulated(tmp_path: Path) -> None:
    campus = described(small_campus().write(tmp_path), simulated=False)
    for command in (["simulate"], ["serve", "--port", "0", "--clock", "sim:60"]):
        done = CliRunner().invoke(main, [*command, str(campus)], env={"TWIN_SIMULATE_KEY": "x", "TWIN_LANGUAGE": "en"})
        assert done.exit_code == 1
        assert "simulated = true" in done.output


def described(campus: Path, *, simulated: bool) -> Path:
    """The same campus with a campus.toml that says all it must."""
    text = 'name = { zh = "一", en = "one" }\ncrs = "EPSG:4549"\nvertical_datum = "EPSG:5737"\n'
    (campus / "campus.toml").write_text(f"{text}simulated = {str(simulated).lower()}\n", encoding="utf-8")
    return campus


def test_time_runs_as_fast_as_said_and_never_goes_back(tmp_path: Path) -> None:
    """After an hour at 1000× the campus is weeks ahead; a restart goes on from there, at any rate, also none."""
    now = SystemClock().now()
    assert isinstance(clock_of(tmp_path, None, simulated=True), SystemClock)
    begun = clock_of(tmp_path, 1000, simulated=True)
    assert timedelta(0) <= begun.now() - now < timedelta(hours=1)

    (tmp_path / "campus.toml").touch()
    ahead = now + timedelta(days=40)
    journal = Journal(tmp_path, clock=SimulatedClock(ahead, 1))
    journal.append([Entry("one", "event", "X", ahead, "tests", body="{}")])
    journal.close()
    for rate in (1, 60, None):
        clock = clock_of(tmp_path, rate, simulated=True)
        assert isinstance(clock, SimulatedClock)
        assert clock.rate == (rate or 1)
        assert ahead <= clock.now() < ahead + timedelta(hours=1)


def test_a_simulated_clock_counts_by_the_monotonic_one(monkeypatch: pytest.MonkeyPatch) -> None:
    passed = [100.0]
    monkeypatch.setattr("twin.model.time.time.monotonic", lambda: passed[0])
    start = SystemClock().now()
    clock = SimulatedClock(start, 250)
    passed[0] += 0.004
    assert clock.now() == start + timedelta(seconds=1)
    passed[0] += 3600
    assert clock.now() == start + timedelta(seconds=1 + 250 * 3600)


def test_the_clock_is_told_to_whoever_may_see(tmp_path: Path) -> None:
    start = SystemClock().now() + timedelta(days=1)
    with entered(create_app(small_campus().write(tmp_path), clock=SimulatedClock(start, 60)), Role.VIEWER) as client:
        said = client.get("/api/v1/clock").json()
    assert (said["rate"], said["simulated"]) == (60, True)
    assert said["now"] >= start.isoformat()


@pytest.mark.parametrize("said", ["60", "sim:0.5", "sim:1001", "sim:fast", "wall"])
def test_a_clock_that_is_none_is_a_usage_mistake(said: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["serve", str(tmp_path), "--clock", said])
    assert done.exit_code == 2
    assert "sim:RATE" in done.output
