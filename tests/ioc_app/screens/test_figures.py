"""Every kind of chart from real shapes of rows: valid for plotly, honest about gaps, and text stays text."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import plotly.graph_objects as go
import pytest

from ioc_app.screens.figures import FIGURES
from ioc_app.screens.lists import LISTS
from ioc_app.screens.look import TEXTS
from ioc_app.screens.shown import show
from ioc_app.screens.styles import STYLES
from tests.browser.hostile import PAYLOADS
from tests.ioc_app.screens.samples import AT, SAMPLES, Row, look, panel
from twin.screens.panel import COLUMNS

KINDS = sorted(COLUMNS)


def drawn(kind: str, rows: list[Row], **more: Any) -> dict[str, Any]:
    """A figure that plotly itself finds valid and that travels as JSON."""
    made = FIGURES[kind](panel(kind), rows, look(**more))
    json.dumps(made, allow_nan=False)
    go.Figure(made)
    return made


def texts_of(said: Any) -> list[str]:
    """Every string in what is sent."""
    if isinstance(said, dict):
        return [text for one in said.values() for text in texts_of(one)]
    return (
        [text for one in said for text in texts_of(one)] if isinstance(said, list) else [said] * isinstance(said, str)
    )


def test_every_kind_of_panel_is_drawn() -> None:
    assert sorted({*FIGURES, *LISTS}) == KINDS
    assert not set(FIGURES) & set(LISTS)
    assert sorted(SAMPLES) == KINDS


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("kind", sorted(FIGURES))
def test_figures_are_valid_in_every_style_and_language(kind: str, style: str, language: Any) -> None:
    assert drawn(kind, SAMPLES[kind], style=style, language=language)["data"]


@pytest.mark.parametrize("kind", KINDS)
def test_rows_may_be_few_many_or_without_values(kind: str) -> None:
    sample = SAMPLES[kind]
    one_row, without = sample[:1], [dict.fromkeys(sample[0])]
    many = [dict(sample[place % len(sample)]) for place in range(2_000)]
    only_required = [{name: row.get(name, row.get(f"{name}_zh")) for name in COLUMNS[kind][0]} for row in sample]
    strange = [dict.fromkeys(sample[0], value) for value in (math.nan, math.inf, "x", True, -1, 0, 1e300, {"a": 1})]
    for rows in (one_row, without, many, only_required, strange, sample + without):
        shown = show(panel(kind), {"state": "good", "rows": rows, "columns": list(rows[0])}, look())
        json.dumps(shown, allow_nan=False)
        assert len(shown["picks"]) == len(rows)
        if kind in FIGURES:
            go.Figure(shown["figure"])
        assert len(json.dumps(shown)) < 600_000


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_stays_text(kind: str) -> None:
    """plotly.js takes tags and entities of any text for markup: none of a stranger reaches it."""
    for start in range(0, len(PAYLOADS), 40):
        rows = [
            {name: payload if isinstance(value, str) else value for name, value in row.items()} | {"screen": payload}
            for payload, row in zip(PAYLOADS[start : start + 40], SAMPLES[kind] * 40, strict=False)
        ]
        shown = show(panel(kind), {"state": "good", "rows": rows, "columns": list(rows[0])}, look())
        json.dumps(shown, ensure_ascii=True)
        if shown["figure"]:
            go.Figure(shown["figure"])
            drawn_texts = texts_of(shown["figure"])
            assert not [one for one in drawn_texts if "<" in one.replace("<br>", "") or ">" in one.replace("<br>", "")]
        for text in texts_of({"figure": shown["figure"], "list": shown["list"]}):
            assert len(text) <= 1_000, "a text of ten thousand signs is cut"
            assert not {"\u202e", "\u2066", "\x00", "\x1b", "\n"} & set(text)


def test_no_ring_has_more_than_five_slices_and_what_is_folded_is_not_lost() -> None:
    ring = drawn("shares", SAMPLES["shares"])["data"][0]
    assert len(ring["values"]) == 5
    assert ring["labels"][4].startswith("其他")
    assert sum(ring["values"]) == pytest.approx(sum(row["value"] for row in SAMPLES["shares"]))
    assert len(drawn("shares", SAMPLES["shares"][:5])["data"][0]["values"]) == 5
    assert ring["customdata"][4] == -1, "a click on the rest chooses nothing"


def test_in_a_low_panel_there_is_less_and_nothing_over_the_other() -> None:
    low = {"height_px": 70.0}
    assert len(drawn("shares", SAMPLES["shares"], **low)["data"][0]["values"]) == 2
    assert len(drawn("matrix", SAMPLES["matrix"], **low)["layout"]["yaxis"]["ticktext"]) == 2
    assert len(drawn("matrix", SAMPLES["matrix"])["layout"]["yaxis"]["ticktext"]) == 7
    assert len(drawn("ranking", SAMPLES["ranking"], **low)["layout"]["yaxis"]["ticktext"]) == 3
    for kind in ("trend", "columns", "distribution"):
        assert len(drawn(kind, SAMPLES[kind], **low)["layout"]["yaxis"]["tickvals"]) == 2, kind
        assert len(drawn(kind, SAMPLES[kind])["layout"]["yaxis"]["tickvals"]) > 2, kind


def test_every_name_below_columns_stands_and_of_hours_every_so_manieth() -> None:
    names = ["照明", "空调", "给排水", "强电", "网络", "门窗", "家具", "电梯", "消防水池水泵房"]
    made = drawn("columns", [{"label": one, "value": 1} for one in names])["layout"]
    texts = made["xaxis"]["ticktext"]
    assert [one.removeprefix("<br>") for one in texts[:8]] == names[:8]
    assert [one.startswith("<br>") for one in texts] == [False, True] * 4 + [False]
    assert texts[8].endswith("…"), "at the end there is no room for two"
    hours = drawn("columns", [{"label": f"{one:02}:00", "value": 1} for one in range(24)])["layout"]
    assert 4 < len(hours["xaxis"]["ticktext"]) < 24
    assert made["margin"]["b"] > hours["margin"]["b"]
    low = drawn("columns", [{"label": one, "value": 1} for one in names], height_px=90.0)["layout"]
    assert 2 < len(low["xaxis"]["ticktext"]) < 9
    assert low["margin"]["b"] == hours["margin"]["b"]
    few = drawn("columns", [{"label": one, "value": 1} for one in names[:2]])["layout"]
    assert few["xaxis"]["ticktext"] == names[:2]


def test_no_line_leads_over_readings_that_are_missing() -> None:
    start = datetime(2026, 11, 26, tzinfo=UTC)
    rows = [{"at": start + timedelta(hours=hour), "value": hour} for hour in range(12) if hour not in (5, 8, 10)]
    line = drawn("trend", rows)["data"][0]
    assert line["y"] == [0, 1, 2, 3, 4, None, 6, 7, None, 9, None, 11]
    assert line["connectgaps"] is False
    dots = [place for place, size in enumerate(line["marker"]["size"]) if size]
    assert [line["y"][place] for place in dots] == [9, 11], "a reading alone is no line: it is a dot"


def test_a_reading_without_value_is_a_gap_too() -> None:
    rows = [{"at": AT + timedelta(hours=hour), "value": None if hour == 2 else 5} for hour in range(4)]
    assert drawn("trend", rows)["data"][0]["y"] == [5, 5, None, 5]


def test_a_forecast_is_dotted_and_begins_where_what_was_ends() -> None:
    been, expected, yesterday = (
        one for one in drawn("trend", SAMPLES["trend"])["data"] if one["mode"] != "lines" or "name" in one
    )
    assert (been["line"]["dash"], expected["line"]["dash"], yesterday["line"]["dash"]) == ("solid", "dot", "dash")
    assert been["x"][-1] == expected["x"][0]


def test_times_are_those_of_the_campus() -> None:
    rows = [{"at": "2026-11-25T16:00:00Z", "value": 1}, {"at": "2026-11-26T06:00:00+00:00", "value": 2}]
    made = drawn("trend", rows, language="en")
    assert made["data"][0]["x"] == ["2026-11-26T00:00:00", None, "2026-11-26T14:00:00"] or made["data"][0]["x"] == [
        "2026-11-26T00:00:00",
        "2026-11-26T14:00:00",
    ]
    assert "26 Nov 14:00 2 kW" in made["data"][0]["hovertext"][-1]
    assert "11月26日 14:00 2 kW" in drawn("trend", rows)["data"][0]["hovertext"][-1]


def test_levels_have_signs_and_other_colours_than_series() -> None:
    bars = drawn("ranking", SAMPLES["ranking"], height_px=400.0)
    labels = bars["layout"]["yaxis"]["ticktext"]
    assert labels[0].startswith("⬢I ")
    assert labels[1].startswith("▲II ")
    colours = bars["data"][0]["marker"]["color"]
    assert len(set(colours)) == 3
    assert set(colours[2:]) == {look().accent_colour}
    symbols = [one["marker"]["symbol"][0] for one in drawn("timeline", SAMPLES["timeline"])["data"][:4]]
    assert symbols == ["hexagon", "triangle-up", "diamond", "square"]


def test_a_date_is_written_as_a_day_however_it_travelled() -> None:
    labels = ["2026-03-09", "2026-03-10", "CW-2026-03-10"]
    made = drawn("columns", [{"label": one, "value": 1} for one in labels])
    assert made["layout"]["xaxis"]["ticktext"][:2] == ["3月9日", "3月10日"]
    assert made["data"][0]["hovertext"][2].startswith("CW-2026-03-10")


def test_series_differ_by_more_than_colour() -> None:
    stacked = drawn("columns", SAMPLES["columns"])["data"]
    assert len({one["marker"]["pattern"]["shape"] for one in stacked}) == len(stacked) == 2
    lines = [one for one in drawn("trend", SAMPLES["trend"])["data"] if "name" in one]
    assert len({one["line"]["dash"] for one in lines}) == 3


def test_the_chosen_place_stands_out_everywhere() -> None:
    for kind in ("ranking", "progress"):
        chosen = SAMPLES[kind][1]["feature_id"]
        made = drawn(kind, SAMPLES[kind], place=chosen, height_px=400.0)
        marker = next(one for one in made["data"] if "opacity" in one["marker"])["marker"]
        assert marker["opacity"][1] == 1.0 > marker["opacity"][0]
        assert marker["line"]["width"][1] > 0 == marker["line"]["width"][0]
    for kind, rows in (("table", "rows"), ("tiles", "tiles"), ("stages", "stages")):
        samples = [row | {"feature_id": f"f:{place}"} for place, row in enumerate(SAMPLES[kind])]
        listed = LISTS[kind](panel(kind), samples, look(place="f:2"))
        assert [one["chosen"] for one in listed[rows]].index(True) == 2


def test_a_tree_is_drawn_however_its_rows_lie() -> None:
    rows = [
        {"id": "a", "parent": "b", "label": "a", "value": 1}, {"id": "b", "parent": "a", "label": "b", "value": 1},
        {"id": "own", "parent": "own", "label": "own", "value": 2},
        {"id": "lost", "parent": "nobody", "label": "l", "value": 3},
        {"id": "small", "parent": None, "label": "small", "value": 1},
        {"id": "x", "parent": "small", "label": "x", "value": 5},
        {"id": "x", "parent": None, "label": "twice", "value": 9},
    ]  # fmt: skip
    tree = drawn("tree", rows)["data"][0]
    assert len(set(tree["ids"])) == len(tree["ids"]) == 7, "and one for all together"
    by_id = dict(zip(tree["ids"], zip(tree["parents"], tree["values"], strict=True), strict=True))
    for whole, (_parent, value) in by_id.items():
        parts = sum(size for parent, size in by_id.values() if parent == whole)
        assert parts <= value + 1e-9, "plotly draws nothing of a tree whose parts are more than the whole"


def test_every_node_of_a_tree_says_its_name_and_the_whole_its_sum() -> None:
    rows = [
        {"id": "a", "parent": None, "label": "主楼总表", "value": 90},
        {"id": "b", "parent": None, "label": "食堂总表", "value": 10},
        {"id": "a/", "parent": "a", "label": "2 块分表", "value": 90},
        {"id": "b/", "parent": "b", "label": "1 块分表", "value": 10},
    ]  # fmt: skip
    tree = drawn("tree", rows)["data"][0]
    assert tree["text"] == ["合计<br>100", "主楼总表<br>90", "2 块分表 90", "食堂总表", "1 块分表 10"]
    assert tree["parents"].count("") == 1, "else plotly.js leaves a third of the panel empty"


def test_wholes_without_parts_fill_the_panel() -> None:
    tree = drawn("tree", [{"id": one, "parent": None, "label": one, "value": 2} for one in "abc"])["data"][0]
    assert (tree["type"], tree["parents"]) == ("treemap", [""] * 3)
    assert drawn("tree", SAMPLES["tree"])["data"][0]["type"] == "icicle"


def test_what_no_part_explains_is_named() -> None:
    tree = drawn("tree", SAMPLES["tree"])["data"][0]
    rest = [(label, value) for label, value in zip(tree["labels"], tree["values"], strict=True) if label == "未分摊"]
    assert sorted(value for _label, value in rest) == [40, 70, 80]


def test_a_middle_value_is_that_of_the_values_and_every_value_is_in_a_class() -> None:
    values = [3.0, 3.2, 4.1, 8.8, 30.0]
    made = drawn("distribution", [{"value": one} for one in values])
    assert sum(made["data"][0]["y"]) == 5
    assert made["layout"]["shapes"][0]["x0"] == 4.1


@pytest.mark.parametrize("unit_px", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("kind", sorted(FIGURES))
def test_no_type_is_too_small_to_read(kind: str, unit_px: float) -> None:
    """At least 14 px and a ninetieth of the wall's height."""
    made = drawn(kind, SAMPLES[kind], unit_px=unit_px, width_px=400 * unit_px, height_px=200 * unit_px)

    def sizes(said: Any) -> list[float]:
        below = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
        own = [said["size"]] if isinstance(said, dict) and {"size", "symbol"} & set(said) == {"size"} else []
        return [*own, *(size for one in below for size in sizes(one))]

    layout = {name: one for name, one in made["layout"].items() if name != "shapes"}
    found = sizes(layout)
    assert found
    assert min(found) >= max(14, 1080 * unit_px / 90)


def test_both_languages_say_the_same_things() -> None:
    assert sorted(TEXTS["zh"]) == sorted(TEXTS["en"])
    for key, text in TEXTS["zh"].items():
        assert sorted(part.split("}")[0] for part in text.split("{")[1:]) == sorted(
            part.split("}")[0] for part in TEXTS["en"][key].split("{")[1:]
        )
