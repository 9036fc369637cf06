"""Texts of strangers, made fit to be drawn; the same as ``plainText`` of the viewer (``engine/text.js``)."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_MARKS: Final = {"Mn", "Mc", "Me"}
_SPACES: Final = re.compile(r"\s+")


def plain(text: Any, limit: int = 48) -> str:
    """One short line in reading order, without anything that acts on the text around it; at most ``limit`` signs."""
    if text is None:
        return ""
    shown: list[str] = []
    piled = 0
    for sign in str(text)[: limit * 16]:  # nobody reads ten thousand signs to draw forty
        kind = unicodedata.category(sign)
        piled = piled + 1 if kind in _MARKS else 0
        if piled <= 2:
            shown.append(" " if kind in _UNSEEN else sign)
    line = _SPACES.sub(" ", "".join(shown)).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def drawn(text: Any, limit: int = 48) -> str:
    """The same for plotly.js, which takes tags and entities in any text for markup."""
    return plain(text, limit).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def ems(text: str) -> float:
    """How wide a line is, in heights of its letters: Chinese signs are square, others about half as wide."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.58 for sign in text)


def cut(text: Any, most_ems: float) -> str:
    """As much of a text as fits ``most_ems``."""
    line = plain(text, 200)
    if ems(line) <= most_ems:
        return line
    width = 1.0  # of the sign that says that there is more
    for place, sign in enumerate(line):
        width += ems(sign)
        if width > most_ems:
            return line[:place].rstrip() + "…"
    return line
