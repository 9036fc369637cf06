"""Layers of a drawing: what each is by its name, options.layers and options.pipe_class, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from twin.errors import SourceUnreadableError, TableUnclearError
from twin.model.pipe_codes import pipe_codes
from twin.readers.base import ReadReport, Source
from twin.readers.dxf.entities import LINE, Entity
from twin.readers.dxf.words import Layer, layer_of

PipeClass = tuple[str, str | None]
_CODES_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Layers:
    """What every layer is by its name, and what codes of CASS say where a layer says no class.

    ``codes``: options.codes; ``closed``: layers that options.layers names.
    """

    by_name: Mapping[str, Layer]
    codes: Mapping[str, str]
    closed: Collection[str]

    def of(self, entity: Entity) -> Layer:
        """Of which class an entity is, and which part it plays."""
        layer = self.by_name[entity.layer]
        if layer.pipe_class is not None or entity.layer in self.closed:
            return layer
        told = class_of_code(entity.code, self.codes)
        return layer if told is None else replace(layer, pipe_class=told[0], subclass=told[1])


def class_of_code(code: str, said: Mapping[str, str]) -> PipeClass | None:
    """By options.codes, else as a feature code of CJJ 61; None for any other code."""
    stated = said.get(code)
    return pipe_codes().of_feature_code(code) if stated is None else pipe_codes().classify(stated)


def layers_of(entities: list[Entity], options: Mapping[str, Any], default: PipeClass | None) -> Layers:
    """What every layer of the drawing is; ``default`` is the class of layers that say a role but no class."""
    said = options.get("layers", {})
    found = {name: layer_of(name, said) for name in dict.fromkeys(one.layer for one in entities)}
    if default is not None:
        found = {
            name: Layer(*default, one.role, one.quantity)
            if one.role and not one.pipe_class and name not in said
            else one
            for name, one in found.items()
        }
    return Layers(found, options.get("codes", {}), tuple(said))


def default_class(source: Source) -> PipeClass | None:
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
    for code, stated in layers.codes.items():
        if pipe_codes().classify(stated) is None:
            raise unclear(source.path, f"options.codes: {code}: '{stated}' is no pipe class", _classes())
    for name, stated in source.options.get("layers", {}).items():
        if name not in layers.by_name:
            have = ", ".join(sorted(layers.by_name)[:12])
            raise unclear(source.path, f"options.layers names '{name}', which the drawing has not", f"It has: {have}.")
        if stated != "-" and pipe_codes().classify(stated) is None:
            raise unclear(source.path, f"options.layers: '{stated}' is no pipe class", _classes())


def require_pipes(path: Path, entities: list[Entity], layers: Layers) -> None:
    if any(one.kind == LINE and layers.of(one).pipe_class and layers.of(one).role != "text" for one in entities):
        return
    have = ", ".join(sorted(layers.by_name)[:8]) or "none"
    codes = list(dict.fromkeys(one.code for one in entities if one.code))
    if codes:
        raise SourceUnreadableError(
            path=path,
            detail=f"none of its layers ({have}) and codes of CASS ({', '.join(codes[:_CODES_SHOWN])}) is one of pipes",
            cure='Say which are: options.codes = { "CODE" = "JS" }, or options.layers = { "LAYER" = "JS" }.',
        )
    raise SourceUnreadableError(
        path=path,
        detail=f"of DXF only pipe drawings are read, and none of its layers is one of pipes: {have}",
        cure='Name layers like JSLINE or 给水管线, or write options.layers = { "LAYER" = "JS" }; '
        "deliver plans of buildings as IFC, maps as GeoPackage.",
    )


def say_layers(source: Source, entities: list[Entity], layers: Layers, report: ReadReport) -> None:
    """What every layer was taken for, and which were not."""
    counts = Counter(one.layer for one in entities)
    known = [f"{name} → {one.subclass or one.pipe_class}" for name, one in layers.by_name.items() if one.pipe_class]
    unknown = [name for name, one in layers.by_name.items() if not one.pipe_class and one.role != "text"]
    other = [f"{name} ({counts[name]})" for name in unknown]
    report.note(
        f"{source.path.name}: understood {', '.join(known)}" + (f"; not read: {', '.join(other)}" if other else "")
    )


def say_codes(source: Source, entities: list[Entity], layers: Layers, report: ReadReport) -> None:
    """Which codes of CASS were met where a layer says no class, and which of them told one."""
    asked = [one for one in entities if one.code and layers.by_name[one.layer].pipe_class is None]
    counts = Counter(one.code for one in asked if one.layer not in layers.closed)
    classes = {code: class_of_code(code, layers.codes) for code in counts}
    known = [f"{code} → {told[1] or told[0]} ({counts[code]})" for code, told in classes.items() if told]
    other = [f"{code} ({counts[code]})" for code, told in classes.items() if not told]
    if known:
        report.note(f"{source.path.name}: codes of CASS understood: {', '.join(known)}")
    if other:
        more = f" … ({len(other)} codes)" if len(other) > _CODES_SHOWN else ""
        report.note(
            f"{source.path.name}: codes of CASS that tell no class: {', '.join(other[:_CODES_SHOWN])}{more}; "
            'write options.codes = { "CODE" = "JS" } for those of pipes'
        )


def unclear(path: Path, detail: str, cure: str) -> TableUnclearError:
    return TableUnclearError(path=path, detail=detail, cure=cure)
