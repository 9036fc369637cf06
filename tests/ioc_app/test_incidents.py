"""From a call to the desk to the rating, over HTTP: who may do what, what each is shown, what is refused and how."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from fastapi import FastAPI

from ioc_app.api.resources import turns_at
from tests.entering import TestClient
from tests.ioc_app.incident_app import API, FakeWatch, client_of, incident_app
from tests.ioc_app.small_campus import LIBRARY, STOREYS, small_campus
from tests.live.alarms.decided import decided
from tests.live.incidents.desk import us
from tests.pictures import drawn
from twin.live.incidents.opener import Opener
from twin.live.rules.entries import RAISED
from twin.model.live import Level
from twin.model.time import AHEAD, moment
from twin.people.roles import Role

JPEG = drawn("JPEG")
DUTY = """[people."li.wei"]
name = "李伟"
phone = "13800001111"
[[roster]]
unit = "engineering"
shift = "day"
people = ["li.wei"]
zones = ["zone:lib:Z1"]
"""


@pytest.fixture(scope="module")
def campus_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    campus = small_campus()
    yard = shapely.force_3d(shapely.box(-10, -10, 50, 50), 0.0)
    campus.add("zones", "zone", "Z1", yard, name="东区", code="Z1", zone_type="grid", responsible="赵敏")
    place = {"building_id": LIBRARY, "storey_id": STOREYS[1]}
    for number, (x, z) in enumerate(((2.0, 5.0), (9.0, 5.0))):
        code = f"EXT-{number}"
        shape = shapely.Point(x, 1, z)
        campus.add("devices", "device", code, shape, device_code=code, device_type="extinguisher", **place)
    campus.add("water_supply", "node", "XHS1", shapely.Point(20, 5, 0), appurtenance="消火栓", point_no="XHS1")
    relation = {"kind": "responsible_for", "source": "t", "valid_from": None, "valid_to": None}
    campus.tables["relations"] += [{"from_id": "S-7", "to_id": LIBRARY, **relation}]
    folder = campus.write(tmp_path_factory.mktemp("incidents"))
    (folder / "config").mkdir()
    (folder / "config" / "duty.toml").write_text(DUTY, encoding="utf-8")
    return folder


@pytest.fixture
def running(campus_folder: Path) -> tuple[FastAPI, FakeWatch]:
    return incident_app(campus_folder)


@pytest.fixture
def watch(running: tuple[FastAPI, FakeWatch]) -> FakeWatch:
    return running[1]


@pytest.fixture
def operator(running: tuple[FastAPI, FakeWatch]) -> TestClient:
    return client_of(running[0], Role.OPERATOR)


@pytest.fixture
def dispatcher(running: tuple[FastAPI, FakeWatch]) -> TestClient:
    return client_of(running[0], Role.DISPATCHER)


@pytest.fixture
def viewer(running: tuple[FastAPI, FakeWatch]) -> TestClient:
    return client_of(running[0], Role.VIEWER)


def report(**more: Any) -> dict[str, Any]:
    said = {
        "report_id": "form-0001",
        "kind": "facility",
        "text": "一楼配电室门锁坏了",
        "channel": "phone",
        "reporter": {"name": "张伟伟", "phone": "13912345678", "unit": "后勤处"},
        "place": {"scene": [6.0, 3.0, 1.0], "storey_id": STOREYS[0], "building_id": LIBRARY, "where": "配电室门口"},
    }
    return said | more


def taken(client: TestClient, **more: Any) -> dict[str, Any]:
    answer = client.post(f"{API}/incidents", json=report(**more))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def act(client: TestClient, incident_id: str, name: str, status: int = 200, **said: Any) -> dict[str, Any]:
    answer = client.post(f"{API}/incidents/{incident_id}/acts", json={"act": name, **said})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(acts: list[dict[str, Any]]) -> set[str]:
    return {one["act"] for one in acts}


def test_from_the_call_to_the_rating(operator: TestClient, dispatcher: TestClient, watch: FakeWatch) -> None:
    photo = operator.post(f"{API}/photos", content=JPEG).json()
    one = taken(operator, photos=[photo["photo_id"]])
    incident_id = one["incident_id"]
    assert (one["stage"], one["kind"], one["level"], one["source"]) == ("found", "facility", "C", "report")
    assert (one["photo_count"], one["photos"][0]["url"]) == (1, photo["url"])
    reason = "其余事件 → 工程部；白班 08:00–20:00 值班：李伟（负责 zone:lib:Z1）"
    assert one["proposal"]["reason"]["zh"] == reason
    assert one["plan"]["plan_id"] == "generic"
    assert names(one["acts"]) >= {"accept", "own", "comment", "tick"}
    watch.at_s = 60
    act(operator, incident_id, "accept")
    card = dispatcher.post(f"{API}/incidents/{incident_id}/orders", json={"what": "换锁"}).json()
    [order] = card["work_orders"]
    assert (card["stage"], order["unit"], order["assignee"], order["what"]) == (
        "dispatched",
        "engineering",
        "li.wei",
        "换锁",
    )
    assert order["reason"]["en"].endswith("on duty 08:00–20:00 (Day shift): 李伟, who answers for zone:lib:Z1")
    watch.at_s = 120
    orders = f"{API}/incidents/{incident_id}/orders/{order['order_id']}/acts"
    assert operator.post(orders, json={"act": "accept"}).json()["stage"] == "handled"
    done = operator.post(orders, json={"act": "done", "text": "已换", "photos": [photo["photo_id"]]}).json()
    assert (done["stage"], done["work_orders"][0]["result"]) == ("reported_back", "已换")
    act(dispatcher, incident_id, "verify")
    closed = act(dispatcher, incident_id, "close", text="已修复")
    assert (closed["stage"], closed["outcome"]) == ("closed", "resolved")
    act(operator, incident_id, "revisit", reached=True, satisfied=True)
    rated = act(operator, incident_id, "rate", score=5)
    assert [one["kind"] for one in rated["history"]][-3:] == [
        "incident.closed",
        "incident.revisited",
        "incident.rated",
    ]
    assert {one["by"] for one in rated["history"]} == {"operator", "dispatcher"}
    assert [one["state"] for one in rated["clocks"]] == ["met"] * 4
    listed = operator.get(f"{API}/incidents").json()
    assert (listed["total"], listed["counts"]["open"]) == (0, 0)
    asked = {"start": moment(us(-1)).isoformat(), "end": moment(us(1)).isoformat()}
    figures = operator.get(f"{API}/incidents/measures", params=asked).json()
    assert figures["incidents"] == 1
    assert {one["measure"]: one["value"] for one in figures["measures"]} == dict.fromkeys(
        ("dispatched_in_time", "fed_back_in_time", "closed", "closed_in_time", "satisfied", "revisited"), 1.0
    )
    assert figures["stages"][0] == {
        "from": "found",
        "to": "accepted",
        "title": {"zh": "发现 → 受理", "en": "Found → Accepted"},
        "mean_s": 60.0,
        "median_s": 60.0,
        "samples": 1,
        "slowest": [incident_id],
    }
    assert figures["measures"][0]["reached"] == [incident_id]
    assert figures["behind"] == {incident_id: {"title": rated["title"], "level": "C"}}


def test_the_place_of_a_report_is_found_and_drawn(operator: TestClient) -> None:
    place = taken(operator)["place"]
    assert place["scene"] == [6.0, 3.0, 1.0]
    assert (place["building_id"], place["storey_id"], place["zone_ids"]) == (LIBRARY, STOREYS[0], ["zone:lib:Z1"])
    assert place["said"] == "配电室门口"
    device = taken(operator, report_id="form-0002", place={"device": "SMK-001"})["place"]
    assert (device["scene"], device["device_type"], device["feature_id"]) == (
        [6.0, 3.0, 3.0],
        "smoke",
        "device:lib:SMK-001",
    )
    assert "图书馆" in device["where"]["zh"]
    room = taken(operator, report_id="form-0003", place={"feature_id": "space:lib:101"})["place"]
    assert (room["space_id"], room["storey_id"]) == ("space:lib:101", STOREYS[0])
    for bad in ({"device": "NO-1"}, {"feature_id": "x"}, {"storey_id": "x"}, {}):
        answer = operator.post(f"{API}/incidents", json=report(report_id="form-0004", place=bad))
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_place")
    said_only = taken(operator, report_id="form-0005", place={"where": "北门外"})["place"]
    assert (said_only["where"]["zh"], said_only["scene"]) == ("北门外", None)


@pytest.mark.parametrize(
    "number", ['"NaN"', '"6.0"', '"Infinity"', "NaN", "Infinity", "-Infinity", "1e300", "1e7000", "10000001"]
)
def test_a_position_is_three_finite_numbers_near_the_campus(operator: TestClient, number: str) -> None:
    body = json.dumps(report(report_id="form-0006", place={"scene": ["NUMBER", 0, 0]})).replace('"NUMBER"', number)
    answer = operator.post(f"{API}/incidents", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")
    assert operator.get(f"{API}/incidents").json()["incidents"] == []


def test_whole_numbers_are_a_position_too(operator: TestClient) -> None:
    assert taken(operator, place={"scene": [6, 3, -10_000_000]})["place"]["scene"] == [6.0, 3.0, -1e7]


def test_what_has_not_occurred_yet_is_refused(operator: TestClient, watch: FakeWatch) -> None:
    """A clock may be a little wrong; a wrong year must not be turned into now."""
    now = moment(watch.now_us())
    for ahead in (AHEAD + timedelta(seconds=1), timedelta(days=1500)):
        answer = operator.post(f"{API}/incidents", json=report(occurred_at=(now + ahead).isoformat()))
        assert (answer.status_code, answer.json()["code"]) == (422, "report_ahead")
    assert operator.get(f"{API}/incidents").json()["incidents"] == []
    one = taken(operator, occurred_at=(now + AHEAD).isoformat())
    assert one["occurred_at"] == now.isoformat()
    late = {"report_id": "form-0007", "occurred_at": (now + timedelta(hours=1)).isoformat(), "into": one["incident_id"]}
    assert operator.post(f"{API}/incidents", json=report(**late)).json()["code"] == "report_ahead"
    before = taken(operator, report_id="form-0008", occurred_at=(now - timedelta(hours=1)).isoformat())
    assert before["occurred_at"] == (now - timedelta(hours=1)).isoformat()


def test_a_form_sent_twice_opens_one(operator: TestClient, watch: FakeWatch) -> None:
    first = taken(operator)
    watch.at_s = 30
    assert taken(operator) == first | {"clocks": taken(operator)["clocks"]}
    assert operator.get(f"{API}/incidents").json()["total"] == 1
    into = taken(operator, report_id="form-0009", into=first["incident_id"], text="也看见了")
    assert (into["incident_id"], [one["text"] for one in into["reports"]]) == (
        first["incident_id"],
        ["一楼配电室门锁坏了", "也看见了"],
    )
    assert into["history"][-1]["kind"] == "incident.reported"


def test_reporters_and_phones_are_masked(operator: TestClient, viewer: TestClient) -> None:
    one = taken(operator)
    seen = viewer.get(f"{API}/incidents/{one['incident_id']}").json()
    assert one["reports"][0]["reporter"] == {"name": "张伟伟", "phone": "13912345678", "unit": "后勤处"}
    assert seen["reports"][0]["reporter"] == {"name": "张**", "phone": "13*******78", "unit": "后勤处"}
    assert (one["proposal"]["phone"], seen["proposal"]["phone"]) == ("13800001111", "13*******11")
    assert seen["acts"] == []
    assert "13912345678" not in viewer.get(f"{API}/incidents").text
    terms = [each.get(f"{API}/incidents/terms").json()["on_duty"][0]["phone"] for each in (operator, viewer)]
    assert terms == ["13800001111", None]


def test_who_may_what(operator: TestClient, dispatcher: TestClient, viewer: TestClient) -> None:
    incident_id = taken(operator)["incident_id"]
    assert act(viewer, incident_id, "accept", 403)["code"] == "not_allowed"
    assert act(operator, incident_id, "urge", 403, text="快")["text"]["en"].endswith("if you need it.")
    assert act(dispatcher, incident_id, "urge", text="快")["supervised"]["text"] == "快"
    assert operator.post(f"{API}/incidents/{incident_id}/orders", json={}).status_code == 403
    assert viewer.get(f"{API}/handover").status_code == 403
    assert viewer.post(f"{API}/photos", content=JPEG).status_code == 403
    mine = names(operator.get(f"{API}/incidents/{incident_id}").json()["acts"])
    theirs = names(dispatcher.get(f"{API}/incidents/{incident_id}").json()["acts"])
    assert theirs - mine == {"dismiss", "urge", "ease", "grade", "reclassify"}


def test_what_is_refused_says_why_in_both_languages(operator: TestClient, dispatcher: TestClient) -> None:
    incident_id = taken(operator)["incident_id"]
    answers = [
        act(dispatcher, incident_id, "close", 409, text="好"),
        act(dispatcher, incident_id, "urge", 422),
        act(dispatcher, incident_id, "fly", 422),
        act(dispatcher, incident_id, "accept", 422, score=3),
        act(dispatcher, incident_id, "dismiss", 404, outcome="duplicate", text="x", into="i0"),
        act(operator, incident_id, "comment", 404, text="x", photos=["0" * 64]),
        act(operator, incident_id, "attach", 404, alarms=["a0"]),
        act(operator, "i0", "accept", 404),
    ]
    assert [one["code"] for one in answers] == [
        "incident_act",
        "act_incomplete",
        "unknown_act",
        "act_incomplete",
        "unknown_incident",
        "unknown_photo",
        "unknown_alarm",
        "unknown_incident",
    ]
    for one in answers:
        assert one["text"]["zh"]
        assert one["text"]["zh"] != one["text"]["en"]
    bad = operator.post(f"{API}/incidents", json=report(kind="nonsense"))
    assert (bad.status_code, "facility" in bad.json()["text"]["en"]) == (422, True)
    assert operator.post(f"{API}/incidents/{incident_id}/acts", json={"act": "accept", "x": 1}).status_code == 422


def test_alarms_of_an_incident_say_how_they_stand_now(operator: TestClient, watch: FakeWatch) -> None:
    watch.alarms.fold([decided(RAISED, 0, subject="P-201:pressure.low", alarm_type="pressure.low", level=Level.A)])
    by = Opener(watch.incident_setup, [], watch.alarms.limits.merge)
    watch.at_s = 20
    watch.desk.write(by.on_alarms(watch.alarms.standing(us(20)), watch.incidents, us(20)))
    [card] = operator.get(f"{API}/incidents").json()["incidents"]
    assert (card["alarm_count"], card["alarms_active"], card["clock"]["what"]) == (1, 1, "accept")
    one = operator.get(f"{API}/incidents/{card['incident_id']}").json()
    assert (one["alarms"][0]["active"], one["alarms"][0]["acknowledged"], one["history"][0]["by"]) == (
        True,
        False,
        None,
    )
    other = decided(RAISED, 5, subject="P-9:flow", alarm_type="flow.high", level=Level.C)
    watch.alarms.fold([other])
    wanted = next(each for each in watch.alarms.standing(us(20)) if each.originator == "P-9:flow")
    more = act(operator, card["incident_id"], "attach", alarms=[wanted.alarm_id])
    assert [each["originator"] for each in more["alarms"]] == ["P-201:pressure.low", "P-9:flow"]


def test_the_board_filters_and_counts(operator: TestClient, dispatcher: TestClient, watch: FakeWatch) -> None:
    ids = [
        taken(operator, report_id=f"form-1{number:03}", level=level, kind=kind)["incident_id"]
        for number, (level, kind) in enumerate((("C", "facility"), ("A", "flood"), ("B", "order")))
    ]
    act(dispatcher, ids[0], "urge", text="快")
    watch.at_s = 3601

    def found(**asked: Any) -> list[str]:
        answer = operator.get(f"{API}/incidents", params=asked).json()
        return [one["incident_id"] for one in answer["incidents"]]

    assert found() == [ids[1], ids[2], ids[0]]  # gravest first
    assert found(level="A") == [ids[1]]
    assert found(kind="order") == [ids[2]]
    assert found(supervised=True) == [ids[0]]
    assert found(zone_id="zone:lib:Z1", building_id=LIBRARY) == [ids[1], ids[2], ids[0]]
    assert found(stage="accepted") == found(owner="nobody") == found(state="closed") == []
    assert found(q="配电室") == [ids[1], ids[2], ids[0]]
    assert found(q="积水") == [ids[1]]
    assert found(start=moment(us(1)).isoformat()) == []
    counts = operator.get(f"{API}/incidents", params={"level": "A"}).json()["counts"]
    assert (counts["open"], counts["level"], counts["supervised"]) == (3, {"major": 0, "A": 1, "B": 1, "C": 1}, 1)
    assert (counts["breached"], found(breached=True)) == (3, [ids[1], ids[2], ids[0]])
    card = operator.get(f"{API}/incidents", params={"level": "A"}).json()["incidents"][0]
    assert card["breached"] == ["accept", "dispatch", "feedback"]
    assert card["clock"]["what"] == "accept"


def test_a_wrong_report_gets_another_kind(operator: TestClient, dispatcher: TestClient, watch: FakeWatch) -> None:
    one = taken(operator)
    incident_id, terms = one["incident_id"], operator.get(f"{API}/incidents/terms").json()
    act(operator, incident_id, "tick", item=one["plan"]["items"][0]["item"])
    watch.at_s = 100
    assert "reclassify" not in names(one["acts"])
    act(operator, incident_id, "reclassify", 403, kind="flood", text="是积水")
    act(dispatcher, incident_id, "reclassify", 422, kind="flood")
    unknown = act(dispatcher, incident_id, "reclassify", 422, kind="earthquake", text="x")
    assert "flood" in unknown["text"]["zh"], "the kinds that there are"
    assert "kind" in act(dispatcher, incident_id, "reclassify", 422, kind=one["kind"], text="x")["text"]["en"]
    card = act(dispatcher, incident_id, "reclassify", kind="flood", text="是积水，不是报修")
    kind = next(each for each in terms["kinds"] if each["kind"] == "flood")
    assert (card["kind"], card["kind_title"], card["title"]) == ("flood", kind["title"], kind["title"])
    assert (card["plan"]["plan_id"], {each["done"] for each in card["plan"]["items"]}) == (kind["plan_id"], {None})
    assert (card["opened_at"], card["level"]) == (one["opened_at"], one["level"])
    assert card["clocks"][0]["elapsed_s"] == 100, "from the first moment on"
    assert card["proposal"]["rule"] != one["proposal"]["rule"], "and somebody else would go"
    line = card["history"][-1]
    assert (line["kind"], line["by"], line["text"]) == ("incident.reclassified", "dispatcher", "是积水，不是报修")
    assert line["reason"]["zh"] == f"{one['kind_title']['zh']} → {kind['title']['zh']}"
    assert "incident.ticked" in {each["kind"] for each in card["history"]}
    found = operator.get(f"{API}/incidents", params={"kind": "flood"}).json()["incidents"]
    assert [each["incident_id"] for each in found] == [incident_id]
    assert operator.get(f"{API}/incidents", params={"kind": "facility"}).json()["total"] == 0


def test_suspended_until_a_time(operator: TestClient, dispatcher: TestClient) -> None:
    incident_id = taken(operator)["incident_id"]
    act(operator, incident_id, "accept")
    until = moment(us(7200))
    card = act(dispatcher, incident_id, "suspend", text="等备件", until=until.isoformat())
    assert card["suspended"] == {
        "since": moment(us(0)).isoformat(),
        "by": "dispatcher",
        "text": "等备件",
        "until": until.isoformat(),
    }
    assert [one["state"] for one in card["clocks"]] == ["met", "paused", "paused", "paused"]
    past = (moment(us(0)) - timedelta(hours=1)).isoformat()
    act(dispatcher, incident_id, "resume")
    assert "until" in act(dispatcher, incident_id, "suspend", 422, text="x", until=past)["text"]["en"]


def test_the_plan_is_ticked(operator: TestClient) -> None:
    one = taken(operator, kind="lift")
    assert one["stage"] == "dispatched"  # by itself
    item = one["plan"]["items"][0]
    assert (item["item"], item["due_at"], item["done"]) == ("talk", moment(us(60)).isoformat(), None)
    ticked = act(operator, one["incident_id"], "tick", item="talk", text="两人，无恙")
    assert ticked["plan"]["items"][0]["done"] == {
        "by": "operator",
        "at": moment(us(0)).isoformat(),
        "text": "两人，无恙",
    }
    assert ticked["plan"]["items"][1]["done"] is None
    board = operator.get(f"{API}/incidents").json()["incidents"][0]
    assert board["plan"] == {"done": 1, "total": len(one["plan"]["items"])}


def test_terms_and_plans(viewer: TestClient) -> None:
    terms = viewer.get(f"{API}/incidents/terms").json()
    assert {"fire", "facility", "other"} <= {one["kind"] for one in terms["kinds"]}
    assert next(one["stage"] for one in terms["stages"]) == "found"
    assert terms["unverified"]
    plans = viewer.get(f"{API}/plans").json()["plans"]
    assert all(one["items"] and one["kinds"] and one["unverified"] for one in plans)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (drawn("PNG"), 201),
        (drawn("WEBP"), 201),
        (b"\x89PNG\r\n\x1a\n" + bytes(10), 415),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 415),
        (b"GIF89a", 415),
        (b"", 415),
        (JPEG + bytes(5_000_000), 413),
    ],
)
def test_pictures_are_judged_by_their_first_bytes(operator: TestClient, content: bytes, status: int) -> None:
    answer = operator.post(f"{API}/photos", content=content, headers={"Content-Type": "image/jpeg"})
    assert answer.status_code == status


def test_a_picture_comes_back_as_what_it_is(operator: TestClient, viewer: TestClient, campus_folder: Path) -> None:
    one = operator.post(f"{API}/photos", content=JPEG, headers={"Content-Type": "text/html"}).json()
    assert one == operator.post(f"{API}/photos", content=JPEG).json()
    answer = operator.get(one["url"])
    assert (answer.content, answer.headers["content-type"]) == (JPEG, "image/jpeg")
    assert (answer.headers["x-content-type-options"], "sandbox" in answer.headers["content-security-policy"]) == (
        "nosniff",
        True,
    )
    assert viewer.get(one["url"]).status_code == 403
    for bad in ("0" * 64, "..%2f..%2fcampus.toml", one["photo_id"].upper()):
        assert operator.get(f"{API}/photos/{bad}").status_code == 404
    kept = [path.name for path in (campus_folder / "live" / "photos").rglob("*") if path.is_file()]
    assert one["photo_id"] in kept
    assert not [name for name in kept if name.startswith(".")]


def test_the_nearest_and_who_answers(operator: TestClient, viewer: TestClient) -> None:
    asked = {"device_code": "EXT-1", "types": "extinguisher,camera,hydrant,aed"}
    answer = operator.get(f"{API}/resources/near", params=asked).json()
    near = {one["type"]: one["nearest"] for one in answer["resources"]}
    assert [one["device_code"] for one in near["extinguisher"]] == ["EXT-1", "EXT-0"]
    assert near["extinguisher"][1]["distance_m"] == 7.0
    assert all(one["same_storey"] for one in near["extinguisher"])
    [camera] = near["camera"]
    assert (camera["same_storey"], camera["same_building"], camera["height_m"]) == (False, True, -2.4)
    assert camera["distance_m"] == pytest.approx((8**2 + 2.4**2) ** 0.5, abs=0.05)
    assert (near["hydrant"][0]["device_code"], near["hydrant"][0]["scene"]) == ("XHS1", [20.0, 5.0, 0.0])
    assert near["aed"] == []
    who = {one["of"]: (one["of_title"], one["who"]) for one in answer["responsible"]}
    assert who == {"building": ("图书馆", "S-7"), "zone": ("东区", "赵敏"), "duty": ("工程部", "li.wei")}
    seen = viewer.get(f"{API}/resources/near", params={"x": 9.0, "y": 1.0, "z": 5.0, "types": "extinguisher"}).json()
    assert seen["resources"][0]["nearest"][0]["distance_m"] == 0.0
    assert {one["phone"] for one in seen["responsible"]} == {None, "13*******11"}
    assert viewer.get(f"{API}/resources/near").status_code == 422


def test_turns_of_the_register_that_run_now() -> None:
    hours = [(8, 16), (16, 24), (None, None)]
    rows = [
        {"zone_id": zone, "staff_id": f"{zone}-{number}", "starts_at": _hour(start), "ends_at": _hour(end)}
        for zone in ("z1", "z2")
        for number, (start, end) in enumerate(hours)
    ]
    found = {hour: [one["staff_id"] for one in turns_at(rows, {"z1"}, moment(us(hour * 3600)))] for hour in (7, 8, 16)}
    assert found == {7: ["z1-2"], 8: ["z1-0", "z1-2"], 16: ["z1-1", "z1-2"]}


def _hour(hour: int | None) -> Any:
    return None if hour is None else moment(us(hour * 3600))


def test_the_shift_is_handed_over(operator: TestClient, dispatcher: TestClient, watch: FakeWatch) -> None:
    taken(operator)
    watch.alarms.fold([decided(RAISED, 0)])
    before = operator.get(f"{API}/handover").json()
    assert (before["shift"]["shift"], len(before["now"]["open"]), before["now"]["alarms"]["unacknowledged"]) == (
        "day",
        1,
        1,
    )
    written = operator.post(f"{API}/handover", json={"act": "write", "remarks": "门锁待修"}).json()
    waiting = written["waiting"]
    assert (waiting["by"], waiting["can_confirm"], waiting["can_withdraw"]) == ("operator", False, True)
    assert [one["stage"] for one in waiting["items"]] == ["found"]
    confirm = {"act": "confirm", "handover_id": waiting["handover_id"], "remarks": "已知悉"}
    assert operator.post(f"{API}/handover", json=confirm).status_code == 409
    after = dispatcher.post(f"{API}/handover", json=confirm).json()
    assert (after["waiting"], after["latest"]["confirmed_by"]) == (None, "dispatcher")
    assert dispatcher.post(f"{API}/handover", json=confirm).status_code == 409
    assert operator.post(f"{API}/handover", json={"act": "write", "remarks": ""}).status_code == 422


def test_text_stays_text(operator: TestClient) -> None:
    one = taken(operator, text="<script>alert(1)</script>", place={"where": "<img src=x>"})
    assert one["text"]["zh"].startswith("<script>")  # the screens write text nodes
    assert one["place"]["where"]["zh"] == "<img src=x>"
    half_a_pair = json.dumps(report(report_id="form-0077", text="\ud800 坏"))  # JSON can carry it, no file can
    answer = operator.post(f"{API}/incidents", content=half_a_pair, headers={"Content-Type": "application/json"})
    assert answer.status_code in (201, 422)
    assert "\ud800" not in answer.text
    blank = operator.post(f"{API}/incidents", json=report(report_id="form-0078", text="  "))
    assert (blank.status_code, blank.json()["code"]) == (422, "act_incomplete")
