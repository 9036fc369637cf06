"""One layer table of a pipe network as arrays: a row of ``Links`` for each pipe, one of ``Nodes`` for each point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from twin.analysis.networks.connected import Floats, Ints
from twin.analysis.networks.terms import Mask, Texts, named, terms
from twin.errors import NotAPipeLayerError
from twin.model.network import LINK, NODE
from twin.model.pipe_codes import pipe_codes

NEEDED: Final = ("feature_id", "kind", "from_id", "to_id", "geometry")
_STATUS: Final = r'"status"\s*:\s*"(?P<status>[A-Za-z]+)"'  # EPANET: OPEN, CLOSED, CV
_VALVE_TYPE: Final = r'"valve_type"\s*:\s*"(?P<valve_type>[A-Za-z]+)"'


@dataclass(frozen=True, slots=True)
class Nodes:
    """(n,) each. ``xyz`` (n, 3) campus CRS, m; ``z`` is the cover level or NaN."""

    ids: Texts
    xyz: Floats
    name: Texts
    point_no: Texts
    feature: Texts
    appurtenance: Texts

    def called(self, words: frozenset[str]) -> Mask:
        """Which of them have one of ``words`` as feature or appurtenance."""
        return named(self.feature, words) | named(self.appurtenance, words)


@dataclass(frozen=True, slots=True)
class Links:
    """(m,) each. ``ends`` (m, 2): rows of the nodes, -1 where missing or unknown; ``end_z_m`` (m, 2): axis there."""

    ids: Texts
    ends: Ints
    stated_ends: NDArray[np.object_]  # (m, 2) ids as the table has them
    length_m: Floats
    diameter_m: Floats
    end_z_m: Floats
    appurtenance: Texts
    state: Texts
    flow: Texts
    status: Texts
    valve_type: Texts
    gravity: Mask  # flows by its fall
    pressurised: Mask  # content under a pressure of its own (gas, steam)


def read_nodes(table: pa.Table) -> Nodes:
    """The points of a layer table."""
    rows = table.filter(pc.equal(table["kind"], NODE))
    shapes = _shapes(rows)
    # a point that is missing becomes NaN, so that rows stay rows
    xyz = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes), shapely.get_z(shapes)])
    return Nodes(
        ids=_texts(rows, "feature_id"),
        xyz=xyz.reshape(-1, 3),
        name=_texts(rows, "name"),
        point_no=_texts(rows, "point_no"),
        feature=_texts(rows, "feature"),
        appurtenance=_texts(rows, "appurtenance"),
    )


def read_links(table: pa.Table, nodes: Nodes) -> Links:
    """The pipes of a layer table; their ends by rows of ``nodes``."""
    rows = table.filter(pc.equal(table["kind"], LINK))
    known = pa.array(nodes.ids, pa.string())
    ends = [_rows_of(rows[name], known) for name in ("from_id", "to_id")]
    shapes = _shapes(rows)
    classes, subclasses = _texts(rows, "pipe_class"), _texts(rows, "subclass")
    reference = _texts(rows, "elevation_reference")
    words = terms()
    return Links(
        ids=_texts(rows, "feature_id"),
        ends=np.column_stack(ends).reshape(-1, 2),
        stated_ends=np.column_stack([_texts(rows, "from_id"), _texts(rows, "to_id")]).reshape(-1, 2),
        length_m=_length_m(rows, shapes),
        diameter_m=_numbers(rows, "diameter_m"),
        end_z_m=_end_z_m(shapes),
        appurtenance=_texts(rows, "appurtenance"),
        state=np.array([pipe_codes().state.name(one) for one in _texts(rows, "state")], object),
        flow=_texts(rows, "flow"),
        status=_extracted(rows, _STATUS, "status"),
        valve_type=_extracted(rows, _VALVE_TYPE, "valve_type"),
        gravity=named(reference, {"invert"}) | named(classes, words.gravity),
        pressurised=named(classes, words.pressurised) | named(subclasses, words.pressurised),
    )


def check_columns(table: pa.Table) -> None:
    """Raises NotAPipeLayerError where the table cannot be one of a network."""
    lacking = [name for name in NEEDED if name not in table.column_names]
    if lacking:
        raise NotAPipeLayerError(columns=", ".join(lacking))


# --- columns -------------------------------------------------------------------------------------------


def _texts(table: pa.Table, name: str) -> Texts:
    if name not in table.column_names:
        return np.full(table.num_rows, None, object)
    column = table[name]
    plain = column.cast(pa.string()) if not pa.types.is_string(column.type) else column
    found: Texts = plain.to_numpy(zero_copy_only=False).astype(object)
    return found


def _numbers(table: pa.Table, name: str) -> Floats:
    if name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    found: Floats = table[name].cast(pa.float64()).to_numpy(zero_copy_only=False)
    return found


def _extracted(table: pa.Table, pattern: str, group: str) -> Texts:
    if "attributes" not in table.column_names or not table.num_rows:
        return np.full(table.num_rows, None, object)
    taken = pc.extract_regex(table["attributes"].cast(pa.string()).combine_chunks(), pattern=pattern)
    # Arrow makes a struct of nulls an empty text, which no list of words has
    found: Texts = pc.struct_field(taken, group).to_numpy(zero_copy_only=False).astype(object)
    return found


def _rows_of(column: pa.ChunkedArray, known: pa.Array) -> Ints:
    rows = pc.fill_null(pc.index_in(column.cast(pa.string()), value_set=known, skip_nulls=True), -1)
    found: Ints = rows.to_numpy().astype(np.int64)
    return found


def _shapes(table: pa.Table) -> NDArray[np.object_]:
    shapes: NDArray[np.object_] = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False).astype(object))
    return shapes


def _length_m(table: pa.Table, shapes: NDArray[np.object_]) -> Floats:
    """The column, else the length of the axis in space (in plan without heights), else NaN."""
    stated = _numbers(table, "length_m")
    missing = ~(np.isfinite(stated) & (stated >= 0))
    if missing.any():
        stated = stated.copy()
        stated[missing] = _axis_length_m(shapes[missing])
    return stated


def _axis_length_m(shapes: NDArray[np.object_]) -> Floats:
    """(n,) in space, in plan where a vertex has no height; NaN without vertices."""
    corners, row = shapely.get_coordinates(shapes, include_z=True, return_index=True)
    steps = np.diff(corners, axis=0)[np.diff(row) == 0]
    step_m = np.linalg.norm(np.nan_to_num(steps), axis=1)
    length = np.bincount(row[1:][np.diff(row) == 0], step_m, minlength=len(shapes)).astype(np.float64)
    length[np.bincount(row, minlength=len(shapes)) == 0] = np.nan
    return length


def _end_z_m(shapes: NDArray[np.object_]) -> Floats:
    """(m, 2) height of the first and last vertex; NaN for other shapes than lines and lines without heights."""
    points = [shapely.get_point(shapes, place) for place in (0, -1)]
    return np.column_stack([shapely.get_z(one) for one in points]).reshape(-1, 2)
