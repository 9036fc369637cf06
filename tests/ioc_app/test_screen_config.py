"""Files of screens and KPIs over HTTP: who may change them, what is refused, versions, the way back, the audit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from ioc_app.app import create_app
from tests.entering import TestClient, entered
from tests.ioc_app.small_campus import small_campus
from tests.screens.small import KPIS, SCREEN
from tests.waiting import until
from twin.people.roles import Role

CONFIG = "/api/v1/config"


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    return create_app(small_campus().write(tmp_path))


@pytest.fixture
def engineer(app: FastAPI) -> Iterator[TestClient]:
    with entered(app, Role.ENGINEER) as client:
        yield client


def put(client: TestClient, folder: str, why: str = "for the duty room", **files: str) -> Any:
    said = {"files": {f"{name}.toml": text for name, text in files.items()}, "why": why}
    return client.put(f"{CONFIG}/{folder}", json=said)


def test_screens_are_put_looked_at_and_put_back(app: FastAPI, engineer: TestClient) -> None:
    before = engineer.get(f"{CONFIG}/screens").json()
    assert before == {"version": 0, "files": {}, "mistakes": []}
    early = put(engineer, "screens", meters=SCREEN)
    assert early.status_code == 422
    assert "kpis names meters.power_now" in early.json()["text"]["en"]
    assert "第 7 行" in early.json()["text"]["zh"]
    assert put(engineer, "kpis", meters=KPIS).json()["version"] == 1
    made = put(engineer, "screens", meters=SCREEN).json()
    assert made["version"] == 1
    other = SCREEN.replace("order = 40", "order = 41")
    assert put(engineer, "screens", why="later", meters=other).json() == {**made, "version": 2}
    assert engineer.get(f"{CONFIG}/screens").json()["files"] == {"meters.toml": other}
    assert [one["why"] for one in engineer.get(f"{CONFIG}/screens/versions").json()] == ["later", "for the duty room"]
    assert engineer.get(f"{CONFIG}/screens/versions/1").json() == {"meters.toml": SCREEN}
    assert "+order = 41" in engineer.get(f"{CONFIG}/screens/diff?before=1&after=2").json()["meters.toml"]
    back = engineer.post(f"{CONFIG}/screens/rollback", json={"number": 1, "why": "it was better"})
    assert back.json()["version"] == 3
    assert engineer.get(f"{CONFIG}/screens/versions").json()[0]["rolled_back_to"] == 1
    assert engineer.get(f"{CONFIG}/screens/versions/9").status_code == 404
    assert engineer.post(f"{CONFIG}/kpis/rollback", json={"number": 0, "why": "x"}).status_code == 422
    assert engineer.get(f"{CONFIG}/screens/shipped").status_code == 200
    lines = [(one.actor, one.action, one.target) for one in app.state.people.audit.lines(limit=4)]
    assert lines == [
        ("engineer", "screens.rolled_back", "1"),
        ("engineer", "screens.changed", "2"),
        ("engineer", "screens.changed", "1"),
        ("engineer", "kpis.changed", "1"),
    ]


def test_only_engineers_and_administrators_change_them(app: FastAPI) -> None:
    for role in Role:
        with entered(app, role) as client:
            allowed = role in (Role.ENGINEER, Role.ADMINISTRATOR)
            assert client.get(f"{CONFIG}/kpis").status_code == 200
            assert put(client, "kpis", meters=KPIS).status_code == (200 if allowed else 403), role
            back = client.post(f"{CONFIG}/kpis/rollback", json={"number": 0, "why": "x"})
            assert back.status_code == (200 if allowed else 403), role


@pytest.mark.parametrize(
    "said",
    [
        {"files": {"../x.toml": ""}, "why": "x"},
        {"files": {"x.txt": ""}, "why": "x"},
        {"files": {}, "why": ""},
        {"files": {}},
        {"files": {}, "why": "x", "who": "me"},
    ],
)
def test_what_is_no_folder_of_files_is_refused(engineer: TestClient, said: dict[str, Any]) -> None:
    assert engineer.put(f"{CONFIG}/screens", json=said).status_code == 422
    assert engineer.get(f"{CONFIG}/rules").status_code == 422


def test_a_file_that_is_put_down_is_taken_up_and_stands_in_the_audit(app: FastAPI, engineer: TestClient) -> None:
    config = app.state.reads.campus_folder / "config"
    (config / "kpis").mkdir(parents=True)
    (config / "kpis" / "a.toml").write_text(KPIS, encoding="utf-8")
    until(lambda: engineer.get(f"{CONFIG}/kpis").json()["version"] == 1)
    [line] = app.state.people.audit.lines(limit=1)
    assert (line.actor, line.action, line.target) == ("(file)", "kpis.changed", "1")
    (config / "kpis" / "a.toml").write_text(KPIS.replace("target = 0", "targte = 0"), encoding="utf-8")
    [mistake] = until(lambda: engineer.get(f"{CONFIG}/kpis").json()["mistakes"])
    assert (mistake["file"], mistake["line"]) == ("kpis/a.toml", 23)
    assert engineer.get(f"{CONFIG}/kpis").json()["version"] == 1
    wrong = until(
        lambda: [one for one in engineer.get("/api/v1/feeds").json()["rules"]["wrong"] if "targte" in str(one)]
    )
    assert "kpis/a.toml" in str(wrong)
