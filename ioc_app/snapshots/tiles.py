"""The tileset as a zip for whoever shows 3D Tiles: CesiumJS, QGIS, Unreal; unpacked into any web folder it works."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from typing import Final

from ioc_app.snapshots.veil import Veil, contents
from ioc_app.snapshots.wanted import Wanted
from twin.store.campus import Generation

# in campus axes, and placed on the ellipsoid
_TILESETS: Final = ("tileset.json", "ecef.json")


def tiles_zip(generation: Generation, veil: Veil, wanted: Wanted) -> bytes:
    """``tileset.json``, ``ecef.json`` where the campus lies on the Earth, the files that they name, ``README.txt``."""
    folder, at = generation.folder / "tiles", wanted.made_at
    named: dict[str, bytes] = {"README.txt": _readme(generation, wanted).encode()}
    for name in _TILESETS:
        if (folder / name).is_file():
            tileset = veil.tileset(json.loads((folder / name).read_text("utf-8")))
            named[name] = json.dumps(tileset, separators=(",", ":")).encode()
            named |= {uri: (folder / uri).read_bytes() for uri in contents(tileset["root"])}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in named.items():
            packed.writestr(_entry(name, at), content)
    return out.getvalue()


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, at.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _readme(generation: Generation, wanted: Wanted) -> str:
    campus = generation.scene["campus"]
    return (
        f"{campus['name']['zh']} / {campus['name']['en']}\n"
        f"3D Tiles 1.1, model {generation.number}, {wanted.as_of.at.isoformat()}, made by {wanted.by}.\n"
        f"tileset.json: {campus['crs']}, heights {campus['vertical_datum']}, metres from origin {campus['origin']}.\n"
        "ecef.json: the same on the ellipsoid, for CesiumJS; absent where the campus has a local CRS.\n"
        "_FEATURE_ID_0 and EXT_structural_metadata name each feature.\n"
    )
