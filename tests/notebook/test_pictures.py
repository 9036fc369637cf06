"""Pictures in a notebook: they show themselves, are saved as three kinds, and say what they leave out."""

from __future__ import annotations

import io
import json
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import twin
from twin.errors import PictureElsewhereError, PictureKindError, UnknownLayerError, UnknownViewError
from twin.model.text import Title
from twin.notebook.campus import Campus as Opened
from twin.render import studio
from twin.store.campus import Campus

pyvista = pytest.importorskip("pyvista")
SIZE = (640, 480)


@pytest.fixture(scope="module")
def folder(demo_campus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo to write into."""
    return Path(shutil.copytree(demo_campus, tmp_path_factory.mktemp("pictures") / "demo"))


@pytest.fixture(scope="module")
def opened(folder: Path) -> Iterator[Opened]:
    with twin.open(folder) as one:
        yield one


@pytest.fixture(autouse=True)
def _smaller_shadow_map(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shadows as fine as they are in use take most of the time of a small picture."""
    monkeypatch.setattr(studio, "_SHADOW_PX", 1024)


def log(folder: Path) -> list[dict[str, Any]]:
    path = folder / "exports.log"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def test_a_picture_shows_itself_and_is_saved(opened: Opened, tmp_path: Path) -> None:
    picture = opened.picture("top", size=SIZE, title=Title("总图", "Plan"))
    png = picture._repr_png_()
    assert Image.open(io.BytesIO(png)).size == SIZE
    assert picture.save(tmp_path / "a.png").read_bytes() == png
    glb = picture.save(str(tmp_path / "a.glb")).read_bytes()
    length = struct.unpack_from("<I", glb, 12)[0]
    assert "gas" in json.loads(glb[20 : 20 + length])["scenes"][0]["extras"]["masked_layers"]
    assert picture.save(tmp_path / "a.pdf", paper="A4").read_bytes().startswith(b"%PDF")
    with pytest.raises(PictureKindError, match=r"a\.jpg"):
        picture.save(tmp_path / "a.jpg")


def test_only_with_a_reason_is_what_lies_underground_shown_and_the_reason_is_kept(opened: Opened, folder: Path) -> None:
    before = log(folder)
    default = opened.picture(size=SIZE)
    blank = opened.picture(size=SIZE, exactly="")
    assert "gas" in default.scene.withheld
    assert "gas" in blank.scene.withheld
    assert log(folder) == before
    exact = opened.picture(layers=["terrain", "gas"], size=SIZE, exactly="trench north of the canteen")
    assert exact.scene.exact == ("gas",)
    (entry,) = log(folder)[len(before) :]
    assert entry["reason"] == "trench north of the canteen"
    assert entry["to"] == "campus.picture"
    assert entry["generation"] == opened.generation


def test_layers_and_views_that_are_none(opened: Opened) -> None:
    with pytest.raises(UnknownLayerError, match="gaz"):
        opened.picture(layers=["gaz"], size=SIZE)
    with pytest.raises(UnknownViewError):
        opened.picture("from behind", size=SIZE)


def test_a_plotter_holds_the_campus_and_takes_more(opened: Opened, folder: Path) -> None:
    plotter = opened.plotter(["terrain", "buildings", "devices"], off_screen=True, size=SIZE)
    try:
        assert {"terrain", "buildings", "devices"} == set(plotter.actors)
        generation = Campus.open(folder).generation
        mesh = plotter.actors["buildings"].mapper.dataset
        assert mesh.n_cells == generation.manifest.layers["buildings"].triangles
        idx = set(generation.table("buildings")["idx"].to_pylist())
        assert set(np.unique(mesh.point_data["idx"]).tolist()) <= idx
        assert tuple(mesh.field_data["origin"]) == opened.origin == generation.manifest.origin
        low = np.array(generation.manifest.layers["buildings"].bbox[:2]) - opened.origin[:2]
        assert [mesh.bounds[0], mesh.bounds[2]] == pytest.approx(low, abs=20)
        before = plotter.screenshot(return_img=True)
        plotter.add_mesh(pyvista.Sphere(radius=60, center=(0, 0, 80)), color="magenta", name="mine")
        after = plotter.screenshot(return_img=True)
        changed = (before != after).any(axis=2)
        assert before.shape == (SIZE[1], SIZE[0], 3)
        assert 200 < changed.sum() < 0.5 * changed.size
    finally:
        plotter.close()


def test_a_server_gives_no_meshes() -> None:
    """Whoever is connected is told what to do instead."""

    class Elsewhere:
        timezone = "Asia/Shanghai"

    connected = Opened(Elsewhere())  # type: ignore[arg-type]
    for ask in (connected.picture, connected.plotter, lambda: connected.origin):
        with pytest.raises(PictureElsewhereError, match=r"twin\.open"):
            ask()
