"""OGC API – Features: what a client asks is what it gets, recomputed here from the tables with GeoPandas and pyproj."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import geopandas
import jsonschema
import numpy as np
import pandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc_app.app import create_app
from ioc_app.ogc.reference import CRS84, references
from tests.entering import TestClient, entered
from tests.examples import examples
from tests.ioc_app.small_campus import small_campus
from twin.errors import NoGlobeError
from twin.model.secrecy import secrecy
from twin.people.roles import Role
from twin.store.campus import Campus

STORAGE = "http://www.opengis.net/def/crs/EPSG/0/4549"


@pytest.fixture(scope="module")
def app(demo_campus: Path) -> FastAPI:
    return create_app(demo_campus)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with entered(app) as client:
        yield client


def layer(demo_campus: Path, name: str) -> geopandas.GeoDataFrame:
    generation = Campus.open(demo_campus).generation
    frame = geopandas.read_parquet(generation.folder / "layers" / f"{name}.parquet")
    frame["geometry"] = shapely.force_2d(frame.geometry)
    return frame


def items(client: TestClient, collection: str, status: int = 200, **parameters: Any) -> dict[str, Any]:
    said = {name.replace("_", "-") if name == "bbox_crs" else name: value for name, value in parameters.items()}
    answer = client.get(f"/ogc/collections/{collection}/items", params=said)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def shapes_of(page: dict[str, Any]) -> np.ndarray[Any, Any]:
    return np.array([shapely.geometry.shape(one["geometry"]) for one in page["features"]], dtype=object)


def test_a_client_finds_its_way(client: TestClient) -> None:
    """Every link of every document leads somewhere, with the type it says."""
    seen, queue = set(), [f"{client.base_url}/ogc"]
    while queue:
        href = queue.pop()
        if href in seen:
            continue
        seen.add(href)
        answer = client.get(href)
        assert answer.status_code == 200, href
        told = answer.json()
        for one in told.get("links", []) if isinstance(told, dict) else []:
            assert one["href"].startswith(f"{client.base_url}/ogc")
            if "items" not in one["href"] or one["rel"] == "items":
                queue.append(one["href"])
        for one in told.get("collections", []):
            queue += [each["href"] for each in one["links"] if each["rel"] != "items"]
    assert len(seen) > 30


def test_what_it_conforms_to(client: TestClient) -> None:
    told = client.get("/ogc/conformance").json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in told
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in told


def test_every_layer_with_shapes_is_a_collection(client: TestClient, demo_campus: Path) -> None:
    told = {one["id"]: one for one in client.get("/ogc/collections").json()["collections"]}
    manifest = Campus.open(demo_campus).generation.manifest
    assert set(told) == {name for name, one in manifest.layers.items() if one.bbox is not None}
    for name, one in told.items():
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert one["storageCrs"] == STORAGE
        assert one["crs"] == [CRS84, STORAGE]
        found = shapely.total_bounds(layer(demo_campus, name).to_crs("EPSG:4326").geometry.to_numpy())
        if name not in ("elements", "terrain"):  # whose bodies and grids reach beyond their shapes
            assert west <= found[0] + 1e-9
            assert south <= found[1] + 1e-9
            assert east >= found[2] - 1e-9
            assert north >= found[3] - 1e-9
        assert east - west < 0.02


def test_pages_make_up_the_layer(client: TestClient, demo_campus: Path) -> None:
    wanted = layer(demo_campus, "buildings")
    found: list[str] = []
    page = items(client, "buildings", limit=50)
    while True:
        assert page["numberMatched"] == len(wanted)
        assert page["numberReturned"] == len(page["features"]) <= 50
        found += [one["id"] for one in page["features"]]
        following = [one["href"] for one in page["links"] if one["rel"] == "next"]
        if not following:
            break
        page = client.get(following[0]).json()
    assert found == wanted.feature_id.tolist()
    assert [one["rel"] for one in page["links"]] == ["self", "prev"]


def test_longitude_and_latitude_unless_the_campus_crs_is_asked(client: TestClient, demo_campus: Path) -> None:
    wanted = layer(demo_campus, "buildings")
    degrees = wanted.to_crs("EPSG:4326").geometry.to_numpy()
    answer = client.get("/ogc/collections/buildings/items", params={"limit": 1000})
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    assert answer.headers["content-type"] == "application/geo+json"
    assert shapely.hausdorff_distance(shapes_of(answer.json()), degrees).max() < 1e-9  # 0.1 mm: two ellipsoids
    answer = client.get("/ogc/collections/buildings/items", params={"limit": 1000, "crs": STORAGE})
    assert answer.headers["content-crs"] == f"<{STORAGE}>"
    corners = shapely.get_coordinates(shapes_of(answer.json()), include_z=True)
    # EPSG:4549 has its axes as north, east
    assert 2_885_000 < corners[0, 0] < 2_887_000
    assert 429_000 < corners[0, 1] < 431_000
    theirs = shapely.get_coordinates(wanted.geometry.to_numpy())
    assert np.abs(corners[:, [1, 0]] - theirs).max() < 1e-9
    assert np.isfinite(corners[:, 2]).all()


BOXES = st.tuples(*(st.floats(0.0, 1.0) for _ in range(4)))


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shares=BOXES, name=st.sampled_from(["buildings", "devices", "surface"]))
def test_a_box_finds_what_touches_it(
    client: TestClient, demo_campus: Path, shares: tuple[float, ...], name: str
) -> None:
    wanted = layer(demo_campus, name).to_crs("EPSG:4326")
    west, south, east, north = wanted.total_bounds.tolist()
    x, y = (
        sorted(west + one * (east - west) for one in shares[:2]),
        sorted(south + one * (north - south) for one in shares[2:]),
    )
    box = shapely.box(x[0], y[0], x[1], y[1])
    page = items(client, name, bbox=f"{x[0]!r},{y[0]!r},{x[1]!r},{y[1]!r}", limit=10_000)
    found = {one["id"] for one in page["features"]}
    assert page["numberMatched"] == len(found)
    clearly = wanted[wanted.geometry.intersects(box.buffer(-2e-8))]
    perhaps = wanted[wanted.geometry.intersects(box.buffer(2e-8))]
    assert set(clearly.feature_id) <= found <= set(perhaps.feature_id)


def test_a_box_in_the_campus_crs(client: TestClient, demo_campus: Path) -> None:
    wanted = layer(demo_campus, "devices")
    west, south, east, north = wanted.total_bounds.tolist()
    box = (west, south, (west + east) / 2, (south + north) / 2)
    inside = wanted[wanted.geometry.intersects(shapely.box(*box))]
    said = ",".join(repr(box[n]) for n in (1, 0, 3, 2))  # north first
    page = items(client, "devices", bbox=said, bbox_crs=STORAGE, limit=10_000)
    assert [one["id"] for one in page["features"]] == inside.feature_id.tolist()
    assert 0 < len(inside) < len(wanted)
    with_heights = ",".join(repr(one) for one in (box[1], box[0], -100.0, box[3], box[2], 100.0))
    assert items(client, "devices", bbox=with_heights, bbox_crs=STORAGE)["numberMatched"] == len(inside)


def test_properties_are_compared(client: TestClient, demo_campus: Path) -> None:
    wanted = layer(demo_campus, "devices").query("device_type == 'camera'")
    page = items(client, "devices", device_type="camera", limit=10_000)
    assert [one["id"] for one in page["features"]] == wanted.feature_id.tolist()
    both = items(client, "devices", device_type="camera", storey_id=wanted.storey_id.dropna().iloc[0])
    assert 0 < both["numberMatched"] < len(wanted)
    assert items(client, "devices", device_type="nothing' OR 1=1 --")["numberMatched"] == 0


def test_properties_are_the_columns(client: TestClient, demo_campus: Path) -> None:
    one = items(client, "devices", limit=1)["features"][0]
    row = layer(demo_campus, "devices").iloc[0]
    for name, value in one["properties"].items():
        if name != "attributes":
            assert row[name] == pytest.approx(value) if isinstance(value, float) else str(row[name]) == str(value)
    assert {"geometry", "bbox", "idx"}.isdisjoint(one["properties"])


def test_times_ask_what_held_then(demo_campus: Path, tmp_path: Path) -> None:
    """On a copy whose zones begin and end."""
    copy = tmp_path / "campus"
    shutil.copytree(demo_campus, copy)
    path = Campus.open(copy).generation.folder / "layers" / "zones.parquet"
    table = pq.read_table(path)
    days = pandas.date_range("2026-01-01", periods=len(table), freq="D", tz="UTC")
    ends = [None if n % 3 == 0 else day + pandas.Timedelta(days=2) for n, day in enumerate(days)]
    kind = table.schema.field("valid_from").type
    for name, values in (("valid_from", list(days)), ("valid_to", ends)):
        table = table.set_column(table.schema.get_field_index(name), name, pa.array(values, kind))
    pq.write_table(table, path)
    with entered(create_app(copy)) as other:
        for said, since, until in (
            ("2026-01-05T12:00:00Z", "2026-01-05T12:00Z", "2026-01-05T12:00Z"),
            ("2026-01-03T00:00:00Z/2026-01-04T00:00:00+08:00", "2026-01-03", "2026-01-03T16:00"),
            ("../2026-01-02T00:00:00Z", "1900-01-01", "2026-01-02"),
            ("2026-01-06T00:00:00Z/..", "2026-01-06", "2200-01-01"),
        ):
            page = items(other, "zones", datetime=said)
            a, b = pandas.Timestamp(since), pandas.Timestamp(until)
            a, b = (one if one.tzinfo else one.tz_localize("UTC") for one in (a, b))
            held = [day <= b and (end is None or end >= a) for day, end in zip(days, ends, strict=True)]
            assert page["numberMatched"] == sum(held), said
            assert 0 < sum(held) < len(held)
        interval = other.get("/ogc/collections/zones").json()["extent"]["temporal"]["interval"][0]
    assert interval == ["2026-01-01T00:00:00+00:00", None]


def test_one_feature(client: TestClient, demo_campus: Path) -> None:
    wanted = layer(demo_campus, "buildings").feature_id[3]
    answer = client.get(f"/ogc/collections/buildings/items/{wanted}")
    told = answer.json()
    assert told["id"] == wanted
    assert told["type"] == "Feature"
    assert {one["rel"] for one in told["links"]} == {"self", "collection"}
    assert client.get("/ogc/collections/buildings/items/nothing").status_code == 404


def test_underground_is_told_to_a_grid(app: FastAPI, client: TestClient, demo_campus: Path) -> None:
    page = items(client, "gas", limit=1000, crs=STORAGE)
    corners = shapely.get_coordinates(shapes_of(page))
    cells = corners / secrecy().grid_m
    assert np.abs(cells - np.floor(cells) - 0.5).max() < 1e-9
    for one in page["features"]:
        assert not set(secrecy().hidden) & set(one["properties"])
    assert client.get("/ogc/collections/gas/items", params={"exactly": "for the permit"}).status_code == 403
    with entered(app, Role.ENGINEER) as engineer:
        exact = items(engineer, "gas", limit=1000, crs=STORAGE, exactly="for the permit")
    theirs = shapely.get_coordinates(layer(demo_campus, "gas").geometry.to_numpy())
    assert np.abs(shapely.get_coordinates(shapes_of(exact))[:, [1, 0]] - theirs).max() < 1e-9
    [newest] = app.state.people.audit.lines(action="underground.told", limit=1)
    assert newest.target == "ogc gas"
    assert "for the permit" in newest.detail


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"bbox": "1,2,3"}, "four or six"),
        ({"bbox": "1,2,3,nan"}, "four or six"),
        ({"bbox": "1,4,3,2"}, "lower corner"),
        ({"bbox": "0,-95,1,-91"}, "not defined"),
        ({"crs": "EPSG:4326"}, "crs is one of"),
        ({"bbox": "1,2,3,4", "bbox-crs": "x"}, "bbox-crs is one of"),
        ({"limit": "0"}, "limit is a whole number from 1"),
        ({"limit": "ten"}, "limit"),
        ({"offset": "-1"}, "offset"),
        ({"datetime": "yesterday"}, "RFC 3339"),
        ({"datetime": "../.."}, "datetime"),
        ({"datetime": "2026-01-01/2026-01-02/2026-01-03"}, "datetime"),
        ({"f": "html"}, "f is json"),
        ({"colour": "red"}, "no parameter or property"),
        ({"height_m": "high"}, "height_m is a number"),
        ({"id_stable": "yes"}, "true or false"),
        ({"exactly": "x"}, "4 to 300"),
    ],
)
def test_what_is_wrong_is_said(client: TestClient, parameters: dict[str, str], words: str) -> None:
    answer = client.get(f"/ogc/collections/buildings/items?{urlencode(parameters)}")
    assert answer.status_code == 422
    assert words in answer.json()["text"]["en"]


def test_twice_is_said(client: TestClient) -> None:
    answer = client.get("/ogc/collections/buildings/items?limit=1&limit=2")
    assert "given twice" in answer.json()["text"]["en"]
    assert client.get("/ogc/collections/storeys/items").status_code == 404
    assert client.get("/ogc/collections/nothing").status_code == 404


def test_large_limits_are_cut(client: TestClient, demo_campus: Path) -> None:
    page = items(client, "surface", limit=1_000_000)
    assert page["numberReturned"] == min(10_000, len(layer(demo_campus, "surface")))


def test_the_description_holds(client: TestClient) -> None:
    """It is an OpenAPI document whose addresses are there and whose examples are taken."""
    answer = client.get("/ogc/api")
    assert answer.headers["content-type"].startswith("application/vnd.oai.openapi+json;version=3.0")
    told = answer.json()
    assert told["openapi"].startswith("3.0.")
    shared = told["components"]["parameters"]
    for path, methods in told["paths"].items():
        said = {}
        address = path
        for one in methods["get"]["parameters"]:
            parameter = shared[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one
            if parameter["in"] == "path":
                address = address.replace(f"{{{parameter['name']}}}", parameter["example"])
            elif "example" in parameter and parameter["name"] not in ("exactly", "bbox-crs"):
                said[parameter["name"]] = parameter["example"]
        reached = client.get(f"/ogc{address.removesuffix('/')}", params=said)
        assert reached.status_code == 200, (address, said, reached.text)
    fault = told["components"]["responses"]["Fault"]["content"]["application/json"]
    jsonschema.validate(fault["example"], fault["schema"])
    jsonschema.validate(client.get("/ogc/collections/nothing").json(), fault["schema"])


def test_links_keep_to_the_root_path(tmp_path: Path) -> None:
    with entered(create_app(small_campus().write(tmp_path), root_path="/twin/")) as client:
        told = client.get("/twin/ogc/").json()
        assert {urlsplit(one["href"]).path for one in told["links"]} >= {"/twin/ogc", "/twin/ogc/collections"}
        page = client.get("/twin/ogc/collections/surface/items?limit=5").json()
        following = next(one["href"] for one in page["links"] if one["rel"] == "next")
        assert urlsplit(following).path == "/twin/ogc/collections/surface/items"
        assert client.get(following).json()["numberReturned"] == 5


def test_an_engineering_crs_has_no_globe() -> None:
    with pytest.raises(NoGlobeError, match="engineering"):
        references("local")
    assert list(references("EPSG:25832"))[1].endswith("/25832")
    east_first = references("EPSG:25832")["http://www.opengis.net/def/crs/EPSG/0/25832"]
    assert shapely.get_coordinates(east_first.write(np.array([shapely.Point(1, 2)], dtype=object))).tolist() == [[1, 2]]
