"""Text of others made harmless for a chat: no link to follow, nobody called by name, no markup, no hidden direction.

What is shown stays readable: ``evil.com`` becomes ``evil. com``, ``@all`` ``＠all``, ``http://`` ``http：//``.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from twin.model.text import storable

# categories that show nothing, or turn round what follows
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SCHEME: Final = re.compile(
    r"(?i)(://|\b(?:javascript|vbscript|data|mailto|tel|sms|file|weixin|wxwork|dingtalk|alipays?)(?=:))(:?)"
)
_DOMAIN: Final = re.compile(r"(?<=[^\W_])[.。．｡](?=[^\W\d_])")
_ADDRESS: Final = re.compile(r"\b(\d{1,3}\.\d{1,3}\.\d{1,3})\.(?=\d)")
_WIDE: Final = str.maketrans("<>[]()`*_#|~!\\&", "＜＞［］（）｀＊＿＃｜～！＼＆")
_MARK: Final = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_STACKED: Final = re.compile(f"({_MARK}{{2}}){_MARK}+")  # no writing has three on one letter


def plain(text: str) -> str:
    """One line that no chat reads as more than text."""
    shown = "".join(
        " " if one.isspace() else one
        for one in storable(text.replace("\0", ""))
        if one.isspace() or unicodedata.category(one) not in _HIDDEN
    )
    shown = _STACKED.sub(r"\1", shown)
    shown = _SCHEME.sub(lambda found: "：//" if found[1] == "://" else found[1] + "：", shown)
    shown = _ADDRESS.sub(r"\1. ", _DOMAIN.sub(". ", shown))
    return " ".join(shown.replace("@", "＠").split())


def unmarked(text: str) -> str:
    """``plain``, and nothing that Markdown knows: its signs in full width. Decimal numbers keep their sign."""
    return plain(text).translate(_WIDE)


def clipped(text: str, most_bytes: int) -> str:
    """As much of ``text`` as fits into so many bytes of UTF-8, whole characters, with a sign that more was said."""
    raw = text.encode()
    if len(raw) <= most_bytes:
        return text
    return raw[: most_bytes - 3].decode("utf-8", "ignore").rstrip() + "…"
