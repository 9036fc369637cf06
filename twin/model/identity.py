"""``feature_id``: one stable name for every thing.

``kind:source_key:natural_key[~n]``, URL-safe, at most 160 bytes. The source key is declared in campus.toml,
so renaming a file changes nothing; the layer is a column, so re-classifying changes nothing either.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from urllib.parse import quote, unquote

import numpy as np
import shapely
from numpy.typing import NDArray

MAX_BYTES = 160
_SAFE = "-._$"
_BETWEEN = "--"  # the two ends of a link
_PLAIN = re.compile(r"[A-Za-z0-9._$-]+\Z")


def slug(text: str) -> str:
    """``text`` percent-encoded so that it can stand in a URL path and in a feature id."""
    return text if _PLAIN.match(text) else quote(text, safe=_SAFE)


def feature_id(kind: str, source_key: str, natural_key: str) -> str:
    """The id of a thing whose natural key is unique in its source; over-long keys end in a hash."""
    whole = f"{kind}:{source_key}:{slug(natural_key)}"
    if len(whole) <= MAX_BYTES:
        return whole
    digest = hashlib.blake2b(whole.encode(), digest_size=12).hexdigest()
    return f"{whole[: MAX_BYTES - 25].rstrip('%')}-{digest}"


def link_key(from_key: str, to_key: str) -> str:
    """The natural key of a link without a name of its own."""
    return f"{from_key}{_BETWEEN}{to_key}"


def spoken_key(feature_id: str) -> str:
    """The part of an id that people know: ``link:DL:DL072--DL073`` is ``DL072–DL073``; other texts as they are."""
    kind, _, rest = feature_id.partition(":")
    source, _, key = rest.partition(":")
    return unquote(key).replace(_BETWEEN, "–") if kind and source and key else feature_id


def geometry_keys(geometry: NDArray[np.object_]) -> list[str]:
    """A key for things that have none: a hash of the geometry rounded to 1 mm."""
    rounded = shapely.set_precision(geometry, 0.001, mode="pointwise")
    return [
        "g" + hashlib.blake2b(wkb or b"", digest_size=9).hexdigest()
        for wkb in shapely.to_wkb(rounded, output_dimension=3)
    ]


def feature_ids(
    kinds: Sequence[str], source_key: str, natural_keys: Sequence[str], geometry: NDArray[np.object_] | None
) -> list[str]:
    """Ids for one source. A repeated key gets ``~n``, ordered by placement at 1 mm, never by file order.

    ``kinds`` and ``natural_keys`` have one entry a feature; ``geometry`` holds shapely objects in campus
    metres (or is ``None`` for things without any).
    """
    ids = [feature_id(kind, source_key, key) for kind, key in zip(kinds, natural_keys, strict=True)]
    groups: dict[str, list[int]] = {}
    for row, one in enumerate(ids):
        groups.setdefault(one, []).append(row)
    repeated = [rows for rows in groups.values() if len(rows) > 1]
    if not repeated:
        return ids
    order = _placement_keys(geometry, [row for rows in repeated for row in rows])
    for rows in repeated:
        for n, row in enumerate(sorted(rows, key=lambda r: order[r]), start=1):
            suffix = f"~{n}"
            ids[row] = ids[row][: MAX_BYTES - len(suffix)] + suffix
    return ids


def _placement_keys(geometry: NDArray[np.object_] | None, rows: list[int]) -> dict[int, tuple[bytes, int]]:
    """Where each of ``rows`` stands, rounded to 1 mm; equal places fall back to the row."""
    if geometry is None:
        return {row: (b"", row) for row in rows}
    rounded = shapely.set_precision(geometry[rows], 0.001, mode="pointwise")
    wkb = shapely.to_wkb(rounded, output_dimension=3, byte_order=0)
    return {row: (one or b"", row) for row, one in zip(rows, wkb, strict=True)}
