"""Tiles: immutable, compressed once, and nothing but files of a generation."""

from __future__ import annotations

import gzip
import itertools
from pathlib import Path
from urllib.parse import quote

import pytest

from ioc_app.api.tiles import TileCache, resolve
from tests.entering import TestClient
from twin.errors import UnknownPathError

GLB = "/tiles/1/tiles/elements.glb"


def test_tiles_are_immutable_and_known_by_etag(client: TestClient) -> None:
    answer = client.get(GLB)
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "model/gltf-binary"
    assert answer.content[:4] == b"glTF"
    again = client.get(GLB, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_gzip_only_for_those_who_take_it(client: TestClient, campus_folder: Path) -> None:
    plain = (campus_folder / "generations/0001/tiles/tileset.json").read_bytes()
    packed = client.get("/tiles/1/tiles/tileset.json", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain  # the client unpacked it
    assert int(packed.headers["content-length"]) < len(plain)
    unpacked = client.get("/tiles/1/tiles/tileset.json", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in unpacked.headers
    assert unpacked.content == plain


def test_head_has_no_body(client: TestClient) -> None:
    answer = client.head(GLB)
    assert (answer.status_code, answer.content) == (200, b"")


def test_the_cache_is_bounded_by_bytes(tmp_path: Path) -> None:
    cache = TileCache(limit_bytes=10_000)
    for n in range(20):
        path = tmp_path / f"{n}.json"
        path.write_bytes(bytes([n]) * 3000)
        entry = cache.get(path, "x")
        assert entry.packed is not None
        assert gzip.decompress(entry.packed) == entry.plain == path.read_bytes()
    assert 0 < cache.held_bytes <= 10_000


def spellings() -> list[str]:
    """500 and more ways to say ``../``, in front of files that exist."""
    ups = [
        "..",
        "%2e%2e",
        "%2E.",
        ".%2e",
        "%252e%252e",
        "..%00",
        "%c0%ae%c0%ae",
        "..;",
        "...",
        "....",
        "..%5c..",
        "．．",
    ]
    slashes = ["/", "%2f", "%2F", "\\", "%5c", "//", "/./", "%252f"]
    targets = ["campus.toml", "current", "generations/0001/manifest.json", "etc/passwd", "scene.json"]
    found = [
        f"/tiles/1/tiles/{slash.join([up] * depth)}{slash}{target}"
        for up, slash, target, depth in itertools.product(ups, slashes, targets, (1, 3))
    ]
    found += [f"/tiles/{up}{slash}{target}" for up, slash, target in itertools.product(ups, slashes, targets)]
    found += [
        "/tiles/1//etc/passwd",
        "/tiles/1/tiles//etc/passwd",
        "/tiles/1/tiles/.hidden.json",
        "/tiles/0x1/tiles/tileset.json",
    ]
    return found + [f"/tiles/1/tiles/{quote(chr(n))}/tileset.json" for n in range(32)]


def test_five_hundred_spellings_of_a_way_out_find_nothing(client: TestClient) -> None:
    wrong = []
    all_spellings = spellings()
    assert len(all_spellings) > 500
    for path in all_spellings:
        answer = client.get(path)
        if answer.status_code not in (404, 400) or b"root:" in answer.content or b"inputs_hash" in answer.content:
            wrong.append((path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize(
    "path", ["tiles/../manifest.json", "layers/elements.parquet", "tiles", "tiles/a.exe", "tiles/\0.json"]
)
def test_resolve_refuses_what_no_build_writes(campus_folder: Path, path: str) -> None:
    with pytest.raises(UnknownPathError):
        resolve(campus_folder, "1", path)


def test_a_link_out_of_the_generation_is_not_followed(client: TestClient, campus_folder: Path) -> None:
    link = campus_folder / "generations/0001/tiles/link.json"
    link.symlink_to(campus_folder / "generations/0001/manifest.json")
    try:
        assert client.get("/tiles/1/tiles/link.json").status_code == 404
    finally:
        link.unlink()
