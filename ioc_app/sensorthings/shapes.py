"""Shapes of a generation as GeoJSON in longitude and latitude, layer by layer, made when first asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import shapely

from ioc_app.ogc.reference import CRS84, references
from twin.store.campus import Generation

_DIGITS: Final = 8  # a millimetre
_NOWHERE: Final[dict[str, Any]] = {"type": "Feature", "geometry": None, "properties": {}}


class Shapes:
    """What lies underground stays as coarse as elsewhere. May be used from any thread."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._guard = threading.Lock()
        self._kept: dict[str, Mapping[str, str]] = {}

    def of(self, space: tuple[str, ...]) -> dict[str, Any]:
        """The GeoJSON of ``(layer, feature_id)``; a Feature without a geometry where there is none.

        Raises NoGlobeError where the campus has no place on the globe.
        """
        if not space:
            return dict(_NOWHERE)
        layer, feature_id = space
        with self._guard:
            if layer not in self._kept:
                self._kept[layer] = self._written(layer)
        text = self._kept[layer].get(feature_id)
        found: dict[str, Any] = json.loads(text) if text else dict(_NOWHERE)
        return found

    def _written(self, layer: str) -> dict[str, str]:
        table = self._generation.told(layer, exactly=False)
        shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
        lonlat = references(self._generation.manifest.crs)[CRS84]
        corners = lonlat.write(np.asarray(shapes, dtype=object))
        rounded = shapely.transform(corners, lambda degrees: np.round(degrees, _DIGITS))
        texts = shapely.to_geojson(rounded)
        return {id: text for id, text in zip(table["feature_id"].to_pylist(), texts, strict=True) if text is not None}
