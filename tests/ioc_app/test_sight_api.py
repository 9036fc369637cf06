"""What a screen is told of cameras is what a notebook is told, with names and in scene axes."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

import twin
from ioc_app.app import create_app
from tests.entering import TestClient, entered
from twin.analysis.views.cameras import CamerasSeeing
from twin.notebook.campus import Campus

LEVEL, PLACE = "device:devices:YW-0012", (222.757, -76.887)  # a level sensor in the open, scene axes
CAMERA, STOREY = "SXJ-0051", "storey:campus:B02.1F"
INDOORS = "SXJ-0142"


@pytest.fixture(scope="module")
def client(demo_campus: Path) -> Iterator[TestClient]:
    with entered(create_app(demo_campus)) as client:
        yield client


@pytest.fixture(scope="module")
def campus(demo_campus: Path) -> Campus:
    return twin.open(demo_campus)


@pytest.fixture(scope="module")
def origin(client: TestClient) -> np.ndarray:
    return np.array(client.get("/api/v1/scene").json()["campus"]["origin"])


def told(client: TestClient, path: str, **query: Any) -> Any:
    answer = client.get(f"/api/v1/sight/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def is_told(said: dict[str, Any], found: CamerasSeeing, others: int) -> None:
    unseeing = [one for one in found.rows if not one.visible][:others]
    assert [one["feature_id"] for one in said["rows"]] == [one.camera_id for one in (*found.visible, *unseeing)]
    assert (said["asked"], said["visible"]) == (len(found.rows), len(found.visible))
    for row, one in zip(said["rows"], (*found.visible, *unseeing), strict=True):
        assert (row["reason"], row["density"], row["share"]) == (one.reason, one.density, one.share)
        assert row["px_per_m"] == one.px_per_m
        hides = row["blocked_by"]
        assert (hides["feature_id"] if isinstance(hides, dict) else hides) == one.blocked_by
        assert row["device_code"]
        assert row["idx"] is not None


def test_who_sees_a_point(client: TestClient, campus: Campus, origin: np.ndarray) -> None:
    x, y = PLACE
    said = told(client, "cameras", x=x, y=y, others=7)
    is_told(said, campus.cameras_seeing((x + origin[0], y + origin[1])), 7)
    assert said["visible"] >= 1
    assert said["inside"] is None
    assert said["unverified"]
    assert [one["id"] for one in said["classes"]] == ["identify", "recognise", "observe", "detect"]


def test_what_hides_a_place_is_named(client: TestClient) -> None:
    rows = {one["device_code"]: one for one in told(client, "cameras", x=-80.8, y=-241.1)["rows"]}
    hides = rows["SXJ-0052"]["blocked_by"]
    assert rows["SXJ-0052"]["reason"] == "hidden"
    assert (hides["feature_id"], hides["layer_id"], hides["name"]) == (
        "building:buildings:P03",
        "buildings",
        "雨水泵房",
    )
    assert hides["idx"] is not None


def test_who_sees_a_thing_by_its_name(client: TestClient, campus: Campus) -> None:
    is_told(told(client, "cameras", feature_id=LEVEL), campus.cameras_seeing(LEVEL), 20)


def test_who_sees_a_point_with_its_height(client: TestClient, campus: Campus, origin: np.ndarray) -> None:
    at = (*PLACE, 25.0)
    said = told(client, "cameras", **dict(zip("xyz", at, strict=True)))
    is_told(said, campus.cameras_seeing(tuple(np.array(at) + origin)), 20)


def test_a_point_in_a_building_is_said_to_be_there(client: TestClient, campus: Campus, origin: np.ndarray) -> None:
    building = campus.obstacles().kept[0]
    inner = np.array(building.polygon.representative_point().coords[0][:2]) - origin[:2]
    said = told(client, "cameras", x=inner[0], y=inner[1])
    assert said["inside"]["feature_id"] == building.feature_id
    above = told(client, "cameras", x=inner[0], y=inner[1], z=building.top_m - origin[2] + 2)
    assert above["inside"] is None


def test_what_a_camera_sees(client: TestClient, campus: Campus, origin: np.ndarray) -> None:
    said, view = told(client, f"views/{CAMERA}"), campus.camera_view(CAMERA)
    areas = view.to_arrow()["area_m2"].to_pylist()
    assert [one["area_m2"] for one in said["classes"]] == areas[:-1]
    assert (said["below_m2"], said["area_m2"]) == (areas[-1], pytest.approx(sum(areas)))
    assert said["camera"]["device_code"] == CAMERA
    assert said["camera"]["assumed"] == list(view.camera.assumed)
    cells = said["cells"]
    classes = np.frombuffer(base64.b64decode(cells["class"]), np.uint8).reshape(cells["rows"], cells["columns"])
    assert [int((classes == one).sum()) for one in (1, 2, 3, 4)] == areas[:-1]  # cells of 1 m²
    assert classes[[0, -1]].any(axis=1).all(), "no empty rows around it"
    assert classes[:, [0, -1]].any(axis=0).all()
    row, column = np.argwhere(classes == 1)[0]
    middle = shapely.Point(
        cells["west"] + (column + 0.5) * cells["cell_m"] + origin[0],
        cells["north"] - (row + 0.5) * cells["cell_m"] + origin[1],
    )
    assert view.polygon(250.0).contains(middle)
    corners = np.frombuffer(base64.b64decode(cells["corner_z"]), "<f4").reshape(cells["rows"] + 1, -1)
    ground = client.get(f"/api/v1/sight/cameras?x={middle.x - origin[0]}&y={middle.y - origin[1]}").json()
    [row_of_it] = [one for one in ground["rows"] if one["device_code"] == CAMERA]
    eye = np.array([view.camera.x, view.camera.y, view.camera.z]) - origin
    face = np.array(
        [middle.x - origin[0], middle.y - origin[1], corners[row : row + 2, column : column + 2].mean() + 1.5]
    )
    assert row_of_it["distance_m"] == pytest.approx(float(np.linalg.norm(face - eye)), abs=0.05)


def test_it_is_reckoned_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = told(client, f"views/{CAMERA}")
    monkeypatch.setattr(Campus, "camera_view", None)
    assert told(client, f"views/{CAMERA}") == first


def test_what_the_cameras_of_a_storey_see(client: TestClient, campus: Campus, origin: np.ndarray) -> None:
    said, found = told(client, f"coverage/{STOREY}"), campus.coverage(STOREY)
    assert said["share"] == found.share
    assert said["floor_m2"] == pytest.approx(said["covered_m2"] + said["blind_m2"])
    assert [(one["feature_id"], one["area_m2"]) for one in said["cameras"]] == [
        (one.camera_id, one.area_m2) for one in found.cameras
    ]
    assert [one["area_m2"] for one in said["blind"]] == [one.area_m2 for one in found.blind]
    assert [(one["feature_id"], one["share"]) for one in said["rooms"]] == [
        (one.room_id, one.share) for one in found.rooms
    ]
    for drawn, one in zip(said["cameras"], found.cameras, strict=True):
        shapes = [shapely.Polygon(np.array(ring) + origin[:2]) for ring in drawn["rings"]]
        whole: Any = shapely.Polygon()
        for shape in shapes:
            whole = whole.symmetric_difference(shape)
        assert whole.area == pytest.approx(one.area_m2, abs=0.5)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("cameras", 422, "unknown_place"),
        ("cameras?x=1", 422, "unknown_place"),
        ("cameras?x=nan&y=0", 422, "bad_request"),
        ("cameras?x=0&y=0&others=-1", 422, "bad_request"),
        ("cameras?x=90000&y=0", 422, "not_a_place"),
        ("cameras?feature_id=nothing", 404, "unknown_feature"),
        ("cameras?feature_id=link:JS:JS016--JS017", 422, "not_a_place"),
        ("views/nothing", 404, "unknown_camera"),
        (f"views/{INDOORS}", 409, "camera_not_asked"),
        ("coverage/nothing", 404, "unknown_storey"),
    ],
)
def test_what_cannot_be_answered_is_said(client: TestClient, path: str, status: int, code: str) -> None:
    answer = client.get(f"/api/v1/sight/{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.json()["text"]["zh"]
