"""Numbers, times and texts as people of the language write them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc_app.screens.figures.drawing import number_axis
from ioc_app.screens.look import contrast
from ioc_app.screens.plain import cut, drawn, ems, plain
from ioc_app.screens.styles import STYLES, style_named, tokens
from ioc_app.screens.written import (
    dated,
    duration,
    moment_of,
    number,
    short,
    time,
    time_of_day,
    unit_said,
    with_unit,
    written,
)
from tests.ioc_app.screens.samples import look
from twin.screens.files import shipped_files


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (datetime(2026, 11, 26, 6, 5, tzinfo=UTC), "11月26日 14:05", "26 Nov 14:05"),
        ("2026-11-26T06:05:00Z", "11月26日 14:05", "26 Nov 14:05"),
        ("2026-11-26T14:05:00", "11月26日 14:05", "26 Nov 14:05"),  # local(ts)
        (datetime(2025, 12, 31, 16, tzinfo=UTC), "1月1日 00:00", "1 Jan 00:00"),
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), "2025年12月31日 23:59", "31 Dec 2025 23:59"),
        (None, "—", "—"),
        ("soon", "—", "—"),
    ],
)
def test_times(value: Any, zh: str, en: str) -> None:
    assert (time(value, look()), time(value, look(language="en"))) == (zh, en)


def test_in_tables_the_day_that_is_shown_needs_no_naming() -> None:
    assert time_of_day("2026-11-26T01:05:00Z", look()) == "09:05"
    assert time_of_day("2026-11-25T15:05:00Z", look()) == "11月25日 23:05"
    assert time_of_day(None, look()) == "—"


def units_of(entry: Any) -> Iterator[str]:
    """Everything that is called a unit in there, however deep."""
    if isinstance(entry, dict):
        unit = entry.get("unit")
        yield from [unit] if isinstance(unit, str) else []
        entry = list(entry.values())
    for one in entry if isinstance(entry, list) else []:
        yield from units_of(one)


def test_no_shipped_unit_stays_chinese_in_english() -> None:
    texts = [one.decode() for files in shipped_files().values() for one in files.values()]
    units = {unit for one in texts for unit in units_of(tomllib.loads(one))}
    assert len(units) > 30
    assert [one for one in sorted(units) if re.search("[\u4e00-\u9fff]", unit_said(one, "en"))] == []


def test_a_counter_is_no_word_in_english() -> None:
    assert (with_unit("3", "件", "zh"), with_unit("3", "件", "en")) == ("3 件", "3")
    assert (with_unit("3", "人", "en"), with_unit("3", "furlong", "en")) == ("3 people", "3 furlong")
    assert with_unit("—", "人", "en") == "—"


def test_days_and_moments() -> None:
    assert dated(date(2026, 3, 1), look()) == "3月1日"
    assert moment_of("2026-11-26T14:05:00", look()) == datetime(2026, 11, 26, 6, 5, tzinfo=UTC)
    assert moment_of(3, look()) is None


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [(0, "0 秒", "0 s"), (59.6, "1 分", "1 min"), (5400, "1 小时 30 分", "1 h 30 min"), (259_260, "3 天", "3 d"),
     (-600, "-10 分", "-10 min"), (None, "—", "—")],
)  # fmt: skip
def test_durations(seconds: Any, zh: str, en: str) -> None:
    assert (duration(seconds, look()), duration(seconds, look(language="en"))) == (zh, en)


def test_numbers() -> None:
    assert written(Decimal("1234567.89"), 1) == "1,234,567.9"
    assert written(-0.2) == "0"
    assert written(float("nan")) == written(None) == written("7") == written(True) == "—"
    assert number(0) == 0.0
    assert [short(one, look()) for one in (9_999, 25_000, 3e8)] == ["9,999", "2.5 万", "3 亿"]
    assert [short(one, look(language="en")) for one in (2_500, 25_000, 3e8)] == ["2,500", "25 k", "300 M"]


@given(st.floats(-1e12, 1e12), st.floats(0, 1e12), st.integers(2, 8))
def test_an_axis_holds_what_it_is_for_in_few_round_steps(low: float, span: float, most: int) -> None:
    axis = number_axis(look(), low, low + span, most=most)
    first, last = axis["range"]
    if span > 1e-6 * max(abs(low), 1.0):  # else they are the same
        assert first <= low + span * 1e-6
        assert last >= low + span * (1 - 1e-6)
        assert 2 <= len(axis["tickvals"]) <= most * 2 + 3
    assert first < last


@given(st.text(max_size=60), st.integers(1, 60))
def test_a_plain_text_is_one_short_line(text: str, limit: int) -> None:
    line = plain(text, limit)
    assert len(line) <= limit
    assert line == line.strip()
    assert not re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029]", line)
    assert "<" not in drawn(text, limit)
    assert ems(cut(text, 6.0)) <= 6.0 + 1e-9


def test_styles_are_read_from_the_files_of_the_page() -> None:
    assert style_named("light") == "light"
    assert style_named("../../etc") == style_named(None) == STYLES[0]
    assert tokens("dark")["text"] != tokens("light")["text"]
    for style in STYLES:
        found = tokens(style)
        assert all(
            re.fullmatch(r"#[0-9a-f]{6}", found[name]) for name in ("text", "text-2", "accent", "line", "ground")
        )
        assert "Noto Sans CJK SC" in found["font"]
        assert contrast(look(style=style).colour("text-2"), found["panel-solid"]) >= 4.5
        assert contrast(look(style=style).accent_colour, found["panel-solid"]) >= 4.5


@pytest.mark.parametrize(
    ("value", "text"), [(770.5, "771"), (771.5, "772"), (-0.5, "-1"), (-0.4, "0"), (1e300, "1" + ",000" * 100)]
)
def test_halves_go_up_as_in_browsers(value: float, text: str) -> None:
    assert written(value) == text
    assert written(1.005, 2) == "1.01", "of the number as it is written, not as it is in memory"
