"""What GDAL finds in a drawing: lines, blocks with their attributes, points and texts, each with its layer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyogrio
import pyogrio.errors
import pyogrio.raw
import shapely
from numpy.typing import NDArray

from twin.readers.dxf.file import DxfText
from twin.readers.faults import reading

_FAULTS: Final = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.FieldError,
    pyogrio.errors.GeometryError,
    RuntimeError,
)
# GDAL, DXF driver: blocks stay points with attributes; the text was made UTF-8 before
_CONFIG: Final = {
    "DXF_INLINE_BLOCKS": "FALSE",
    "DXF_ENCODING": "UTF-8",
    "DXF_CLOSED_LINE_AS_POLYGON": "FALSE",
    "DXF_INCLUDE_RAW_CODE_VALUES": "TRUE",  # where extended data (XDATA) are
}
CASS: Final = "SOUTH"  # the application under which CASS keeps its codes in the extended data of an entity
_ESCAPED: Final = re.compile(r"\\U\+([0-9A-Fa-f]{4})")
LINE, POINT, TEXT, OTHER = "line", "point", "text", "other"


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing of the drawing. ``xyz``: (n, 3) in the drawing's own unit, one row for points and texts.

    ``handle`` is the entity's own, else its place in the file; ``block``: name of an INSERT; ``attributes``: its tags;
    ``code``: what CASS wrote into its extended data.
    """

    kind: str
    layer: str
    handle: str
    xyz: NDArray[np.float64]
    text: str = ""
    block: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    code: str = ""

    @property
    def position(self) -> str:
        """Where a person finds it: ``LAYER!HANDLE``."""
        return f"{self.layer}!{self.handle}"


def read_entities(path: Path, drawing: DxfText) -> tuple[list[Entity], list[str]]:
    """All entities of model space, and notes on what was odd; a line of several parts becomes several."""
    with reading(path, *_FAULTS) as notes, _configured():
        meta, _, wkb, fields = pyogrio.raw.read(drawing.utf8, layer="entities")
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    columns = dict(zip(map(str, meta["fields"]), fields, strict=True))
    found: list[Entity] = []
    for row, shape in enumerate(geometry):
        cells = {name: values[row] for name, values in columns.items()}
        found += _entities(shape, cells, row)
    return found, [*drawing.odd, *(note.replace(path.name + ": ", f"{path.name}: GDAL: ", 1) for note in notes)]


@contextmanager
def _configured() -> Iterator[None]:
    """GDAL's options are the process's: they are put back."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in _CONFIG}
    pyogrio.set_gdal_config_options(_CONFIG)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _entities(shape: Any, cells: dict[str, Any], row: int) -> list[Entity]:
    layer, handle = plain(cells.get("Layer")), plain(cells.get("EntityHandle")) or f"#{row + 1}"
    if shape is None or shapely.is_empty(shape) or cells.get("PaperSpace") == 1:
        return [Entity(OTHER, layer, handle, np.empty((0, 3)))]
    text, block = plain(cells.get("Text")), plain(cells.get("BlockName"))
    parts = list(shapely.get_parts(shape))
    kinds = {shapely.GeometryType.POINT: TEXT if text else POINT, shapely.GeometryType.LINESTRING: LINE}
    attributes = _attributes(cells.get("BlockAttributes"))
    code = _code(cells.get("RawCodeValues"))
    found = []
    for part in parts:
        kind = kinds.get(shapely.GeometryType(shapely.get_type_id(part)), OTHER)
        xyz = shapely.get_coordinates(part, include_z=True)
        found.append(Entity(kind, layer, handle, np.nan_to_num(xyz, nan=0.0), text, block, attributes, code))
    return found


def _attributes(values: Any) -> dict[str, str]:
    """GDAL says ``TAG text``; a tag holds no blank."""
    if not isinstance(values, np.ndarray | list | tuple):
        return {}
    pairs = [plain(one).partition(" ") for one in values]
    return {tag: text.strip() for tag, _, text in pairs if text.strip()}


def _code(values: Any) -> str:
    """The first text that CASS wrote; GDAL says ``GROUP value``, and 1001 names the application of what follows."""
    application = ""
    for one in values if isinstance(values, np.ndarray | list | tuple) else ():
        group, _, value = str(one).partition(" ")
        if group == "1001":
            application = value.strip().upper()
        elif group == "1000" and application == CASS:
            return plain(value)
    return ""


def plain(value: Any) -> str:
    r"""Text without AutoCAD's ``\U+XXXX``, full width made half; empty for nothing."""
    if not isinstance(value, str):
        return ""
    text = _ESCAPED.sub(lambda found: chr(int(found.group(1), 16)), value)
    return unicodedata.normalize("NFKC", text).strip()
