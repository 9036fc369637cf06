"""Language models ask only where that was switched on, behind the login, with the rights of whoever asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash.mcp._decorator import MCP_DECORATED_FUNCTIONS
from fastapi import FastAPI

from ioc_app.app import create_app
from tests.entering import TestClient, entered
from tests.ioc_app.routes import doors_of
from tests.ioc_app.small_campus import small_campus

ROUTE = "/_dash-mcp"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_campus().write(tmp_path_factory.mktemp("mcp"))


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with entered(create_app(folder, mcp=True)) as one:
        yield one
    MCP_DECORATED_FUNCTIONS.clear()


def call(client: TestClient, method: str, **params: Any) -> Any:
    answer = client.post(ROUTE, json={"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(client: TestClient, name: str, **arguments: Any) -> Any:
    said = call(client, "tools/call", name=name, arguments=arguments)["result"]
    return json.loads(said["content"][0]["text"])


def test_it_is_off_unless_switched_on(app: FastAPI) -> None:
    assert not [one for one in doors_of(app) if "mcp" in one.template]


def test_nobody_asks_without_a_login(client: TestClient) -> None:
    stranger = TestClient(client.app)
    assert stranger.post(ROUTE, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).status_code == 401


def test_three_questions_are_offered_and_nothing_of_the_page(client: TestClient) -> None:
    tools = call(client, "tools/list")["result"]["tools"]
    assert sorted(one["name"] for one in tools) == ["ask", "list_screens", "screen_numbers"]
    assert all(one["description"] for one in tools)
    assert call(client, "resources/list")["result"]["resources"] == []


def test_it_answers_as_the_api_does(client: TestClient) -> None:
    known = [one["id"] for one in client.get("/api/v1/screens").json()["screens"]]
    assert [one["id"] for one in told(client, "list_screens")] == known
    at = "2026-03-10T02:00:00+00:00"
    ours = client.get(f"/api/v1/screens/{known[0]}/kpis", params={"at": at}).json()
    assert told(client, "screen_numbers", screen=known[0], at=at)["kpis"] == ours["kpis"]
    assert told(client, "ask", sql="SELECT count(*) AS n FROM spaces")["rows"] == [[2]]


@pytest.mark.parametrize("sql", ["DROP TABLE spaces", "SELECT * FROM read_csv('/etc/passwd')"])
def test_what_sql_may_not_it_may_not_here(client: TestClient, sql: str) -> None:
    said = call(client, "tools/call", name="ask", arguments={"sql": sql})
    assert "error" in said or said["result"].get("isError")
    assert "root:" not in json.dumps(said)
