"""Sections in millimetres, and the level of the axis."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.readers.survey.pipe_sections import LARGEST_MM, NO_SECTION, SMALLEST_MM, axis_level, parse_section

SIZES = st.integers(int(SMALLEST_MM), int(LARGEST_MM))


@given(SIZES, SIZES, st.sampled_from(["X", "x", "×", "*", " X ", "Ｘ"]), st.sampled_from(["", "mm", " MM"]))
def test_a_box_is_width_by_height(width: int, height: int, times: str, unit: str) -> None:
    found = parse_section(f"{width}{times}{height}{unit}")
    assert found is not None
    assert (found.width_m, found.height_m) == (width / 1000, height / 1000)
    assert np.isnan(found.diameter_m)
    assert found.tall_m == height / 1000


@given(SIZES, st.sampled_from(["DN", "dn ", "Φ", "φ", "Ø", "De", "d", ""]))
def test_a_round_section_is_a_diameter_however_it_is_marked(size: int, sign: str) -> None:
    found = parse_section(f"{sign}{size}")
    assert found is not None
    assert found.diameter_m == size / 1000
    assert found.tall_m == size / 1000


@given(st.integers(1, 48), SIZES, st.sampled_from(["X", "-", "×", "孔", "根"]))
def test_a_bundle_says_how_many(count: int, size: int, times: str) -> None:
    found = parse_section(f"{count}{times}Φ{size}")
    assert found is not None
    assert (found.ducts, found.diameter_m) == (count, size / 1000)


@pytest.mark.parametrize("text", [None, "", "  ", "0", "/", "无", "0X0"])
def test_nothing_is_no_section(text: str | None) -> None:
    assert parse_section(text) is NO_SECTION


@pytest.mark.parametrize("text", ["3X240", "YJV22", "0.6X0.3", "600X", "-300", "999999", "约300"])
def test_what_is_no_size_in_mm_is_not_guessed(text: str) -> None:
    assert parse_section(text) is None


@given(st.text(max_size=20))
def test_any_text_gives_an_answer(text: str) -> None:
    found = parse_section(text)
    assert found is None or np.isnan(found.tall_m) or 0 <= found.tall_m <= LARGEST_MM / 1000


@given(st.floats(-50, 3000), st.floats(0, 20))
def test_axes_lie_between_invert_and_crown(level: float, tall: float) -> None:
    both = axis_level(np.array([level, level]), np.array([tall, tall]), np.array(["crown", "invert"], object))
    assert both[1] - both[0] == pytest.approx(tall, abs=1e-9)
    # a pipe surveyed at its crown and the same one surveyed at its invert have one axis
    again = axis_level(np.array([level + tall]), np.array([tall]), np.array(["crown"], object))
    assert again[0] == pytest.approx(both[1], abs=1e-9)
