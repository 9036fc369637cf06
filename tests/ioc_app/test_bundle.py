"""The bundle in ``ioc_app/_viewer`` is what the sources in ``ioc_app/viewer`` build, and fits its budget."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

SOURCES = REPOSITORY / "ioc_app" / "viewer"
BUNDLE = REPOSITORY / "ioc_app" / "_viewer"
LIMITS_BYTES = {
    "engine.js": 300_000,
    "changes.js": 10_000,
    "colour.js": 3_000,
    "desk.js": 60_000,  # with its incidents and work orders
    "findings.js": 10_000,
    "now.js": 8_000,
    "pipes.js": 5_500,
    "plan.js": 5_500,  # with what cameras see of the floor
    "screen.js": 24_000,
    "sight.js": 7_000,
    "snapshots.js": 6_000,
    "snapshot.js": 400_000,  # all of it, in a file of its own
    "underground.js": 14_500,  # with the possible positions of the layers' list
    "wall.js": 16_000,
    "time.js": 9_000,
    "component.js": 2_100,
    "panels.js": 4_000,  # with the first page: without plotly.js and the grid
}


def test_bundle_is_what_the_sources_build(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not here: the bundle cannot be rebuilt")
    assert (SOURCES / "node_modules").is_dir(), "run `npm ci` in ioc_app/viewer first; ./run test installs it"
    subprocess.run(
        [node, "build.mjs", str(tmp_path)], cwd=SOURCES, check=True, capture_output=True, text=True, timeout=120
    )
    built = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    shipped = {one.name: one.read_bytes() for one in BUNDLE.iterdir()}
    assert sorted(built) == sorted(shipped)
    stale = [name for name in built if built[name] != shipped[name]]
    assert stale == [], "the sources have changed: run `npm run build` in ioc_app/viewer and commit"


def test_bundle_fits_its_budget() -> None:
    size = {one.name: len(gzip.compress(one.read_bytes(), 6)) for one in BUNDLE.glob("*.js")}
    assert LIMITS_BYTES.keys() <= size.keys()
    assert {name: size[name] for name, limit in LIMITS_BYTES.items() if size[name] > limit} == {}


def test_licences_of_what_is_bundled_are_shipped() -> None:
    text = (BUNDLE / "LICENSES.txt").read_text(encoding="utf-8")
    for package in ("three ", "3d-tiles-renderer ", "three-mesh-bvh ", "meshoptimizer ", "Draco "):
        assert package in text
    assert text.count("Copyright") >= 4


def test_bundle_names_no_foreign_server() -> None:
    """Addresses of namespaces and documentation are no requests; a fetch of another host would be."""
    for script in BUNDLE.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        for host in ("cdn.", "unpkg.com", "jsdelivr", "googleapis.com", "gstatic.com"):
            assert host not in text, f"{script.name} mentions {host}"
