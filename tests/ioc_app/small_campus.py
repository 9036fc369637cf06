"""A campus of one building with everything the application reads, written as a build would write it.

Two storeys of 10 × 6 m at scene (0, 0), walls 0.2 m thick, a hollow column, a door, two rooms, devices, a drain and a
thousand trees. Origin and CRS are those of a campus near Fuzhou; every name is invented.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from layers import registry
from tests.ioc_app.small_tiles import write_markers, write_tile, write_tileset
from twin.model.feature import table_schema
from twin.model.layer import LayerDefinition
from twin.model.scene import LayerSummary, Manifest, SourceSummary
from twin.model.tables import AUXILIARY
from twin.store.spatial import box_numpy

ORIGIN = (430_000.0, 2_880_000.0, 10.0)
STOREYS = ("storey:lib:1F", "storey:lib:2F")
LIBRARY = "building:lib:A1"
STOREY_HEIGHT_M = 4.0
TREES = 1000


def box_mesh(low: tuple[float, ...], high: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The 12 triangles of a box."""
    corners = np.array([[(low, high)[(n >> axis) & 1][axis] for axis in range(3)] for n in range(8)], float)
    quads = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    triangles = [t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))]
    return corners, np.array(triangles, np.uint32)


def tube_mesh(x: float, y: float, outer: float, inner: float, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """A hollow square column: an outer and an inner box without lids."""
    a = box_mesh((x - outer, y - outer, low), (x + outer, y + outer, high))
    b = box_mesh((x - inner, y - inner, low), (x + inner, y + inner, high))
    return np.concatenate([a[0], b[0]]), np.concatenate([a[1][4:], b[1][4:, ::-1] + 8])


@dataclass
class SmallCampus:
    """Rows by layer, in scene coordinates; :meth:`write` makes the folder."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    meshes: list[dict[str, Any]] = field(default_factory=list)
    instances: list[dict[str, Any]] = field(default_factory=list)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, layer: str, kind: str, key: str, shape: shapely.Geometry | None = None, **own: Any) -> str:
        """One feature; ``shape`` in scene metres."""
        feature_id = f"{kind}:lib:{key}"
        moved = shapely.transform(shape, lambda p: p + ORIGIN, include_z=True) if shape is not None else None
        bounds = own.pop("box", None)
        if moved is not None and bounds is None:
            x, y, z = (np.array(shapely.get_coordinates(moved, include_z=True))[:, axis] for axis in range(3))
            bounds = [x.min(), y.min(), z.min(), x.max(), y.max(), z.max()]
        self.rows.setdefault(layer, []).append(
            {
                "feature_id": feature_id,
                "layer_id": layer,
                "kind": kind,
                "geometry": shapely.to_wkb(moved, output_dimension=3) if moved is not None else None,
                "bbox": dict(zip(("xmin", "ymin", "zmin", "xmax", "ymax", "zmax"), bounds, strict=True))
                if bounds is not None
                else None,
                "source_key": "lib",
                "source_pos": f"#{len(self.rows.get(layer, [])) + 1}",
                "reader": "test",
                "id_stable": True,
                **own,
            }
        )
        return feature_id

    def add_body(self, layer: str, kind: str, key: str, mesh: tuple[np.ndarray, np.ndarray], **own: Any) -> str:
        """One feature with a mesh in scene metres; its instance matrix carries the origin."""
        positions, triangles = mesh
        box = [*(positions.min(axis=0) + ORIGIN), *(positions.max(axis=0) + ORIGIN)]
        feature_id = self.add(layer, kind, key, None, box=box, **own)
        self.meshes.append(
            {"mesh_id": f"m-{key}", "positions": positions.ravel().tolist(), "indices": triangles.ravel().tolist()}
        )
        matrix = [1, 0, 0, ORIGIN[0], 0, 1, 0, ORIGIN[1], 0, 0, 1, ORIGIN[2]]
        self.instances.append({"feature_id": feature_id, "mesh_id": f"m-{key}", "matrix": matrix, "rgba": 0})
        return feature_id

    def write(self, folder: Path, number: int = 1) -> Path:
        """campus.toml, one generation, ``current``."""
        home = folder / "generations" / f"{number:04d}"
        for name in ("layers", "tables", "tiles", "markers"):
            (home / name).mkdir(parents=True)
        (folder / "campus.toml").write_text("schema_version = 1\n", encoding="utf-8")
        tables = self._layer_tables()
        for layer_id, table in tables.items():
            pq.write_table(table, home / "layers" / f"{layer_id}.parquet")
        rows = {"meshes": self.meshes, "instances": self.instances, **self.tables}
        for name, schema in AUXILIARY.items():
            table = pa.Table.from_pylist(rows.get(name, []), schema=schema)
            pq.write_table(table, home / "tables" / f"{name}.parquet")
        (home / "manifest.json").write_text(json.dumps(self._manifest(number, tables).to_dict()), encoding="utf-8")
        (home / "scene.json").write_text(json.dumps(scene(number, tables), ensure_ascii=False), encoding="utf-8")
        self._write_tiles(home, tables)
        (folder / "current").write_text(f"{number}\n")
        return folder

    def _write_tiles(self, home: Path, tables: dict[str, pa.Table]) -> None:
        """Ground, elements and drain as GLB, devices as markers."""
        bodies = {row["feature_id"]: mesh for row, mesh in zip(self.instances, self.meshes, strict=True)}
        elements = tables["elements"]
        solid = [bodies[one] for one in elements["feature_id"].to_pylist()]
        meshes = [(np.reshape(one["positions"], (-1, 3)), np.reshape(one["indices"], (-1, 3))) for one in solid]
        ground = box_mesh((-20, -20, -0.4), (60, 60, -0.3))
        drain = box_mesh((0, -5.2, -2.4), (30, -4.8, -2.0))
        shaft = box_mesh((29.5, -5.5, -2.4), (30.5, -4.5, 0))
        pipes = tables["drainage"].num_rows
        folder = home / "tiles"
        tiles = [
            write_tile(folder, "terrain", [ground], tables["terrain"], [0], (91, 107, 90, 255)),
            write_tile(folder, "elements", meshes, elements, [1] * len(meshes), (195, 201, 209, 255)),
            write_tile(
                folder, "drainage", [drain, shaft][:pipes], tables["drainage"], [0] * pipes, (165, 138, 106, 255)
            ),
        ]
        write_tileset(folder, tiles)
        devices = tables["devices"]
        write_markers(home / "markers" / "devices.json", devices, ORIGIN, [1] * devices.num_rows)

    def _layer_tables(self) -> dict[str, pa.Table]:
        tables, idx = {}, 0
        for layer_id, layer in registry().items():
            rows = self.rows.get(layer_id)
            if rows:
                numbered = [{**row, "idx": idx + n} for n, row in enumerate(rows)]
                tables[layer_id] = pa.Table.from_pylist(numbered, schema=table_schema(layer))
                idx += len(rows)
        return tables

    def _manifest(self, number: int, tables: dict[str, pa.Table]) -> Manifest:
        summaries = {one: LayerSummary(table.num_rows, 0, _box(table)) for one, table in tables.items()}
        source = SourceSummary("lib", "lib.ifc", "test", tuple(tables), 1, 1, 1, {}, "0")
        return Manifest(
            1, number, "2026-11-20T00:00:00Z", "小园区", "EPSG:4549", "EPSG:5737", ORIGIN, {}, summaries, (source,), "0"
        )


def _layer(layer: LayerDefinition, features: int) -> dict[str, Any]:
    return {
        "id": layer.id,
        "title": layer.title.to_dict(),
        "kind": layer.kind.value,
        "colour": layer.colour,
        "colour_column": layer.colour_column,
        "colours": layer.colours,
        "class_titles": {key: title.to_dict() for key, title in layer.class_titles.items()},
        "underground": layer.underground,
        "visible": layer.visible,
        "features": features,
        "triangles": 0,
        "bbox": None,
        "columns": [
            {
                "name": column.name,
                "title": column.title.to_dict(),
                "type": column.type.value,
                "unit": column.unit,
                "category": column.category,
            }
            for column in layer.columns
        ],
        "markers": "markers/devices.json" if layer.id == "devices" else None,
    }


def _library() -> dict[str, Any]:
    """The one building, with its storeys."""
    storeys = [
        {"storey_id": one, "name": f"{n + 1}F", "elevation_m": n * 4.0, "height_m": 4.0, "ordinal": n, "number": n + 1}
        for n, one in enumerate(STOREYS)
    ]
    named = {"name": "图书馆", "name_en": "Library", "code": "A1"}
    return {"building_id": LIBRARY, **named, "bbox": [0, 0, 0, 10, 6, 8], "storeys": storeys}


def scene(number: int, tables: dict[str, pa.Table]) -> dict[str, Any]:
    """scene.json of the small campus."""
    definitions = registry()
    return {
        "schema_version": 1,
        "campus": {
            "name": {"zh": "小园区", "en": "Small campus"},
            "crs": "EPSG:4549",
            "vertical_datum": "EPSG:5737",
            "origin": list(ORIGIN),
            "notice": {"zh": "虚构的园区", "en": "An invented campus"},
        },
        "generation": number,
        "tileset": "tiles/tileset.json",
        "bbox": [0, 0, -3, 60, 60, 8],
        "features": sum(table.num_rows for table in tables.values()),
        "layers": [_layer(definitions[one], table.num_rows) for one, table in tables.items()],
        "buildings": [_library()],
        "orthophotos": [],
        "tilesets": [],
    }


def small_campus() -> SmallCampus:
    """The rows of the small campus."""
    campus = SmallCampus()
    campus.add("terrain", "terrain", "dem", shapely.force_3d(shapely.box(-20, -20, 60, 60), 0.0), cell_m=1.0)
    for n in range(TREES):
        point = shapely.Point(20 + n % 40, 20 + n // 40, 0)
        attributes = json.dumps({"tree_id": f"T{n:04d}", "DBH": str(n % 50), "alive": n % 4 > 0, "crown_m": n / 10})
        species = "榕树" if n % 3 else "樟树"
        campus.add("surface", "tree", f"T{n:04d}", point, surface_class="tree", species=species, attributes=attributes)
    place = {"building_id": LIBRARY}
    outline = shapely.force_3d(shapely.box(0, 0, 10, 6), 0.0)
    campus.add(
        "buildings",
        "building",
        "A1",
        outline,
        name="图书馆",
        name_en="Library",
        code="A1",
        height_m=8.0,
        use="library",
        **place,
    )
    for n, storey in enumerate(STOREYS):
        campus.add(
            "storeys", "storey", f"{n + 1}F", None, name=f"{n + 1}F", storey_id=storey, elevation_m=n * 4.0, **place
        )
    _rooms(campus)
    _elements(campus)
    _networks_and_devices(campus)
    return campus


def _rooms(campus: SmallCampus) -> None:
    place = {"building_id": LIBRARY, "storey_id": STOREYS[0]}
    left = shapely.force_3d(shapely.box(0.2, 0.2, 4.9, 5.8), 0.0)
    campus.add("spaces", "space", "101", left, name="101", number="101", long_name="配电室", area_m2=26.32, **place)
    mesh = box_mesh((5.1, 0.2, 0), (9.8, 5.8, 3))
    campus.add_body(
        "spaces", "space", "102", mesh, name="102", number="102", long_name="阅览室", area_m2=26.32, **place
    )


def _elements(campus: SmallCampus) -> None:
    walls = {
        "south": ((0, 0, 0), (10, 0.2, 8)),  # through both storeys
        "north": ((0, 5.8, 0), (10, 6, 4)),
        "west": ((0, 0.2, 0), (0.2, 5.8, 4)),
        "east": ((9.8, 0.2, 0), (10, 5.8, 4)),
    }
    place = {"building_id": LIBRARY, "storey_id": STOREYS[0]}
    for key, (low, high) in walls.items():
        campus.add_body("elements", "element", key, box_mesh(low, high), ifc_class="IfcWall", volume_m3=1.5, **place)
    column = tube_mesh(7, 3, 0.3, 0.2, 0, 4)
    campus.add_body("elements", "element", "column", column, ifc_class="IfcColumn", **place)
    door = box_mesh((4, 0.05, 0), (5, 0.15, 2.1))
    door_id = campus.add_body("elements", "element", "door", door, ifc_class="IfcDoor", name="门 M1", **place)
    slab = box_mesh((0, 0, -0.2), (10, 6, 0))
    campus.add_body("elements", "element", "slab", slab, ifc_class="IfcSlab", **place)
    campus.tables["properties"] = [
        _property(door_id, "Pset_DoorCommon", "FireRating", "EI60"),
        _property(door_id, "Qto_DoorBaseQuantities", "Area", "2.1", 2.1, "m2", "quantity"),
        *(_property(f"element:lib:{one}", "Pset_WallCommon", "FireRating", "2h") for one in ("south", "north")),
        _property("element:lib:south", "Pset_WallCommon", "FireRating", "1h", origin="type_property"),
        _property("element:lib:west", "Pset_WallCommon", "FireRating", "1h", origin="type_property"),
        _property("element:lib:east", "Pset_WallCommon", "FireRating", ""),
        _property("element:lib:north", "Pset_WallCommon", "Width", "0.2", 0.2, "m"),
        _property("element:lib:west", "Pset_WallCommon", "Width", "thick"),
        _property("space:lib:101", "GSA Space Areas", "GSA BIM Area", "26.32", 26.32, "m2", "quantity"),
    ]
    campus.tables["relations"] = [
        {
            "from_id": STOREYS[0],
            "kind": "contains",
            "to_id": door_id,
            "source": "lib",
            "valid_from": None,
            "valid_to": None,
        }
    ]


def _property(
    feature_id: str,
    set_name: str,
    name: str,
    value: str,
    number: float | None = None,
    unit: str | None = None,
    origin: str = "property",
) -> dict[str, Any]:
    return {
        "feature_id": feature_id,
        "set_name": set_name,
        "name": name,
        "value": value,
        "number": number,
        "unit": unit,
        "origin": origin,
    }


def _networks_and_devices(campus: SmallCampus) -> None:
    line = shapely.LineString([(0, -5, -2), (30, -5, -2.3)])
    ends = {"from_id": "node:lib:YS1", "to_id": "node:lib:YS2"}
    campus.add(
        "drainage", "link", "YS1--YS2", line, pipe_class="PS", subclass="YS", diameter_m=0.4, length_m=30.0, **ends
    )
    campus.add("drainage", "node", "YS2", shapely.Point(30, -5, -2.3), pipe_class="PS", subclass="YS")
    place = {"building_id": LIBRARY, "storey_id": STOREYS[0]}
    camera = shapely.Point(1, 1, 2.6)
    campus.add(
        "devices", "device", "CAM-001", camera, name="大厅摄像机", device_code="CAM-001", device_type="camera", **place
    )
    campus.add(
        "devices", "device", "SMK-001", shapely.Point(6, 3, 3), device_code="SMK-001", device_type="smoke", **place
    )


def _box(table: pa.Table) -> tuple[float, ...] | None:
    box = box_numpy(table)
    box = box[~np.isnan(box).any(axis=1)]
    return tuple(map(float, (*box[:, :3].min(axis=0), *box[:, 3:].max(axis=0)))) if len(box) else None
