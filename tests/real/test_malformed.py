"""Every malformed file ends in a clear line or is read honestly: no traceback, no hang, no half generation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from layers import registry
from tests.conftest import SHARED_DATA
from twin.build import build_campus
from twin.crs import CampusFrame
from twin.errors import TwinError
from twin.init import init_campus
from twin.readers import claims
from twin.readers.base import Source
from twin.readers.sandbox import Worker
from twin.store.generations import current_number

MALFORMED = SHARED_DATA / "malformed"
# read along with the file that names them
SIDECARS = {".dbf", ".shx", ".prj", ".cpg", ".qpj"}
FILES = sorted(path for path in MALFORMED.rglob("*") if path.is_file() and path.suffix not in SIDECARS)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker({"cpu_s": 60, "memory_mb": 6000, "file_mb": 1000}) as one:
        yield one


def test_the_folder_is_there(shared_data: Path) -> None:
    assert len(FILES) > 50, shared_data


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(MALFORMED)))
def test_a_clear_line_or_an_honest_read(path: Path, worker: Worker, tmp_path: Path) -> None:
    takers = claims(path)
    assert len(takers) <= 1, takers
    if not takers:
        return
    layer = {"vector": "surface", "geoparquet": "surface", "geotiff": "terrain"}.get(takers[0])
    frame = CampusFrame("EPSG:25832", "local")
    source = Source("s", path, frame, layer=layer, crs="EPSG:25832", crs_override=True, vertical_datum="local")
    for ask in (lambda: worker.inspect(takers[0], path), lambda: worker.read(takers[0], source, tmp_path, registry())):
        said, fault = attempt(ask)
        if fault is not None:
            assert "\n" not in str(fault)
            assert path.name in str(fault)
            assert "Traceback" not in str(fault)
            assert fault.text("zh") != fault.text("en")
        elif isinstance(said, dict):
            assert said["found"] == said["kept"] + sum(said["skipped"].values())


def attempt(ask: Callable[[], object]) -> tuple[object, TwinError | None]:
    """The answer, or the fault; anything but a TwinError goes through and fails the test."""
    try:
        return ask(), None
    except TwinError as fault:
        return None, fault


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("swmm/invalid_model.inp", "209"),
        ("swmm/model_full_features_network.inp", "209"),
        ("ifc_unsupported_schema/UT_GeoRef_1.ifc", "IFC4X3_RC1"),
        ("ifc/unterminated-string.ifc", "unterminated-string.ifc"),
        ("parquet/ARROW-GH-47662.parquet", "ARROW-GH-47662.parquet"),
    ],
)
def test_a_known_verdict_stops_the_build_and_leaves_nothing(
    shared_data: Path, tmp_path: Path, name: str, words: str
) -> None:
    folder = tmp_path / "campus"
    report = init_campus(folder, [shared_data / "malformed" / name], crs="EPSG:25832", vertical_datum="local")
    if any(one.problem for one in report.deliveries):
        assert any(words in str(one.problem) for one in report.deliveries)
        return
    with pytest.raises(TwinError, match=words):
        build_campus(folder, registry())
    assert current_number(folder) is None
    assert not (folder / "generations").exists() or not list((folder / "generations").iterdir())
