"""What a campus computes in a notebook: pipes, energy, rooms; from a folder and from a server alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas
import pyarrow as pa
import pytest

from tests.screens.themes_campus import NOW, ThemesCampus
from twin.analysis.energy import clean
from twin.analysis.networks.graph import PipeNetwork
from twin.analysis.networks.isolation import isolate
from twin.errors import MaskedPositionsError, NoEnergyPointError, UnknownLayerError, UnknownPipeError
from twin.notebook.campus import Campus
from twin.notebook.energy import hourly_kwh
from twin.notebook.readings import ROLLED
from twin.store.campus import Campus as Store

BURST = "link:JS:JS016--JS017"


def test_a_burst_is_isolated_as_the_analysis_says(campus: Campus, themes: ThemesCampus) -> None:
    pipes = campus.pipes("water_supply")
    found = pipes.isolate(BURST)
    assert found == isolate(PipeNetwork.of(Store.open(themes.folder).generation.table("water_supply")), BURST)
    assert found.sources == ("node:JS:JS079",)
    loss = pipes.without_service(found)
    assert loss.cut_off == ("building:campus:B02",)
    assert loss.rooms is not None
    offices = campus["spaces"].where("building_id = 'building:campus:B02'").to_pandas()
    assert set(loss.rooms) == set(offices.feature_id)
    assigned = campus["room_assignments"].to_pandas()
    assert loss.people == assigned[assigned.space_id.isin(loss.rooms)].staff_id.nunique()
    stuck = pipes.isolate(BURST, stuck=[found.to_close[0]])
    assert set(stuck.segment.links) > set(found.segment.links)


def test_a_trace_goes_with_the_water(campus: Campus) -> None:
    pipes = campus.pipes("drainage")
    down = pipes.trace("node:PS:WS001", "downstream")
    assert down.length_m > 100
    assert [one.feature_id for one in down.ends]
    up = pipes.trace(down.ends[0].feature_id, "upstream")
    assert "node:PS:WS001" in up.nodes
    with pytest.raises(ValueError, match="sideways"):
        pipes.trace("node:PS:WS001", "sideways")
    with pytest.raises(UnknownPipeError, match="nowhere"):
        pipes.trace("nowhere", "upstream")
    with pytest.raises(UnknownLayerError):
        campus.pipes("steam")


@pytest.mark.serves
def test_a_server_must_tell_exactly(campus: Campus, servers: tuple[Campus, Campus]) -> None:
    masked, exact = servers
    with pytest.raises(MaskedPositionsError, match="exactly="):
        masked.pipes("water_supply").isolate(BURST)
    pipes = exact.pipes("water_supply")
    assert pipes.isolate(BURST) == campus.pipes("water_supply").isolate(BURST)
    assert pipes.without_service(pipes.isolate(BURST)).cut_off == ("building:campus:B02",)


def test_energy_is_what_the_screens_count(campus: Campus) -> None:
    """Against ``hours.used``, which screens are made of."""
    meters = campus.points.query("quantity == 'energy' and kind == 'counter'").index
    start = NOW - timedelta(days=2)
    asked = campus.ask("SELECT point_id, from_at, used FROM hours WHERE quantity = 'energy'", at=NOW, window="week")
    compared = 0
    for meter in meters[:10]:
        found = campus.energy(meter, start, NOW)
        wanted = asked[asked.point_id == meter].set_index("from_at").used.reindex(found.index)
        both = found.notna() & wanted.notna()
        assert both.sum() > 20
        assert np.allclose(found[both], wanted[both])
        assert found[wanted.isna()].isna().sum() >= wanted.isna().sum() - 1  # a reset and the first hour
        compared += int(both.sum())
        assert found.name == "energy_kwh"
        assert found.index.freq is not None
    assert compared > 200
    device = campus.points.device_code[meters[0]]
    pandas.testing.assert_series_equal(campus.energy(device, start, NOW), campus.energy(meters[0], start, NOW))
    assert clean(campus.energy(meters[0], start, NOW)).found == len(campus.energy(meters[0], start, NOW))


def hours(*rows: tuple[int, int, float, float]) -> pa.Table:
    """Hour, count, mean, last."""
    begin = datetime(2026, 11, 20, tzinfo=ZoneInfo("UTC"))
    return pa.Table.from_pylist(
        [{"from_at": begin + timedelta(hours=h), "count": n, "mean": m, "last": la} for h, n, m, la in rows],
        schema=ROLLED,
    )


@pytest.mark.parametrize(
    ("kind", "kwh_a_unit", "wanted"),
    [
        # a gap at hour 2, a reset at hour 4
        ("counter", 1.0, [None, 5.0, None, None, None, 7.0]),
        ("counter", 0.001, [None, 0.005, None, None, None, 0.007]),
        ("delta", 1.0, [8.0, 12.0, None, 40.0, 4.0, 20.0]),
        ("gauge", 1.0, [2.0, 3.0, None, 10.0, 1.0, 5.0]),
    ],
)
def test_hours_of_each_kind_of_meter(kind: str, kwh_a_unit: float, wanted: list[float | None]) -> None:
    table = hours((0, 4, 2.0, 100.0), (1, 4, 3.0, 105.0), (3, 4, 10.0, 130.0), (4, 4, 1.0, 3.0), (5, 4, 5.0, 10.0))
    found = hourly_kwh(table, kind, kwh_a_unit, "Asia/Shanghai")
    assert [None if np.isnan(one) else round(one, 9) for one in found] == wanted
    assert str(found.index.tz) == "Asia/Shanghai"  # type: ignore[attr-defined]
    assert not len(hourly_kwh(hours(), kind, kwh_a_unit, "Asia/Shanghai"))


def test_a_device_without_energy_is_said(campus: Campus) -> None:
    camera = campus.points.query("device_type == 'camera'").device_code.iloc[0]
    with pytest.raises(NoEnergyPointError, match=camera):
        campus.energy(camera, NOW - timedelta(days=1), NOW)


def test_rooms_are_used_as_the_screen_says(campus: Campus) -> None:
    use = campus.room_use(at=NOW)
    assert use.m2_per_person == pytest.approx(float(campus.kpi("space.per_head", at=NOW)), rel=1e-9)


@pytest.mark.serves
def test_a_server_says_the_same(campus: Campus, servers: tuple[Campus, Campus]) -> None:
    masked, _ = servers
    ours, theirs = masked.room_use(at=NOW), campus.room_use(at=NOW)
    assert (ours.m2_per_person, ours.over_people, ours.idle) == (theirs.m2_per_person, theirs.over_people, theirs.idle)
    meter = campus.points.query("quantity == 'energy'").index[0]
    span = (NOW - timedelta(days=2), NOW)
    pandas.testing.assert_series_equal(masked.energy(meter, *span), campus.energy(meter, *span))
