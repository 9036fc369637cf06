"""Findings over HTTP are those of ``twin check``; whoever may not know where pipes lie is not told by a finding."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from fastapi import FastAPI
from shapely.geometry import shape as shape_of

import ioc_app.findings as module
from ioc_app.app import create_app
from tests.entering import TestClient, entered
from tests.ioc_app.small_campus import LIBRARY, ORIGIN, small_campus
from twin.analysis.quality import inspect
from twin.analysis.quality_report import QualityReport
from twin.model.finding import CellChange, Finding, finding_rules
from twin.people.roles import Role
from twin.store.campus import Campus, Generation

SECRET = "4711.25"
PIPE_ROW = Finding(
    "coordinates_swapped",
    "error",
    source="drains",
    file="/home/somebody/PS.xlsx",
    sheet="PSPoint",
    row=7,
    values={"x": SECRET, "y": SECRET},
    changes=(CellChange("PS.xlsx", "PSPoint", 7, 3, "X", SECRET, SECRET),),
    safe=True,
)
PIPE = Finding(
    "clearance_short",
    "warning",
    layer="drainage",
    feature_ids=("link:lib:nowhere",),
    source="drains",
    values={"other": "link:x", "clearance_m": 4711.25, "limit_m": 1.0},
    shape=shapely.to_wkb(
        shapely.LineString([(ORIGIN[0] + 4, ORIGIN[1] + 5, 8.5), (ORIGIN[0] + 8, ORIGIN[1] + 5, 9.5)])
    ),
)
BUILDING = Finding(
    "building_off_terrain",
    "warning",
    layer="buildings",
    feature_ids=(LIBRARY,),
    source="lib",
    values={"gap_m": 1.5},
    shape=shapely.to_wkb(shapely.box(ORIGIN[0], ORIGIN[1], ORIGIN[0] + 10, ORIGIN[1] + 6)),
)
MANY = tuple(
    Finding("geometry_invalid", "info", layer="buildings", source="lib", shape=shapely.to_wkb(shapely.Point(*xyz)))
    for xyz in [(ORIGIN[0] + n, ORIGIN[1], 12.0) for n in range(700)]
)
FOUND = (PIPE_ROW, PIPE, BUILDING, *MANY)


class Inspections:
    """In place of an inspection: waits until it may end, and counts how often it was made."""

    def __init__(self) -> None:
        self.made: list[int] = []
        self.may_end = Event()
        self.may_end.set()

    def __call__(self, generation: Generation) -> QualityReport:
        self.made.append(generation.number)
        assert self.may_end.wait(20)
        return QualityReport(generation.number, "", FOUND if generation.number == 1 else FOUND[:3])


@pytest.fixture(scope="module")
def inspections() -> Iterator[Inspections]:
    with pytest.MonkeyPatch.context() as patch:
        made = Inspections()
        patch.setattr(module, "inspected", made)
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_campus().write(tmp_path_factory.mktemp("found"))


@pytest.fixture(scope="module")
def small(folder: Path, inspections: Inspections) -> FastAPI:
    assert not inspections.made, "nobody inspects before it is asked"
    return create_app(folder)


@pytest.fixture(scope="module")
def engineer(small: FastAPI) -> Iterator[TestClient]:
    with entered(small, Role.ENGINEER) as client:
        yield client


@pytest.fixture(scope="module")
def operator(small: FastAPI) -> Iterator[TestClient]:
    with entered(small, Role.OPERATOR) as client:
        yield client


def told(client: TestClient, path: str = "", **query: Any) -> dict[str, Any]:
    answer = client.get(f"/api/v1/findings{path}", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_many_ask_and_one_inspects(engineer: TestClient, inspections: Inspections) -> None:
    inspections.may_end.clear()
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(told, engineer, path, limit=1) for path in ("", "/marks") * 3]
        assert not any(one.done() for one in asked)
        inspections.may_end.set()
        assert {one.result()["total"] for one in asked} == {len(FOUND)}
    assert inspections.made == [1]


def test_a_page_is_what_was_found_in_its_order(engineer: TestClient) -> None:
    said = told(engineer, limit=3, lang="en")
    assert (said["generation"], said["total"], said["matching"], said["rules_asked"]) == (
        1,
        703,
        703,
        len(finding_rules()),
    )
    for one, finding in zip(said["findings"], FOUND, strict=False):
        assert (one["rule"], one["severity"], one["layer"], one["row"]) == (
            finding.rule,
            finding.severity,
            finding.layer,
            finding.row,
        )
        assert (one["message"], one["fix"]) == (finding.message("en"), finding.fix("en"))
    assert said["findings"][0]["file"] == "PS.xlsx", "the folders of a linked file are private"
    assert said["findings"][0]["changes"][0]["new"] == SECRET
    assert said["findings"][2]["features"][0]["feature_id"] == LIBRARY
    assert said["findings"][2]["features"][0]["idx"] is not None
    assert [one["finding"] for one in told(engineer, offset=690, limit=500)["findings"]] == list(range(690, 703))
    assert told(engineer, limit=0)["findings"] == []
    assert told(engineer, "/2", lang="en") == {"generation": 1, **said["findings"][2]}


def test_evidence_is_in_scene_axes_and_nobody_floats_at_no_height(engineer: TestClient) -> None:
    line = told(engineer, "/1")
    assert line["shape"] == {"type": "LineString", "coordinates": [[4.0, 5.0, -1.5], [8.0, 5.0, -0.5]]}
    assert line["bbox"] == [4.0, 5.0, -1.5, 8.0, 5.0, -0.5]
    area = told(engineer, "/2")  # in plan only
    corners = np.array(shape_of(area["shape"]).exterior.coords)
    assert corners.shape == (5, 3)
    assert np.isfinite(corners).all()
    assert abs(corners[:, 2]).max() < 100
    assert 0 < area["position"][0] < 10
    assert 0 < area["position"][1] < 6
    assert told(engineer, "/0")["position"] is None


def test_counts_are_of_what_a_choice_would_give(engineer: TestClient) -> None:
    counts = told(engineer, severity="warning", limit=0)["counts"]
    assert counts["severity"] == {"error": 1, "warning": 2, "info": 700}, "of every severity, whichever is chosen"
    assert counts["rule"] == {"clearance_short": 1, "building_off_terrain": 1}
    assert counts["layer"] == {"drainage": 1, "buildings": 1}
    assert told(engineer, layer="-")["matching"] == 1
    assert told(engineer, layer="buildings", severity="info", limit=0)["matching"] == 700
    assert told(engineer, rule="no such rule")["matching"] == 0
    assert told(engineer, bbox="0,4,9,5.5", limit=0)["matching"] == 2
    assert told(engineer, bbox="100.5,-1,103.5,1", limit=0)["matching"] == 3


def test_marks_are_the_worst_and_the_rest_is_counted(engineer: TestClient) -> None:
    marks = told(engineer, "/marks", limit=10)
    assert marks["finding"] == list(range(1, 11))
    assert marks["severity"] == [1, 1, *[2] * 8]
    assert (marks["total"], marks["without_place"], marks["masked"], marks["not_drawn"]) == (703, 1, 0, 692)
    assert marks["position"][2] == [0.0, 0.0, 2.0]


def test_whoever_may_not_know_is_not_told_by_a_finding(operator: TestClient) -> None:
    said = told(operator, limit=3, lang="en")
    row, pipe, building = said["findings"]
    for one in (row, pipe):
        assert one["masked"]
        assert one["message"] == finding_rules()[one["rule"]].title.en
        assert [one[name] for name in ("position", "bbox", "shape", "fix")] == [None] * 4
        assert (one["values"], one["changes"], one["safe"]) == ({}, [], False)
    assert (row["source"], row["sheet"], row["row"]) == ("drains", "PSPoint", 7)
    assert pipe["features"][0]["feature_id"] == "link:lib:nowhere"
    assert not building["masked"]
    assert building["shape"] is not None
    assert SECRET not in operator.get("/api/v1/findings", params={"limit": 500}).text
    assert told(operator, "/0")["masked"]
    marks = told(operator, "/marks")
    assert (marks["masked"], marks["finding"][0]) == (2, 2)
    assert told(operator, bbox="0,4,9,5.5", limit=0)["matching"] == 1, "a box would tell where it lies"


def test_a_table_to_take_away_takes_a_reason_and_a_right_and_is_kept(
    small: FastAPI, engineer: TestClient, operator: TestClient
) -> None:
    def table(client: TestClient, **query: str) -> pa.Table:
        answer = client.get("/api/v1/findings/table", params=query)
        assert answer.status_code == 200, answer.text
        return pa.ipc.open_stream(io.BytesIO(answer.content)).read_all()

    masked = table(engineer).slice(0, 3).to_pylist()
    assert [(one["masked"], one["geometry"] is None) for one in masked] == [(True, True), (True, True), (False, False)]
    assert SECRET not in str(masked)
    exactly = table(engineer, exactly="resurvey of the drains", severity="warning").to_pylist()
    assert [one["geometry"] for one in exactly] == [PIPE.shape, BUILDING.shape]
    assert exactly[0]["message"] == PIPE.message("zh")
    kept = [one for one in small.state.people.audit.lines() if one.action == "underground.told"]
    assert [(one.target, json.loads(one.detail)["why"]) for one in kept] == [("findings", "resurvey of the drains")]
    refused = operator.get("/api/v1/findings/table", params={"exactly": "resurvey of the drains"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/703", 404, "unknown_finding"),
        ("/-1", 404, "unknown_finding"),
        ("?generation=7", 404, "unknown_generation"),
        ("?bbox=1,2,3", 422, "bad_request"),
        ("?bbox=5,0,1,1", 422, "bad_request"),
        ("?bbox=nan,0,1,1", 422, "bad_request"),
        ("?severity=fatal", 422, "bad_request"),
        ("?limit=501", 422, "bad_request"),
    ],
)
def test_what_cannot_be_answered_is_said(engineer: TestClient, path: str, status: int, code: str) -> None:
    answer = engineer.get(f"/api/v1/findings{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_another_generation_is_inspected_and_the_old_one_may_still_be_asked(
    folder: Path, engineer: TestClient, inspections: Inspections
) -> None:
    """The last of these tests: it switches the campus."""
    small_campus().write(folder, 2)
    assert (told(engineer)["generation"], told(engineer)["total"]) == (2, 3)
    old = told(engineer, generation=1, limit=0)
    assert (old["generation"], old["total"]) == (1, len(FOUND))
    assert inspections.made == [1, 2], "neither is inspected again"


def test_the_demo_is_told_what_a_check_finds(demo_campus: Path) -> None:
    generation = Campus.open(demo_campus).generation
    found = inspect(generation).findings
    origin = np.array(generation.manifest.origin)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "inspected", lambda *_: QualityReport(generation.number, "", found))
        with entered(create_app(demo_campus), Role.ENGINEER) as client:
            said, marks = told(client, limit=500), told(client, "/marks")
    assert said["total"] == len(found) > 0
    assert said["counts"]["rule"] == dict(Counter(one.rule for one in found))
    assert marks["without_place"] == sum(one.shape is None for one in found)
    for one in said["findings"]:
        finding = found[one["finding"]]
        assert one["message"] == finding.message("zh")
        assert [(place["sheet"], place["row"]) for place in one["also"]] == [(p.sheet, p.row) for p in finding.also]
        assert all(place["file"] for place in one["also"])
        if finding.shape is not None:
            flat = shapely.transform(shapely.from_wkb(finding.shape), lambda xy: xy - origin[:2])
            assert shapely.force_2d(shape_of(one["shape"])).hausdorff_distance(shapely.force_2d(flat)) < 0.002
            assert shapely.Point(one["position"][:2]).distance(flat) < 0.002
