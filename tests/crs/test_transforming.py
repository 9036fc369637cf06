"""No silent ballpark anywhere: every transformer refuses it, and shifts of other regions, too."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pyproj
import pytest

from twin.crs import area_bounds, operation_at, transformer
from twin.errors import NoTransformError

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("twin", "layers", "ioc_app", "geodata")
FUZHOU_LONLAT = np.array([[119.296, 26.08]])


def engines(tree: ast.AST) -> list[ast.Call]:
    """Calls that make a PROJ transformer, however they are imported."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            ast.unparse(node.func).split(".")[-1] in ("TransformerGroup", "from_pipeline", "from_proj")
            or ast.unparse(node.func).endswith("Transformer.from_crs")
        )
    ]


def test_every_transformer_is_made_in_one_package_and_refuses_ballpark() -> None:
    made = 0
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            for call in engines(ast.parse(text)) if "pyproj" in text else ():
                where = f"{path.relative_to(ROOT)}:{call.lineno}"
                assert path.is_relative_to(ROOT / "twin" / "crs"), f"{where}: ask twin.crs for a transformer"
                said = {one.arg: ast.unparse(one.value) for one in call.keywords}
                assert said.get("allow_ballpark") == "False", where
                assert said.get("always_xy") == "True", where
                made += 1
    assert made >= 4


def test_a_transformer_is_found_however_it_is_imported() -> None:
    for line in ("pyproj.Transformer.from_crs(a, b)", "Transformer.from_crs(a, b)", "TransformerGroup(a, b)"):
        assert len(engines(ast.parse(line))) == 1, line


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("EPSG:2437", "EPSG:4549"),  # Beijing 1954 -> CGCS2000, same zone: PROJ's ballpark would copy the numbers
        ("EPSG:2385", "EPSG:4549"),  # Xian 1980
        ("EPSG:2437", "EPSG:2385"),
    ],
)
def test_old_datums_are_refused_without_parameters(source: str, target: str) -> None:
    point = np.array([[429563.842, 2885887.906]])
    ballpark = pyproj.Transformer.from_crs(source, target, always_xy=True).transform(*point[0])
    assert ballpark == pytest.approx(point[0], abs=60)  # what would be taken without a word
    with pytest.raises(NoTransformError, match="control points"):
        transformer(source, target, "old.dwg")(point)


def test_the_shift_of_another_region_is_refused() -> None:
    raw = pyproj.Transformer.from_crs("EPSG:4214", "EPSG:4326", always_xy=True, allow_ballpark=False)
    assert np.isfinite(raw.transform(*FUZHOU_LONLAT[0])).all()  # PROJ answers at Fuzhou, with a shift made elsewhere
    area = raw.get_last_used_operation().area_of_use
    assert area is not None
    assert not area.west <= FUZHOU_LONLAT[0, 0] <= area.east
    with pytest.raises(NoTransformError):
        transformer("EPSG:4214", "EPSG:4326")(FUZHOU_LONLAT)
    ordos = np.array([[109.0, 38.0]])  # where EPSG:15920, 15921 were made
    np.testing.assert_allclose(transformer("EPSG:4214", "EPSG:4326")(ordos), ordos, atol=1e-3)


def test_operation_and_area_as_proj_has_them() -> None:
    used = operation_at("EPSG:31467", "EPSG:25832", (3416652.0, 5368414.0))
    assert used is not None
    assert used.accuracy_m is not None
    assert "DHDN" in used.description
    assert operation_at("EPSG:2437", "EPSG:4549", (429563.0, 2885887.0)) is None
    assert operation_at("GCJ-02", "EPSG:4549", (119.3, 26.0)) is None
    bounds = area_bounds("EPSG:4549")
    assert bounds is not None
    assert bounds[0] < 429563.842 < bounds[2]
    assert area_bounds("local") is None
