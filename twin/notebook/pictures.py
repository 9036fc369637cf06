"""Pictures of a campus in a notebook: one that shows itself, and a pyvista plotter that engineers add their own to."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from twin.build.drawing import finest_meshes, meshing_code
from twin.build.exchange import log_exact
from twin.errors import PictureElsewhereError, PictureKindError
from twin.model.text import Title
from twin.model.time import AsOf
from twin.notebook.folder import FolderSource
from twin.notebook.source import Source
from twin.render import Caption, PictureScene, TitleBlock, View, Wanted, kept_meshes, render_glb, render_page, scene_of
from twin.render.extra import extra
from twin.render.look import Style, look
from twin.render.picture import render_picture
from twin.render.view import FIELD_OF_VIEW_DEG, Size, view_named
from twin.store.campus import Campus

_TITLE: Final = Title("园区图", "Campus")
_MARKER_PX: Final = 9
_AMBIENT: Final = 0.35  # pyvista's one light leaves the far sides dark


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a notebook shows; ``save`` writes it, or its scene as a sheet (PDF) or a model (GLB)."""

    png: bytes
    scene: PictureScene
    caption: Caption
    view: View | str
    style: Style

    def _repr_png_(self) -> bytes:
        return self.png

    def save(self, path: str | Path, *, paper: str = "A3", scale: int | None = None) -> Path:
        """``.png`` as it is; ``.pdf`` as a sheet of ``paper``, a plan to 1:``scale``; ``.glb`` as a model.

        Raises PictureKindError, UnknownPaperError.
        """
        path = Path(path)
        kind = path.suffix.lower()
        if kind == ".png":
            made = self.png
        elif kind == ".pdf":
            block = TitleBlock(self.caption.title or _TITLE)
            made = render_page(self.scene, self.caption, block, self.view, paper=paper, style=self.style, scale=scale)
        elif kind == ".glb":
            made = render_glb(self.scene)
        else:
            raise PictureKindError(path=path.name)
        path.write_bytes(made)
        return path


def picture(
    source: Source,
    at: datetime | None,
    wanted: Wanted,
    *,
    exactly: str | None,
    view: View | str,
    size: Size,
    style: Style,
    title: Title | None,
) -> Picture:
    """See ``Campus.picture``."""
    scene = _scene(source, at, wanted, exactly, "campus.picture")
    now, zone = datetime.now(UTC), ZoneInfo(source.timezone)
    caption = Caption(
        at=f"{(at or now).astimezone(zone):%Y-%m-%d %H:%M}",
        by=getpass.getuser(),
        made_at=f"{now.astimezone(zone):%Y-%m-%d %H:%M}",
        title=title,
    )
    png = render_picture(scene, caption, view, size_px=size, style=style)
    return Picture(png, scene, caption, view, style)


def plotter(
    source: Source,
    at: datetime | None,
    wanted: Wanted,
    *,
    exactly: str | None,
    view: View | str,
    size: Size,
    style: Style,
    off_screen: bool,
) -> Any:
    """See ``Campus.plotter``."""
    scene = _scene(source, at, wanted, exactly, "campus.plotter")
    pyvista = extra("pyvista")
    made = pyvista.Plotter(off_screen=off_screen, window_size=list(size))
    made.set_background(look(style).horizon)
    titles = {one.id: f"{one.title.zh} {one.title.en}" for one in scene.layers}
    for layer, mesh in _meshes(scene, pyvista).items():
        made.add_mesh(
            mesh,
            scalars="colour",
            rgb=True,
            name=layer,
            label=titles[layer],
            point_size=_MARKER_PX,
            ambient=_AMBIENT,
        )
    aimed = view_named(view, scene.home, scene.bounds, size) if isinstance(view, str) else view
    made.camera.position, made.camera.focal_point = aimed.position, aimed.target
    made.camera.up, made.camera.view_angle = tuple(aimed.axes()[1]), FIELD_OF_VIEW_DEG
    if aimed.plan_height_m is not None:
        made.enable_parallel_projection()
        made.camera.parallel_scale = aimed.plan_height_m / 2
    made.reset_camera_clipping_range()
    return made


def wanted_of(layers: Sequence[str] | None, opacity: Mapping[str, float] | None, exactly: str | None) -> Wanted:
    """What a notebook asks for, as the scene takes it."""
    return Wanted(tuple(layers) if layers is not None else None, opacity, exactly=bool(exactly))


def origin_of(source: Source) -> tuple[float, float, float]:
    """Where the axes of a scene begin."""
    return _store(source, "campus.origin").generation.manifest.origin


def _store(source: Source, what: str) -> Campus:
    if not isinstance(source, FolderSource):
        raise PictureElsewhereError(what=what)
    return source.store


def _scene(source: Source, at: datetime | None, wanted: Wanted, exactly: str | None, what: str) -> PictureScene:
    """The scene as of ``at``; a reason to see what lies underground is kept by the campus, as of an export."""
    campus = _store(source, what)
    generation = campus.generation if at is None else campus.generation_at(AsOf(at))
    meshed = kept_meshes(campus.folder, generation, meshing_code(), lambda: finest_meshes(generation))
    scene = scene_of(generation, meshed, wanted)
    if exactly and scene.exact:
        log_exact(campus.folder, generation.number, what, exactly)
    return scene


def _meshes(scene: PictureScene, pyvista: Any) -> dict[str, Any]:
    """A pyvista mesh a layer, with ``colour`` and the ``idx`` of every feature at its vertices."""
    found: dict[str, Any] = {}
    for layer in dict.fromkeys(one.layer for one in scene.strokes):
        parts = [one.drawn for one in scene.strokes if one.layer == layer]
        starts = np.cumsum([0, *(len(one.positions) for one in parts[:-1])])
        triangles = [one.triangles + start for one, start in zip(parts, starts, strict=True)]
        mesh = pyvista.PolyData.from_regular_faces(_all(parts, "positions"), np.concatenate(triangles))
        mesh.point_data["colour"], mesh.point_data["idx"] = _all(parts, "rgba"), _all(parts, "idx")
        found[layer] = mesh
    for layer in dict.fromkeys(one.layer for one in scene.dots):
        dots = [one for one in scene.dots if one.layer == layer]
        mesh = pyvista.PolyData(_all(dots, "positions"))
        mesh.point_data["colour"], mesh.point_data["idx"] = _all(dots, "rgb"), _all(dots, "idx")
        found[layer] = mesh
    for layer, mesh in found.items():
        mesh.field_data["layer_id"], mesh.field_data["origin"] = [layer], scene.origin
    return found


def _all(parts: Sequence[Any], name: str) -> NDArray[Any]:
    return np.concatenate([getattr(one, name) for one in parts])
