"""What a picture shows of a generation: which layers, how solid, in which colours; and what it leaves out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from twin.errors import NothingToShowError, UnknownLayerError
from twin.model.layer import LayerDefinition, LayerKind
from twin.model.text import Title
from twin.render.colouring import Colouring, Entry
from twin.render.geometry import Dots, Drawn
from twin.render.marks import Label, labels, markers
from twin.render.studio import Stroke
from twin.render.view import Box, home_box
from twin.store.campus import Generation

# see-through ground comes after what lies under it
_ORDER: Final = {
    LayerKind.PIPE: 0,
    LayerKind.ELEMENT: 1,
    LayerKind.VOLUME: 2,
    LayerKind.SURFACE: 3,
    LayerKind.TERRAIN: 4,
    LayerKind.ZONE: 5,
}
# what lies on the ground wins over the ground, by a share of the distance
_NEARER: Final = {LayerKind.TERRAIN: -4e-4, LayerKind.ZONE: 3e-4}
_GROUND: Final = (LayerKind.TERRAIN, LayerKind.SURFACE)
_SHADOW: Final = (LayerKind.VOLUME, LayerKind.ELEMENT, LayerKind.SURFACE)
OVER_PIPES: Final = 0.25  # how solid the ground is where what lies under it is to be seen
_ELEMENT_TINT: Final = 0.8  # windows of a coloured building still show
_CLASSES: Final = 6  # of a layer, in the legend


@dataclass(frozen=True, slots=True)
class ShownLayer:
    """A layer in the picture and its lines in the legend; ``more``: classes that have no line."""

    id: str
    title: Title
    colour: str
    classes: tuple[Entry, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class PictureScene:
    """Everything in a picture but the camera.

    ``withheld``: layers left out because they lie underground; ``exact``: layers underground that are shown. ``origin``
    in campus coordinates is where the axes of the scene begin.
    """

    name: Title
    notice: Title | None
    crs: str
    vertical_datum: str
    generation: int
    bounds: Box
    home: Box
    layers: tuple[ShownLayer, ...]
    strokes: tuple[Stroke, ...]
    dots: tuple[Dots, ...] = ()
    labels: tuple[Label, ...] = ()
    withheld: Mapping[str, Title] = field(default_factory=dict)
    exact: tuple[str, ...] = ()
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    colouring: Colouring | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to show. ``layers`` None: what the campus shows at first, and where ``exactly``, what lies underground.

    ``opacity`` 0..1 by layer: 0 hides it, more shows it. ``ground`` how solid terrain and surface are, None: solid
    unless pipes are shown. ``devices``: the types whose markers are shown, None: all. ``exactly``: whether what lies
    underground may be shown; whoever sets it keeps the reason.
    """

    layers: tuple[str, ...] | None = None
    opacity: Mapping[str, float] | None = None
    ground: float | None = None
    devices: tuple[str, ...] | None = None
    labels: bool = True
    exactly: bool = False


def scene_of(
    generation: Generation,
    meshed: Mapping[str, Sequence[Drawn]],
    wanted: Wanted | None = None,
    colouring: Colouring | None = None,
) -> PictureScene:
    """The scene of ``generation``, of whose layers ``meshed`` has the triangles.

    Raises UnknownLayerError, NothingToShowError.
    """
    wanted = wanted or Wanted()
    told, said = generation.definitions, generation.scene
    withheld = {one: layer.title for one, layer in told.items() if layer.underground and not wanted.exactly}
    chosen = _chosen(told, wanted, withheld)
    if colouring is not None and (colouring.layer in withheld or colouring.layer not in told):
        colouring = None
    elif colouring is not None:
        chosen.setdefault(colouring.layer, 1.0)
    pipes = any(told[one].kind is LayerKind.PIPE for one in chosen)
    ground = wanted.ground if wanted.ground is not None else OVER_PIPES if pipes else 1.0
    tints = _tints(generation, colouring)
    strokes: list[Stroke] = []
    dots: list[Dots] = []
    for one in sorted(chosen, key=lambda name: _ORDER.get(told[name].kind, 9)):
        layer = told[one]
        solid = chosen[one] * (ground if layer.kind in _GROUND else 1.0)
        if layer.kind is LayerKind.MARKER:
            dots += markers(generation.folder, layer, wanted.devices)
        else:
            strokes += _strokes(layer, meshed.get(one, ()), solid, tints)
    drawn = {one.layer for one in strokes} | {one.layer for one in dots}
    shown = [_legend(generation, told[one], wanted.devices) for one in told if one in drawn]
    if not strokes and not dots:
        raise NothingToShowError(layers=", ".join(wanted.layers or told))
    boxes: list[Box] = [tuple(one["bbox"]) for one in said["buildings"]]
    bounds: Box = tuple(said["bbox"])
    campus = said["campus"]
    return PictureScene(
        name=Title(**campus["name"]),
        notice=Title(**campus["notice"]) if campus["notice"] else None,
        crs=campus["crs"],
        vertical_datum=campus["vertical_datum"],
        generation=generation.number,
        bounds=bounds,
        home=home_box(bounds, boxes),
        layers=tuple(shown),
        strokes=tuple(strokes),
        dots=tuple(dots),
        labels=tuple(labels(said["buildings"])) if wanted.labels else (),
        withheld=withheld,
        exact=tuple(one for one in told if one in drawn and told[one].underground),
        origin=generation.manifest.origin,
        colouring=colouring,
    )


def _chosen(told: Mapping[str, LayerDefinition], wanted: Wanted, withheld: Collection[str]) -> dict[str, float]:
    """Layers to draw, with their opacity."""
    for one in (*(wanted.layers or ()), *(wanted.opacity or ())):
        if one not in told:
            raise UnknownLayerError(layer=one, known=", ".join(told))
    opacity = wanted.opacity or {}
    found = {}
    for one, layer in told.items():
        shown = one in wanted.layers if wanted.layers is not None else layer.visible or opacity.get(one, 0) > 0
        solid = opacity.get(one, layer.opacity)
        if shown and solid > 0 and one not in withheld and layer.kind is not LayerKind.TABLE:
            found[one] = solid
    return found


def _strokes(
    layer: LayerDefinition, parts: Sequence[Drawn], opacity: float, tints: Mapping[str, tuple[dict[int, Any], float]]
) -> list[Stroke]:
    if opacity <= 0:
        return []
    own, share = tints.get(layer.id, ({}, 1.0))
    if layer.kind is LayerKind.TERRAIN and opacity < 1:
        parts = [one.without_upright() for one in parts]
    return [
        Stroke(
            piece,
            layer.id,
            contours=layer.kind is LayerKind.TERRAIN,
            shadow=layer.kind in _SHADOW and piece.solid,
            nearer=_NEARER.get(layer.kind, 0.0),
        )
        for one in parts
        for piece in one.tinted(own, share).faded(opacity).split()
    ]


def _tints(generation: Generation, colouring: Colouring | None) -> dict[str, tuple[dict[int, Any], float]]:
    """By layer; a coloured building colours what it is made of."""
    if colouring is None:
        return {}
    found: dict[str, tuple[dict[int, Any], float]] = {colouring.layer: (dict(colouring.tints), 1.0)}
    if colouring.layer == "buildings" and "elements" in generation.layer_ids():
        buildings, elements = generation.table("buildings"), generation.table("elements")
        idx_of = dict(zip(buildings["feature_id"].to_pylist(), buildings["idx"].to_pylist(), strict=True))
        owners = zip(elements["idx"].to_pylist(), elements["building_id"].to_pylist(), strict=True)
        tinted = {idx: colouring.tints[idx_of[one]] for idx, one in owners if idx_of.get(one) in colouring.tints}
        found["elements"] = (tinted, _ELEMENT_TINT)
    return found


def _legend(generation: Generation, layer: LayerDefinition, devices: Sequence[str] | None) -> ShownLayer:
    """The layer, and its commonest classes that have a colour."""
    if layer.colour_column is None or not layer.colours:
        return ShownLayer(layer.id, layer.title, layer.colour)
    values = Counter(one for one in generation.table(layer.id)[layer.colour_column].to_pylist() if one is not None)
    counts: Counter[str] = Counter()
    for value, count in values.items():
        known = next((one for one in layer.colours if str(value).startswith(one)), None)
        if known is not None and (layer.kind is not LayerKind.MARKER or devices is None or known in devices):
            counts[known] += count
    common = [one for one, _ in counts.most_common(_CLASSES)]
    lines = tuple(Entry(layer.class_titles.get(one, Title(one, one)), layer.colours[one]) for one in common)
    return ShownLayer(layer.id, layer.title, layer.colour, lines, len(counts) - len(lines))
