"""A few bodies to cut through: walls that overlap, one thing inside another, a pipe, open sheets, a storey."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from tests.browser.small_campus import Bodies, Writer, box, properties
from twin.mesh.pipes import sweep
from twin.model.mesh import MeshBatch

CUT_Y_M = 0.5
RED, BLUE, GREEN, GREY, OCHRE, YELLOW = (
    (200, 60, 40), (40, 80, 200), (60, 190, 80), (120, 120, 120), (190, 150, 60), (225, 200, 40),
)  # fmt: skip
BOXES = (  # name, low, high, colour, storey
    ("wall", (0, 0, 0), (20, 2, 6), RED, 1),
    ("crossing", (14, 0, 0), (30, 2, 6), BLUE, 1),
    ("inside", (4, 0.8, 2), (5, 1.2, 3), GREEN, 1),
    ("behind", (-10, 12, -4), (90, 13, 30), GREY, 0),
    ("above", (70, 0, 6), (76, 2, 12), OCHRE, 2),
)
SHEET = ((50.0, 60.0), 1.5, (0.0, 6.0))
"""x, y and z of a single sheet that turns its back to the eye, and of a tube without ends before it at x + 12."""


@dataclass
class SolidScene:
    url: str
    idx: dict[str, int]


def _shell(first: int) -> MeshBatch:
    """A sheet and an open tube; both would paint whatever lies before them if they counted."""
    (x0, x1), y, (z0, z1) = SHEET
    sheet = np.array([[x0, y, z0], [x1, y, z0], [x1, y, z1], [x0, y, z1]], float)
    ring = np.array([[62, 0], [68, 0], [68, 2], [62, 2]], float)
    tube = np.concatenate([np.column_stack([ring, np.full(4, z)]) for z in (z0, z1)])
    walls = [[a, b, b + 4] for a, b in zip((0, 1, 2, 3), (1, 2, 3, 0), strict=True)]
    walls += [[a, b + 4, a + 4] for a, b in zip((0, 1, 2, 3), (1, 2, 3, 0), strict=True)]
    triangles = np.concatenate([[[0, 2, 1], [0, 3, 2]], np.array(walls) + 4]).astype(np.uint32)
    feature = np.repeat([0, 1], [4, 8]).astype(np.uint32)
    colours = np.array([[*OCHRE, 255], [*OCHRE, 255]], np.uint8)
    return MeshBatch(
        np.concatenate([sheet, tube]), triangles, feature, colours, np.arange(first, first + 2, dtype=np.uint32)
    )


def write_solids(folder: Path, url: str) -> SolidScene:
    """Write scene.json and its tiles under ``folder``, which is served at ``url``."""
    out = Writer(folder)
    bodies = Bodies("elements")
    for name, low, high, rgb, storey in BOXES:
        bodies.add(low, high, rgb, storey, name)
    first, solid = out.bodies(bodies, "solid")
    idx = {name: first + number for number, (name, *_) in enumerate(BOXES)}

    idx["sheet"] = out.take(2)
    idx["tube"] = idx["sheet"] + 1
    shell = _shell(idx["sheet"])
    sheets = out.tile("elements", "open", shell, properties("elements", shell.idx, [0, 0], ["sheet", "tube"]), 0)

    idx["pipe"] = out.take(1)
    line = np.array([shapely.LineString([(40, -4, 3), (40, 4, 3)])], object)
    unknown = np.array([np.nan])
    pipe = sweep(
        line,
        np.array([3.0]),
        unknown,
        unknown,
        rgba=np.array([[*YELLOW, 255]], np.uint8),
        idx=np.array([idx["pipe"]], np.uint32),
    )
    tube = out.tile("water_supply", "0", pipe, properties("water_supply", pipe.idx, [0], ["pipe"]), 0)

    whole = np.array([[-12.0, -6.0, -5.0], [92.0, 14.0, 31.0]])
    root = {"boundingVolume": box(whole), "geometricError": 200.0, "refine": "ADD", "children": [solid, sheets, tube]}
    (folder / "tiles" / "tileset.json").write_text(
        json.dumps({"asset": {"version": "1.1"}, "geometricError": 400.0, "root": root})
    )
    (folder / "scene.json").write_text(json.dumps(_scene(out, whole)))
    return SolidScene(f"{url}/scene.json", idx)


def _scene(out: Writer, whole: Any) -> dict[str, Any]:
    storeys = [
        {"storey_id": f"s{n}", "name": str(n), "elevation_m": 6.0 * (n - 1), "height_m": 6.0, "ordinal": n - 1}
        | {"number": n}
        for n in (1, 2)
    ]
    layers = [
        {"id": name, "title": {"zh": name, "en": name}, "kind": kind, "colour": "#888888", "colour_column": None}
        | {"colours": {}, "class_titles": {}, "underground": False, "visible": True, **out.layers[name]}
        | {"bbox": None, "columns": [], "markers": None}
        for name, kind in (("elements", "element"), ("water_supply", "pipe"))
    ]
    return {
        "schema_version": 1,
        "campus": {"name": {"zh": "剖切", "en": "Cuts"}, "crs": "local", "vertical_datum": "local", "origin": [0, 0, 0]}
        | {"notice": None},
        "generation": 1,
        "tileset": "tiles/tileset.json",
        "bbox": [*whole[0], *whole[1]],
        "features": out.next_idx,
        "layers": layers,
        "buildings": [
            {"building_id": "b", "name": "", "code": "B", "bbox": [*whole[0], *whole[1]], "storeys": storeys}
        ],
        "orthophotos": [],
        "tilesets": [],
    }
