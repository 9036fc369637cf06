"""Files of settings that change while the campus is served: what is asked next goes by them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ioc_app.app import create_app
from tests.entering import TestClient, entered
from tests.ioc_app.small_campus import small_campus
from tests.waiting import until
from twin.live.running import RunningCampus
from twin.people.roles import Role

pytestmark = pytest.mark.serves


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = small_campus().write(tmp_path / "campus") / "config"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def client(config: Path) -> Iterator[TestClient]:
    with entered(create_app(config.parent), Role.OPERATOR) as one:
        yield one


def test_a_point_that_is_added(client: TestClient, config: Path) -> None:
    running: RunningCampus = client.app.state.running  # type: ignore[attr-defined]
    assert running.points().get("weather:rain") is None
    text = '[[points]]\npoint_id = "weather:rain"\nquantity = "rain"\nunit = "mm/h"\nhigh = {}\n'
    (config / "points.toml").write_text(text.format(50), encoding="utf-8")
    point = until(lambda: running.points().get("weather:rain"))
    assert point.point.high_limit == 50
    (config / "points.toml").write_text(text.format("'much'"), encoding="utf-8")
    until(lambda: running.config.faults)
    assert running.points().get("weather:rain") == point


def test_a_feed_that_is_named(client: TestClient, config: Path) -> None:
    (config / "feeds.toml").write_text('[feeds."http:gateway-3"]\nsilent_after_s = 120\n', encoding="utf-8")
    feeds = until(lambda: client.get("/api/v1/feeds").json()["feeds"])
    assert [(one["feed"], one["state"]) for one in feeds] == [("http:gateway-3", "waiting")]


def test_what_is_looked_for_near_a_place(client: TestClient, config: Path) -> None:
    def types() -> list[str]:
        found = client.get("/api/v1/resources/near", params={"x": 0, "y": 0}).json()["resources"]
        return [one["type"] for one in found]

    assert "sandbag" not in types()
    (config / "resources.toml").write_text(
        '[types.sandbag]\ntitle = { zh = "沙袋", en = "Sandbags" }\n', encoding="utf-8"
    )
    until(lambda: "sandbag" in types())


def test_a_roster_that_is_edited(client: TestClient, config: Path) -> None:
    def on_duty() -> list[str]:
        return [one["person"] for one in client.get("/api/v1/incidents/terms").json()["on_duty"]]

    until(lambda: client.get("/api/v1/feeds").json()["rules"]["ready"])
    assert on_duty() == []
    people = '[people.zhao]\nname = "赵敏"\n'
    turns = "".join(f'[[roster]]\nunit = "water"\nshift = "{one}"\npeople = ["zhao"]\n' for one in ("day", "night"))
    (config / "duty.toml").write_text(people + turns, encoding="utf-8")
    until(lambda: on_duty() == ["zhao"])
