"""What the package says of itself in both languages: ``words.toml`` as code."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).with_suffix(".toml")


@cache
def words() -> dict[str, Any]:
    """Read once."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
