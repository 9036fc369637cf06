"""``config/mqtt.toml``: brokers, their topics, and which device a topic belongs to.

::

    [[brokers]]
    name = "plant"
    host = "10.0.0.7"
    protocol = "5"                   # the default; "3.1.1" for brokers that speak no other, as RabbitMQ before 3.13
    username = "campus-twin"
    password = "env:TWIN_MQTT_PASSWORD"

    [[brokers.topics]]
    filter = "campus/+/+"            # levels count from 0
    point_id = "{1}:{2}"             # campus/EM-B01/power -> EM-B01:power
    value = "v"                      # key of a JSON object; without it the payload is the value
    observed_at = "ts"               # ISO 8601, UNIX seconds or milliseconds; without it the time of arrival

    [[brokers.topics]]
    filter = "alarms/#"
    kind = "event"                   # payloads are events as POST /api/v1/events takes them

    [brokers.devices]                # what the field calls a device -> its code on the campus
    meter17 = "EM-B01"
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from twin.config_file import Settings, load_config

CONFIG: Final = Path("config") / "mqtt.toml"


class MessageKind(StrEnum):
    READING = "reading"
    EVENT = "event"


class Protocol(StrEnum):
    """With 3.1.1 the broker alone decides how long it keeps a session and how much it sends ahead."""

    MQTT_5 = "5"
    MQTT_3_1_1 = "3.1.1"


class TopicSettings(Settings):
    """Without ``point_id`` the payload is a reading (or event) as the HTTP interface takes it, or several."""

    filter: Annotated[str, Field(min_length=1)]
    kind: MessageKind = MessageKind.READING
    point_id: str | None = None
    value: str | None = None
    observed_at: str | None = None
    message_id: str | None = None
    qos: Annotated[int, Field(ge=0, le=2)] = 1


class BrokerSettings(Settings):
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,40}$")]
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 1883
    protocol: Protocol = Protocol.MQTT_5
    tls: bool = False
    ca_file: Path | None = None
    username: str | None = None
    password: Annotated[str, Field(pattern="^(env|file):.+")] | None = None
    client_id: str = "campus-twin"
    keep_s: Annotated[int, Field(gt=0)] = (
        7 * 24 * 3600
    )  # how long the broker keeps messages while we are away (protocol 5)
    topics: Annotated[list[TopicSettings], Field(min_length=1)]
    devices: dict[str, str] = Field(default_factory=dict)


class MqttSettings(Settings):
    brokers: list[BrokerSettings] = Field(default_factory=list)


def load_mqtt_settings(campus_folder: Path) -> MqttSettings:
    """Raises ConfigError with the line of the first mistake."""
    return load_config(campus_folder / CONFIG, MqttSettings)
