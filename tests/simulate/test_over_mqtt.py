"""The simulator against a real Mosquitto with the shipped configuration, and the campus at the other side of it."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.ioc_app.small_campus import small_campus
from tests.live.mqtt.broker import MOSQUITTO, USERS, mosquitto
from tests.simulate.campus import TIMEZONE, S, scenario
from tests.waiting import until
from twin.errors import SenderRefusedError
from twin.live.mqtt.consumer import MqttConsumer
from twin.live.mqtt.settings import load_mqtt_settings
from twin.live.running import RunningCampus
from twin.model.time import SystemClock, microseconds
from twin.simulate.sending import MqttSender, Sent
from twin.store.campus import Campus
from twin.store.journal_reader import JournalReader

SETTINGS = """
[[brokers]]
name = "plant"
port = {port}
username = "campus-twin"
password = "env:TWIN_TEST_PASSWORD"
[[brokers.topics]]
filter = "campus/+/readings"
[[brokers.topics]]
filter = "alarms/#"
kind = "event"
"""


@pytest.mark.serves
@pytest.mark.skipif(MOSQUITTO is None, reason="no Mosquitto here (Debian package mosquitto)")
def test_all_that_is_sent_arrives(demo_campus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIN_TEST_PASSWORD", USERS["campus-twin"])
    folder = small_campus().write(tmp_path / "campus")
    (folder / "config").mkdir()
    (tmp_path / "broker").mkdir()
    now_us = microseconds(SystemClock().now())
    said = scenario(demo_campus).between(now_us - 120 * S, now_us)
    with mosquitto(tmp_path / "broker") as port:
        (folder / "config" / "mqtt.toml").write_text(SETTINGS.format(port=port))
        running = RunningCampus(Campus.open(folder), ZoneInfo(TIMEZONE))
        running.start()
        with MqttConsumer(running, load_mqtt_settings(folder).brokers[0]):
            until(lambda: bool(running.feeds.status()[0].connected), 60)
            sender = MqttSender(f"mqtt://field@127.0.0.1:{port}", USERS["field"])
            assert sender.send({"events": said.events, "readings": said.readings}) == Sent(len(said), 0, 0)
            sender.close()
            until(lambda: JournalReader(folder).count() == len(said), 60)
        running.close()


@pytest.mark.serves
def test_a_broker_that_is_not_there_is_told() -> None:
    with pytest.raises(SenderRefusedError, match=r"mqtt://127\.0\.0\.1"):
        MqttSender("mqtt://field@127.0.0.1:1")
