"""Attached 3D Tiles sets go out file by file: those that the build listed, and no other."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ioc_app.app import create_app
from layers import registry
from tests.attached_sets import to_globe, write_set
from tests.build.test_build import DEM, HEAD, NORTH, WEST, write_dem
from tests.entering import TestClient, entered
from tests.ioc_app.test_tiles import spellings
from twin.build import build_campus

SET = "/tiles/1/tilesets/photo"


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("attached")
    campus = folder / "campus"
    (campus / "sources").mkdir(parents=True)
    write_dem(campus / "sources" / "dem.tif", 10.0)
    write_set(folder / "photo", to_globe(WEST + 50, NORTH - 50, 20.0))
    (folder / "photo" / "secret.json").write_text('{"root:": 1}')
    os.utime(folder / "photo" / "content" / "pillar.glb", (time.time() - 900,) * 2)
    head = HEAD + "geoid_separation_m = 0\n" + DEM
    (campus / "campus.toml").write_text(head + '[[tilesets]]\nkey = "photo"\npath = "../photo"\n', encoding="utf-8")
    build_campus(campus, registry())
    return folder


@pytest.fixture(scope="module")
def client(parent: Path) -> Iterator[TestClient]:
    with entered(create_app(parent / "campus")) as one:
        yield one


def test_its_files_are_served_from_where_they_lie(client: TestClient, parent: Path) -> None:
    assert client.get("/api/v1/scene").json()["tilesets"][0]["url"] == f"{SET}/tileset.json"
    answer = client.get(f"{SET}/content/pillar.glb")
    assert answer.content == (parent / "photo" / "content" / "pillar.glb").read_bytes()
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert client.get(f"{SET}/tileset.json").json()["root"]["content"]["uri"] == "content/inner.json"


def test_a_file_changed_since_the_build_is_never_kept(client: TestClient, parent: Path) -> None:
    inner = parent / "photo" / "content" / "inner.json"
    os.utime(inner, (time.time() + 60,) * 2)
    assert client.get(f"{SET}/content/inner.json").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    ["secret.json", "", ".", "content", "content/../secret.json", "content/%2e%2e/tileset.json", "content/other.glb"],
)
def test_what_is_not_of_the_set_is_not_there(client: TestClient, path: str) -> None:
    assert client.get(f"{SET}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["/tiles/2/tilesets/photo/tileset.json", "/tiles/1/tilesets/other/tileset.json"])
def test_neither_is_another_generation_or_set(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_five_hundred_ways_out_find_nothing(client: TestClient) -> None:
    wrong = []
    for path in spellings():
        answer = client.get(path.replace("/tiles/1/tiles/", f"{SET}/").replace("etc/passwd", "secret.json"))
        if answer.status_code not in (404, 400) or b"root:" in answer.content:
            wrong.append((path, answer.status_code))
    assert wrong == []


def test_a_link_put_there_since_is_not_followed(client: TestClient, parent: Path) -> None:
    content = parent / "photo" / "content" / "pillar.glb"
    kept = content.rename(parent / "kept.glb")
    content.symlink_to(kept)
    try:
        assert client.get(f"{SET}/content/pillar.glb").status_code == 404
    finally:
        content.unlink()
        kept.rename(content)
