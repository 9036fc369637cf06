"""A served campus answers the same calls with the same answers; persons and what lies underground are masked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import geopandas
import numpy as np
import pandas
import pytest
import shapely
from fastapi import FastAPI

import twin
from ioc_app.app import create_app
from tests.browser.serving import served
from tests.live.entries import StandingClock
from tests.screens.themes_campus import NOW, ThemesCampus
from twin.errors import (
    NoAccessError,
    NotAllowedError,
    QueryFailedError,
    QueryRefusedError,
    RemoteUnreachableError,
    UnknownKpiError,
    UnknownLayerError,
    UnknownSubjectError,
)
from twin.model.secrecy import secrecy
from twin.notebook.campus import Campus
from twin.people.registry import People
from twin.people.roles import Right

pytestmark = pytest.mark.serves


@dataclass(frozen=True)
class Server:
    url: str
    app: FastAPI

    def key(self, *scope: Right) -> str:
        people: People = self.app.state.people
        return people.keys.add(f"key {len(people.keys.all())}", scope, "tests")[1]


@pytest.fixture(scope="module")
def server(themes: ThemesCampus) -> Iterator[Server]:
    app = create_app(themes.folder, clock=StandingClock(NOW))
    with served(app) as url:
        yield Server(url, app)


@pytest.fixture(scope="module")
def remote(server: Server) -> Campus:
    return twin.connect(server.url, key=server.key(Right.SEE))


def same(ours: pandas.DataFrame, theirs: pandas.DataFrame) -> None:
    pandas.testing.assert_frame_equal(ours, theirs, check_dtype=False)


def test_it_says_where_it_is(remote: Campus, campus: Campus, server: Server) -> None:
    assert server.url in repr(remote)
    assert (remote.crs, remote.timezone, remote.generation) == (campus.crs, campus.timezone, campus.generation)
    assert remote.newest_at == campus.newest_at
    same(remote.layers, campus.layers)
    same(remote["gas"].columns, campus["gas"].columns)


@pytest.mark.parametrize("layer", ["buildings", "devices", "spaces", "zones"])
def test_layers_above_the_ground_are_the_same(remote: Campus, campus: Campus, layer: str) -> None:
    same(remote[layer].to_pandas(), campus[layer].to_pandas())
    ours, theirs = remote[layer].to_geopandas(), campus[layer].to_geopandas()
    assert ours.crs == theirs.crs
    assert shapely.equals_exact(ours.geometry.to_numpy(), theirs.geometry.to_numpy(), 0.0).all()


def test_choices_are_the_same(remote: Campus, campus: Campus) -> None:
    def chosen(of: Campus) -> pandas.DataFrame:
        return of["devices"].where("device_type <> 'camera'").within("building:campus:B02").at(NOW).to_pandas()

    assert len(chosen(campus)) > 3
    same(chosen(remote), chosen(campus))


QUESTIONS = {
    "sql": lambda of: of.sql("SELECT layer_id, name, geometry FROM buildings ORDER BY feature_id"),
    "ask": lambda of: of.ask("SELECT * FROM alarms WHERE standing ORDER BY alarm_id", at=NOW),
    "place": lambda of: of.ask(
        "SELECT count(*) AS n FROM devices WHERE in_place($place, building_id, storey_id, space_id, zone_id)",
        at=NOW,
        place="building:campus:B02",
    ),
    "points": lambda of: of.points,
    "readings": lambda of: of.readings("DB-0001", NOW - timedelta(days=3), NOW),
    "hours": lambda of: of.readings("DB-0001:energy", NOW - timedelta(days=2), NOW, step="hour"),
    "days": lambda of: of.readings("DB-0001:energy", NOW - timedelta(days=3), NOW, step="day"),
    "events": lambda of: of.events(NOW - timedelta(hours=2), NOW, type="vehicle.in"),
    "kpis": lambda of: of.kpis,
    "rows": lambda of: of.kpi("energy.eui", at=NOW).rows(),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_answers_are_the_same(remote: Campus, campus: Campus, name: str) -> None:
    theirs = QUESTIONS[name](campus)
    assert len(theirs) > 0
    same(QUESTIONS[name](remote), theirs)


def test_events_come_page_by_page_until_all_are_there(
    remote: Campus, campus: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twin.notebook.server.EVENTS_AT_ONCE", 300)
    start = NOW - timedelta(hours=2)
    theirs = campus.events(start, NOW)
    assert len(theirs) > 900
    assert theirs.occurred_at.duplicated().any(), "or no page ends in the middle of a moment"
    same(remote.events(start, NOW), theirs)
    same(remote.events(start, NOW, limit=700), theirs.head(700))


def test_numbers_are_the_same(remote: Campus, campus: Campus) -> None:
    for one in ("energy.eui", "security.unacknowledged", "space.idle_rooms", "overview.on_time"):
        if one in campus.kpis.index:
            ours, theirs = remote.kpi(one, at=NOW), campus.kpi(one, at=NOW)
            assert (ours.value, ours.state, ours.title) == (theirs.value, theirs.state, theirs.title)


def test_persons_are_masked(remote: Campus, campus: Campus) -> None:
    ours, theirs = remote["staff"].to_pandas(), campus["staff"].to_pandas()
    assert len(ours) == len(theirs)
    assert all("*" in one for one in ours.name)
    with pytest.raises(QueryFailedError, match="staff"):
        remote.sql("SELECT * FROM staff")


def on_grid(shapes: np.ndarray[Any, Any]) -> bool:
    corners = shapely.get_coordinates(shapes, include_z=False)
    off = np.abs((corners / secrecy().grid_m - 0.5) - np.round(corners / secrecy().grid_m - 0.5))
    return bool((off < 1e-6).all())


@pytest.mark.parametrize("layer", ["gas", "drainage"])
def test_what_lies_underground_is_told_to_a_grid(remote: Campus, campus: Campus, layer: str) -> None:
    ours, theirs = remote[layer].to_geopandas(), campus[layer].to_geopandas()
    assert ours.feature_id.tolist() == theirs.feature_id.tolist()
    assert not on_grid(theirs.geometry.to_numpy())
    assert on_grid(ours.geometry.to_numpy())
    assert not shapely.has_z(ours.geometry.to_numpy()).any()
    assert (
        shapely.hausdorff_distance(shapely.force_2d(theirs.geometry.to_numpy()), ours.geometry.to_numpy()) < 71
    ).all()
    for name in secrecy().hidden:
        assert ours[name].isna().all()
    assert theirs.cover_level_m.notna().any()
    same(ours[["diameter_m", "from_id", "to_id"]], theirs[["diameter_m", "from_id", "to_id"]])


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT geometry FROM gas",
        "SELECT geometry FROM GAS AS g",
        'SELECT geometry FROM "Gas"',
        "WITH one AS (FROM gas) SELECT geometry FROM one",
    ],
)
def test_no_select_tells_more(remote: Campus, sql: str) -> None:
    found = remote.sql(sql)
    assert len(found)
    assert on_grid(found.geometry.to_numpy())


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT geometry FROM query_table('g' || 'as')",
        "SELECT geometry FROM query('SELECT * FROM g' || 'as')",
        "SELECT * FROM read_parquet('generations/0001/layers/gas.parquet')",
        "SELECT * FROM duckdb_views()",
    ],
)
def test_no_name_put_together_leads_there(remote: Campus, sql: str) -> None:
    try:
        found = remote.sql(sql)
    except (QueryFailedError, QueryRefusedError):
        return
    assert "geometry" not in found.columns
    assert "gas" not in found.to_csv()


def test_a_window_tells_no_more_than_the_grid(remote: Campus, campus: Campus) -> None:
    """Asking window after window would else find a pipe to the centimetre."""
    link = campus["gas"].where("kind = 'link'").to_geopandas().iloc[0]
    close = shapely.Point(link.geometry.coords[0][:2]).buffer(0.05)
    assert link.feature_id in set(campus["gas"].within(close).to_pandas().feature_id)
    cell = shapely.box(*(np.floor(np.array(close.bounds) / 50) * 50 + np.array([0, 0, 50, 50])))
    told = set(remote["gas"].within(cell).to_pandas().feature_id)
    assert link.feature_id in told
    assert len(remote["gas"].within(close)) == 0


def test_views_tell_no_levels(remote: Campus, campus: Campus) -> None:
    sql = "SELECT feature_id, cover_level_m, from_depth_m, attributes FROM drainage ORDER BY 1"
    ours, theirs = remote.ask(sql, at=NOW), campus.ask(sql, at=NOW)
    assert ours.feature_id.tolist() == theirs.feature_id.tolist()
    assert ours[["cover_level_m", "from_depth_m", "attributes"]].isna().all(axis=None)
    assert theirs.cover_level_m.notna().any()
    told = remote.ask("SELECT plan_sd_m, attributes FROM features WHERE layer_id = 'drainage'", at=NOW)
    assert told.attributes.isna().all()


def test_exactly_takes_a_reason_and_a_right_and_is_kept(server: Server, campus: Campus) -> None:
    trusted = twin.connect(
        server.url, key=server.key(Right.SEE, Right.UNDERGROUND), exactly="section for permit 26-118"
    )
    ours, theirs = trusted["gas"].to_geopandas(), campus["gas"].to_geopandas()
    assert shapely.equals_exact(ours.geometry.to_numpy(), theirs.geometry.to_numpy(), 0.0).all()
    same(ours.drop(columns="geometry"), theirs.drop(columns="geometry"))
    same(
        trusted.sql("SELECT geometry FROM gas ORDER BY feature_id"),
        campus.sql("SELECT geometry FROM gas ORDER BY feature_id"),
    )
    told = [one for one in server.app.state.people.audit.lines() if one.action == "underground.told"]
    assert sum("section for permit 26-118" in one.detail for one in told) == 2
    other = twin.connect(server.url, key=server.key(Right.SEE), exactly="no right to it")
    with pytest.raises(NotAllowedError, match="underground"):
        other["gas"].to_arrow()


def test_faults_are_those_of_a_folder(remote: Campus) -> None:
    with pytest.raises(UnknownLayerError, match="water_supply"):
        remote["watersupply"]
    with pytest.raises(UnknownKpiError, match=r"energy\.eui"):
        remote.kpi("energy.eu", at=NOW)
    with pytest.raises(UnknownSubjectError, match="DB-0001"):
        remote.readings("DB_0001", NOW - timedelta(days=3), NOW)
    with pytest.raises(QueryFailedError, match="diametre"):
        remote["gas"].where("diametre > 1").to_arrow()
    with pytest.raises(QueryRefusedError):
        remote.sql("DROP TABLE gas")


def test_a_key_is_needed(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    with pytest.raises(NoAccessError, match="twin key add"):
        twin.connect(server.url, key="nobody's")
    with pytest.raises(NoAccessError):
        twin.connect(server.url)
    secret = server.key(Right.SEE)
    monkeypatch.setenv("TWIN_KEY", secret)
    assert twin.connect(server.url).generation == 1
    file = tmp_path / "key"
    file.write_text(f"{secret}\n")
    assert twin.connect(server.url, key=f"file:{file}").generation == 1


def test_nobody_there_is_said() -> None:
    with pytest.raises(RemoteUnreachableError, match=r"127\.0\.0\.1:9"):
        twin.connect("http://127.0.0.1:9", key="any")


def test_it_is_a_geo_frame(remote: Campus) -> None:
    assert isinstance(remote["buildings"].to_geopandas(), geopandas.GeoDataFrame)
