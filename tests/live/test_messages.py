"""What senders send: the good is taken, the rest is named one by one, and no sender can take an id of ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.errors import MessageRefusedError, NoMessagesError, TooManyMessagesError
from twin.live.messages import BODY_LENGTH, EVENTS, MOST_MESSAGES, READINGS

AT = "2026-11-26T16:00:00+08:00"
READING = {"point_id": "T-1:temperature", "observed_at": AT, "value": 21.5, "message_id": "7"}
EVENT = {"event_id": "e1", "originator": "S-1", "type": "fire.smoke", "occurred_at": AT, "text": "烟雾"}


def read(kind: Any, *said: Any, lines: bool = False) -> Any:
    body = "\n".join(json.dumps(one) for one in said) if lines else json.dumps(list(said))
    return kind.read(body.encode(), "http:test", lines=lines)


def test_a_reading_in_any_of_three_forms_is_the_same_entry() -> None:
    forms = [
        READINGS.read(json.dumps(READING).encode(), "f", lines=False),
        READINGS.read(json.dumps([READING]).encode(), "f", lines=False),
        READINGS.read(b"\n" + json.dumps(READING).encode() + b"\r\n\n", "f", lines=True),
    ]
    assert forms[0] == forms[1] == forms[2]
    entry = forms[0].entries[0]
    assert (entry.entry_id, entry.subject, entry.value, entry.quality) == (
        "~T-1:temperature@7",
        "T-1:temperature",
        21.5,
        "good",
    )
    assert entry.occurred_at == datetime(2026, 11, 26, 8, tzinfo=UTC)


def test_states_and_gaps_are_readings() -> None:
    found = read(READINGS, {**READING, "value": True}, {**READING, "value": None}, {**READING, "value": 0})
    assert [(one.value, one.quality) for one in found.entries] == [(1.0, "good"), (None, "offline"), (0.0, "good")]


def test_without_an_id_point_and_time_are_it() -> None:
    bare = {name: one for name, one in READING.items() if name != "message_id"}
    same = {**bare, "observed_at": "2026-11-26T08:00:00Z"}
    assert read(READINGS, bare).entries[0].entry_id == read(READINGS, same).entries[0].entry_id


BAD: list[tuple[dict[str, Any], str]] = [
    ({**READING, "value": "21.5 °C"}, "value"),
    ({**READING, "observed_at": "2026-11-26 16:00:00"}, "offset"),
    ({**READING, "observed_at": "yesterday"}, "observed_at"),
    ({**READING, "observed_at": "0001-01-01T00:00:00+08:00"}, "1900"),
    ({**READING, "observed_at": "9999-12-31T23:59:59-08:00"}, "2200"),
    ({**READING, "point_id": ""}, "point_id"),
    ({**READING, "point_id": "~T-1"}, "point_id"),
    ({**READING, "point_id": "T\n1"}, "point_id"),
    ({**READING, "point_id": "x" * 161}, "point_id"),
    ({**READING, "quality": "fine"}, "quality"),
    ({**READING, "valu": 3}, "valu"),
    ({"point_id": "T-1"}, "observed_at"),
]


@pytest.mark.parametrize(("bad", "named"), BAD)
@pytest.mark.parametrize("lines", [False, True])
def test_one_bad_message_is_named_and_costs_no_other(bad: dict[str, Any], named: str, lines: bool) -> None:
    found = read(READINGS, READING, bad, {**READING, "message_id": "8"}, lines=lines)
    assert [one.entry_id for one in found.entries] == ["~T-1:temperature@7", "~T-1:temperature@8"]
    assert [one.index for one in found.refused] == [1]
    assert named in found.refused[0].fault.text("en")
    assert "T" in found.refused[0].raw or "x" in found.refused[0].raw or '""' in found.refused[0].raw


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_is_refused(number: str) -> None:
    body = json.dumps(READING).replace("21.5", number).encode()
    assert len(READINGS.read(body, "f", lines=False).refused) == 1


@pytest.mark.parametrize("event_id", ["~alarm", "", "a\0b"])
def test_nobody_takes_an_id_of_ours(event_id: str) -> None:
    assert len(read(EVENTS, {**EVENT, "event_id": event_id}).refused) == 1


def test_an_event_keeps_all_it_said() -> None:
    said = {
        **EVENT,
        "level": "A",
        "position": [1.0, 2.0, 3.0],
        "attributes": {"plate": "闽A·12345", "n": [1, {"x": None}]},
    }
    entry = read(EVENTS, said).entries[0]
    body = json.loads(entry.body)
    assert {name: body[name] for name in body} == {
        name: said[name] for name in ("type", "text", "level", "position", "attributes")
    }
    assert (entry.entry_id, entry.subject) == ("e1", "S-1")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("lines", [False, True])
def test_an_event_with_what_is_no_number_is_refused_and_costs_no_other(number: str, lines: bool) -> None:
    said = {"event_id": "e1", "originator": "C-1", "type": "x", "occurred_at": "2026-11-26T16:00:00+08:00"}
    bad = json.dumps({**said, "attributes": {"deep": [{"a": "!"}]}}).replace('"!"', number)
    good = json.dumps({**said, "event_id": "e2", "attributes": {"a": 1}})
    body = "\n".join([bad, good]) if lines else f"[{bad},{good}]"
    found = EVENTS.read(body.encode(), "http:c", lines=lines)
    assert [one.entry_id for one in found.entries] == ["e2"]
    assert [one.index for one in found.refused] == [0]
    assert "attributes" in found.refused[0].fault.text("en")


def test_a_library_in_an_event_is_refused() -> None:
    found = read(EVENTS, EVENT, {**EVENT, "event_id": "e2", "attributes": {"x": "y" * BODY_LENGTH}})
    assert (len(found.entries), len(found.refused)) == (1, 1)


def test_whatever_is_refused_is_named_by_its_place_in_the_batch() -> None:
    long = {**EVENT, "event_id": "e2", "attributes": {"x": "y" * BODY_LENGTH}}
    found = read(EVENTS, {**EVENT, "type": "?"}, EVENT, long)
    assert [one.index for one in found.refused] == [0, 2]
    assert f"e2 has more than {BODY_LENGTH} characters" in found.refused[1].fault.text("en")
    assert f"e2 超过 {BODY_LENGTH} 个字符" in found.refused[1].fault.text("zh")


@pytest.mark.parametrize("body", [b"", b"  ", b"[]", b"\n\n"])
def test_nothing_is_said_to_be_nothing(body: bytes) -> None:
    with pytest.raises((NoMessagesError, MessageRefusedError)):
        READINGS.read(body, "f", lines=False)


@pytest.mark.parametrize("body", [b"{", b"not json", b"\xff\xfe", b"[" * 100_000, b'{"a":1}{"b":2}'])
def test_what_is_no_json_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(MessageRefusedError):
        READINGS.read(body, "f", lines=False)


def test_a_batch_has_an_end() -> None:
    with pytest.raises(TooManyMessagesError):
        read(READINGS, *[READING] * (MOST_MESSAGES + 1))


@given(st.binary(max_size=300), st.booleans())
def test_no_body_breaks_it(body: bytes, lines: bool) -> None:
    for kind in (READINGS, EVENTS):
        try:
            found = kind.read(body, "f", lines=lines)
        except (MessageRefusedError, NoMessagesError):
            continue
        assert len(found.entries) + len(found.refused) > 0


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.dictionaries(st.sampled_from([*EVENT, "level", "attributes"]), json_values), min_size=1, max_size=5))
def test_found_is_taken_and_refused(batch: list[dict[str, Any]]) -> None:
    found = read(EVENTS, EVENT, *batch)
    assert len(found.entries) + len(found.refused) == len(batch) + 1
    assert len(found.entries) >= 1


# what is wrong -> all that is said of it in Chinese; whatever else is in ASCII letters would be a library's
TOLD: list[tuple[dict[str, Any], str]] = [
    ({**READING, "observed_at": "2026-11-26 16:00:00"}, "observed_at 没有时区偏移；请写成 2026-10-01T08:00:00+08:00"),
    ({**READING, "observed_at": "soon"}, "observed_at 应为时刻，如 2026-10-01T08:00:00+08:00"),
    ({**READING, "observed_at": "1800-01-01T00:00:00Z"}, "observed_at 应不小于 1900-01-01T00:00:00Z"),
    ({**READING, "value": "warm"}, "value 应为数字"),
    ({**READING, "value": float("nan")}, "value 应为有限的数字"),
    ({**READING, "point_id": "~T"}, "point_id 不能以 ~ 开头，也不能有控制字符"),
    ({**READING, "quality": "fine"}, "quality 应为以下之一：'good', 'stale', 'offline', 'out_of_range'"),
    ({**READING, "valu": 1}, "valu 不是这种消息的字段；请删去或改正拼写"),
    ({"point_id": "T", "value": 1}, "observed_at 缺失"),
]


@pytest.mark.parametrize(("bad", "told"), TOLD)
def test_a_refusal_is_in_one_language(bad: dict[str, Any], told: str) -> None:
    [refused] = read(READINGS, READING, bad).refused
    assert refused.fault.text("zh") == (f"第 1 条（从 0 数）无法接收：{told}。其余各条不受影响；请改正后只重发这一条。")
    assert refused.fault.text("en").isascii()
    assert "Input" not in refused.fault.text("en")


def test_what_is_no_object_or_no_json_in_its_line_is_said_in_words() -> None:
    found = READINGS.read(b"[1, 2]", "f", lines=False).refused + READINGS.read(b"{", "f", lines=True).refused
    said = [one.fault.params["detail"].text("zh") for one in found]
    assert said == ["应为一个 JSON 对象"] * 2 + ["不是一个完整的 JSON 对象，或不是 UTF-8"]


@pytest.mark.parametrize(
    ("body", "zh"),
    [
        ('[{"point_id": "电表"}]'.encode("gbk"), "第 16 个字节起不是 UTF-8；请以 UTF-8 发送"),
        (b"[" * 100_000, "JSON 嵌套过深"),
        (b'[{"a": 1},\n {"b" 2}]', "第 2 行第 7 列起不是 JSON"),
        (b"[" + b"9" * 5000 + b"]", "有一个数字过长"),
    ],
)
def test_of_a_body_that_cannot_be_read_nothing_is_taken_and_that_is_said(body: bytes, zh: str) -> None:
    with pytest.raises(MessageRefusedError) as fault:
        READINGS.read(body, "f", lines=False)
    assert fault.value.text("zh") == f"正文无法读取：{zh}。其中什么都没有收入；请改正后全部重发。"
    assert "Nothing of it is taken" in fault.value.text("en")


@pytest.mark.parametrize("number", [1795708, 1795708800, 1795708800000, 1.5, "1795708", "1795708800.5", "-1", True])
@pytest.mark.parametrize(
    ("kind", "message", "field"), [(READINGS, READING, "observed_at"), (EVENTS, EVENT, "occurred_at")]
)
def test_a_number_is_no_time(number: Any, kind: Any, message: dict[str, Any], field: str) -> None:
    """It would be of 1970 or of another unit; a time is written, with its offset."""
    found = read(kind, message, {**message, field: number})
    assert len(found.entries) == 1
    assert field in found.refused[0].fault.text("en")
    assert "应为写明的时刻" in found.refused[0].fault.text("zh")
