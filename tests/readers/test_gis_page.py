"""docs/reading-gis.md names every option that the readers look at, and none that they do not."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = ("gis", "grids", "city")
LOOKED_UP = re.compile(r"""options\.get\(\s*"(\w+)"|"(\w+_column)" *[,)]""")


def test_the_page_names_exactly_the_options_there_are() -> None:
    readers = REPOSITORY / "twin" / "readers"
    code = "".join(
        path.read_text(encoding="utf-8") for name in PACKAGES for path in sorted((readers / name).glob("*.py"))
    )
    used = {a or b for a, b in LOOKED_UP.findall(code)}
    page = (REPOSITORY / "docs" / "reading-gis.md").read_text(encoding="utf-8")
    table = page.split("## Options")[1].split("## Worth knowing")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == used
