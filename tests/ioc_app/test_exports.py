"""Files to take away say words of their language, not codes of ours."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ioc_app.api.exports import ALARMS, EVENTS, FEEDS, INCIDENTS, ORDERS, POINTS
from ioc_app.tables import as_csv
from layers.devices import DEVICES
from tests.ioc_app.words import viewer_texts
from twin.model.levels import LEVELS
from twin.model.live import Quality
from twin.model.points import point_types
from twin.model.qualities import QUALITIES


def exported(columns: Any, row: dict[str, Any], language: str) -> dict[str, str]:
    text = as_csv(columns, [row], language, ZoneInfo("Asia/Shanghai")).decode("utf-8-sig")
    [found] = csv.DictReader(io.StringIO(text))
    return found


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [("major", "重大 I", "Major I"), ("A", "复杂疑难 II", "A, complex II"), ("C", "一般 IV", "C, ordinary IV")],
)
def test_levels(code: str, zh: str, en: str) -> None:
    for columns in (ALARMS, EVENTS):
        assert exported(columns, {"level": code}, "zh")["级别"] == zh
        assert exported(columns, {"level": code}, "en")["Level"] == en
    incident = {"level": code, "place": {"where": {"zh": "x", "en": "x"}}, "stage": "found", "suspended": False}
    told = exported(INCIDENTS, incident | {"breached": ["accept", "close"]}, "zh")
    assert [told[one] for one in ("级别", "阶段", "挂起", "超时")] == [zh, "发现", "否", "受理; 办结"]


def test_points() -> None:
    row = {
        "title": {"zh": "可燃气体浓度", "en": "concentration"},
        "device_type": "gas",
        "quality": Quality.OUT_OF_RANGE,
    }
    zh, en = exported(POINTS, row, "zh"), exported(POINTS, row, "en")
    assert (zh["设备类型"], zh["质量"], zh["量"]) == ("可燃气体", "超量程", "可燃气体浓度")
    assert (en["Device type"], en["Quality"], en["Quantity"]) == ("Gas detector", "out of range", "concentration")
    stranger = exported(POINTS, {"title": None, "quantity": None, "device_type": None, "quality": "good"}, "zh")
    assert (stranger["设备类型"], stranger["质量"]) == ("", "正常")
    assert exported(POINTS, row | {"device_type": "sundial"}, "zh")["设备类型"] == "sundial"  # of the campus


def test_feeds_and_orders() -> None:
    assert exported(FEEDS, {"state": "down"}, "zh")["状态"] == "中断"
    order = exported(ORDERS, {"stage": "done", "overdue": True}, "zh")
    assert (order["状态"], order["逾期"]) == ("已完成", "是")


def test_attributes_are_json() -> None:
    said = {"a": None, "b": {"c": [1, True]}, "车牌": "闽A"}
    assert json.loads(exported(EVENTS, {"attributes": said}, "zh")["属性"]) == said
    assert exported(EVENTS, {}, "zh")["属性"] == ""


def test_every_type_that_measures_and_every_quality_has_its_words() -> None:
    assert set(QUALITIES) == set(Quality)
    for language in ("zh", "en"):
        texts = viewer_texts(language)
        for quality, title in QUALITIES.items():
            assert texts.get(f"quality.{quality.value}", getattr(title, language)) == getattr(title, language)
        for state in ("up", "down", "waiting"):
            heading = {"zh": "状态", "en": "State"}[language]
            assert exported(FEEDS, {"state": state}, language)[heading] == texts[f"feeds.{state}"]
        for level, one in LEVELS.items():
            assert getattr(one.title, language) == texts[f"level.word.{level.value}"]
    assert {one for one in point_types() if one not in DEVICES.class_titles} == MEASURED_ONLY


MEASURED_ONLY: set[str] = set()
