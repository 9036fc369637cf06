"""Screens where there are only meters and rooms: real readings of Cambridge, rooms of Duplex, and no register at all.

Every number is recomputed from the files of the source; what cannot be known is said in words.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import ifcopenshell
import pandas as pd
import pytest
from ifcopenshell.util.element import get_psets

import twin.screens
from ioc_app.app import create_app
from tests.entering import TestClient, entered
from tests.live.entries import StandingClock
from tests.screens.metered_campus import LARGE, MISSING, NOW, TODAY, ZONE, MeteredCampus, metered_campus
from twin.people.roles import Role
from twin.screens.said import Window

SHIPPED = Path(twin.screens.__file__).parent / "shipped"
SCREENS = sorted(one.stem for one in (SHIPPED / "screens").glob("*.toml"))
DUPLEX = "building:campus:duplex"


@pytest.fixture(scope="module")
def metered(composed_campus: Path, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> MeteredCampus:
    return metered_campus(composed_campus, shared_data, tmp_path_factory.mktemp("metered") / "campus")


@pytest.fixture(scope="module")
def client(metered: MeteredCampus) -> Iterator[TestClient]:
    app = create_app(metered.folder, timezone=ZoneInfo(ZONE), clock=StandingClock(NOW))
    with entered(app, Role.OPERATOR) as one:
        yield one


@pytest.fixture(scope="module")
def energy(client: TestClient) -> dict[str, Any]:
    return numbers(client, "energy")


def numbers(client: TestClient, screen: str, **asked: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/screens/{screen}/kpis", params=asked)
    assert answer.status_code == 200, answer.text
    return {one["id"]: one for one in answer.json()["kpis"]}


def panel(client: TestClient, screen: str, name: str, **asked: str) -> Any:
    answer = client.get(f"/api/v1/screens/{screen}/panels/{name}", params=asked)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    return {**said, "rows": [dict(zip(said["columns"], one, strict=True)) for one in said["rows"]]}


def kpi_sql(name: str) -> tuple[str, Window]:
    theme = name.partition(".")[0]
    entries = tomllib.loads((SHIPPED / "kpis" / f"{theme}.toml").read_text(encoding="utf-8"))["kpis"]
    [found] = [one for one in entries if one["id"] == name]
    return found["sql"], Window(found["window"])


# --- energy: from the files of Cambridge -----------------------------------------------------------------


def today(found: pd.DataFrame, day: date = TODAY) -> pd.DataFrame:
    return found[found.day == day]


def test_todays_power_is_what_the_files_say(metered: MeteredCampus, energy: Mapping[str, Any]) -> None:
    used = today(metered.used())
    assert energy["energy.today"]["value"] == pytest.approx(used.kwh.sum())
    assert energy["energy.today"]["samples"] == 3
    before = today(metered.used(at=NOW - timedelta(days=7)), TODAY - timedelta(days=7))
    assert energy["energy.today"]["compare"]["value"] == pytest.approx(before.kwh.sum())
    assert energy["energy.complete"]["value"] == 100


def test_gas_counts_by_its_heat(metered: MeteredCampus, energy: Mapping[str, Any]) -> None:
    power, gas = today(metered.used()).kwh.sum(), today(metered.used("gas")).kwh.sum()
    assert gas > 0
    assert energy["energy.coal"]["value"] == pytest.approx(0.1229 * power + 3.6 * 0.03412 * gas)


@pytest.mark.parametrize("window", [Window.DAY, Window.MONTH, Window.YEAR])
@pytest.mark.parametrize("what", ["electricity", "gas"])
def test_sums_of_days_are_those_of_the_hours(metered: MeteredCampus, window: Window, what: str) -> None:
    """A day that lacks an hour is not known; the days before today."""
    sql = """
    SELECT building_id, sum(used) AS kwh, count(used) AS days, count(*) AS told
    FROM days JOIN points p USING (point_id) WHERE p.device_type = $what AND from_at < local_day($at) GROUP BY ALL
    """.replace("$what", f"'{what}_meter'")
    found = {one["building_id"]: one for one in metered.rows(sql, window)}
    back = {Window.DAY: 0, Window.MONTH: 29, Window.YEAR: 364}[window]
    all_of_them = metered.read[(metered.read.what == what) & (metered.read["at"] < NOW.replace(hour=0, minute=0))]
    days = all_of_them.assign(day=all_of_them["at"].dt.date, void=(all_of_them.kwh == 0) & (what == "electricity"))
    days = days[days.day >= TODAY - timedelta(days=back)].groupby(["building", "day"], as_index=False)
    summed = days.agg(kwh=("kwh", "sum"), void=("void", "any"))
    assert set(found) == set(summed.building)
    for building, own in summed.groupby("building"):
        whole = own[~own.void]
        assert (found[building]["days"], found[building]["told"]) == (len(whole), len(own)), building
        assert found[building]["kwh"] == pytest.approx(whole.kwh.sum()), building
    if window is Window.YEAR and what == "electricity":
        assert found[LARGE]["days"] < found[LARGE]["told"]


def test_use_by_floor_area(metered: MeteredCampus, client: TestClient, shared_data: Path) -> None:
    """Mean of up to 29 days before today, times 365, by the gross area of the footprint's own record."""
    area = gross_areas(metered, shared_data)
    shown = {one["feature_id"]: one["value"] for one in panel(client, "energy", "eui")["rows"]}
    first = TODAY - timedelta(days=29)
    used = metered.read[(metered.read.what == "electricity") & (metered.read["at"] < NOW.replace(hour=0, minute=0))]
    used = used.assign(day=used["at"].dt.date)
    for building, own in used[used.day >= first].groupby("building"):
        days = own.groupby("day").kwh.agg(["sum", "min"])
        mean = days["sum"][days["min"] > 0].mean()
        assert shown[building] == pytest.approx(365 * mean / area[str(building)]), building
    assert len(shown) == 3


def gross_areas(metered: MeteredCampus, data: Path) -> dict[str, float]:
    """By building: ``GBA`` of UBC's file where campus.toml says that the model stands."""
    rows = json.loads((data / "campus/ubc/ubcv_buildings.geojson").read_text(encoding="utf-8"))["features"]
    known = {one["properties"]["BLDG_UID"]: one["properties"]["GBA"] for one in rows}
    said = tomllib.loads((metered.folder / "campus.toml").read_text(encoding="utf-8"))["buildings"]
    return {f"building:campus:{one['code']}": known[one["footprint"].rpartition(":")[2]] for one in said}


def test_the_load_curve_is_made_of_hourly_energy(metered: MeteredCampus, client: TestClient) -> None:
    shown = panel(client, "energy", "load")
    been = [one["value"] for one in shown["rows"] if not one["forecast"]]
    hours = today(metered.used()).query("hour < 14").groupby("hour").kwh.sum()  # 14:00 is running
    assert been == pytest.approx(list(hours))
    same = [TODAY - timedelta(days=7 * n) for n in (1, 2, 3, 4)]
    usual = metered.used()[metered.used().day.isin(same)].groupby(["day", "hour"]).kwh.agg(["sum", "count"])
    usual = usual[usual["count"] == 3]["sum"].groupby("hour").mean()
    k = hours.sum() / usual[hours.index].sum()
    ahead = [one["value"] for one in shown["rows"] if one["forecast"]]
    assert ahead == pytest.approx(list(k * usual[14:]))
    assert shown["title"]["en"] == f"{(sum(been) + sum(ahead)) / 1000:.1f} MWh expected today"


def test_what_was_lost_is_no_use_and_is_told(metered: MeteredCampus, client: TestClient) -> None:
    """Two days of LargeBuilding are zeros in the file, which says that zeros stand for lost readings."""
    at = MISSING.isoformat()
    lost = metered.read[(metered.read.building == LARGE) & (metered.read.what == "electricity")]
    assert (today(lost.assign(day=lost["at"].dt.date), MISSING.date()).kwh == 0).sum() >= 23
    then = numbers(client, "energy", at=at)
    used = today(metered.used(at=MISSING), MISSING.date())
    assert set(used.building) == {DUPLEX, "building:campus:samplehouse"}
    assert then["energy.today"]["value"] == pytest.approx(used.kwh.sum())
    assert then["energy.today"]["samples"] == 2
    assert then["energy.today"]["compare"]["value"] is None, "a lost meter has saved nothing"
    load = panel(client, "energy", "load", at=at)
    assert load["title"]["en"] == "Load today"  # no total without the largest
    before = today(metered.used(at=MISSING), MISSING.date() - timedelta(days=7))
    others = before.kwh[(before.building != LARGE) & (before.hour == 12)].sum()
    assert load["rows"][12]["low"] <= others <= load["rows"][12]["high"]
    assert then["energy.complete"]["value"] == pytest.approx(100 * 2 / 3, abs=1)
    reasons = {one["reason_en"] for one in panel(client, "energy", "anomalies", at=at)["rows"] if meter(one) == "EM"}
    assert "silent" in reasons
    assert any(one.endswith("h without value") for one in reasons)
    week = panel(client, "overview", "week", at=at)
    assert "days not complete" in week["title"]["en"]
    assert [one["value"] for one in week["rows"] if one["series_en"] == "This week"].count(None) >= 1


def meter(row: Mapping[str, Any]) -> str:
    return str(row["feature_id"]).rpartition(":")[2][:2]


def test_zeros_taken_at_their_word_are_questioned(composed_campus: Path, shared_data: Path, tmp_path: Path) -> None:
    """Without ``--missing 0`` a day of zeros is a use of nothing, which an electricity meter does not have."""
    said = {"electricity": ()}
    plain = metered_campus(composed_campus, shared_data, tmp_path / "campus", last=MISSING.date(), said=said)
    [entry] = [one for one in screen_panels("energy") if one["id"] == "anomalies"]
    rows = [
        one for one in plain.rows(entry["sql"], Window.MONTH, MISSING) if one["name"] == "LargeBuilding electricity"
    ]
    own = plain.read[(plain.read.building == LARGE) & (plain.read.what == "electricity")]
    own = own[own["at"] + pd.Timedelta(hours=1) <= pd.Timestamp(MISSING)].sort_values("at")
    run = len(own) - 1 - int((own.kwh > 0).to_numpy().nonzero()[0].max())
    assert run >= 24
    assert [one["reason_zh"] for one in rows if "零" in one["reason_zh"]] == [f"连续 {run} 小时为零"]


def screen_panels(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((SHIPPED / "screens" / f"{name}.toml").read_text("utf-8"))["panels"]
    return found


# --- office space: from the model ------------------------------------------------------------------------


def test_rooms_are_those_of_the_model(client: TestClient, shared_data: Path) -> None:
    model = ifcopenshell.open(str(shared_data / "ifc/duplex/Duplex_A_20110907.ifc"))
    areas = [get_psets(one, qtos_only=True)["GSA Space Areas"]["GSA BIM Area"] for one in model.by_type("IfcSpace")]
    assert (len(areas), round(sum(areas), 2)) == (21, 422.05)  # as its COBie sheets were published: 422.047
    shown = numbers(client, "space", place=DUPLEX)["space.rooms"]
    assert (shown["samples"], shown["value"]) == (21, pytest.approx(sum(areas)))
    assert numbers(client, "space")["space.rooms"]["samples"] == 33
    uses = panel(client, "space", "uses", place=DUPLEX)
    assert sum(one["value"] for one in uses["rows"]) == pytest.approx(sum(areas))
    living = ("Bedroom", "Living Room", "Kitchen")
    lived_in = [
        area for area, one in zip(areas, model.by_type("IfcSpace"), strict=True) if one.LongName.startswith(living)
    ]
    assert {one["label_en"]: one["value"] for one in uses["rows"]}["living"] == pytest.approx(sum(lived_in))
    assert uses["title"]["en"] == "Rooms by use"  # none is an office: no share of nothing


def test_who_sits_there_is_said_to_be_unknown(client: TestClient) -> None:
    shown = numbers(client, "space")
    for name in ("space.per_head", "space.vacancy", "space.over"):
        assert (shown[name]["value"], shown[name]["state"]) == (None, "waiting"), name
        assert shown[name]["waits_for"][0]["short_en"] == "No room assignments"


# --- all nine --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", SCREENS)
def test_every_panel_and_number_says_what_it_knows_or_why_not(screen: str, client: TestClient) -> None:
    for one in numbers(client, screen).values():
        assert one["state"] in ("good", "stale", "empty", "waiting"), one
        assert (one["value"] is None) == (one["state"] in ("empty", "waiting")), one
        assert one["value"] is None or math.isfinite(one["value"]), one
        assert one["state"] != "waiting" or one["waits_for"][0]["short_zh"], one
    for entry in screen_panels(screen):
        said = panel(client, screen, entry["id"])
        assert said["state"] in ("good", "stale", "empty", "waiting"), (screen, said)
        assert bool(said["rows"]) == (said["state"] in ("good", "stale")), (screen, said)


@pytest.mark.parametrize("screen", ["energy", "overview", "space", "underground"])
def test_titles_tell_of_no_dashes(screen: str, client: TestClient) -> None:
    for entry in screen_panels(screen):
        title = panel(client, screen, entry["id"])["title"]
        assert "—" not in title["zh"] + title["en"], (screen, title)


@pytest.mark.parametrize("name", ["energy.benchmark", "energy.co2", "overview.on_time"])
def test_a_number_without_a_value_says_why(name: str, client: TestClient) -> None:
    screen = name.partition(".")[0]
    one = numbers(client, screen)[name]
    assert one["state"] == "empty"
    assert one["nothing"]["zh"]
    assert one["nothing"]["en"]


def test_tiles_tell_no_zero_of_what_is_not_watched(client: TestClient) -> None:
    tiles = {one["screen"]: one for one in panel(client, "overview", "modules")["rows"]}
    assert (tiles["fire"]["value"], tiles["fire"]["unit_en"]) == (None, "no devices")
    assert (tiles["security"]["value"], tiles["security"]["unit_en"]) == (None, "no devices")
    assert tiles["energy"]["unit_en"] == "kWh today"
    assert tiles["space"]["value"] == pytest.approx(874.1, abs=0.1)
