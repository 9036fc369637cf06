"""Pages, expansions, single properties; what is wrong is said, and nothing can be written."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.ioc_app.sensorthings.asking import ROOT, Sta


def test_pages_of_any_size_make_up_the_whole(sta: Sta) -> None:
    whole = [one["@iot.id"] for one in sta.every("Datastreams", top=1000, select="id", orderby="name desc")]
    for top in (173, 999):
        assert [one["@iot.id"] for one in sta.every("Datastreams", top=top, select="id", orderby="name desc")] == whole
    [thing] = sta.values("Things", filter="id eq 'DB-0001'", expand="Datastreams($top=1;$count=true;$orderby=id desc)")
    rest = sta.every(thing["Datastreams@iot.nextLink"])
    its = sta.values("Things('DB-0001')/Datastreams", orderby="id desc")
    assert [one["@iot.id"] for one in thing["Datastreams"] + rest] == [one["@iot.id"] for one in its]
    assert thing["Datastreams@iot.count"] == len(its) > 1


def test_expansions_are_what_their_links_lead_to(sta: Sta) -> None:
    """Every entity set, every way out of it."""
    for entry in sta.get("")["value"]:
        found = sta.values(entry["url"], top=2, filter="not (id eq '')")
        for one in found:
            assert sta.get(one["@iot.selfLink"]) == one
            ways = [name.partition("@")[0] for name in one if name.endswith("navigationLink")]
            assert ways
            for way in ways:
                there = sta.get(one[f"{way}@iot.navigationLink"])
                inside = sta.get(one["@iot.selfLink"], expand=way)
                assert inside[way] == there.get("value", there)
                assert f"{way}@iot.navigationLink" not in inside
                links = inside.get(f"{way}@iot.nextLink"), there.get("@iot.nextLink")
                assert links[0] == links[1]


def test_deep_expansions(sta: Sta, readings: pd.DataFrame) -> None:
    inside = "$top=5;$orderby=id;$select=id,unitOfMeasurement;$expand=Observations($top=2;$select=result)"
    expand = f"Locations,Datastreams({inside})"
    thing = sta.get("Things('DB-0001')", expand=expand, select="name")
    assert set(thing) == {"name", "Locations", "Datastreams"}
    for one in thing["Datastreams"]:
        mine = readings[readings.subject == one["@iot.id"]].value.to_list()
        assert one["Observations"] == [{"result": value} for value in mine[:-3:-1]]
    same = sta.get("Datastreams('DB-0001:energy')", expand="Thing/Locations")
    assert same == sta.get("Datastreams('DB-0001:energy')", expand="Thing($expand=Locations)")


def test_one_property_and_its_value(sta: Sta, devices: pd.DataFrame) -> None:
    assert sta.get("Things('DB-0001')/name") == {"name": devices.name["DB-0001"]}
    assert sta.get("Things('DB-0001')/name/$value") == devices.name["DB-0001"]
    assert sta.get("Things('DB-0001')/properties/device_type/$value") == "electricity_meter"
    assert sta.get("Datastreams('DB-0001:energy')/Thing/id") == {"id": "DB-0001"}
    assert sta.get("Datastreams('DB-0001:energy')/unitOfMeasurement")["unitOfMeasurement"]["symbol"] == "kWh"
    assert sta.get("Things('DB-0001')/properties/nothing", status=204) == ""
    refs = sta.values("Things('DB-0001')/Datastreams/$ref")
    assert [sta.get(one["@iot.selfLink"]) for one in refs] == sta.values("Things('DB-0001')/Datastreams")


FAULTS: list[tuple[str, dict[str, Any], int]] = [
    ("Things('nobody')", {}, 404), ("Nothings", {}, 404), ("Things(5)", {}, 422),
    ("Things('DB-0001')/Nothing", {}, 404), ("Observations('x')", {}, 404),
    ("Observations('99999999999999999999@x')", {}, 404), ("Things/Datastreams", {}, 404),
    ("Things('DB-0001')/name/first", {}, 404), ("Things('DB-0001')/name", {"top": 1}, 422),
    ("Things/$count", {}, 501), ("", {"top": 1}, 422), ("Things", {"top": -1}, 422), ("Things", {"top": "x"}, 422),
    ("Things", {"skip": 100_001}, 422), ("Things", {"count": "yes"}, 422), ("Things", {"select": "nothing"}, 422),
    ("Things", {"orderby": "properties"}, 422), ("Things", {"orderby": "name up"}, 422),
    ("Things", {"expand": "Nothing"}, 422), ("Things", {"nothing": 1}, 422), ("Things", {"format": "json"}, 501),
    ("Observations", {"resultFormat": "dataArray"}, 501), ("Things", {"search": "a"}, 501),
    ("Things", {"filter": "name eq 5"}, 422), ("Things", {"filter": "1 add 1 eq 2"}, 501),
    ("Things('DB-0001')", {"filter": "true"}, 422), ("Things('DB-0001')/Locations/$ref", {"select": "name"}, 422),
    ("Things", {"expand": "Datastreams($expand=Thing($expand=Datastreams($expand=Thing)))"}, 422),
    ("Things", {"expand": "Datastreams($top=5"}, 422), ("Things", {"expand": "Datastreams,Datastreams($top=1)"}, 422),
    ("Sensors", {"expand": "Datastreams($top=1000;$expand=Sensor($expand=Datastreams($top=1000)))"}, 422),
    ("Observations", {"filter": "result lt -1e9"}, 422), ("Observations", {"orderby": "result"}, 422),
]  # fmt: skip


@pytest.mark.parametrize(("address", "options", "status"), FAULTS)
def test_what_is_not_there_or_not_offered_is_said(sta: Sta, address: str, options: dict[str, Any], status: int) -> None:
    assert sta.fault(address, status, **options)


def test_it_only_reads(sta: Sta) -> None:
    for method in ("POST", "PATCH", "PUT", "DELETE"):
        answer = sta.client.request(method, f"{ROOT}/Things('DB-0001')", json={})
        assert answer.status_code == 403
    assert not [one for one in sta.get("")["serverSettings"]["conformance"] if "create" in one or "mqtt" in one]
