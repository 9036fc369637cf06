"""A gateway on whichever broker a module has: its ``port`` says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.mqtt.field import Field


@pytest.fixture
def field(port: int) -> Iterator[Field]:
    one = Field(port)
    yield one
    one.close()
