"""One HTML file: the viewer, what it shows, and a policy that lets nothing in or out. It opens by a double click."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from plotly.offline import get_plotlyjs

from ioc_app import ids
from ioc_app.api.scene import with_addresses
from ioc_app.api.tiles import MEDIA_TYPES
from ioc_app.screens.layout import SLOTS
from ioc_app.snapshots.recording import Recording
from ioc_app.snapshots.veil import Veil, contents
from ioc_app.snapshots.wanted import Wanted
from twin.store.campus import Generation

HERE: Final = Path(__file__).parent
VIEWER: Final = HERE.parent / "_viewer" / "snapshot.js"
ASSETS: Final = HERE.parent.parent / "assets"
ORIGIN: Final = "https://snapshot.invalid"  # as viewer/src/snapshot/channel.js has it
MOST_PHOTO_BYTES: Final = 4_000_000

_PAGE: Final = """<!DOCTYPE html>
<html lang="{lang}" data-theme="{style}" data-snapshot>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {script} blob: 'wasm-unsafe-eval'; \
style-src 'unsafe-inline'; img-src data: blob:; connect-src data: blob:; worker-src blob:; base-uri 'none'; \
form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="dark light">
<title>{title}</title>
<style>{css}</style>
</head>
<body>
<noscript class="boot">园区三维需要浏览器启用 JavaScript。 The campus needs JavaScript.</noscript>
<div class="boot" role="status">正在打开园区… <span lang="en">Opening the campus…</span></div>
{body}
<script type="application/octet-stream" id="record">{record}</script>
<script type="application/octet-stream" id="pack">{pack}</script>
<script type="application/octet-stream" id="charts">{charts}</script>
<script>{code}</script>
</body>
</html>
"""


def snapshot_page(generation: Generation, recording: Recording, veil: Veil, wanted: Wanted, zone: str) -> bytes:
    """The whole file. ``zone`` is the time zone of the campus."""
    scene = veil.scene(with_addresses(generation.scene, f"{ORIGIN}/tiles/{generation.number}/"))
    scene, files, pack = _packed(generation, scene, veil)
    moments = wanted.moments()
    withheld = [
        one.title.to_dict() for one in generation.definitions.values() if one.underground and one.id not in veil.kept
    ]
    about = {
        "campus": scene["campus"]["name"],
        "generation": generation.number,
        "from": round(moments[0].timestamp() * 1000),
        "to": round(moments[-1].timestamp() * 1000),
        "known_seq": wanted.as_of.known_seq,
        "timezone": zone,
        "made_at": wanted.made_at.isoformat(),
        "made_by": wanted.by,
        "link": wanted.link(),
        "withheld": withheld,
        "screens": list(wanted.screens),
        "cards_left_out": recording.cards_left_out,
    }
    said = {one.name: getattr(recording, one.name) for one in fields(recording)}  # asdict would copy all of it
    said["answers"] = {**recording.answers, "/scene": scene}
    record = json.dumps(
        {"about": about, **said, "files": files}, ensure_ascii=False, separators=(",", ":"), default=str
    )
    code = VIEWER.read_text(encoding="utf-8").replace("</script", "<\\/script")
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    page = _PAGE.format(
        lang="zh-CN" if wanted.language == "zh" else "en",
        style=wanted.style,
        script=f"'sha256-{digest}'",
        title=html.escape(f"{scene['campus']['name'][wanted.language]} {wanted.as_of.at.date().isoformat()}"),
        css=_css(),
        body=_body(),
        record=_text(record.encode("utf-8", "replace")),
        pack=_text(pack),
        charts=_text(get_plotlyjs().encode() if wanted.screens else b""),
        code=code,
    )
    return page.encode()


def _packed(
    generation: Generation, scene: dict[str, Any], veil: Veil
) -> tuple[dict[str, Any], list[tuple[str, str, int, int]], bytes]:
    """The scene with its photos in it, where each file lies in the pack, and the pack."""
    tileset = veil.tileset(json.loads((generation.folder / "tiles" / "tileset.json").read_text("utf-8")))
    named = {"tiles/tileset.json": json.dumps(tileset).encode()}
    for uri in contents(tileset["root"]):
        named[f"tiles/{uri}"] = (generation.folder / "tiles" / uri).read_bytes()
    markers = [one["markers"] for one in scene["layers"] if one.get("markers")]
    base = f"{ORIGIN}/tiles/{generation.number}/"
    for url in markers:
        name = url.removeprefix(base)
        named[name] = (generation.folder / name).read_bytes()
    files, parts, begin = [], [], 0
    for name, content in named.items():
        files.append((f"/tiles/{generation.number}/{name}", MEDIA_TYPES[Path(name).suffix], begin, len(content)))
        parts.append(content)
        begin += len(content)
    return {**scene, "orthophotos": _photos(generation, scene["orthophotos"], base)}, files, b"".join(parts)


def _photos(generation: Generation, photos: Sequence[dict[str, Any]], base: str) -> list[dict[str, Any]]:
    """As long as they are small: an image element asks no script for its source."""
    found = []
    for one in photos:
        path = generation.folder / one["url"].removeprefix(base)
        if path.stat().st_size <= MOST_PHOTO_BYTES:
            kind = MEDIA_TYPES[path.suffix.lower()]
            found.append({**one, "url": f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"})
    return found


def _body() -> str:
    """The hosts of ``page.layout``, and in the sides the places of panels."""

    def side(name: str, slots: str) -> str:
        panels = "".join(
            f'<section id="{one}" class="screen-panel" aria-labelledby="{one}-title" hidden></section>'
            for one in SLOTS
            if one.rsplit("-", 1)[0] == slots
        )
        return f'<aside id="{name}" class="screen-side">{panels}</aside>'

    return (
        f'<div id="{ids.PAGE}" class="page">'
        f'<header id="{ids.SCREEN_HEAD}" class="screen-head"></header>'
        f"{side(ids.SCREEN_LEFT_OUTER, 'panel-left-outer')}{side(ids.SCREEN_LEFT, 'panel-left')}"
        f'<main id="{ids.SCREEN_STAGE}" class="screen-stage"><div id="{ids.CAMPUS}" class="campus-host"></div></main>'
        f"{side(ids.SCREEN_RIGHT, 'panel-right')}{side(ids.SCREEN_RIGHT_OUTER, 'panel-right-outer')}"
        f'<nav id="{ids.SCREEN_TABS}" class="screen-tabs"></nav><div id="{ids.SCREEN_TIME}" class="screen-time"></div>'
        f'<div id="{ids.SCREEN_TICKER}" class="screen-ticker"></div></div>'
    )


def _css() -> str:
    """The app's, in Dash's order, and what a file has otherwise."""
    sheets = [*sorted(ASSETS.glob("*.css")), *sorted((ASSETS / "styles").glob("*.css")), HERE / "snapshot.css"]
    return "\n".join(one.read_text(encoding="utf-8") for one in sheets)


def _text(content: bytes) -> str:
    return base64.b64encode(gzip.compress(content, 6, mtime=0)).decode()
