"""The one comparison that answers for many limits changes nothing: the same is said with it and without."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.live.campus import Campus, reading, rule_set
from twin.live.rules.feeds import Feed

RULES = "".join(
    f"""
[[rules]]
id = "r{n}"
kind = "threshold"
title = {{ zh = "", en = "" }}
alarm_type = "t{n}"
level = "C"
applies_to = {{ device_types = ["temperature"], quantities = ["temperature"] }}
unit = "Cel"
{side} = {limit}
clear_at = {clear}
delay_s = {delay}
clear_delay_s = {delay}
"""
    for n, (side, limit, clear, delay) in enumerate(
        [("above", 30, 25, 0), ("above", 30, 30, 40), ("above", 40, 35, 10), ("below", 10, 15, 0), ("below", 5, 5, 30)]
    )
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 4, 5, 9, 10, 12, 15, 20, 25, 27, 30, 31, 36, 41]),
        st.integers(0, 60),  # seconds on
        st.sampled_from([0, 0, 0, 90]),  # seconds late
        st.sampled_from(["good", "good", "good", "stale"]),
        st.booleans(),  # a tick after it
    ),
    max_size=40,
)


def said(steps: list[tuple[int, int, int, str, bool]]) -> list[object]:
    campus = Campus(rule_set(RULES))
    at_s, out = 100.0, []
    for value, on_s, late_s, quality, tick in steps:
        at_s += on_s
        out += campus.arrive(reading("T1:temperature", at_s - late_s, value, quality, late_s=late_s))
        if tick:
            out += campus.tick(at_s + 1)
            at_s += 1
    return [(one.kind, one.occurred_us, one.body["rule_id"], one.body["cleared_us"]) for one in out]


@settings(max_examples=examples(150), deadline=None)
@given(STEPS)
def test_the_same_is_said_with_and_without(steps: list[tuple[int, int, int, str, bool]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Feed, "_look_whether_calm", lambda self, _at_us: self.stir())
        expected = said(steps)
    assert said(steps) == expected


def test_it_is_calm_within_the_limits_and_not_beyond() -> None:
    campus = Campus(rule_set(RULES))
    campus.arrive(reading("T1:temperature", 0, 20))
    [feed] = campus.engine._tracks.of_point("T1:temperature")
    assert (feed._low, feed._high) == (10, 30)
    campus.arrive(reading("T1:temperature", 1, 31))
    assert feed._low > feed._high
