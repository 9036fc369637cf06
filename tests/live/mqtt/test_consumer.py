"""Against a real Mosquitto: nothing is acknowledged that is not in the journal, however often the twin is killed."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.ioc_app.small_campus import small_campus
from tests.live.journal_ids import ids_in_journal
from tests.live.mqtt.broker import MOSQUITTO, USERS, mosquitto
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

NOW = datetime.now(UTC)


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    folder = tmp_path / "broker"
    folder.mkdir()
    with mosquitto(folder) as one:
        yield one


@pytest.fixture
def campus_folder(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = small_campus().write(tmp_path / "campus")
    (folder / "config").mkdir()
    (folder / "config" / "mqtt.toml").write_text(
        f'[[brokers]]\nname = "plant"\nport = {port}\nusername = "campus-twin"\npassword = "env:TWIN_TEST_PASSWORD"\n'
        'devices = { smoke1 = "SMK-001" }\n'
        '[[brokers.topics]]\nfilter = "campus/field/+/+"\npoint_id = "{2}:{3}"\nvalue = "v"\nobserved_at = "ts"\n'
        'message_id = "id"\n[[brokers.topics]]\nfilter = "alarms/#"\nkind = "event"\n'
    )
    monkeypatch.setenv("TWIN_TEST_PASSWORD", USERS["campus-twin"])
    return folder


class Field:
    """A gateway in the field: sends with QoS 1 and waits until the broker has it."""

    def __init__(self, port: int) -> None:
        from paho.mqtt import client as paho
        from paho.mqtt.enums import CallbackAPIVersion

        self.client = paho.Client(CallbackAPIVersion.VERSION2, client_id="field-gateway")
        self.client.username_pw_set("field", USERS["field"])
        self.client.max_queued_messages_set(0)
        self.client.max_inflight_messages_set(500)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def send(self, number: int, topic: str = "campus/field/smoke1/obscuration", **said: Any) -> Any:
        at = (NOW + timedelta(milliseconds=number)).isoformat()
        payload = said or {"v": number % 30, "ts": at, "id": number}
        return self.client.publish(topic, json.dumps(payload), qos=1)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def field(port: int) -> Iterator[Field]:
    one = Field(port)
    yield one
    one.close()


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


def lost_and_doubled(campus_folder: Path, field: Field, messages: int, kills: int, seed: int) -> tuple[int, int]:
    """Send ``messages`` while the twin is killed ``kills`` times; how many are missing, how many are there twice."""
    chance = random.Random(seed)
    log = campus_folder / "taker.log"

    def taker() -> subprocess.Popen[str]:
        with log.open("a") as out:
            one = subprocess.Popen(
                [sys.executable, "-m", "tests.live.mqtt.taker", str(campus_folder)],
                stdout=subprocess.PIPE,
                stderr=out,
                text=True,
                env=dict(os.environ),
            )
        assert one.stdout is not None
        assert one.stdout.readline() == "taking\n", log.read_text()
        return one

    def stop(one: subprocess.Popen[str]) -> None:
        one.kill()
        one.communicate()

    running = taker()
    time.sleep(0.5)  # the subscription has to be there before the first message
    sent = 0
    for _ in range(kills):
        for _ in range(messages // kills):
            last = field.send(sent)
            sent += 1
        last.wait_for_publish()
        time.sleep(chance.uniform(0.0, 0.4))
        stop(running)
        running = taker()
    until(lambda: len(ids_in_journal(campus_folder)) >= sent, 60)
    time.sleep(0.5)
    stop(running)
    ids = ids_in_journal(campus_folder)
    return sent - len(set(ids)), len(ids) - len(set(ids))


def test_nothing_is_lost_when_the_twin_is_killed(campus_folder: Path, field: Field) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    assert lost_and_doubled(campus_folder, field, 6_000, 3, seed) == (0, 0)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_thirty_thousand_messages_over_ten_kills(campus_folder: Path, field: Field) -> None:
    assert lost_and_doubled(campus_folder, field, 30_000, 10, 7) == (0, 0)
