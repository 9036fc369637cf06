"""docs/reading-gis.md names every option that the readers look at, and none that they do not."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MODULES = (
    *("vector", "geoparquet", "csv_points", "axes", "records", "fields", "pipe_features", "raster_file", "grid"),
    *("las", "city", "cityjson", "citygml", "osm"),
)
LOOKED_UP = re.compile(r"""options\.get\(\s*"(\w+)"|"(\w+_column)" *[,)]""")


def test_the_page_names_exactly_the_options_there_are() -> None:
    code = "".join((REPOSITORY / "twin" / "readers" / f"{name}.py").read_text(encoding="utf-8") for name in MODULES)
    used = {a or b for a, b in LOOKED_UP.findall(code)}
    page = (REPOSITORY / "docs" / "reading-gis.md").read_text(encoding="utf-8")
    table = page.split("## Options")[1].split("## Worth knowing")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == used
