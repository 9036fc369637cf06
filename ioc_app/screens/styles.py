"""The colour styles, read from the files that the page itself is drawn from: no colour is written twice.

A style is a file of ``assets/styles``, or a block of ``assets/tokens.css`` where it has none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

ASSETS: Final = Path(__file__).resolve().parents[2] / "assets"
STYLES: Final = ("dark", "light", "blue", "red_gold")

_BLOCK: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_TOKEN: Final = re.compile(r"--([a-z0-9-]+)\s*:\s*([^;]+?)\s*(?:;|$)")
_REFERENCE: Final = re.compile(r"var\(--([a-z0-9-]+)\)")


def style_named(name: object) -> str:
    """``name`` where it is a style; the first one where it is not."""
    return name if isinstance(name, str) and name in STYLES else STYLES[0]


@cache
def tokens(style: str) -> Mapping[str, str]:
    """Token by name, without ``--``; what a style leaves out is that of the dark one. Read once: files of the page
    change with the program."""
    found: dict[str, str] = {}
    files = (ASSETS / "tokens.css", *(ASSETS / "styles" / f"{one}.css" for one in (STYLES[0], style)))
    for path in filter(Path.is_file, files):
        for selector, body in _BLOCK.findall(_COMMENT.sub("", path.read_text(encoding="utf-8"))):
            if _is_of(selector, style):
                found |= {name: " ".join(value.split()) for name, value in _TOKEN.findall(body)}
    return {name: _REFERENCE.sub(lambda one: found.get(one[1], one[0]), value) for name, value in found.items()}


def _is_of(selector: str, style: str) -> bool:
    """Whether a block says something of the style: ``:root``, the dark one, its own; media queries are for pages."""
    named = re.findall(r'\[data-theme=["\']?([a-z_]+)', selector)
    return "@" not in selector and (not named or STYLES[0] in named or style in named)
