"""What is served is what the campus has: devices by its tables, readings by its files, places by pyproj."""

from __future__ import annotations

from urllib.parse import quote

import pandas as pd
import pyproj
import pytest
import shapely

from tests.ioc_app.sensorthings.asking import Sta, time
from tests.screens.themes_campus import ThemesCampus
from twin.live.point_book import PointBook, load_point_settings
from twin.store.campus import Generation


def test_every_device_is_a_thing_with_its_place(sta: Sta, devices: pd.DataFrame, generation: Generation) -> None:
    things = {one["@iot.id"]: one for one in sta.every("Things", top=500, expand="Locations")}
    assert set(things) == set(devices.index) | {"weather"}  # points.toml tells of one that no device has
    to_lonlat = pyproj.Transformer.from_crs(generation.manifest.crs, "OGC:CRS84", always_xy=True)
    for code, row in devices.iterrows():
        thing = things[str(code)]
        assert thing["name"] == row["name"]
        assert thing["properties"]["device_type"] == row.device_type
        for name in ("building_id", "storey_id", "space_id"):
            assert thing["properties"].get(name) == (row[name] if isinstance(row[name], str) else None)
        [location] = thing["Locations"]
        x, y = shapely.get_coordinates(shapely.from_wkb(row.geometry))[0]
        assert location["location"]["coordinates"] == pytest.approx(to_lonlat.transform(x, y), abs=1e-7)
        assert location["encodingType"] == "application/geo+json"
    assert things["weather"]["Locations"] == []


def test_every_point_is_a_datastream_with_its_newest_reading(
    sta: Sta, themes: ThemesCampus, generation: Generation, readings: pd.DataFrame
) -> None:
    book = {one.point.point_id: one for one in PointBook.of(generation, load_point_settings(themes.folder))}
    expand = "Thing,Sensor,ObservedProperty,Observations($top=1;$orderby=phenomenonTime desc)"
    found = {one["@iot.id"]: one for one in sta.every("Datastreams", top=700, expand=expand)}
    newest = readings.groupby("subject").last()
    assert set(found) == set(book) | set(newest.index)
    for id, known in book.items():
        one = found[id]
        assert one["Thing"]["@iot.id"] == known.point.device_code
        assert one["Sensor"]["@iot.id"] == (known.device_type or "unstated")
        assert one["ObservedProperty"]["@iot.id"] == known.point.quantity
        assert one["unitOfMeasurement"]["definition"].endswith("/" + quote(known.point.unit, safe=""))
        if id in newest.index:
            [reading] = one["Observations"]
            assert time(reading["phenomenonTime"]) == newest.occurred_at[id]
            assert reading["result"] == newest.value[id]
            assert one["phenomenonTime"] == f"{reading['phenomenonTime']}/{reading['phenomenonTime']}"
            assert one["resultTime"] == f"{reading['resultTime']}/{reading['resultTime']}"
        else:
            assert one["Observations"] == []
            assert "phenomenonTime" not in one
    assert newest.index.isin(list(book)).mean() > 0.9


def test_what_is_filtered_is_what_the_tables_say(sta: Sta, devices: pd.DataFrame) -> None:
    meters = devices[devices.device_type == "electricity_meter"]
    in_b02 = meters.index[meters.building_id == "building:campus:B02"]
    codes, names = devices.index.str, devices.name.str
    cases = {
        "properties/device_type eq 'electricity_meter'": meters.index,
        "properties/device_type eq 'electricity_meter' and properties/building_id eq 'building:campus:B02'": in_b02,
        "startswith(id,'SXJ-00') and not endswith(name,'9')": devices.index[
            codes.startswith("SXJ-00") & ~names.endswith("9")
        ],
        "substringof('总',name)": devices.index[names.contains("总")],
        "id eq 'it''s'": devices.index[:0],
    }
    for text, wanted in cases.items():
        page = sta.get("Things", filter=text, count="true", orderby="id desc", select="id", top=1000)
        assert [one["@iot.id"] for one in page["value"]] == sorted(wanted, reverse=True), text
        assert page["@iot.count"] == len(wanted)


def test_places_are_rooms_buildings_or_where_the_device_stands(
    sta: Sta, devices: pd.DataFrame, readings: pd.DataFrame
) -> None:
    points = pd.Series(readings.subject.unique())
    sent = points.groupby(points.str.rpartition(":")[0] + ":").apply(list).to_dict()
    for kind, rows in {
        "space": devices[devices.space_id.notna()],
        "building": devices[devices.space_id.isna() & devices.building_id.notna()],
        "device": devices[devices.space_id.isna() & devices.building_id.isna()],
    }.items():
        code = next(one for one in rows.index if f"{one}:" in sent)
        point = sent[f"{code}:"][0]
        [reading] = sta.values(f"Datastreams('{point}')/Observations", top=1, expand="FeatureOfInterest")
        place = reading["FeatureOfInterest"]
        row = devices.loc[code]
        assert place["@iot.id"] == {"space": row.space_id, "building": row.building_id, "device": row.feature_id}[kind]
        assert place["feature"]["type"] in {"device": ["Point"]}.get(kind, ["Polygon", "MultiPolygon"])
        assert shapely.geometry.shape(place["feature"]).is_valid
        its = sta.values(f"FeaturesOfInterest('{place['@iot.id']}')/Observations", top=20, expand="Datastream/Thing")
        codes = {one["Datastream"]["Thing"]["@iot.id"] for one in its}
        column = {"space": "space_id", "building": "building_id", "device": "feature_id"}[kind]
        assert codes <= set(devices.index[devices[column] == row[column]])
