"""What a layer is: an id, a title, how it becomes triangles, its own columns, its colour.

A definition knows neither file nor reader. The built-in ones live in ``layers/``, one file each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from twin.model.text import Title


class LayerKind(StrEnum):
    """How a layer is drawn, and so which mesher takes it."""

    TERRAIN = "terrain"  # rasters and surface meshes
    SURFACE = "surface"  # points, lines and areas draped on the terrain
    VOLUME = "volume"  # footprints extruded from the terrain, or solids as delivered
    ELEMENT = "element"  # canonical meshes and instances
    PIPE = "pipe"  # links swept along their section, nodes as shafts
    MARKER = "marker"  # things drawn at screen size: devices
    ZONE = "zone"  # areas as outlines on the terrain
    TABLE = "table"  # no drawing: storeys, registers


class ColumnType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a layer beyond the ones every feature table has. SI units, named at the end of ``name``."""

    name: str
    title: Title
    type: ColumnType = ColumnType.TEXT
    unit: str = ""  # UCUM
    category: bool = False  # offered for colouring by category


@dataclass(frozen=True, slots=True)
class LayerDefinition:
    """One layer of the campus. ``colour`` is the on-screen colour, ``standard_colour`` the one of exports."""

    id: str
    title: Title
    kind: LayerKind
    columns: tuple[Column, ...] = ()
    colour: str = "#9aa4ad"
    standard_colour: str | None = None
    # colours by the value of ``colour_column``
    colour_column: str | None = None
    colours: dict[str, str] = field(default_factory=dict)
    class_titles: dict[str, Title] = field(default_factory=dict)
    underground: bool = False
    visible: bool = True  # at first, as is the opacity
    opacity: float = 1.0
    needs_heights: bool = False  # a source without heights or datum is an error, not a drape
    provenance: dict[str, Any] | None = None  # of a layer that somebody computed and wrote back

    def column(self, name: str) -> Column:
        for one in self.columns:
            if one.name == name:
                return one
        raise KeyError(name)


def column_of(said: Mapping[str, Any]) -> Column:
    """The way back from ``asdict``."""
    return Column(**{**said, "title": Title(**said["title"]), "type": ColumnType(said["type"])})


def definition_of(said: Mapping[str, Any]) -> LayerDefinition:
    """A layer as scene.json says it: its columns are those that hold something."""
    return LayerDefinition(
        id=said["id"],
        title=Title(**said["title"]),
        kind=LayerKind(said["kind"]),
        columns=tuple(column_of(one) for one in said["columns"]),
        colour=said["colour"],
        colour_column=said["colour_column"],
        colours=said["colours"],
        class_titles={name: Title(**one) for name, one in said["class_titles"].items()},
        underground=said["underground"],
        visible=said["visible"],
        opacity=said.get("opacity", 1.0),
        provenance=said.get("provenance"),  # generations of before have none
    )
