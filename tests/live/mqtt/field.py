"""A gateway in the field, a campus that listens to it, and what is lost when the twin is killed meanwhile."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.ioc_app.small_campus import small_campus
from tests.live.journal_ids import ids_in_journal
from tests.live.mqtt.broker import USERS
from tests.waiting import until

NOW = datetime.now(UTC)


def listening_campus(folder: Path, port: int, protocol: str = "5") -> Path:
    """A campus whose twin takes what the field sends; its password is in TWIN_TEST_PASSWORD."""
    campus = small_campus().write(folder)
    (campus / "config").mkdir()
    (campus / "config" / "mqtt.toml").write_text(
        f'[[brokers]]\nname = "plant"\nport = {port}\nprotocol = "{protocol}"\n'
        'username = "campus-twin"\npassword = "env:TWIN_TEST_PASSWORD"\ndevices = { smoke1 = "SMK-001" }\n'
        '[[brokers.topics]]\nfilter = "campus/field/+/+"\npoint_id = "{2}:{3}"\nvalue = "v"\nobserved_at = "ts"\n'
        'message_id = "id"\n[[brokers.topics]]\nfilter = "alarms/#"\nkind = "event"\n'
    )
    return campus


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
