"""The Helsinki block: its largest rain in SWMM, catchment by catchment of one land use, and over the terrain."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.analysis.views.grids import read_grid
from twin.analysis.rain.rain_result import Drain
from twin.analysis.rain.runoff import runoff_by_land_use
from twin.analysis.rain.storm import rain_on_terrain


@pytest.fixture(scope="module")
def block(shared_data: Path) -> Path:
    return shared_data / "terrain_pipes" / "helsinki_block"


def heaviest_hours(block: Path, hours: int) -> pd.Series:
    """The hours of most rain in June 1990, mm per minute."""
    table = pd.read_csv(block / "prec_mm.DAT", sep=r"\s+", header=None)
    at = pd.to_datetime(
        dict(zip(("year", "month", "day", "hour", "minute"), (table[k] for k in range(1, 6)), strict=True))
    )
    rain = pd.Series(table[6].to_numpy(), at)
    end = int(rain.rolling(hours * 60).sum().argmax())
    return rain.iloc[end - hours * 60 + 1 : end + 1]


def swmm_volumes(folder: Path, rain: pd.Series, cells: dict[int, int], properties: pd.DataFrame) -> dict[str, float]:
    """Runoff and infiltration in m³, as SWMM's report has them: one catchment for each land use, steep and wide."""
    from swmm.toolkit import solver

    lines = ["[OPTIONS]", "FLOW_UNITS CMS", "INFILTRATION GREEN_AMPT", "FLOW_ROUTING KINWAVE"]
    start, end = rain.index[0], rain.index[-1] + pd.Timedelta(hours=12)
    for name, at in (("START", start), ("REPORT_START", start), ("END", end)):
        lines += [f"{name}_DATE {at:%m/%d/%Y}", f"{name}_TIME {at:%H:%M:%S}"]
    lines += ["WET_STEP 00:00:10", "DRY_STEP 00:00:10", "ROUTING_STEP 10", "REPORT_STEP 00:15:00"]
    lines += ["[EVAPORATION]", "CONSTANT 0.0", "[RAINGAGES]", "G VOLUME 0:01 1.0 TIMESERIES T"]
    catchments, areas, infiltration = ["[SUBCATCHMENTS]"], ["[SUBAREAS]"], ["[INFILTRATION]"]
    for code, count in cells.items():
        p = properties.loc[code]
        catchments.append(f"S{code} G O {count / 1e4} {p.imperv} {count} 1.0 0")
        areas.append(f"S{code} {p.n_imper} {p.n_perv} {p.dst_imp} {p.dst_per} {p.percz_i} OUTLET")
        infiltration.append(f"S{code} {p.suction} {p['conduct']} {p.initdef}")
    lines += [*catchments, *areas, *infiltration, "[OUTFALLS]", "O 0 FREE NO", "[TIMESERIES]"]
    lines += [f"T {at:%m/%d/%Y} {at:%H:%M} {value}" for at, value in rain.items()]
    (folder / "a.inp").write_text("\n".join(lines), encoding="utf-8")
    solver.swmm_run(str(folder / "a.inp"), str(folder / "a.rpt"), str(folder / "a.out"))
    report = (folder / "a.rpt").read_text(encoding="utf-8")
    wanted = {"rain": "Total Precipitation", "infiltrated": "Infiltration Loss", "runoff": "Surface Runoff"}
    found = {}
    for name, words in wanted.items():
        line = re.search(rf"{words} \.+\s+([\d.]+)\s+([\d.]+)", report)
        assert line is not None
        found[name] = float(line[2]) / 1000 * sum(cells.values())  # the report's millimetres have three digits
    return found


def test_runoff_of_the_heaviest_day_as_in_swmm(block: Path, tmp_path: Path) -> None:
    pytest.importorskip("swmm.toolkit")
    terrain = read_grid(block / "raster_dem.tif")
    use = read_grid(block / "raster_landuse.tif").values
    use = np.where(np.isfinite(terrain.values), np.where(np.isnan(use), 31.0, use), np.nan)  # 147 cells have no use
    properties = pd.read_csv(block / "table_catchment_props.csv").set_index("id")
    codes, counts = np.unique(use[np.isfinite(use)].astype(int), return_counts=True)
    rain = heaviest_hours(block, 24)
    theirs = swmm_volumes(tmp_path, rain, dict(zip(codes.tolist(), counts.tolist(), strict=True)), properties)
    share = runoff_by_land_use(use, {float(code): properties.imperv[code] / 100 for code in codes}, otherwise=1.0)
    loss = runoff_by_land_use(use, {float(code): properties.dst_imp[code] for code in codes}, otherwise=0.0)
    assert not share.unknown
    ours = rain_on_terrain(
        terrain, rain.to_numpy(), step_min=1, runoff=share.coefficient, initial_loss_mm=loss.coefficient
    ).balance
    runoff = ours.stored_m3 + ours.left_m3 + ours.drained_m3
    more = runoff / theirs["runoff"] - 1
    print(f"Helsinki, {rain.sum():.1f} mm in 24 h; SWMM: {theirs}; ours: {ours}; runoff {more:+.1%}")
    assert ours.rain_m3 == pytest.approx(theirs["rain"], rel=1e-3)
    assert runoff == pytest.approx(theirs["runoff"], rel=0.05)
    assert abs(ours.missing_m3) <= 1e-9 * ours.rain_m3


def test_where_water_stands_and_where_the_inlets_are(block: Path) -> None:
    terrain = read_grid(block / "raster_dem.tif")
    table = pd.read_csv(block / "table_junctions.csv")
    inlets = [Drain(one.name, one.x0, one.y0, 50.0) for one in table[table.open == 1].itertuples(index=False)]
    without = rain_on_terrain(terrain, 30.0, step_min=60)
    drained = rain_on_terrain(terrain, 30.0, step_min=60, drains=inlets, drain_reach_m=1.5)
    wet = without.peak_depth_m > 0.1
    print(without.balance, drained.balance, f"{wet.sum()} cells deeper than 0.1 m", drained.drains)
    street = max(without.ponds, key=lambda one: one.peak_m3 if abs(one.x - 86.5) < 9 and one.y < 60 else 0.0)
    assert (street.x, street.y) == (86.5, 44.5)  # the sag of the street: inlets j8 and j9 stand in it
    busiest = sorted(drained.drains, key=lambda one: -one.taken_m3)[:3]
    assert {"j8", "j9"} <= {one.drain_id for one in busiest}
    assert drained.balance.stored_m3 < without.balance.stored_m3
    assert drained.balance.drained_m3 > 0
    assert (drained.peak_depth_m <= without.peak_depth_m + 1e-9)[np.isfinite(terrain.values)].all()
