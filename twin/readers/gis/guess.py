"""Which layer a table probably feeds, for ``twin init``: by file name, geometry type and columns.

A guess is written into campus.toml where a person sees it; when the signs do not agree there is no guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Final

from twin.readers.base import Inspection
from twin.readers.gis.aliases import ALIASES, PIPE_LAYERS, normalise
from twin.readers.gis.records import ACCEPTED, Records
from twin.readers.gis.words import SURFACE_WORDS

# Words in a file or table name -> layer. Surface words come from the class table.
_NAME_WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(("building", "buildings", "bldg", "footprint", "footprints", "subbuildings"), "buildings"),
    **dict.fromkeys(("建筑", "楼栋", "楼宇", "房屋"), "buildings"),
    **dict.fromkeys(("zone", "zones", "landuse", "boundary", "grid", "网格", "complexes"), "zones"),
    **dict.fromkeys(("device", "devices", "camera", "cameras", "sensor", "sensors", "设备", "摄像机"), "devices"),
    **dict.fromkeys(("conduit", "conduits", "sewer", "sewers", "manhole", "drain", "drainage", "排水"), "drainage"),
    **dict.fromkeys(("outfalls", "outfall", "雨水", "污水"), "drainage"),
    **dict.fromkeys(("watermain", "watermains", "给水", "供水"), "water_supply"),
    **dict.fromkeys(("gaspipe", "gaspipes", "gas", "燃气", "煤气"), "gas"),
    **dict.fromkeys(("heating", "heatpipe", "热力", "供热"), "heat"),
    **dict.fromkeys(("powerline", "cables", "电力"), "power"),
    **dict.fromkeys(("telecom", "通信", "通讯"), "telecom"),
}
# Columns that only one kind of table has.
_TELLING: Final[dict[str, tuple[str, ...]]] = {
    "buildings": ("height_m", "storeys_above", "floor_area_m2"),
    "surface": ("species", "crown_m"),
    "devices": ("device_code", "heading_deg", "field_of_view_deg"),
}
_DRAINAGE_FORMS: Final = frozenset({"invelev", "invert", "invertlevel", "elevin", "cshape", "maxdepth"})
_LEVELS: Final = frozenset({"from_level_m", "to_level_m", "cover_level_m", "bottom_level_m"})


def inspection_of(records: Records, name: str, crs: str | None, count: int, notes: Iterable[str]) -> Inspection:
    """What ``twin init`` is told of a table ``name`` of ``count`` rows, of which ``records`` are some or all."""
    found = [one for one in records.geometry if one is not None]
    layers, options = guess_layer(name, {one.geom_type for one in found}, records.table)
    return Inspection(
        layers=layers,
        crs=crs,
        vertical_datum=records.vertical_datum,
        has_heights=any(one.has_z for one in found) or states_levels(layers, records.table),
        needs_crs=crs is None,
        count=count,
        options=options,
        notes=tuple(notes),
    )


def guess_layer(name: str, types: Iterable[str], columns: Iterable[str]) -> tuple[tuple[str, ...], dict[str, Any]]:
    """``((layer,), options)`` when the signs agree, else ``((), {})``.

    ``name``: file or table name without suffix; ``types``: geometry types that occur, without Z.
    """
    forms = {normalise(column) for column in columns}
    types = set(types)
    words = _words(name)
    layers = {_NAME_WORDS[word] for word in words if word in _NAME_WORDS}
    classes = {SURFACE_WORDS[word] for word in words if word in SURFACE_WORDS}
    if "entrance" in classes or "poi" in classes:  # building_entrances are no buildings
        layers.discard("buildings")
        classes &= {"entrance", "poi"}
    if not layers and len(forms & _DRAINAGE_FORMS) >= 2:
        layers = {"drainage"}
    if not layers and not classes and "Polygon" in types and _tells(forms, "buildings") >= 2:
        layers = {"buildings"}
    if not layers and not classes and "Point" in types and _tells(forms, "devices") >= 2:
        layers = {"devices"}
    if not layers and ("surface_class" in _columns_of(forms, "surface") or _tells(forms, "surface") >= 1 or classes):
        options = {"surface_class": classes.pop()} if len(classes) == 1 else {}
        known = options or "surface_class" in _columns_of(forms, "surface")
        return (("surface",), options) if known else ((), {})
    if len(layers) != 1 or (classes and not layers & set(PIPE_LAYERS)):
        return (), {}
    layer = layers.pop()
    return ((layer,), {}) if types and types <= ACCEPTED[layer] else ((), {})


def states_levels(layers: Iterable[str], columns: Iterable[str]) -> bool:
    """Whether columns hold levels of pipes or covers, which need a vertical datum as heights in the geometry do."""
    forms = {normalise(column) for column in columns}
    return any(_columns_of(forms, layer) & _LEVELS for layer in layers if layer in PIPE_LAYERS)


def _words(name: str) -> set[str]:
    """Words and pairs of neighbouring words of a file name, normalised, and the Chinese words that stand in it.

    Chinese has no blanks: 园区建筑物 holds 建筑; of words inside each other (路灯, 路) the longest counts.
    """
    folded = name.casefold()
    parts = [one for one in re.split(r"[\W_\d]+", folded) if one]
    inside = {one for one in (*_NAME_WORDS, *SURFACE_WORDS) if not one.isascii() and one in folded}
    longest = {one for one in inside if not any(one != other and one in other for other in inside)}
    return {*parts, *(a + b for a, b in pairwise(parts)), *longest}


def _columns_of(forms: set[str], layer: str) -> set[str]:
    return {column for column, aliases in ALIASES[layer].items() if {normalise(column), *aliases} & forms}


def _tells(forms: set[str], layer: str) -> int:
    return len(_columns_of(forms, layer) & set(_TELLING[layer]))
