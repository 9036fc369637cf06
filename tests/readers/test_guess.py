"""What a table probably feeds, by its name, geometry and columns; silence where the signs do not agree."""

from __future__ import annotations

from typing import Any

import pytest

from twin.readers.gis.guess import guess_layer


@pytest.mark.parametrize(
    ("name", "geometry", "columns", "layers", "options"),
    [
        ("建筑物", "Polygon", [], ("buildings",), {}),
        ("building_footprints", "MultiPolygon", [], ("buildings",), {}),
        ("园区道路中心线", "LineString", [], ("surface",), {"surface_class": "road"}),
        ("行道树", "Point", [], ("surface",), {"surface_class": "tree"}),
        ("建筑物出入口", "Point", [], ("surface",), {"surface_class": "entrance"}),
        ("给水管线", "LineString", [], ("water_supply",), {}),
        ("雨水井盖", "Point", [], ("drainage",), {}),
        ("监控摄像机", "Point", [], ("devices",), {}),
        ("layer1", "Polygon", ["层数", "建筑面积"], ("buildings",), {}),
        ("建筑物", "Point", [], (), {}),  # no point is a building
        ("建筑设备", "Polygon", [], (), {}),  # of two layers
        ("绿地道路", "Polygon", [], (), {}),  # of two classes
        ("sheet1", "Polygon", ["名称"], (), {}),
    ],
)
def test_guesses(
    name: str, geometry: str, columns: list[str], layers: tuple[str, ...], options: dict[str, Any]
) -> None:
    assert guess_layer(name, {geometry}, columns) == (layers, options)
