"""Layers of a drawing: what each is by its name, options.layers and options.pipe_class, and what is missing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from twin.errors import SourceUnreadableError, TableUnclearError
from twin.model.pipe_codes import pipe_codes
from twin.readers.base import ReadReport, Source
from twin.readers.dxf.entities import LINE, Entity
from twin.readers.dxf.words import Layer, layer_of

Layers = dict[str, Layer]


def layers_of(entities: list[Entity], said: dict[str, str], default: tuple[str, str | None] | None) -> Layers:
    """What every layer of the drawing is; ``default`` is the class of layers that say a role but no class."""
    found = {name: layer_of(name, said) for name in dict.fromkeys(one.layer for one in entities)}
    if default is None:
        return found
    return {
        name: Layer(*default, one.role, one.quantity) if one.role and not one.pipe_class and name not in said else one
        for name, one in found.items()
    }


def default_class(source: Source) -> tuple[str, str | None] | None:
    stated = source.options.get("pipe_class")
    if stated is None:
        classes = pipe_codes().classes.values()
        return next(((one.code, None) for one in classes if one.layer_id == source.layer), None)
    found = pipe_codes().classify(str(stated))
    if found is None:
        raise unclear(source.path, f"options.pipe_class '{stated}' is no pipe class", _classes())
    return found


def _classes() -> str:
    return f"Write one of {', '.join(pipe_codes().classes)} or a subclass such as YS."


def require_layers(source: Source, layers: Layers) -> None:
    for name, stated in source.options.get("layers", {}).items():
        if name not in layers:
            have = ", ".join(sorted(layers)[:12])
            raise unclear(source.path, f"options.layers names '{name}', which the drawing has not", f"It has: {have}.")
        if stated != "-" and pipe_codes().classify(stated) is None:
            raise unclear(source.path, f"options.layers: '{stated}' is no pipe class", _classes())


def require_pipes(path: Path, entities: list[Entity], layers: Layers) -> None:
    if any(one.kind == LINE and layers[one.layer].pipe_class and layers[one.layer].role != "text" for one in entities):
        return
    have = ", ".join(sorted(layers)[:8]) or "none"
    raise SourceUnreadableError(
        path=path,
        detail=f"of DXF only pipe drawings are read, and none of its layers is one of pipes: {have}",
        cure='Name layers like JSLINE or 给水管线, or write options.layers = { "LAYER" = "JS" }; '
        "deliver plans of buildings as IFC, maps as GeoPackage.",
    )


def say_layers(source: Source, entities: list[Entity], layers: Layers, report: ReadReport) -> None:
    """What every layer was taken for, and which were not."""
    counts = Counter(one.layer for one in entities)
    known = [f"{name} → {one.subclass or one.pipe_class}" for name, one in layers.items() if one.pipe_class]
    other = [f"{name} ({counts[name]})" for name, one in layers.items() if not one.pipe_class and one.role != "text"]
    report.note(
        f"{source.path.name}: understood {', '.join(known)}" + (f"; not read: {', '.join(other)}" if other else "")
    )


def unclear(path: Path, detail: str, cure: str) -> TableUnclearError:
    return TableUnclearError(path=path, detail=detail, cure=cure)
