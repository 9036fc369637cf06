"""A twin that only listens to a broker, to be killed: ``python -m tests.live.mqtt.taker FOLDER PORT``."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from twin.live.mqtt.consumer import MqttConsumer
from twin.live.mqtt.settings import load_mqtt_settings
from twin.live.running import RunningCampus
from twin.store.campus import Campus


def main(folder: Path) -> None:
    running = RunningCampus(Campus.open(folder), ZoneInfo("Asia/Shanghai"))
    running.start()
    with MqttConsumer(running, load_mqtt_settings(folder).brokers[0]):
        print("taking", flush=True)
        while True:
            time.sleep(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
