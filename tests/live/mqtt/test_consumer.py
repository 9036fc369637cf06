"""Against a real Mosquitto: nothing is acknowledged that is not in the journal, however often the twin is killed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.live.journal_ids import ids_in_journal
from tests.live.mqtt.broker import MOSQUITTO, USERS, mosquitto
from tests.live.mqtt.field import NOW, Field, listening_campus, lost_and_doubled
from tests.waiting import until
from twin.live.dead_letters import DeadLetters
from twin.live.feeds import FeedState
from twin.live.mqtt.consumer import MqttConsumer
from twin.live.mqtt.settings import load_mqtt_settings
from twin.live.running import RunningCampus
from twin.store.campus import Campus

pytestmark = [
    pytest.mark.serves,
    pytest.mark.skipif(MOSQUITTO is None, reason="no Mosquitto here (Debian package mosquitto)"),
]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    folder = tmp_path / "broker"
    folder.mkdir()
    with mosquitto(folder) as one:
        yield one


@pytest.fixture
def campus_folder(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TWIN_TEST_PASSWORD", USERS["campus-twin"])
    return listening_campus(tmp_path / "campus", port)


def test_messages_become_readings_events_and_dead_letters(campus_folder: Path, field: Field) -> None:
    running = RunningCampus(Campus.open(campus_folder), ZoneInfo("Asia/Shanghai"))
    running.start()
    try:
        with MqttConsumer(running, load_mqtt_settings(campus_folder).brokers[0]):
            until(lambda: running.feeds.status()[0].connected, 20)
            field.send(7)
            field.send(0, v="hot", ts=1, id=1)
            event = {"event_id": "e1", "originator": "SMK-001", "type": "fire.smoke", "occurred_at": NOW.isoformat()}
            field.send(0, "alarms/field/x", **event)
            until(lambda: len(ids_in_journal(campus_folder)) == 2, 20)
            until(lambda: DeadLetters(campus_folder).counts() == {"mqtt:plant": 1}, 20)
            until(lambda: running.feeds.status()[0].accepted == 2, 20)
        status = running.feeds.status()[0]
        assert (status.state, status.refused, status.feed) == (FeedState.UP, 1, "mqtt:plant")
        latest = running.latest.get("SMK-001:obscuration")
        assert latest is not None
        assert latest.value == 7
        letter = DeadLetters(campus_folder).latest()[0]
        assert (letter.topic, "hot" in letter.reason_en) == ("campus/field/smoke1/obscuration", True)
    finally:
        running.close()


def test_what_came_while_the_twin_was_away_is_waiting(campus_folder: Path, field: Field) -> None:
    broker = load_mqtt_settings(campus_folder).brokers[0]

    def count(wanted: int) -> None:
        running = RunningCampus(Campus.open(campus_folder), ZoneInfo("Asia/Shanghai"))
        running.start()
        with MqttConsumer(running, broker):
            until(lambda: running.feeds.status()[0].connected, 20)
            until(lambda: len(ids_in_journal(campus_folder)) == wanted, 20)
        running.close()

    count(0)
    for number in range(1500):  # more than may be unacknowledged, and than Mosquitto keeps by default
        last = field.send(number)
    last.wait_for_publish()
    count(1500)


def test_a_wrong_password_is_said_on_the_feeds_page(campus_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIN_TEST_PASSWORD", "wrong")
    running = RunningCampus(Campus.open(campus_folder), ZoneInfo("Asia/Shanghai"))
    running.start()
    with MqttConsumer(running, load_mqtt_settings(campus_folder).brokers[0]):
        until(lambda: "authori" in running.feeds.status()[0].fault.lower(), 20)
        assert running.feeds.status()[0].state is FeedState.DOWN
    running.close()


def test_nothing_is_lost_when_the_twin_is_killed(campus_folder: Path, field: Field) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    assert lost_and_doubled(campus_folder, field, 6_000, 3, seed) == (0, 0)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_thirty_thousand_messages_over_ten_kills(campus_folder: Path, field: Field) -> None:
    assert lost_and_doubled(campus_folder, field, 30_000, 10, 7) == (0, 0)
