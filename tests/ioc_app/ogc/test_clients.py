"""GDAL's OAPIF driver and OWSLib list and read every layer, with a key, as QGIS and scripts do."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from owslib.ogcapi.features import Features
from owslib.util import Authentication

from ioc_app.app import create_app
from tests.browser.serving import served
from twin.people.roles import Right
from twin.store.campus import Campus

pytestmark = pytest.mark.serves


@dataclass(frozen=True)
class Server:
    url: str
    key: str

    def gdal(self, program: str, *arguments: str) -> str:
        environment = {**os.environ, "GDAL_HTTP_USERPWD": f"gdal:{self.key}", "OAPIF_PAGE_SIZE": "1000"}
        ran = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        assert "ERROR" not in ran.stderr, ran.stderr
        return ran.stdout


@pytest.fixture(scope="module")
def server(demo_campus: Path) -> Iterator[Server]:
    app = create_app(demo_campus)
    _, key = app.state.people.keys.add("GIS", [Right.SEE], "tests")
    with served(app) as url:
        yield Server(f"{url}/ogc", key)


@pytest.fixture(scope="module")
def counts(demo_campus: Path) -> dict[str, int]:
    generation = Campus.open(demo_campus).generation
    shown = [name for name, one in generation.manifest.layers.items() if one.bbox is not None]
    return {one: pq.read_metadata(generation.folder / "layers" / f"{one}.parquet").num_rows for one in shown}


def test_gdal_lists_and_reads_every_layer(server: Server, counts: dict[str, int], tmp_path: Path) -> None:
    listed = server.gdal("ogrinfo", "-ro", f"OAPIF:{server.url}")
    assert all(f": {name} (title: " in listed for name in counts)
    for name, count in counts.items():
        out = tmp_path / f"{name}.geojsonl"
        server.gdal("ogr2ogr", "-f", "GeoJSONSeq", str(out), f"OAPIF:{server.url}", name)
        rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        assert len(rows) == count
        assert len({one["properties"]["id"] for one in rows}) == count


def test_gdal_puts_it_in_the_right_place(server: Server, demo_campus: Path, tmp_path: Path) -> None:
    out = tmp_path / "buildings.gpkg"
    server.gdal("ogr2ogr", "-t_srs", "EPSG:4549", str(out), f"OAPIF:{server.url}", "buildings")
    found = geopandas.read_file(out).set_index("id").geometry
    wanted = geopandas.read_parquet(Campus.open(demo_campus).generation.folder / "layers" / "buildings.parquet")
    theirs = shapely.force_2d(wanted.set_index("feature_id").geometry[found.index].to_numpy())
    assert shapely.hausdorff_distance(shapely.force_2d(found.to_numpy()), theirs).max() < 1e-3


def test_gdal_asks_for_a_window(server: Server, demo_campus: Path) -> None:
    generation = Campus.open(demo_campus).generation
    told = server.gdal(
        "ogrinfo", "-ro", "-so", f"OAPIF:{server.url}", "devices", "-spat", "119.294", "26.079", "119.296", "26.081"
    )
    count = int(next(line for line in told.splitlines() if line.startswith("Feature Count")).split(":")[1])
    assert 0 < count < generation.manifest.layers["devices"].features


def test_owslib_lists_and_reads_every_layer(server: Server, counts: dict[str, int]) -> None:
    client = Features(server.url, auth=Authentication(username="owslib", password=server.key))
    assert set(client.feature_collections()) == set(counts)
    assert client.conformance()["conformsTo"]
    assert client.api()["openapi"].startswith("3.0")
    for name, count in counts.items():
        assert client.collection(name)["id"] == name
        assert client.collection_queryables(name)["properties"]
        found = client.collection_items(name, limit=10_000)
        assert found["numberMatched"] == count
        assert len(found["features"]) == min(count, 10_000)
        assert client.collection_item(name, found["features"][0]["id"])["id"] == found["features"][0]["id"]
    box = np.array(client.collection("zones")["extent"]["spatial"]["bbox"][0])
    assert client.collection_items("zones", bbox=box.tolist())["numberMatched"] == counts["zones"]
