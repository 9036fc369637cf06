"""What a served campus computes in a notebook is what its folder computes; what lies underground if told exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from fastapi import FastAPI

import twin
from ioc_app.app import create_app
from tests.browser.serving import served
from tests.notebook.test_underground import LINE, PIT
from tests.notebook.test_views import LAMP, ROOF, SQUARE, STOREY
from twin.errors import MaskedPositionsError, NoFloorError, NotAllowedError, NoTerrainError, UnknownStoreyError
from twin.notebook.campus import Campus
from twin.people.roles import Right

pytestmark = pytest.mark.serves


def test_what_stands_above_the_ground_is_the_same(campus: Campus, servers: tuple[Campus, Campus]) -> None:
    masked, _ = servers
    assert masked.vertical_datum == campus.vertical_datum
    ours, theirs = (one.viewshed((429440, 2885900), most_m=150.0) for one in (masked, campus))
    np.testing.assert_array_equal(ours.visible, theirs.visible)
    assert masked.cameras_seeing(SQUARE) == campus.cameras_seeing(SQUARE)
    view = masked.camera_view(LAMP)
    np.testing.assert_array_equal(view.px_per_m, campus.camera_view(LAMP).px_per_m)
    ours_seen, theirs_seen = (one.coverage(STOREY) for one in (masked, campus))
    assert ours_seen.share == theirs_seen.share
    assert ours_seen.rooms == theirs_seen.rooms
    dry, wet = (one.rain(60.0, runoff=0.8) for one in (masked, campus))
    assert (dry.balance, dry.entrances, dry.ponds) == (wet.balance, wet.entrances, wet.ponds)
    with pytest.raises(NoFloorError):
        masked.coverage(ROOF)
    with pytest.raises(UnknownStoreyError, match="nowhere"):
        masked.coverage("nowhere")


def test_what_lies_underground_is_not_computed_from_masked_positions(servers: tuple[Campus, Campus]) -> None:
    masked, _ = servers
    for ask in (
        lambda: masked.section(LINE),
        lambda: masked.pipes("drainage").long_section("node:PS:YS001", "node:PS:YS010"),
        lambda: masked.clearance(),
        lambda: masked.cover(["gas"]),
        lambda: masked.check_dig(PIT, 1.5),
        lambda: masked.rain(60.0, gully_m3_h=20.0),
        lambda: masked.viewshed("node:PS:YS001"),
    ):
        with pytest.raises(MaskedPositionsError, match="exactly="):
            ask()  # type: ignore[no-untyped-call]


def test_exactly_it_is_the_same(campus: Campus, servers: tuple[Campus, Campus]) -> None:
    _, exact = servers
    assert exact.section(LINE).pipes == campus.section(LINE).pipes
    assert exact.section(LINE)._repr_svg_() == campus.section(LINE)._repr_svg_()
    ends = ("node:PS:YS001", "node:PS:YS010")
    assert exact.pipes("drainage").long_section(*ends).stations == campus.pipes("drainage").long_section(*ends).stations
    assert exact.clearance() == campus.clearance()
    assert exact.cover() == campus.cover()
    ours, theirs = (one.check_dig(PIT, 1.5) for one in (exact, campus))
    assert (ours.things, ours.earth, ours.buildings) == (theirs.things, theirs.earth, theirs.buildings)
    assert [one.staff_id for one in ours.contacts] == [one.staff_id for one in theirs.contacts]
    storm = {"step_min": 10.0, "gully_m3_h": 20.0}
    assert exact.rain([20.0, 30.0], **storm).drains == campus.rain([20.0, 30.0], **storm).drains


@dataclass(frozen=True)
class Served:
    url: str
    app: FastAPI

    def key(self, *scope: Right) -> str:
        keys = self.app.state.people.keys
        return str(keys.add(f"key {len(keys.all())}", scope, "tests")[1])


@pytest.fixture(scope="module")
def covers_only(schutterwald_campus: Path) -> Iterator[Served]:
    """A campus whose ground only manhole covers tell of."""
    app = create_app(schutterwald_campus)
    with served(app) as url:
        yield Served(url, app)


def test_levels_of_covers_are_not_told_as_terrain(covers_only: Served, schutterwald_campus: Path) -> None:
    url, sees = covers_only.url, covers_only.key(Right.SEE)
    with pytest.raises(NoTerrainError, match="exactly="):
        twin.connect(url, key=sees).viewshed((0, 0))
    with pytest.raises(NotAllowedError):
        twin.connect(url, key=sees, exactly="the ground, for a section").viewshed((0, 0))
    ours = twin.connect(url, key=covers_only.key(Right.SEE, Right.UNDERGROUND), exactly="the ground, for a section")
    theirs = twin.open(schutterwald_campus)
    west, south, east, north = theirs["heat"].to_geopandas().total_bounds
    line = [((west + east) / 2, south), ((west + east) / 2, north)]
    a, b = (one.section(line) for one in (ours, theirs))
    assert a.pipes == b.pipes
    assert len(a.pipes) > 10
    np.testing.assert_array_equal(a.terrain.elevation_m, b.terrain.elevation_m)
    assert np.isfinite(a.terrain.elevation_m).any()
    told = [one for one in covers_only.app.state.people.audit.lines() if one.action == "underground.told"]
    assert [one.target for one in told].count("terrain") == 1
    assert all("the ground, for a section" in one.detail for one in told)
