"""A scene as one GLB for other programs: a node a layer, colours at the vertices, the number of every feature.

glTF is y up and its colours are linear (glTF 2.0, 3.7.2.1): a scene point (x, y, z) is written as (x, z, -y), a colour
as sixteen bits a channel, so that the sRGB of the screen comes back exactly. What is flat has no normals: a program
shades it by faces then, as the app does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.model.colour import to_linear
from twin.model.text import Title
from twin.render.geometry import Dots, Drawn
from twin.render.scene import PictureScene
from twin.tiles.container import GlbBuffers

_UNSIGNED_SHORT, _UNSIGNED_INT, _FLOAT = 5123, 5125, 5126
_POINTS: Final = 0
_FEATURES: Final = "EXT_mesh_features"
_LINEAR: Final = np.rint(to_linear(np.arange(256, dtype=np.uint8)) * 65535).astype("<u2")
_MATERIAL: Final = {"pbrMetallicRoughness": {"metallicFactor": 0, "roughnessFactor": 0.9}, "doubleSided": True}
_MATERIALS: Final = (
    {"name": "opaque", **_MATERIAL},
    {"name": "translucent", **_MATERIAL, "alphaMode": "BLEND"},
)

Json = dict[str, Any]


def render_glb(scene: PictureScene) -> bytes:
    """Everything that ``scene`` draws as one GLB in metres, y up, from ``origin``; nothing of withheld layers.

    A node a layer, named by its id, whose extras say layer, titles, generation, CRS, vertical datum and origin. The
    attribute ``_FEATURE_ID_0`` (EXT_mesh_features) is the ``idx`` of the feature in that generation, exact below 2²⁴.
    Devices are points. The same scene gives the same bytes.
    """
    buffers = GlbBuffers(compress=False)
    titles = {one.id: one.title for one in scene.layers}
    primitives: dict[str, list[Json]] = {}
    for stroke in scene.strokes:
        primitives.setdefault(stroke.layer, []).append(_triangles(buffers, stroke.drawn))
    for layer in dict.fromkeys(one.layer for one in scene.dots):
        those = [one for one in scene.dots if one.layer == layer]
        primitives.setdefault(layer, []).append(_points(buffers, those))
    whole = [one for those in primitives.values() for one in those]
    used = sorted({one["material"] for one in whole})
    for one in whole:
        one["material"] = used.index(one["material"])
    about = _about(scene)
    nodes = [
        {"name": layer, "mesh": number, "extras": {"layer_id": layer, "title": _said(titles[layer]), **about}}
        for number, layer in enumerate(primitives)
    ]
    document = {
        "asset": {"version": "2.0", "generator": "campus-twin"},
        "extensionsUsed": [_FEATURES],
        "scene": 0,
        "scenes": [{"name": scene.name.zh, "nodes": list(range(len(nodes))), "extras": _account(scene)}],
        "nodes": nodes,
        "meshes": [{"name": layer, "primitives": those} for layer, those in primitives.items()],
        "materials": [_MATERIALS[one] for one in used],
    }
    return buffers.to_glb(document)


def _about(scene: PictureScene) -> Json:
    """What a node must say of where it is, since nodes are taken out and passed on."""
    return {
        "generation": scene.generation,
        "crs": scene.crs,
        "vertical_datum": scene.vertical_datum,
        "origin": list(scene.origin),
    }


def _account(scene: PictureScene) -> Json:
    """What whoever gets the file must know of it; campus x = X + origin[0], y = -Z + origin[1], z = Y + origin[2]."""
    return {
        "campus": _said(scene.name),
        "notice": _said(scene.notice) if scene.notice else None,
        **_about(scene),
        "axes": "X east, Y up, Z south, metres, minus origin",
        "masked_layers": list(scene.withheld),
        "exact_underground_layers": list(scene.exact),
    }


def _said(title: Title) -> Json:
    return {"zh": title.zh, "en": title.en}


def _triangles(buffers: GlbBuffers, drawn: Drawn) -> Json:
    used = np.zeros(len(drawn.positions), bool)
    used[drawn.triangles] = True
    place = np.cumsum(used, dtype=np.uint32) - 1
    attributes = _attributes(buffers, drawn.positions[used], drawn.rgba[used], drawn.idx[used])
    if drawn.normals is not None:
        normals = _unit(_y_up(drawn.normals[used]))
        attributes["NORMAL"] = buffers.accessor(buffers.vertex_view(_bytes(normals)), _FLOAT, len(normals), "VEC3")
    triangles = place[drawn.triangles].astype(np.uint32)
    indices = buffers.accessor(
        buffers.index_view(triangles, 4, first_use=False), _UNSIGNED_INT, triangles.size, "SCALAR"
    )
    return _primitive(attributes, drawn.idx[used]) | {"indices": indices, "material": 0 if drawn.solid else 1}


def _points(buffers: GlbBuffers, dots: Sequence[Dots]) -> Json:
    positions, rgb, idx = (np.concatenate([getattr(one, name) for one in dots]) for name in ("positions", "rgb", "idx"))
    rgba = np.concatenate([rgb, np.full((len(rgb), 1), 255, np.uint8)], axis=1)
    return _primitive(_attributes(buffers, positions, rgba, idx), idx) | {"mode": _POINTS, "material": 0}


def _primitive(attributes: Json, idx: NDArray[np.uint32]) -> Json:
    ids = {"featureIds": [{"featureCount": len(np.unique(idx)), "attribute": 0}]}
    return {"attributes": attributes, "extensions": {_FEATURES: ids}}


def _attributes(
    buffers: GlbBuffers, positions: NDArray[np.float32], rgba: NDArray[np.uint8], idx: NDArray[np.uint32]
) -> Json:
    count, place = len(positions), _y_up(positions)
    low, high = ([float(one) for one in corner] for corner in (place.min(axis=0), place.max(axis=0)))
    colour = np.concatenate([_LINEAR[rgba[:, :3]], rgba[:, 3:].astype("<u2") * 257], axis=1)
    views = [buffers.vertex_view(_bytes(one)) for one in (place, colour, idx.astype("<f4")[:, None])]
    return {
        "POSITION": buffers.accessor(views[0], _FLOAT, count, "VEC3", min=low, max=high),
        "COLOR_0": buffers.accessor(views[1], _UNSIGNED_SHORT, count, "VEC4", normalized=True),
        "_FEATURE_ID_0": buffers.accessor(views[2], _FLOAT, count, "SCALAR"),
    }


def _y_up(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    x, y, z = vectors.T
    return np.stack([x, z, -y], axis=1).astype("<f4")


def _unit(normals: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of length one, as glTF wants them; one without a direction points up."""
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return np.where(length > 0, normals / np.where(length > 0, length, 1), [0.0, 1.0, 0.0]).astype("<f4")


def _bytes(rows: NDArray[Any]) -> NDArray[np.uint8]:
    """(V, n) little-endian numbers -> (V, stride) bytes."""
    return np.ascontiguousarray(rows).view(np.uint8).reshape(len(rows), -1)
