"""Every body of every real file against IfcOpenShell's default kernel, asked independently."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.geom
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.readers.ifc.conftest import Outcome
from twin.crs import CampusFrame
from twin.model.tables import INSTANCES
from twin.readers.ifc.geometry_exact import HYBRID
from twin.readers.ifc.model_file import open_model

UTM60S = {"campus": CampusFrame("EPSG:32760", "local"), "vertical_datum": "local"}
IGM95 = {"campus": CampusFrame("EPSG:3065", "EPSG:5214")}
GEORGIA = {"campus": CampusFrame("EPSG:26967", "local"), "vertical_datum": "local"}
# file -> how it is read, how many products have triangles (IfcOpenShell 0.9, counted by hand from its output)
FILES: dict[str, tuple[dict[str, Any], int]] = {
    "bim_whale/LargeBuilding.ifc": ({}, 122),
    "bim_whale/ManySimpleWalls.ifc": ({}, 20),
    "bim_whale/SimpleWall.ifc": ({}, 2),
    "duplex/Duplex_A_20110907.ifc": ({}, 236),
    "ifc4x3/na-grf003-railway_with_georeferencing.ifc": (IGM95, 25),
    "ifc4x3/pass-alb030-alignments_with_local_placement.ifc": (IGM95, 25),
    "ifc4x3/pass-ctx000-colours_tessellated_face_set.ifc": ({}, 1),
    "ifc4x3/pass-grf005-unit_conversion_factor.ifc": (GEORGIA, 1),
    "ifc4x3/pass-lip002-metric.ifc": ({}, 0),
    "ifc4x3/pass-sps002-correct_spatial_breakdown.ifc": ({}, 2),
    "ifc4x3/pass-sys001-sink_source.ifc": ({}, 0),
    "open_smart_home/04_Flat.ifc": ({}, 47),
    "pcert_scene/Building-Architecture.ifc": (UTM60S, 14),
    "pcert_scene/Building-Hvac.ifc": (UTM60S, 5),
    "pcert_scene/Building-Landscaping.ifc": (UTM60S, 6),
    "pcert_scene/Building-Structural.ifc": (UTM60S, 16),
    "pcert_scene/Infra-Bridge.ifc": (UTM60S, 48),
    "samplehouse/SampleHouse4.ifc": ({}, 62),
    "schependomlaan/ROOT-houten_kozijnen.ifczip": ({}, 100),
}
Read = Callable[..., Outcome]


@pytest.fixture(params=FILES, ids=lambda name: Path(name).stem)
def outcome(request: pytest.FixtureRequest, ifc_read: Read, shared_data: Path) -> tuple[Path, Outcome, int]:
    options, meshed = FILES[request.param]
    path = shared_data / "ifc" / request.param
    return path, ifc_read(path, **options), meshed


def _counted(path: Path) -> list[Any]:
    """Products with a Representation except openings, as the issue counts them."""
    openings = ("IfcOpeningElement", "IfcVoidingFeature", "IfcFeatureElementSubtraction")
    model: Any = ifcopenshell.open(str(path))
    return [
        one
        for one in model.by_type("IfcProduct")
        if one.Representation and not any(one.is_a(name) for name in openings)
    ]


def test_rows_are_products_and_nothing_else(outcome: tuple[Path, Outcome, int]) -> None:
    """Every product has exactly one row in the layer of its class; a project is none, nor is a site without a shape."""
    path, read, _ = outcome
    model: Any = ifcopenshell.open(str(path))
    spatial = {"IfcBuilding": "buildings", "IfcBuildingStorey": "storeys", "IfcSpace": "spaces"}
    for name, layer in spatial.items():
        assert {row["global_id"] for row in read.rows(layer)} == {one.GlobalId for one in model.by_type(name)}
    rest = [
        one
        for one in model.by_type("IfcProduct")
        if not any(one.is_a(name) for name in (*spatial, "IfcFeatureElementSubtraction"))
        and not (one.is_a() in ("IfcSite", "IfcPort", "IfcDistributionPort") and one.Representation is None)
    ]
    keys = [row["feature_id"].split(":")[2] for layer in ("elements", "terrain") for row in read.rows(layer)]
    assert sorted(keys) == sorted(one.GlobalId for one in rest)
    assert {row["kind"] for row in read.rows("elements")} <= {"element", "site"}


def test_found_is_what_by_type_finds(outcome: tuple[Path, Outcome, int]) -> None:
    path, read, meshed = outcome
    counted = _counted(path)
    assert read.report.found == len(counted)
    assert read.report.kept == len(counted)
    assert not read.report.skipped
    assert read.report.meshed == meshed == len(read.rows("instances"))
    written = {row["source_pos"] for name in read.tables for row in read.rows(name) if "source_pos" in row}
    assert {f"#{one.id()}" for one in counted} <= written


def test_what_has_no_triangles_is_said(outcome: tuple[Path, Outcome, int]) -> None:
    _, read, _ = outcome
    silent = sum(int(note.split(": ")[1].split()[0]) for note in read.report.notes if "without triangles" in note)
    assert silent == read.report.found - read.report.meshed


@pytest.fixture(
    params=[
        "duplex/Duplex_A_20110907.ifc",
        "open_smart_home/04_Flat.ifc",
        "bim_whale/LargeBuilding.ifc",
        "samplehouse/SampleHouse4.ifc",
        "schependomlaan/ROOT-houten_kozijnen.ifczip",
    ],
    ids=lambda name: Path(name).stem,
)
def unplaced(request: pytest.FixtureRequest, ifc_read: Read, shared_data: Path) -> tuple[Path, Outcome]:
    path = shared_data / "ifc" / request.param
    return path, ifc_read(path)


def _default_kernel(path: Path) -> dict[str, NDArray[np.float64]]:
    """Triangles (m, 3, 3) in world metres by GlobalId: default kernel, default settings but world coordinates."""
    model: Any = ifcopenshell.open(str(path))
    settings: Any = ifcopenshell.geom.settings()  # type: ignore[no-untyped-call]
    settings.set("use-world-coords", True)
    products = _counted(path)
    products = [model.by_id(one.id()) for one in products]
    iterator: Any = ifcopenshell.geom.iterator(settings, model, 1, include=products)
    out = {}
    assert iterator.initialize()
    while True:
        shape = iterator.get()
        positions = np.frombuffer(shape.geometry.verts_buffer).reshape(-1, 3)
        triangles = np.frombuffer(shape.geometry.faces_buffer, np.int32).reshape(-1, 3)
        if len(triangles):
            out[shape.guid] = positions[triangles].copy()
        if not iterator.next():
            return out


def _surface(corners: NDArray[np.float64]) -> float:
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return float(np.linalg.norm(cross, axis=1).sum() / 2)


def test_boxes_and_surfaces_agree_with_the_default_kernel(unplaced: tuple[Path, Outcome]) -> None:
    """Box corners to 1 mm, surfaces to 1 %: catches lost openings, doubled faces, wrong placements."""
    path, read = unplaced
    witness = _default_kernel(path)
    bodies = {key.split(":")[2]: corners for key, corners in read.bodies().items()}
    assert bodies.keys() == witness.keys()
    for key, corners in witness.items():
        for edge in (np.min, np.max):
            np.testing.assert_allclose(edge(bodies[key], axis=(0, 1)), edge(corners, axis=(0, 1)), atol=1e-3)
        assert _surface(bodies[key]) == pytest.approx(_surface(corners), rel=0.01), key


def test_closed_bodies_have_positive_volumes(outcome: tuple[Path, Outcome, int]) -> None:
    _, read, _ = outcome
    volumes = [row["volume_m3"] for row in read.rows("elements") if row.get("volume_m3") is not None]
    assert all(volume >= 0 for volume in volumes)


def test_contains_is_what_the_relationships_say(outcome: tuple[Path, Outcome, int]) -> None:
    path, read, _ = outcome
    model: Any = ifcopenshell.open(str(path))
    expected = {
        (relation.RelatingStructure.GlobalId, one.GlobalId)
        for relation in model.by_type("IfcRelContainedInSpatialStructure")
        for one in relation.RelatedElements
    }
    for one in model.by_type("IfcObjectDefinition"):
        parents = [relation.RelatingObject for relation in one.Decomposes]
        parents += [relation.RelatingObject for relation in getattr(one, "Nests", ())]
        if not one.is_a("IfcFeatureElementSubtraction") and not one.is_a("IfcPort") and one.is_a("IfcProduct"):
            expected |= {(parent.GlobalId, one.GlobalId) for parent in parents}
    found = {
        (row["from_id"].split(":")[2], row["to_id"].split(":")[2])
        for row in read.rows("relations")
        if row["kind"] == "contains"
    }
    assert found == expected


def _containers(path: Path) -> set[str]:
    """Ids of what is no feature but has property sets and contents: projects, and sites without a shape."""
    model: Any = ifcopenshell.open(str(path))
    sites = [one for one in model.by_type("IfcSite") if one.Representation is None]
    return {f"project:k:{one.GlobalId}" for one in model.by_type("IfcProject")} | {
        f"site:k:{one.GlobalId}" for one in sites
    }


def test_tables_hold_the_schemas(outcome: tuple[Path, Outcome, int]) -> None:
    path, read, meshed = outcome
    if meshed:
        assert read.tables["instances"].schema.equals(INSTANCES)
    meshes = {row["mesh_id"] for row in read.rows("meshes")}
    assert {row["mesh_id"] for row in read.rows("instances")} == meshes
    known = {row["feature_id"] for name in read.tables for row in read.rows(name) if "layer_id" in row}
    known |= _containers(path)  # opened once: IfcOpenShell keeps what it opens
    for name in ("instances", "properties", "materials", "systems"):
        assert {row["feature_id"] for row in read.rows(name)} <= known
    assert {row["to_id"] for row in read.rows("relations")} <= known


def test_advanced_breps_go_to_opencascade(ifc_read: Read, shared_data: Path) -> None:
    """The hybrid kernel doubles faces of these heaters (1.38 m³ instead of 0.70 m³)."""
    read = ifc_read(shared_data / "ifc/open_smart_home/04_Flat.ifc")
    heaters = [row for row in read.rows("elements") if row["ifc_class"] == "IfcSpaceHeater"]
    assert {row["engine"] for row in heaters} == {"opencascade"}
    assert max(row["volume_m3"] for row in heaters) == pytest.approx(0.70418, abs=1e-4)
    assert "IfcAdvancedBrep" not in HYBRID


def test_the_zip_reads_like_the_file_in_it(shared_data: Path, tmp_path: Path) -> None:
    import zipfile

    path = shared_data / "ifc/schependomlaan/ROOT-houten_kozijnen.ifczip"
    with zipfile.ZipFile(path) as archive:
        name = next(one for one in archive.namelist() if one.lower().endswith(".ifc"))
        (tmp_path / "plain.ifc").write_bytes(archive.read(name))
    packed, plain = open_model(path), open_model(tmp_path / "plain.ifc")
    assert len(packed.by_type("IfcProduct")) == len(plain.by_type("IfcProduct"))
