"""What is said again is kept once, and is still to the letter what was said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from twin.live.said_before import like

PLACE = '{"building_id": "B1", "zone_ids": ["z1"], "position": [1, 2.0]}'


@pytest.mark.parametrize("said", ["1", "1.0", "true", "-0.0", "0.0", '"a"', "null", '{"x": 1}', '{"x": 1.0}', PLACE])
@pytest.mark.parametrize("before", ["1", "1.0", "true", "-0.0", "0.0", '"a"', "null", '{"x": true}', PLACE])
def test_to_the_letter(said: str, before: str) -> None:
    body = json.loads(f'{{"told": {said}, "other": {said}}}')
    assert json.dumps(like(body, json.loads(f'{{"told": {before}}}'))) == json.dumps(body)


def test_once() -> None:
    text = f'{{"alarm_type": "power.high", "place": {PLACE}, "title": {{"zh": "功率高"}}}}'
    first: dict[str, Any] = like(json.loads(text), {})
    second = like(json.loads(text), first)
    assert all(mine is theirs for mine, theirs in zip(second.values(), first.values(), strict=True))
    assert all(mine is theirs for mine, theirs in zip(second, first, strict=True))
