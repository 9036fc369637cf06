"""What lies underground is in no picture, sheet or model unless asked exactly; the demo has seven such layers."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from tests.render.scenes import seen_as
from twin.errors import NothingToShowError, UnknownLayerError
from twin.model.text import Title
from twin.render.colouring import coloured
from twin.render.geometry import Drawn
from twin.render.look import look, rgb
from twin.render.model import render_glb
from twin.render.picture import camera
from twin.render.scene import PictureScene, Wanted, scene_of
from twin.render.view import View
from twin.store.campus import Generation

Meshed = Mapping[str, Sequence[Drawn]]
SIZE = (800, 600)


def secret(generation: Generation) -> list[str]:
    """By the tables of the campus: what its definitions call underground."""
    return [one["id"] for one in generation.scene["layers"] if one["underground"]]


def bare(shown: PictureScene, view: View | str = "top") -> np.ndarray:  # type: ignore[type-arg]
    with camera(shown, "light") as one:
        return one.pixels(None, view, SIZE)[0]


def json_of(glb: bytes) -> dict[str, Any]:
    length = struct.unpack_from("<I", glb, 12)[0]
    said: dict[str, Any] = json.loads(glb[20 : 20 + length])
    return said


def test_there_is_something_to_hide(generation: Generation, meshed: Meshed) -> None:
    assert {"water_supply", "drainage", "gas", "heat", "power", "telecom"} <= set(secret(generation))
    assert all(meshed[one] for one in secret(generation))


def test_the_default_picture_is_that_of_a_campus_without_pipes(generation: Generation, meshed: Meshed) -> None:
    """Whatever is asked for, without ``exactly`` the pixels are those drawn from meshes that have no pipes at all."""
    without = {layer: those for layer, those in meshed.items() if layer not in secret(generation)}
    for wanted in (Wanted(), Wanted(opacity={"gas": 1.0}, ground=0.2)):
        withheld = bare(scene_of(generation, meshed, wanted))
        assert (withheld == bare(scene_of(generation, without, wanted))).all()


def test_a_colour_from_underground_is_seen_only_exactly(generation: Generation, meshed: Meshed) -> None:
    """Gas is magenta and nothing else on this campus is, but for devices, which are left out here."""
    gas = rgb(generation.definitions["gas"].colour)
    x, y, _ = map(float, meshed["gas"][0].positions[0])
    near = View((x, y, 200.0), (x, y, 0.0), 40.0)
    layers = ("terrain", "surface", "buildings", "elements", "gas")
    seen = {}
    for exactly in (False, True):
        shown = scene_of(generation, meshed, Wanted(layers, exactly=exactly, ground=0.1))
        seen[exactly] = int(seen_as(bare(shown, near), gas, 0.97).sum())
    assert seen[False] == 0
    assert seen[True] > 100


def test_scene_and_model_say_what_is_left_out(generation: Generation, meshed: Meshed) -> None:
    shown = scene_of(generation, meshed)
    assert list(shown.withheld) == secret(generation)
    assert shown.exact == ()
    assert not {one.id for one in shown.layers} & set(secret(generation))
    said = json_of(render_glb(shown))
    assert not {one["name"] for one in said["nodes"]} & set(secret(generation))
    assert said["scenes"][0]["extras"]["masked_layers"] == secret(generation)
    exact = scene_of(generation, meshed, Wanted(exactly=True))
    assert exact.withheld == {}
    assert set(exact.exact) == {one for one in secret(generation) if generation.definitions[one].visible}
    assert {one["name"] for one in json_of(render_glb(exact))["nodes"]} >= set(exact.exact)


def test_only_pipes_and_no_reason_is_nothing(generation: Generation, meshed: Meshed) -> None:
    with pytest.raises(NothingToShowError):
        scene_of(generation, meshed, Wanted(("gas",)))
    assert scene_of(generation, meshed, Wanted(("gas",), exactly=True)).strokes


def test_an_unknown_layer_is_named(generation: Generation, meshed: Meshed) -> None:
    with pytest.raises(UnknownLayerError, match="gaz"):
        scene_of(generation, meshed, Wanted(("terrain", "gaz")))


def test_colouring_a_withheld_layer_does_not_show_it(generation: Generation, meshed: Meshed) -> None:
    idx = generation.table("gas")["idx"].to_pylist()
    colouring = coloured("gas", Title("压力", "Pressure"), dict.fromkeys(idx, 1.0), idx, look("light"))
    shown = scene_of(generation, meshed, None, colouring)
    assert shown.colouring is None
    assert "gas" not in {one.layer for one in shown.strokes}


def test_ground_seen_through_has_no_walls(generation: Generation, meshed: Meshed) -> None:
    """Skirts between terrain tiles stand upright; they go where the ground is seen through, and nothing else does."""
    through, solid = (
        next(one.drawn for one in scene_of(generation, meshed, Wanted(ground=ground)).strokes if one.layer == "terrain")
        for ground in (0.25, 1.0)
    )
    corners = solid.positions[solid.triangles].astype(float)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    level = np.abs(normal[:, 2]) > 1e-6 * np.linalg.norm(normal, axis=1)
    assert 0 < level.sum() < len(level)
    assert len(through.triangles) == level.sum()
