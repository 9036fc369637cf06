"""What a topic and a payload mean, as the settings say it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from twin.errors import ConfigError, MessageRefusedError
from twin.live.messages import EVENTS, READINGS
from twin.live.mqtt.payload import incoming, matching
from twin.live.mqtt.settings import BrokerSettings, MessageKind, TopicSettings, load_mqtt_settings

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
PLAIN = TopicSettings(filter="campus/+/+", point_id="{1}:{2}")
NAMED = TopicSettings(filter="campus/+/+", point_id="{1}:{2}", value="v", observed_at="ts", message_id="id")
BROKER = BrokerSettings(name="plant", topics=[PLAIN], devices={"meter17": "EM-B01"})


def said(topic: TopicSettings, payload: bytes, name: str = "campus/meter17/power") -> dict[str, Any]:
    found = incoming(BROKER, topic, name, payload, NOW)
    assert found.kind is READINGS
    one: dict[str, Any] = json.loads(found.body)
    return one


@pytest.mark.parametrize(
    ("wanted", "name", "takes"),
    [
        ("campus/+/+", "campus/a/b", True),
        ("campus/+/+", "campus/a", False),
        ("campus/+/+", "campus/a/b/c", False),
        ("campus/#", "campus", True),
        ("campus/#", "campus/a/b", True),
        ("campus/#", "other/a", False),
        ("#", "anything/at/all", True),
        ("+", "one", True),
        ("+", "one/two", False),
        ("a//b", "a//b", True),
    ],
)
def test_filters_take_what_the_standard_says(wanted: str, name: str, takes: bool) -> None:
    assert (matching([TopicSettings(filter=wanted)], name) is not None) is takes


@pytest.mark.parametrize(
    ("payload", "value"),
    [(b"21.5", 21.5), (b" 7 \n", 7.0), (b"on", 1.0), (b"CLOSED", 0.0), (b"true", 1.0), (b"", None), (b"-1e3", -1000.0)],
)
def test_a_bare_value_belongs_to_the_topic(payload: bytes, value: float | None) -> None:
    assert said(PLAIN, payload) == {"point_id": "EM-B01:power", "observed_at": NOW.isoformat(), "value": value}


@pytest.mark.parametrize("ts", [1795680000, 1795680000.0, 1795680000000, "1795680000", "2026-11-26T08:00:00Z"])
def test_times_come_in_any_of_these(ts: Any) -> None:
    found = said(NAMED, json.dumps({"v": 3, "ts": ts, "id": 17}).encode())
    assert datetime.fromisoformat(found["observed_at"]) == datetime.fromtimestamp(1795680000, UTC)
    assert (found["value"], found["message_id"]) == (3.0, "17")


@pytest.mark.parametrize(
    "payload",
    [b"{", b"[1]", b'{"v": 1}', b'{"v": "warm", "ts": 1, "id": 1}', b'{"v": 1, "ts": "2026-11-26 08:00", "id": 1}',
     b'{"v": 1, "ts": "soon", "id": 1}', b'{"v": 1, "ts": 1e300, "id": 1}', b"\xff\xfe"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(payload: bytes) -> None:
    with pytest.raises(MessageRefusedError):
        said(NAMED, payload)


def test_a_topic_that_is_too_short_is_refused() -> None:
    with pytest.raises(MessageRefusedError, match="no level"):
        said(TopicSettings(filter="#", point_id="{5}"), b"1")


def test_without_a_pattern_the_payload_says_all() -> None:
    events = TopicSettings(filter="alarms/#", kind=MessageKind.EVENT)
    found = incoming(BROKER, events, "alarms/x", b'{"event_id": "1"}', NOW)
    assert (found.kind, found.body) == (EVENTS, b'{"event_id": "1"}')


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[[brokers]]\nname = "a"\ntopics = []\n', "line 3"),
        ('[[brokers]]\nname = "a b"\n\n[[brokers.topics]]\nfilter = "#"\n', "line 2"),
        ('[[brokers]]\nname = "a"\npassword = "secret"\n\n[[brokers.topics]]\nfilter = "#"\n', "line 3"),
        ('[[brokers]]\nname = "a"\n\n[[brokers.topics]]\nfilter = "#"\nqoss = 1\n', "line 6"),
    ],
)
def test_a_mistake_says_its_line_and_no_password_stands_in_the_file(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "mqtt.toml").write_text(text)
    with pytest.raises(ConfigError, match=named):
        load_mqtt_settings(tmp_path)


@pytest.mark.parametrize(
    ("stamp", "told"),
    [
        ("1795680000", NOW.replace(hour=8)),
        ("1795680000000", NOW.replace(hour=8)),
        ("1795680000000000", NOW.replace(hour=8)),
        ('"1795680000"', NOW.replace(hour=8)),
        ("1795708", None),
        ("0", None),
        ("true", None),
        ('"2026-11-26 16:00:00"', None),
        ('"soon"', None),
    ],
)
def test_a_number_is_a_time_only_of_this_century(stamp: str, told: datetime | None) -> None:
    """In s, ms or µs; what is none is said in one language, without a word of others that were taken."""
    payload = f'{{"v": 1, "ts": {stamp}, "id": "1"}}'.encode()
    if told is not None:
        assert datetime.fromisoformat(said(NAMED, payload)["observed_at"]) == told
        return
    with pytest.raises(MessageRefusedError) as fault:
        said(NAMED, payload)
    assert "不是看得懂的时间" in fault.value.text("zh")
    assert "其余" not in fault.value.text("zh")
