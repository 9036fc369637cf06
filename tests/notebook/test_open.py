"""A campus opened from its folder says what its files say, read here by other means."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import geopandas
import pandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

import twin
from tests.screens.themes_campus import NOW, ThemesCampus
from tests.screens.witness import energy
from tests.screens.witness.facts import Facts, entries
from twin.errors import (
    BadAreaError,
    BadMomentError,
    NeverBuiltError,
    NoGeometryError,
    NotACampusError,
    QueryFailedError,
    QueryRefusedError,
    UnknownKpiError,
    UnknownLayerError,
    UnknownSubjectError,
)
from twin.notebook.campus import Campus
from twin.notebook.moments import moment_of
from twin.store.generations import current_number, generation_folder


def layer_file(themes: ThemesCampus, layer: str) -> Path:
    number = current_number(themes.folder)
    assert number is not None
    return generation_folder(themes.folder, number) / "layers" / f"{layer}.parquet"


def test_what_there_is(campus: Campus, themes: ThemesCampus) -> None:
    layers = campus.layers
    on_disk = {path.stem for path in layer_file(themes, "gas").parent.glob("*.parquet")}
    assert on_disk <= set(layers.index)
    assert {"staff", "room_assignments"} <= set(layers.index[layers.kind == "register"])
    assert layers.loc["gas", "title"] == "燃气"
    assert layers.underground["gas"]
    assert not layers.underground["buildings"]
    for layer in sorted(on_disk):
        assert layers.loc[layer, "rows"] == pq.read_metadata(layer_file(themes, layer)).num_rows == len(campus[layer])
    assert repr(campus).startswith("<榕山政务园区")
    assert "EPSG:4549" in repr(campus)


def test_a_whole_layer_is_the_file(campus: Campus, themes: ThemesCampus) -> None:
    ours = campus["drainage"].to_geopandas()
    theirs = geopandas.read_parquet(layer_file(themes, "drainage"))
    assert ours.crs == theirs.crs
    assert ours.feature_id.tolist() == theirs.feature_id.tolist()
    assert shapely.equals_exact(ours.geometry.to_numpy(), theirs.geometry.to_numpy(), 0.0).all()


def test_conditions_follow_each_other(campus: Campus, themes: ThemesCampus) -> None:
    wide = campus["drainage"].where("kind = 'link'").where("diameter_m > 0.3 OR material = 'PE' -- as planned")
    theirs = geopandas.read_parquet(layer_file(themes, "drainage"))
    wanted = theirs[(theirs.kind == "link") & ((theirs.diameter_m > 0.3) | (theirs.material == "PE"))]
    assert 0 < len(wanted) < (theirs.kind == "link").sum()
    assert wide.to_pandas().feature_id.tolist() == wanted.feature_id.tolist()
    assert len(wide) == len(wanted)
    assert ".where(\"kind = 'link'\")" in repr(wide)


@pytest.mark.parametrize("layer", ["water_supply", "devices", "surface", "buildings"])
def test_within_is_what_geopandas_finds(campus: Campus, themes: ThemesCampus, layer: str) -> None:
    theirs = geopandas.read_parquet(layer_file(themes, layer))
    west, south, east, north = theirs.total_bounds
    middle = shapely.Point((west + east) / 2, (south + north) / 2)
    area = middle.buffer(min(east - west, north - south) / 3)
    wanted = theirs[theirs.geometry.intersects(area)]
    assert 0 < len(wanted) < len(theirs)
    assert campus[layer].within(area).to_pandas().feature_id.tolist() == wanted.feature_id.tolist()
    degrees = geopandas.GeoSeries([area], crs=theirs.crs).to_crs("EPSG:4490")  # corners move by less than a micrometre
    found = set(campus[layer].within(degrees).to_pandas().feature_id)
    assert len(found ^ set(wanted.feature_id)) <= 1


def test_within_a_place_by_its_name(campus: Campus, themes: ThemesCampus) -> None:
    buildings = geopandas.read_parquet(layer_file(themes, "buildings"))
    one = buildings.iloc[0]
    devices = geopandas.read_parquet(layer_file(themes, "devices"))
    wanted = devices[devices.geometry.intersects(one.geometry)]
    assert campus["devices"].within(one.feature_id).to_pandas().feature_id.tolist() == wanted.feature_id.tolist()


@pytest.mark.parametrize(
    "area",
    [shapely.Polygon(), "building:nowhere", 7, geopandas.GeoSeries([shapely.Point(0, 0)]), geopandas.GeoDataFrame()],
)
def test_what_is_no_area_is_said(campus: Campus, area: object) -> None:
    with pytest.raises(BadAreaError, match="within"):
        campus["devices"].within(area)


def test_sql_over_layers_and_registers(campus: Campus, themes: ThemesCampus) -> None:
    theirs = geopandas.read_parquet(layer_file(themes, "gas"))
    counted = campus.sql("SELECT kind, count(*) AS n FROM gas GROUP BY 1 ORDER BY 1")
    assert dict(zip(counted.kind, counted.n, strict=True)) == theirs.kind.value_counts().to_dict()
    shapes = campus.sql("SELECT feature_id, geometry FROM gas WHERE kind = 'link' ORDER BY 1")
    assert isinstance(shapes, geopandas.GeoDataFrame)
    assert shapes.crs == theirs.crs
    wanted = theirs[theirs.kind == "link"].set_index("feature_id").geometry
    assert shapely.equals(shapes.geometry.to_numpy(), wanted[shapes.feature_id].to_numpy()).all()
    assert campus.sql("SELECT count(*) AS n FROM staff").n[0] == len(campus["staff"])
    with pytest.raises(QueryRefusedError):
        campus.sql("DROP TABLE gas")
    with pytest.raises(QueryFailedError, match="diametre"):
        campus["gas"].where("diametre > 1").to_arrow()
    with pytest.raises(QueryFailedError, match="empty"):
        campus["gas"].where(" ").to_arrow()


def journal_and_history(themes: ThemesCampus, kind: str = "reading") -> pandas.DataFrame:
    """Every reading or event on disk, from the files themselves."""
    every = entries(themes.folder)
    return every[every.kind == kind].rename(columns={"occurred_at": "at"})


def test_readings_are_those_on_disk(campus: Campus, themes: ThemesCampus) -> None:
    whole = journal_and_history(themes)
    start, end = NOW - timedelta(days=1), NOW
    meter = campus.points.query("quantity == 'energy'").index[0]
    mine = whole[(whole.subject == meter) & (whole["at"] >= start) & (whole["at"] < end)]
    assert len(mine) > 10
    found = campus.readings(meter, start, end)
    assert found.value.tolist() == mine.value.tolist()
    assert (found.index == pandas.DatetimeIndex(mine["at"])).all()
    assert str(found.index.tz) == "Asia/Shanghai"
    assert set(found.unit) == {"kW.h"}
    assert set(found.quantity) == {"energy"}


def test_a_device_has_all_its_points(campus: Campus, themes: ThemesCampus) -> None:
    points = campus.points
    device = points.device_code.value_counts().index[0]
    wanted = points[points.device_code == device]
    assert len(wanted) > 1
    whole = journal_and_history(themes)
    start = NOW - timedelta(hours=20)
    mine = whole[whole.subject.isin(wanted.index) & (whole["at"] >= start) & (whole["at"] < NOW)]
    found = campus.readings(device, start, NOW)
    assert found.point_id.value_counts().to_dict() == mine.subject.value_counts().to_dict()
    assert found.index.is_monotonic_increasing


def test_hours_are_what_pandas_sums_up(campus: Campus, themes: ThemesCampus) -> None:
    whole = journal_and_history(themes)
    point = campus.points.query("quantity == 'power'").index[0]
    start, end = "2026-11-25", "2026-11-26"
    mine = whole[whole.subject == point].set_index("at").tz_convert("Asia/Shanghai").loc["2026-11-25"]
    wanted = mine.value.astype(float).resample("h").agg(["count", "min", "max", "mean"]).query("count > 0")
    found = campus.readings(point, start, end, step="hour")
    assert len(wanted) > 12
    pandas.testing.assert_frame_equal(
        found[["count", "min", "max", "mean"]], wanted, check_freq=False, check_names=False, check_index_type=False
    )


def test_events_are_masked_and_the_latest_first(campus: Campus, themes: ThemesCampus) -> None:
    found = campus.events(NOW - timedelta(hours=6), NOW, limit=200)
    assert len(found) == 200
    assert found.occurred_at.is_monotonic_decreasing
    whole = journal_and_history(themes, kind="event")
    start = pandas.Timestamp(NOW - timedelta(days=2))
    day = campus.events(start, NOW)
    assert len(day) == ((whole["at"] >= start) & (whole["at"] < NOW)).sum() > 5_000, "all of them, however many"
    vehicles = campus.events(NOW - timedelta(hours=6), NOW, type="vehicle.in")
    assert set(vehicles.type) == {"vehicle.in"}
    assert len(vehicles) > 10
    assert all("*" in one["plate"] for one in vehicles.attributes)
    none = campus.events("1990-01-01", "1990-01-02")
    assert not len(none)
    assert list(none.columns) == list(found.columns)


def test_questions_as_of_a_moment(campus: Campus) -> None:
    standing = campus.ask("SELECT alarm_id, opened_at FROM alarms WHERE standing ORDER BY 1", at=NOW)
    assert len(standing) > 0
    assert str(standing.opened_at.dt.tz) == "Asia/Shanghai"
    earlier = campus.ask("SELECT alarm_id FROM alarms WHERE standing", at=NOW - timedelta(hours=6))
    assert set(earlier.alarm_id) != set(standing.alarm_id)


def test_a_number_is_the_witness_own(campus: Campus, themes: ThemesCampus) -> None:
    kpi = campus.kpi("energy.eui", at=NOW)
    witness = energy.WITNESSES["energy.eui"](Facts(themes.folder, NOW, None))
    assert float(kpi) == pytest.approx(witness, rel=1e-9)
    assert kpi.state == "good"
    assert kpi.unit == "kWh/(m²·a)"
    rows = kpi.rows()
    assert rows.kwh_a_year.sum() / rows.floor_area_m2.sum() == pytest.approx(float(kpi))
    assert str(kpi).startswith("单位面积电耗 Power by area: ")


@pytest.mark.parametrize("every", [11, pytest.param(1, marks=pytest.mark.slow)])
def test_every_number_of_the_dictionary_has_an_answer(campus: Campus, every: int) -> None:
    assert len(campus.kpis) > 100
    states = {one: campus.kpi(one, at=NOW).state for one in campus.kpis.index[::every]}
    assert {one for one, state in states.items() if state in ("broken", "waiting")} == set()


def test_a_number_without_a_feed_waits_for_it(campus: Campus) -> None:
    kpi = campus.kpi("energy.eui", at="2020-01-01")
    assert kpi.state == "waiting"
    assert kpi.said["waits_for"][0]["zh"].startswith("正在等待")
    with pytest.raises(ValueError, match=r"energy\.eui has no value: it is waiting"):
        float(kpi)


def test_what_is_not_there_is_said_with_what_is_near(campus: Campus, tmp_path: Path) -> None:
    with pytest.raises(UnknownLayerError, match="water_supply"):
        campus["watersupply"]
    with pytest.raises(UnknownKpiError, match=r"energy\.eui"):
        campus.kpi("energy.eu", at=NOW)
    meter = campus.points.query("quantity == 'energy'").device_code.iloc[0]
    with pytest.raises(UnknownSubjectError, match=meter):
        campus.readings(meter.replace("-", "_"), "2026-11-25")
    with pytest.raises(NoGeometryError, match="to_pandas"):
        campus["staff"].to_geopandas()
    with pytest.raises(NotACampusError):
        twin.open(tmp_path)
    (tmp_path / "campus.toml").write_text("")
    with pytest.raises(NeverBuiltError):
        twin.open(tmp_path)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("2026-11-20", datetime(2026, 11, 19, 16, tzinfo=UTC)),
        (date(2026, 11, 20), datetime(2026, 11, 19, 16, tzinfo=UTC)),
        ("2026-11-20T08:00Z", datetime(2026, 11, 20, 8, tzinfo=UTC)),
        (datetime(2026, 11, 20, 8), datetime(2026, 11, 20, 0, tzinfo=UTC)),
        (pandas.Timestamp("2026-11-20", tz="Europe/London"), datetime(2026, 11, 20, 0, tzinfo=UTC)),
    ],
)
def test_moments_are_campus_local(said: datetime | date | str, wanted: datetime) -> None:
    assert moment_of(said, "Asia/Shanghai") == wanted


@pytest.mark.parametrize("said", ["yesterday", 20261120, pandas.NaT])
def test_what_is_no_moment_is_said(said: object) -> None:
    with pytest.raises(BadMomentError, match="time"):
        moment_of(said, "Asia/Shanghai")  # type: ignore[arg-type]


def test_help_tells_enough() -> None:
    """Every public call has words of its own, and the class shows how each is written."""
    told = Campus.__doc__ or ""
    for name in ("layers", "sql", "ask", "points", "readings", "events", "kpis", "kpi", "write_layer"):
        assert f"campus.{name}" in told
    public = [name for name in dir(Campus) if not name.startswith("_")]
    assert all((getattr(Campus, name).__doc__ or "").strip() for name in public if name != "points")


def test_arrow_keeps_types(campus: Campus) -> None:
    table = campus["gas"].to_arrow()
    assert table.schema.field("geometry").type == pa.binary()
    assert table.schema.field("diameter_m").type == pa.float64()
