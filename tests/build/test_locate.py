"""Which room a thing is in, against what models say, against space boundaries and against solid angles."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ifcopenshell
import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray

import twin.build.assemble
from layers import registry
from tests.readers.ifc.models import box_model
from twin.build import build_campus
from twin.build.assemble import Assembled
from twin.build.locate import locate_elements
from twin.build.rooms import Rooms
from twin.build.rows import LayerRows
from twin.store.campus import Campus, Generation

# file -> how many things the model itself contains in rooms, and how many of those their bodies alone tell of;
# half of a radiator of the flat stands in the wall, and a group of the house has no body
MODELS = {
    "duplex/Duplex_A_20110907.ifc": (61, 61),
    "samplehouse/SampleHouse4.ifc": (14, 14),
    "bim_whale/LargeBuilding.ifc": (14, 14),
    "open_smart_home/04_Flat.ifc": (6, 5),
}
Built = Callable[[str], tuple[Generation, Assembled]]


@pytest.fixture(scope="module")
def built(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Builds a model once and keeps what was assembled."""
    known: dict[str, tuple[Generation, Assembled]] = {}

    def build(file: str) -> tuple[Generation, Assembled]:
        if file not in known:
            folder = tmp_path_factory.mktemp("located")
            (folder / "campus.toml").write_text(
                'schema_version = 1\nname = { zh = "a", en = "a" }\ncrs = "local"\nvertical_datum = "local"\n'
                f'[[sources]]\nkey = "m"\npath = "{shared_data / "ifc" / file}"\nreader = "ifc"\n'
                "placement = { to = [0, 0, 0] }\n",
                encoding="utf-8",
            )
            with pytest.MonkeyPatch.context() as patch:
                kept: list[Assembled] = []
                assemble = twin.build.assemble.assemble

                def spy(*arguments: Any) -> Assembled:
                    kept.append(assemble(*arguments))
                    return kept[-1]

                patch.setattr("twin.build.generation.assemble", spy)
                build_campus(folder, registry())
            known[file] = Campus.open(folder).generation, kept[0]
        return known[file]

    return build


def forgotten(made: Assembled, **columns: list[str | None]) -> LayerRows:
    """The elements located once more, as if no model had contained them anywhere."""
    meshes, instances = made.auxiliary["meshes"], made.auxiliary["instances"]
    elements = made.layers["elements"]
    for name, values in {"space_id": [None] * len(elements), **columns}.items():
        elements = elements.with_column(name, values)
    return locate_elements(elements, Rooms.of(made.layers["spaces"], meshes, instances), meshes, instances)


@pytest.mark.parametrize("file", MODELS, ids=lambda one: Path(one).stem)
def test_what_models_contain_is_found_again_from_where_it_stands(built: Built, file: str) -> None:
    _, made = built(file)
    elements = made.layers["elements"]
    stated = [row for row, one in enumerate(elements.strings("space_origin")) if one == "stated"]
    truth, found = elements.strings("space_id"), forgotten(made).strings("space_id")
    contained, told = MODELS[file]
    assert len(stated) == contained
    assert sum(found[row] == truth[row] for row in stated) == told
    assert not [row for row in stated if found[row] not in (truth[row], None)]  # and never another room


def test_doors_and_windows_are_between_the_rooms_that_they_bound(built: Built, shared_data: Path) -> None:
    """The Duplex states 265 space boundaries; ours never looks at them."""
    file = "duplex/Duplex_A_20110907.ifc"
    generation, _ = built(file)
    model: Any = ifcopenshell.open(str(shared_data / "ifc" / file))
    bounded: dict[str, set[str]] = {}
    for one in model.by_type("IfcRelSpaceBoundary"):
        if one.RelatedBuildingElement is not None and one.RelatedBuildingElement.is_a() in ("IfcDoor", "IfcWindow"):
            rooms = bounded.setdefault(one.RelatedBuildingElement.GlobalId, set())
            rooms.add(f"space:m:{one.RelatingSpace.GlobalId}")
    assert len(bounded) == 28
    rows = generation.sql("SELECT global_id, space_id, space_origin, attributes FROM elements").to_pylist()
    by_id = {row["global_id"]: row for row in rows}
    exact = 0
    for key, rooms in bounded.items():
        row = by_id[key]
        said = set(json.loads(row["attributes"]).get("rooms", [])) if row["space_id"] is None else {row["space_id"]}
        assert said
        assert said <= rooms  # three also touch a room at their edge
        exact += said == rooms
        assert row["space_origin"] == ("position" if len(said) == 1 else "ambiguous")
    assert exact == 25


def solid_angle(point: NDArray[np.float64], corners: NDArray[np.float64]) -> float:
    """4π inside, 0 outside (van Oosterom and Strackee 1983): no ray, no parity."""
    a, b, c = (corners[:, n] - point for n in range(3))
    la, lb, lc = (np.linalg.norm(one, axis=1) for one in (a, b, c))
    volume = np.einsum("ij,ij->i", a, np.cross(b, c))
    below = la * lb * lc + np.einsum("ij,ij->i", a, b) * lc
    below += np.einsum("ij,ij->i", b, c) * la + np.einsum("ij,ij->i", c, a) * lb
    return float(2.0 * np.arctan2(volume, below).sum())


def test_a_sample_of_the_duplex_is_inside_by_solid_angle(built: Built) -> None:
    _, made = built("duplex/Duplex_A_20110907.ifc")
    positions = {row["mesh_id"]: row for row in made.auxiliary["meshes"].to_pylist()}
    placed: dict[str, trimesh.Trimesh] = {}
    for row in made.auxiliary["instances"].to_pylist():
        mesh = positions[row["mesh_id"]]
        body = trimesh.Trimesh(np.reshape(mesh["positions"], (-1, 3)), np.reshape(mesh["indices"], (-1, 3)))
        placed[row["feature_id"]] = body.apply_transform(np.vstack([np.reshape(row["matrix"], (3, 4)), [0, 0, 0, 1]]))
    rooms = {one: placed[str(one)] for one in made.layers["spaces"].strings("feature_id")}
    assert all(one.is_watertight for one in rooms.values())
    elements = forgotten(made)
    inside = [
        row
        for row, (origin, kind) in enumerate(
            zip(elements.strings("space_origin"), elements.strings("ifc_class"), strict=True)
        )
        if origin == "position" and kind not in ("IfcDoor", "IfcWindow")
    ]
    seed = random.randrange(10_000)
    print(f"seed {seed}")
    ids, found = elements.strings("feature_id"), elements.strings("space_id")
    for row in random.Random(seed).sample(inside, 20):
        centre = placed[str(ids[row])].bounds.mean(axis=0)
        angles = {one: solid_angle(centre, body.triangles) for one, body in rooms.items()}
        held = [one for one, angle in angles.items() if abs(angle) > 2 * np.pi]
        assert held == [found[row]]


def test_another_storey_than_the_model_says_is_a_question(built: Built) -> None:
    _, made = built("duplex/Duplex_A_20110907.ifc")
    storeys = made.layers["elements"].strings("storey_id")
    other = dict(zip(sorted({str(one) for one in storeys}), sorted({str(one) for one in storeys})[::-1], strict=True))
    elements = forgotten(made, storey_id=[other[str(one)] for one in storeys])
    classes, origin = elements.strings("ifc_class"), elements.strings("space_origin")
    furniture = [row for row, one in enumerate(classes) if one == "IfcFurnishingElement"]
    assert {origin[row] for row in furniture} == {"ambiguous"}
    assert {elements.strings("space_id")[row] for row in furniture} == {None}
    silent = forgotten(made, storey_id=[None] * len(storeys), building_id=[None] * len(storeys))
    assert [silent.strings("storey_id")[row] for row in furniture] == [storeys[row] for row in furniture]


def test_walls_and_slabs_are_in_no_room(built: Built) -> None:
    for file in MODELS:
        generation, _ = built(file)
        said = "SELECT count(space_origin) AS n FROM elements WHERE ifc_class LIKE 'IfcWall%' OR ifc_class = 'IfcSlab'"
        assert generation.sql(said).to_pylist() == [{"n": 0}]


def test_things_stand_in_rooms_of_another_model(built: Built, shared_data: Path, tmp_path: Path) -> None:
    """Services come without spaces; the architect has them."""
    path = shared_data / "ifc/duplex/Duplex_A_20110907.ifc"
    sink = box_model(without="#29=").replace("IFCWALL(", "IFCFURNITURE(").replace("#35,2.,3.)", "#35,0.2,0.3)")
    (tmp_path / "sink.ifc").write_text(sink.replace("#37,4.)", "#37,0.4)"))
    duplex, _ = built("duplex/Duplex_A_20110907.ifc")
    box = duplex.sql("SELECT bbox FROM spaces WHERE number = 'A203'").to_pylist()[0]["bbox"]
    middle = np.array([(box["xmin"] + box["xmax"]) / 2, (box["ymin"] + box["ymax"]) / 2, box["zmin"] + 0.1])
    places = {"duplex": [0.0, 0.0, 0.0], "sink": [float(one) for one in middle - np.array([10.0, 20.0, 3.0])]}
    entries = "".join(
        f'[[sources]]\nkey = "{key}"\npath = "{file}"\nreader = "ifc"\nplacement = {{ to = {places[key]} }}\n'
        for key, file in (("duplex", path), ("sink", "sink.ifc"))
    )
    (tmp_path / "campus.toml").write_text(
        f'name = {{ zh = "a", en = "a" }}\ncrs = "local"\nvertical_datum = "local"\n{entries}', encoding="utf-8"
    )
    build_campus(tmp_path, registry())
    rows = Campus.open(tmp_path).generation.sql(
        "SELECT s.number, e.space_origin FROM elements e JOIN spaces s ON e.space_id = s.feature_id "
        "WHERE e.source_key = 'sink'"
    )
    assert rows.to_pylist() == [{"number": "A203", "space_origin": "position"}]


def test_what_is_in_a_chimney_is_in_no_room(pcert_campus: Path) -> None:
    generation = Campus.open(pcert_campus).generation
    rows = generation.sql("SELECT space_origin FROM elements WHERE ifc_class = 'IfcAirTerminal'").to_pylist()
    assert rows == [{"space_origin": None}] * 2
