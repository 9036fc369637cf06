"""A campus small enough for software WebGL: hills, six buildings of boxes, pipes, a plaza, devices, an orthophoto."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from PIL import Image

from twin.model.mesh import MeshBatch
from twin.tiles.glb import encode

ORIGIN = (430_000.0, 2_884_000.0, 0.0)
HALF_M = 130.0
STOREY_M = 4.0
BUILDINGS = (  # name, x, y, width, depth, storeys above, storeys below
    ("图书馆", -60.0, 30.0, 40.0, 26.0, 5, 1),
    ("行政楼", 10.0, 50.0, 30.0, 18.0, 4, 0),
    ("教学楼", 60.0, 20.0, 22.0, 44.0, 6, 0),
    ("食堂", -50.0, -45.0, 36.0, 24.0, 2, 0),
    ("体育馆", 20.0, -50.0, 44.0, 30.0, 3, 1),
    ("宿舍", 85.0, -55.0, 18.0, 36.0, 8, 0),
)
WALLS = ((214, 205, 190), (196, 208, 219), (222, 196, 170), (205, 214, 196), (188, 198, 214), (219, 208, 204))
DEVICE_TYPES = ("camera", "smoke", "water_meter", "gate")
CUBE = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
CUBE_TRIANGLES = np.array(
    [int(digit) for digit in "013032467475045051237276026064157173"]  # two triangles a face, outside in front
).reshape(12, 3)


def ground(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Terrain height, m: gentle hills that are level enough to build on."""
    return 1.6 * np.sin(x / 55) * np.cos(y / 70) + 0.0004 * (x**2 + y**2) * 0.5


@dataclass
class Bodies:
    """Boxes of one layer, each a feature."""

    layer_id: str
    corners: list[NDArray[np.float64]] = field(default_factory=list)
    rgba: list[tuple[int, int, int, int]] = field(default_factory=list)
    storey: list[int] = field(default_factory=list)
    name: list[str] = field(default_factory=list)

    def add(
        self,
        low: tuple[float, ...],
        high: tuple[float, ...],
        rgb: tuple[int, ...],
        storey: int,
        name: str,
        alpha: int = 255,
    ) -> None:
        self.corners.append(np.asarray(low) + CUBE * (np.asarray(high) - np.asarray(low)))
        self.rgba.append((rgb[0], rgb[1], rgb[2], alpha))
        self.storey.append(storey)
        self.name.append(name)

    def batch(self, first_idx: int) -> MeshBatch:
        count = len(self.corners)
        return MeshBatch(
            np.concatenate(self.corners),
            (CUBE_TRIANGLES[None] + 8 * np.arange(count)[:, None, None]).reshape(-1, 3).astype(np.uint32),
            np.repeat(np.arange(count), 8).astype(np.uint32),
            np.array(self.rgba, np.uint8),
            np.arange(first_idx, first_idx + count, dtype=np.uint32),
        )


def properties(layer_id: str, idx: NDArray[np.uint32], storey: list[int], name: list[str]) -> pa.Table:
    return pa.table(
        {
            "idx": pa.array(idx, pa.uint32()),
            "feature_id": [f"{layer_id}:test:{number}" for number in idx],
            "storey": pa.array(storey, pa.uint16()),
            "category": [layer_id] * len(idx),
            "global_id": [""] * len(idx),
            "name": name,
        }
    )


def terrain(first_idx: int) -> MeshBatch:
    """A grid of 65×65 with a skirt."""
    size = 65
    axis = np.linspace(-HALF_M, HALF_M, size)
    x, y = np.meshgrid(axis, axis)
    top = np.stack([x, y, ground(x, y)], axis=-1).reshape(-1, 3)
    at = np.arange(size * size).reshape(size, size)
    a, b, c, d = at[:-1, :-1].ravel(), at[:-1, 1:].ravel(), at[1:, :-1].ravel(), at[1:, 1:].ravel()
    faces = [np.stack([a, b, d], 1), np.stack([a, d, c], 1)]
    rim = np.concatenate([at[0], at[1:, -1], at[-1, -2::-1], at[-2:0:-1, 0]])
    low = np.column_stack([top[rim, :2], np.full(len(rim), -14.0)])
    below = size * size + np.arange(len(rim))
    after, under = np.roll(rim, -1), np.roll(below, -1)
    faces += [np.stack([rim, below, under], 1), np.stack([rim, under, after], 1)]
    positions = np.concatenate([top, low])
    shade = np.clip((positions[:, 2] + 2) / 9, 0, 1)[:, None]
    colours = np.array([84, 112, 78]) * (1 - shade) + np.array([150, 146, 112]) * shade
    rgba = np.column_stack([colours, np.full(len(positions), 255)]).astype(np.uint8)
    return MeshBatch(
        positions,
        np.concatenate(faces).astype(np.uint32),
        np.zeros(len(positions), np.uint32),
        np.array([[91, 107, 90, 255]], np.uint8),
        np.array([first_idx], np.uint32),
        vertex_rgba=rgba,
    )


def pipe(line: NDArray[np.float64], radius: float, sides: int = 10) -> tuple[NDArray[np.float64], ...]:
    """Positions, normals and triangles of a tube along a level ``line`` (n, 3)."""
    along = np.gradient(line, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across = np.cross(along, [0, 0, 1.0])
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    turn = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    normals = (
        across[:, None] * np.cos(turn)[None, :, None] + np.cross(across, along)[:, None] * np.sin(turn)[None, :, None]
    )
    positions = line[:, None] + radius * normals
    a = np.arange((len(line) - 1) * sides).reshape(-1, sides)
    b, c = np.roll(a, -1, axis=1), a + sides
    d = np.roll(c, -1, axis=1)
    faces = np.concatenate([np.stack([a, c, b], -1).reshape(-1, 3), np.stack([b, c, d], -1).reshape(-1, 3)])
    return positions.reshape(-1, 3), normals.reshape(-1, 3), faces


def pipe_line(row: int, offset: float) -> NDArray[np.float64]:
    """(40, 3): the axis of one line, about two metres deep."""
    t = np.linspace(-HALF_M + 8, HALF_M - 8, 40)
    y = np.full_like(t, -90 + 45 * row + offset) + 4 * np.sin(t / 30)
    return np.column_stack([t, y, ground(t, y) - 2.0 - 0.1 * offset])


def pipes(first_idx: int, rgb: tuple[int, int, int], offset: float) -> MeshBatch:
    """Five lines under the ground."""
    parts = []
    for row in range(5):
        positions, normals, faces = pipe(pipe_line(row, offset), 0.45)
        parts.append(
            MeshBatch(
                positions,
                faces.astype(np.uint32),
                np.zeros(len(positions), np.uint32),
                np.array([[*rgb, 255]], np.uint8),
                np.array([first_idx + row], np.uint32),
                normals.astype(np.float32),
            )
        )
    return MeshBatch.concatenate(parts)


def storey_numbers() -> dict[tuple[str, int], int]:
    """(building, ordinal) -> the number of scene.json, from 1."""
    keys = [(name, level) for name, *_, up, down in BUILDINGS for level in range(-int(down), int(up))]
    return {key: number for number, key in enumerate(keys, start=1)}


def base_height(building: tuple[Any, ...]) -> float:
    _, x, y, width, depth, *_ = building
    return round(float(ground(np.array(x + width / 2), np.array(y + depth / 2))), 1)


def shell(building: tuple[Any, ...], rgb: tuple[int, int, int]) -> Bodies:
    name, x, y, width, depth, up, _ = building
    z = base_height(building)
    bodies = Bodies("buildings")
    bodies.add((x, y, z - 1), (x + width, y + depth, z + up * STOREY_M), rgb, 0, name)
    return bodies


def elements(building: tuple[Any, ...], rgb: tuple[int, int, int]) -> Bodies:
    """Slabs, walls between windows, glass and columns of every storey, and a roof without a storey."""
    name, x, y, width, depth, up, down = building
    numbers = storey_numbers()
    bodies = Bodies("elements")
    for level in range(-int(down), int(up)):
        z = base_height(building) + level * STOREY_M
        storey = numbers[name, level]
        bodies.add((x, y, z), (x + width, y + depth, z + 0.3), (168, 168, 168), storey, f"{name} {level} 楼板")
        for side in (0.0, depth - 0.3):
            _facade(bodies, (x, y + side, z), (width, 0.3), rgb, storey, level < 0)
        for side in (0.0, width - 0.3):
            _facade(bodies, (x + side, y + 0.3, z), (0.3, depth - 0.6), rgb, storey, level < 0)
        for column in range(1, 4):
            cx = x + width * column / 4
            bodies.add(
                (cx, y + depth / 2, z + 0.3),
                (cx + 0.5, y + depth / 2 + 0.5, z + STOREY_M),
                (120, 122, 126),
                storey,
                "柱",
            )
    top = base_height(building) + up * STOREY_M
    bodies.add(
        (x - 0.4, y - 0.4, top), (x + width + 0.4, y + depth + 0.4, top + 0.5), (140, 128, 118), 0, f"{name} 屋面"
    )
    return bodies


def _facade(
    bodies: Bodies,
    at: tuple[float, float, float],
    size: tuple[float, float],
    rgb: tuple[int, int, int],
    storey: int,
    blind: bool,
) -> None:
    """A wall with a band of windows; below ground without."""
    x, y, z = at
    low, high = z + 0.3, z + STOREY_M
    if blind:
        bodies.add((x, y, low), (x + size[0], y + size[1], high), (150, 150, 150), storey, "墙")
        return
    bodies.add((x, y, low), (x + size[0], y + size[1], low + 0.9), rgb, storey, "窗下墙")
    bodies.add((x, y, high - 0.7), (x + size[0], y + size[1], high), rgb, storey, "窗上墙")
    along = 0 if size[0] > size[1] else 1
    count = max(2, round(size[along] / 5))
    for n in range(count):
        start, end = size[along] * n / count, size[along] * (n + 1) / count
        for a, b, glass in ((start, start + 1.4, False), (start + 1.4, end, True)):
            lo, hi = [x, y, low + 0.9], [x + size[0], y + size[1], high - 0.7]
            lo[along], hi[along] = (x, y)[along] + a, (x, y)[along] + b
            colour, alpha = ((96, 140, 170), 110) if glass else (rgb, 255)
            bodies.add(tuple(lo), tuple(hi), colour, storey, "窗" if glass else "墙垛", alpha)


@dataclass
class Campus:
    """What was written: ``idx`` of things that tests look for and where they are (scene metres)."""

    folder: Path
    scene: dict[str, Any]
    terrain_idx: int
    water_idx: list[int]
    elements: dict[str, tuple[int, Bodies]]
    devices_idx: list[int]
    devices_at: NDArray[np.float32]

    @property
    def pipe_at(self) -> tuple[float, float, float]:
        """On top of the first water main, in open ground."""
        x, y, z = pipe_line(0, 0.0)[4]
        return float(x), float(y), float(z) + 0.45


class Writer:
    """Numbers features in order and writes their tiles."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.next_idx = 0
        self.layers: dict[str, dict[str, Any]] = {}
        (folder / "tiles").mkdir(parents=True)
        (folder / "markers").mkdir()

    def take(self, count: int) -> int:
        first = self.next_idx
        self.next_idx += count
        return first

    def tile(self, layer_id: str, name: str, batch: MeshBatch, table: pa.Table, error: float) -> dict[str, Any]:
        normals = batch.normals is not None
        glb = encode(batch, table, layer_id=layer_id, normals=normals)
        uri = f"{layer_id}-{name}.glb"
        (self.folder / "tiles" / uri).write_bytes(glb.data)
        layer = self.layers.setdefault(layer_id, {"features": 0, "triangles": 0})
        layer["features"] += batch.features
        layer["triangles"] += glb.triangles
        return {"boundingVolume": box(glb.bounds), "geometricError": error, "refine": "ADD", "content": {"uri": uri}}

    def bodies(self, bodies: Bodies, name: str, error: float = 0.0) -> tuple[int, dict[str, Any]]:
        first = self.take(len(bodies.corners))
        batch = bodies.batch(first)
        return first, self.tile(
            bodies.layer_id, name, batch, properties(bodies.layer_id, batch.idx, bodies.storey, bodies.name), error
        )


def box(bounds: NDArray[np.float64]) -> dict[str, Any]:
    centre, half = (bounds[0] + bounds[1]) / 2, (bounds[1] - bounds[0]) / 2 + 0.01
    return {"box": [*centre, half[0], 0, 0, 0, half[1], 0, 0, 0, half[2]]}


def write_campus(folder: Path) -> Campus:
    """Write scene.json, tiles, markers and the orthophoto under ``folder``."""
    out = Writer(folder)
    children = []
    terrain_idx = out.take(1)
    land = terrain(terrain_idx)
    children.append(out.tile("terrain", "0", land, properties("terrain", land.idx, [0], ["地形"]), 0))
    water_idx: list[int] = []
    for layer_id, rgb, offset in (("water_supply", (64, 156, 255), 0.0), ("drainage", (170, 120, 70), 5.0)):
        first = out.take(5)
        batch = pipes(first, rgb, offset)
        children.append(out.tile(layer_id, "0", batch, properties(layer_id, batch.idx, [0] * 5, [layer_id] * 5), 0))
        water_idx += [] if water_idx else list(range(first, first + 5))
    found: dict[str, tuple[int, Bodies]] = {}
    for number, building in enumerate(BUILDINGS):
        _, coarse = out.bodies(shell(building, WALLS[number]), str(number), 2.0)
        fine = elements(building, WALLS[number])
        first, detail = out.bodies(fine, str(number))
        found[building[0]] = (first, fine)
        detail["boundingVolume"] = coarse["boundingVolume"] = box(
            np.array([np.minimum.reduce(fine.corners).min(0), np.maximum.reduce(fine.corners).max(0)])
        )
        coarse |= {"refine": "REPLACE", "children": [detail]}
        children.append(coarse)
    devices_idx, devices_at = write_markers(out)
    whole = np.array([[-HALF_M, -HALF_M, -14.0], [HALF_M, HALF_M, 40.0]])
    root = {"boundingVolume": box(whole), "geometricError": 200.0, "refine": "ADD", "children": children}
    tileset = {"asset": {"version": "1.1"}, "geometricError": 400.0, "root": root}
    (folder / "tiles" / "tileset.json").write_text(json.dumps(tileset))
    write_orthophoto(folder / "ortho.png")
    scene = scene_json(out)
    (folder / "scene.json").write_text(json.dumps(scene, ensure_ascii=False))
    return Campus(folder, scene, terrain_idx, water_idx, found, devices_idx, devices_at)


def write_markers(out: Writer) -> tuple[list[int], NDArray[np.float32]]:
    """One device above each roof corner and four on open ground, of four types in turn."""
    at = [
        (x + width, y, base_height(one) + up * STOREY_M + 2.5)
        for one in BUILDINGS
        for _, x, y, width, _, up, _ in [one]
    ]
    at += [
        (x, y, float(ground(np.array(x), np.array(y))) + 2.0)
        for x, y in ((-100.0, 0.0), (0.0, 0.0), (45.0, -5.0), (0.0, -100.0))
    ]
    position = np.array(at, "<f4")
    first = out.take(len(at))
    idx = np.arange(first, first + len(at), dtype="<u4")
    encoded = {
        "idx": idx,
        "position": position,
        "category": (np.arange(len(at)) % len(DEVICE_TYPES)).astype(np.uint8),
        "heading_deg": np.zeros(len(at), "<f4"),
        "storey": np.zeros(len(at), "<u2"),
    }
    text = {name: base64.b64encode(array.tobytes()).decode() for name, array in encoded.items()}
    file = {"layer_id": "devices", "count": len(at), "categories": list(DEVICE_TYPES), **text}
    (out.folder / "markers" / "devices.json").write_text(json.dumps(file))
    out.layers["devices"] = {"features": len(at), "triangles": 0}
    return [int(one) for one in idx], position


def write_orthophoto(path: Path) -> None:
    """A checker of grass and paving, so that a drape shows in the pixels."""
    y, x = np.mgrid[0:512, 0:512]
    paved = ((x // 64 + y // 64) % 2)[..., None]
    grain = np.random.default_rng(7).integers(-10, 10, (512, 512, 1))
    Image.fromarray(np.clip(np.where(paved, (150, 146, 138), (86, 118, 62)) + grain, 0, 255).astype(np.uint8)).save(
        path
    )


LAYERS = (
    ("terrain", "terrain", "地形", "Terrain", "#5b6b5a", False),
    ("buildings", "volume", "建筑", "Buildings", "#c8c2b4", False),
    ("elements", "element", "构件", "Elements", "#c8c2b4", False),
    ("water_supply", "pipe", "给水", "Water supply", "#409cff", True),
    ("drainage", "pipe", "排水", "Drainage", "#aa7846", True),
    ("devices", "marker", "设备", "Devices", "#ffd166", False),
)


def scene_json(out: Writer) -> dict[str, Any]:
    numbers = storey_numbers()
    buildings = [
        {
            "building_id": f"building:test:{name}",
            "name": name,
            "code": f"B{number}",
            "bbox": [x, y, base_height(one) - down * STOREY_M, x + width, y + depth, base_height(one) + up * STOREY_M],
            "storeys": [
                {
                    "storey_id": f"storey:test:{name}:{level}",
                    "name": f"{level + 1}F" if level >= 0 else f"B{-level}",
                    "elevation_m": base_height(one) + level * STOREY_M,
                    "height_m": STOREY_M,
                    "ordinal": level,
                    "number": numbers[name, level],
                }
                for level in range(-int(down), int(up))
            ],
        }
        for number, one in enumerate(BUILDINGS)
        for name, x, y, width, depth, up, down in [one]
    ]
    layers = [
        {
            "id": layer_id,
            "title": {"zh": zh, "en": en},
            "kind": kind,
            "colour": colour,
            "colour_column": "device_type" if kind == "marker" else None,
            "colours": {"camera": "#5aa9ff", "smoke": "#ff8a5c", "water_meter": "#22d3ee", "gate": "#8fd694"}
            if kind == "marker"
            else {},
            "class_titles": {"camera": {"zh": "摄像机", "en": "Camera"}} if kind == "marker" else {},
            "underground": underground,
            "visible": True,
            **out.layers[layer_id],
            "bbox": None,
            "columns": [],
            "markers": "markers/devices.json" if kind == "marker" else None,
        }
        for layer_id, kind, zh, en, colour, underground in LAYERS
    ]
    return {
        "schema_version": 1,
        "campus": {
            "name": {"zh": "测试园区", "en": "Test campus"},
            "crs": "EPSG:4549",
            "vertical_datum": "EPSG:5737",
            "origin": list(ORIGIN),
            "notice": None,
        },
        "generation": 1,
        "tileset": "tiles/tileset.json",
        "bbox": [-HALF_M, -HALF_M, -14.0, HALF_M, HALF_M, 40.0],
        "features": out.next_idx,
        "layers": layers,
        "buildings": buildings,
        "orthophotos": [],
        "tilesets": [],
    }
