"""The document of things drawn at screen size: ``markers/<layer>.json`` (docs/interfaces.md)."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twin.mesh.assemble import Origin

OTHER = "other"
MOST_CATEGORIES = 256  # a byte


def marker_document(
    layer_id: str,
    *,
    idx: NDArray[np.uint32],
    points: NDArray[np.float64],
    categories: Sequence[str | None],
    heading_deg: ArrayLike | None = None,
    storey: ArrayLike | None = None,
    origin: Origin = (0.0, 0.0, 0.0),
) -> dict[str, Any]:
    """JSON-ready document of (n,) markers; all arrays little-endian, base64.

    ``points`` (n, 3) campus metres; the origin is subtracted in float64 before they become f32 (4 mm at 32 km).
    ``categories``: one word a marker, None → ``other``; the list names them in the order of the alphabet. A byte holds
    256: of more, the 255 most frequent keep their name and the rest is ``other``. ``heading_deg``: clockwise from grid
    north, NaN where unknown. ``storey``: the number of the property table, 0 = none. Markers without a finite position
    are left out of all arrays.
    """
    idx, points = np.asarray(idx, np.uint32), np.asarray(points, np.float64).reshape(-1, 3)
    placed = np.isfinite(points).all(axis=1)
    names, code = _coded(np.array([one or OTHER for one in categories], object)[placed])
    heading = np.full(len(idx), np.nan) if heading_deg is None else np.asarray(heading_deg, float)
    number = np.zeros(len(idx)) if storey is None else np.asarray(storey)
    return {
        "layer_id": layer_id,
        "count": int(placed.sum()),
        "idx": packed(idx[placed], "<u4"),
        "position": packed(points[placed] - np.asarray(origin), "<f4"),
        "category": packed(code, "u1"),
        "categories": names,
        "heading_deg": packed(heading[placed], "<f4"),
        "storey": packed(number[placed], "<u2"),
    }


def _coded(words: NDArray[np.object_]) -> tuple[list[str], NDArray[np.int64]]:
    """The distinct words, at most 256, and the place of each marker's word."""
    names, code, counts = np.unique(words.astype(str), return_inverse=True, return_counts=True)
    if len(names) > MOST_CATEGORIES:
        counts[names == OTHER] = 0
        frequent = set(names[np.argsort(-counts, kind="stable")[: MOST_CATEGORIES - 1]].tolist())
        return _coded(np.array([word if word in frequent else OTHER for word in words], object))
    return names.tolist(), code.reshape(-1)


def packed(values: NDArray[Any], kind: str) -> str:
    """``values`` as ``kind``, flattened, base64."""
    return base64.b64encode(np.ascontiguousarray(values, np.dtype(kind)).tobytes()).decode("ascii")
