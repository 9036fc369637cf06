"""Against a real RabbitMQ, which speaks MQTT 3.1.1 (5 from its version 3.13 on)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.mqtt.broker import USERS
from tests.live.mqtt.field import Field, listening_campus, lost_and_doubled
from tests.live.mqtt.rabbit import RABBITMQ, rabbitmq

pytestmark = [
    pytest.mark.serves,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(RABBITMQ is None, reason="no RabbitMQ here (Debian package rabbitmq-server)"),
]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    folder = tmp_path / "broker"
    folder.mkdir()
    with rabbitmq(folder) as one:
        yield one


def test_thirty_thousand_messages_over_ten_kills(
    tmp_path: Path, port: int, field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWIN_TEST_PASSWORD", USERS["campus-twin"])
    campus = listening_campus(tmp_path / "campus", port, protocol="3.1.1")
    assert lost_and_doubled(campus, field, 30_000, 10, 7) == (0, 0)
