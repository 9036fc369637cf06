"""What a picture shows at a size of its own: devices as dots, names of buildings."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.model.layer import LayerDefinition
from twin.render.geometry import Dots
from twin.render.look import rgb


@dataclass(frozen=True, slots=True)
class Label:
    """A name over a building, at a place in scene axes."""

    text: str
    position: tuple[float, float, float]


def markers(generation: Path, layer: LayerDefinition, devices: Sequence[str] | None) -> Iterator[Dots]:
    """The dots of a layer of markers (docs/interfaces.md), of the types ``devices`` or all: outdoors, then indoors."""
    path = generation / "markers" / f"{layer.id}.json"
    if not path.is_file():
        return
    said = json.loads(path.read_text(encoding="utf-8"))
    names: list[str] = said["categories"]
    code = _unpacked(said["category"], "u1").astype(int)
    positions = _unpacked(said["position"], "<f4").reshape(-1, 3).astype(np.float32)
    colours = np.array([rgb(layer.colours.get(one, layer.colour)) for one in names], np.uint8).reshape(-1, 3)
    shown = np.array([devices is None or one in devices for one in names], bool)[code]
    idx = _unpacked(said["idx"], "<u4")
    inside = _unpacked(said["storey"], "<u2") > 0
    for indoors in (False, True):
        those = shown & (inside == indoors)
        if those.any():
            yield Dots(positions[those], colours[code[those]], idx[those], layer.id, indoors)


def labels(buildings: Sequence[Mapping[str, Any]]) -> Iterator[Label]:
    """The names of ``buildings`` of scene.json, over the middle of each."""
    for one in buildings:
        box = one["bbox"]
        if one["name"]:
            yield Label(one["name"], ((box[0] + box[3]) / 2, (box[1] + box[4]) / 2, box[5]))


def _unpacked(text: str, kind: str) -> NDArray[Any]:
    return np.frombuffer(base64.b64decode(text), kind)
