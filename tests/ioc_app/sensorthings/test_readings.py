"""Observations are the readings that the files hold, window by window, whoever asks for them."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from tests.ioc_app.sensorthings.asking import METER, Sta, time
from tests.screens.themes_campus import NOW


def test_observations_of_a_datastream_are_its_readings(sta: Sta, readings: pd.DataFrame) -> None:
    wanted = readings[readings.subject == METER]
    assert len(wanted) > 50
    found = sta.every(f"Datastreams('{METER}')/Observations", top=7, count="true")
    assert [time(one["phenomenonTime"]) for one in found] == wanted.occurred_at.to_list()[::-1]
    assert [one["result"] for one in found] == wanted.value.to_list()[::-1]
    assert [one["resultQuality"] for one in found] == wanted.quality.to_list()[::-1]
    assert sta.get(f"Datastreams('{METER}')/Observations", top=0, count="true") == {
        "@iot.count": len(found),
        "value": [],
    }
    assert len({one["@iot.id"] for one in found}) == len(found)
    one = found[3]
    assert sta.get(one["@iot.selfLink"]) == one
    assert sta.get(f"Datastreams('{METER}')/Observations('{one['@iot.id']}')") == one
    sta.fault(f"Datastreams('DB-0002:energy')/Observations('{one['@iot.id']}')", 404)


WINDOWS = {
    "phenomenonTime ge {a} and phenomenonTime lt {b}": lambda at, a, b: (at >= a) & (at < b),
    "phenomenonTime gt {a} and {b} ge phenomenonTime": lambda at, a, b: (at > a) & (at <= b),
    "not (phenomenonTime lt {a} or phenomenonTime ge {b})": lambda at, a, b: (at >= a) & (at < b),
    "phenomenonTime eq {b}": lambda at, _a, b: at == b,
    "phenomenonTime le {a} or phenomenonTime eq {b}": lambda at, a, b: (at <= a) | (at == b),
}


@pytest.mark.parametrize("text", WINDOWS)
@pytest.mark.parametrize("way", ["asc", "desc"])
def test_a_filter_by_time_is_a_window(sta: Sta, readings: pd.DataFrame, text: str, way: str) -> None:
    mine = readings[readings.subject == METER]
    a, b = mine.occurred_at.iloc[len(mine) // 3], mine.occurred_at.iloc[len(mine) // 2]  # readings on the very borders
    wanted = mine[WINDOWS[text](mine.occurred_at, a, b)]
    assert len(wanted)
    said = text.format(a=a.isoformat(), b=b.tz_convert("Asia/Shanghai").isoformat())
    page = sta.get(
        f"Datastreams('{METER}')/Observations", filter=said, orderby=f"phenomenonTime {way}", count="true", top=1000
    )
    times = [time(one["phenomenonTime"]) for one in page["value"]]
    assert times == wanted.occurred_at.to_list()[:: 1 if way == "asc" else -1]
    assert page["@iot.count"] == len(wanted)


def test_observations_of_all_are_filtered_and_ordered(sta: Sta, readings: pd.DataFrame) -> None:
    since = pd.Timestamp(NOW - timedelta(minutes=10))
    late = readings[readings.occurred_at >= since]
    wanted = late[(late.value > 50) & late.subject.str.endswith(":battery")].sort_values(["value", "occurred_at"])
    assert 10 < len(wanted) < len(late)
    said = f"phenomenonTime ge {since.isoformat()} and result gt 50 and endswith(Datastream/id,':battery')"
    found = sta.every("Observations", filter=said, orderby="result,phenomenonTime", top=400)
    assert [one["result"] for one in found] == wanted.value.to_list()
    one = sta.values(
        "Observations", filter=f"Datastream/id eq '{METER}'", top=1, expand="Datastream,FeatureOfInterest"
    )[0]
    assert one["Datastream"]["@iot.id"] == METER
    newest = sta.values("Observations", top=50)
    assert [time(one["phenomenonTime"]) for one in newest] == readings.occurred_at.to_list()[:-51:-1]


def test_a_filter_without_a_time_looks_back_until_it_has_enough(sta: Sta, readings: pd.DataFrame) -> None:
    mine = readings[(readings.subject == METER)]
    first = mine[mine.value < mine.value.quantile(0.1)]
    said = f"result lt {float(mine.value.quantile(0.1))!r}"
    found = sta.values(f"Datastreams('{METER}')/Observations", filter=said, top=3)
    assert [one["result"] for one in found] == first.value.to_list()[:-4:-1]
