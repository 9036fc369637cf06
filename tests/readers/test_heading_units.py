"""The unit of a column heading, as GIS files and survey tables write it."""

from __future__ import annotations

import pytest

from twin.readers.heading_units import unit_in_name, unit_of, without_unit
from twin.readers.survey.pipe_headings import LINE, POINT, pipe_heading


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("diameter_mm", "mm"),
        ("管径(mm)", "mm"),
        ("管径（ｍｍ）", "mm"),
        ("管径（㎜）", "mm"),
        ("管径 [in]", "in"),
        ('管径(")', "in"),
        ("埋深/m", "m"),
        ("埋深毫米", "mm"),
        ("埋深（厘米）", "cm"),
        ("埋深(分米)", "dm"),
        ("里程(千米)", "km"),
        ("管径(英寸)", "in"),
        ("埋深(英尺)", "ft"),
        ("Depth (US survey ft)", "us-ft"),
        ("Depth_usft", "us-ft"),
        ("depth_us_ft", "us-ft"),
        ("Depth (ftUS)", "us-ft"),
        ("area_sqm", "m2"),
        ("方位(度)", "deg"),
        ("DN", "mm"),
        ("depth_in", None),  # a direction more often than an inch
        ("长度", None),
        ("H", None),
    ],
)
def test_the_unit_of_a_heading(heading: str, unit: str | None) -> None:
    assert unit_in_name(heading) == unit


def test_a_name_loses_its_unit_and_nothing_else() -> None:
    assert [without_unit(one) for one in ("S_Deep_mm", "管径（毫米）", "埋深/m", "m", "room")] == [
        *("S_Deep", "管径", "埋深", "m", "room")
    ]


def test_words_of_campus_toml() -> None:
    assert [unit_of(one) for one in ("MM", "毫米", "US survey foot", "foot", "kPa", "wide")] == [
        *("mm", "mm", "us survey foot", "ft", "kpa", None)
    ]


@pytest.mark.parametrize("alias", sorted({one for table in (POINT, LINE) for some in table.values() for one in some}))
def test_no_known_heading_of_a_pipe_table_ends_like_a_unit(alias: str) -> None:
    assert unit_in_name(alias) is None
    assert pipe_heading(f"{alias}(mm)") == pipe_heading(f"{alias}_mm") == pipe_heading(alias)
