"""The fast pass against the exact engine, body by body, and the cross-check against planted faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from twin.readers.ifc import crosscheck, geometry_fast
from twin.readers.ifc.crosscheck import checked_bodies, choose, difference
from twin.readers.ifc.geometry import Bodies, Mesh, make_bodies
from twin.readers.ifc.geometry_exact import exact_bodies
from twin.readers.ifc.geometry_fast import ENGINE, FastPass, fast_pass
from twin.readers.ifc.model_file import open_model
from twin.readers.ifc.openings import cut, openings_of, touches
from twin.readers.ifc.orientation import outward
from twin.readers.ifc.products import read_products
from twin.readers.ifc.project_units import project_units
from twin.readers.ifc.representations import Body, body_of
from twin.readers.ifc.seams import sewn

DUPLEX = "duplex/Duplex_A_20110907.ifc"
LARGE = "bim_whale/LargeBuilding.ifc"
ZIP = "schependomlaan/ROOT-houten_kozijnen.ifczip"
# how many bodies the fast pass answers for, of how many
QUICK = {
    LARGE: (122, 122),
    "bim_whale/ManySimpleWalls.ifc": (20, 20),
    "open_smart_home/04_Flat.ifc": (41, 47),
    "pcert_scene/Building-Architecture.ifc": (14, 14),
    "pcert_scene/Building-Landscaping.ifc": (6, 6),
    "pcert_scene/Building-Structural.ifc": (16, 16),
}
SLOW = {
    DUPLEX: (235, 236),
    "samplehouse/SampleHouse4.ifc": (61, 62),
    ZIP: (164, 164),
}


@dataclass(frozen=True)
class Case:
    path: Path
    model: Any
    wanted: Mapping[int, Body]
    fast: FastPass
    length_m: float


@cache
def case(path: Path) -> Case:
    model = open_model(path)
    length_m = project_units(model, path).length_m
    found = {one.step_id: body_of(one.entity)[0] for one in read_products(model, length_m) if one.counted}
    wanted = {key: body for key, body in found.items() if body is not None}
    return Case(path, model, wanted, fast_pass(model, wanted, path, length_m), length_m)


def compare(one: Case, answered: int, of: int) -> None:
    """Every fast body has the box, surface, volume and colour of the exact one."""
    assert len(one.wanted) == of
    assert len(one.fast.kinds) == answered
    exact = exact_bodies(one.model, {key: one.wanted[key] for key in one.fast.kinds})
    faults = {key: fault for key in one.fast.kinds if (fault := difference(one.fast.bodies, exact, key)) is not None}
    assert faults == {}
    colours = {key: body.rgba for key, body in one.fast.bodies.instances.items()}
    assert colours == {key: exact.instances[key].rgba for key in colours}


@pytest.mark.parametrize("name", QUICK)
def test_every_fast_body_is_the_exact_one(shared_data: Path, name: str) -> None:
    compare(case(shared_data / "ifc" / name), *QUICK[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_every_fast_body_is_the_exact_one_in_larger_files(shared_data: Path, name: str) -> None:
    compare(case(shared_data / "ifc" / name), *SLOW[name])


def test_alignments_are_left_to_ifcopenshell(shared_data: Path) -> None:
    """ifcfast puts bodies along a railway 4,500 km away; none of them is taken from it."""
    one = case(shared_data / "ifc/ifc4x3/na-grf003-railway_with_georeferencing.ifc")
    assert len(one.wanted) == 25
    assert one.fast.kinds == {}


@pytest.mark.parametrize(("name", "hosts", "smaller"), [(DUPLEX, 29, 19), (LARGE, 15, 15)])
def test_openings_are_cut(shared_data: Path, name: str, hosts: int, smaller: int) -> None:
    """Hosts lose volume. No opening reaches into nine of the Duplex's hosts, and one is left to IfcOpenShell."""
    one = case(shared_data / "ifc" / name)
    openings = openings_of(one.model)
    assert len(openings.keys() & one.wanted.keys()) == hosts
    whole = volumes(one, uncut=True)
    done = volumes(one, uncut=False)
    cut_hosts = {key for key, kind in one.fast.kinds.items() if kind.endswith("openings cut")}
    assert cut_hosts <= openings.keys()
    assert len(cut_hosts) == smaller
    assert all(done[key] < 0.999 * whole[key] for key in cut_hosts)


def volumes(one: Case, *, uncut: bool) -> dict[int, float]:
    """Volumes by step id; ``uncut``: of the same file read as if no opening were related to a host."""
    fast = one.fast
    if uncut:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("twin.readers.ifc.kinds.openings_of", lambda _: {})
            fast = fast_pass(one.model, one.wanted, one.path, one.length_m)
    bodies = fast.bodies
    return {key: bodies.meshes[one.mesh_id].volume_m3() or 0.0 for key, one in bodies.instances.items()}


def test_a_host_that_openings_remove_is_empty_and_says_so(shared_data: Path) -> None:
    one = case(shared_data / "ifc" / ZIP)
    assert len(one.fast.bodies.faults) == 64
    assert set(one.fast.bodies.faults.values()) == {"its openings leave nothing of it"}


def test_bodies_are_fast_where_trusted_and_exact_on_request(shared_data: Path) -> None:
    one = case(shared_data / "ifc" / LARGE)
    auto = make_bodies(one.model, one.wanted, "auto", one.path)
    assert {body.engine for body in auto.instances.values()} == {ENGINE}
    assert auto.notes == []
    exact = make_bodies(one.model, one.wanted, "exact", one.path)
    assert {body.engine for body in exact.instances.values()} == {"hybrid"}
    assert auto.instances.keys() == exact.instances.keys() == one.wanted.keys()
    assert len({body.mesh_id for body in auto.instances.values()}) <= len(exact.meshes)


def planted(kind: str, change: Any) -> Any:
    """A fast pass that makes every body of ``kind`` wrong."""

    def wrong(model: Any, wanted: Mapping[int, Body], path: Path, length_m: float) -> FastPass:
        made = fast_pass(model, wanted, path, length_m)
        spoilt = {made.bodies.instances[key].mesh_id for key, one in made.kinds.items() if one == kind}
        meshes = {key: change(mesh) if key in spoilt else mesh for key, mesh in made.bodies.meshes.items()}
        return FastPass(Bodies(meshes, made.bodies.instances, made.bodies.faults), made.kinds)

    return wrong


CHANGES = {
    "moved": lambda mesh: replace(mesh, positions=mesh.positions + np.array([0.0, 0.0, 0.02])),
    "thicker": lambda mesh: replace(mesh, positions=mesh.positions * np.array([1.0, 1.004, 1.02])),
    "unclosed": lambda mesh: replace(mesh, triangles=mesh.triangles[1:], closed=False),
    "without a face": lambda mesh: replace(mesh, triangles=mesh.triangles[: len(mesh.triangles) // 2]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_wrong_mesher_is_caught(shared_data: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    """Whatever is wrong with one kind, all of it is made by IfcOpenShell, and the report names it."""
    one = case(shared_data / "ifc" / LARGE)
    kind = max(set(one.fast.kinds.values()), key=list(one.fast.kinds.values()).count)
    monkeypatch.setattr(crosscheck, "fast_pass", planted(kind, CHANGES[change]))
    bodies = checked_bodies(one.model, one.wanted, one.path)
    of_kind = {key for key, name in one.fast.kinds.items() if name == kind}
    assert len(of_kind) > 20
    assert {bodies.instances[key].engine for key in of_kind} == {"hybrid"}
    assert {bodies.instances[key].engine for key in one.fast.kinds.keys() - of_kind} == {ENGINE}
    assert len(bodies.notes) == 1
    assert kind in bodies.notes[0]
    assert f"{len(of_kind)} bodies" in bodies.notes[0]


def test_the_sample_is_the_same_every_time_and_has_every_kind(shared_data: Path) -> None:
    one = case(shared_data / "ifc" / LARGE)
    sample = choose(one.fast)
    assert sample == choose(one.fast)
    assert {one.fast.kinds[key] for key in sample} == set(one.fast.kinds.values())
    assert len(sample) >= crosscheck.LEAST


def test_a_mesher_that_stops_leaves_all_to_ifcopenshell(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ifcfast

    def stop(*_: Any, **__: Any) -> None:
        raise RuntimeError("planted")

    one = case(shared_data / "ifc" / LARGE)
    monkeypatch.setattr(ifcfast, "open", stop)
    bodies = checked_bodies(one.model, one.wanted, one.path)
    assert bodies.instances.keys() == one.wanted.keys()
    assert {body.engine for body in bodies.instances.values()} == {"hybrid"}
    assert len(bodies.notes) == 1
    assert "planted" in bodies.notes[0]


# --- small parts, by hand ----------------------------------------------------------------------------------------


def box(low: tuple[float, float, float], high: tuple[float, float, float]) -> Mesh:
    corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
    faces = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
    triangles = [[f[0], f[n], f[n + 1]] for f in faces for n in (1, 2)]
    return outward(corners, np.array(triangles, np.uint32))


def test_a_window_in_a_wall() -> None:
    wall = box((0, 0, 0), (4, 0.2, 3))
    left = cut(wall, [box((1, 0, 1), (2, 0.2, 2))])  # as deep as the wall: faces coincide
    assert left is not None
    assert left.closed
    assert left.volume_m3() == pytest.approx(4 * 0.2 * 3 - 0.2)
    assert left.surface_m2() == pytest.approx(2 * (12 - 1) + 2 * 0.2 * (4 + 3) + 4 * 0.2)


def test_a_film_is_not_believed_and_nothing_is_nothing() -> None:
    wall = box((0, 0, 0), (4, 0.2, 3))
    short = box((1, 0, 1), (2, 0.19995, 2))  # leaves a film of a twentieth of a millimetre
    assert cut(wall, [short]) is None
    gone = cut(wall, [box((-1, 0, -1), (5, 0.2, 4))])
    assert gone is not None
    assert len(gone.triangles) == 0


def test_only_closed_meshes_are_cut_and_only_near_openings_count() -> None:
    wall = box((0, 0, 0), (4, 0.2, 3))
    assert cut(replace(wall, closed=False), [box((1, 0, 1), (2, 0.2, 2))]) is None
    assert touches(wall, box((1, 0, 1), (2, 0.2, 2)).positions)
    assert not touches(wall, box((4, 0, 1), (5, 0.2, 2)).positions)


def test_a_seam_closes_and_a_hole_does_not() -> None:
    whole = box((0, 0, 0), (1, 1, 1))
    a, b = whole.triangles[0][[0, 1]]
    middle = (whole.positions[a] + whole.positions[b]) / 2
    new = np.uint32(len(whole.positions))
    one, *rest = whole.triangles
    split = np.array([[a, new, one[2]], [new, b, one[2]], *rest], np.uint32)
    seam = Mesh(np.concatenate([whole.positions, middle[None]]), split, closed=False)
    closed = sewn(seam)
    assert closed.closed
    assert closed.volume_m3() == pytest.approx(1.0)
    assert not sewn(Mesh(whole.positions, whole.triangles[1:], closed=False)).closed


def test_single_precision_is_refused_far_from_the_origin(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mesh whose coordinates single precision moves by more than a tenth of a millimetre goes to the exact engine."""
    one = case(shared_data / "ifc" / LARGE)
    monkeypatch.setattr(geometry_fast, "_ROUNDING_M", 1e-6)  # as if all stood a hundred times farther away
    near = fast_pass(one.model, one.wanted, one.path, one.length_m)
    assert 0 < len(near.kinds) < len(one.fast.kinds)
