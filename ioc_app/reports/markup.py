"""HTML and SVG from elements: what is text stays text, whoever wrote it."""

from __future__ import annotations

from html import escape
from typing import Final

_EMPTY: Final = frozenset({"meta", "br", "rect", "line", "path", "circle"})  # of those that are used here


class Markup(str):
    """Made by ``el`` only; everything else is text."""

    __slots__ = ()


Child = Markup | str | int | None


def el(name: str, /, *children: Child, **attributes: str | float | None) -> Markup:
    """An element. ``class_`` is ``class``, ``a_b`` is ``a-b``; children and attributes of None are left out."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_number(value), quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _EMPTY and not children:
        return Markup(f"<{name}{said}/>")
    return Markup(f"<{name}{said}>{joined(*children)}</{name}>")


def joined(*children: Child) -> Markup:
    return Markup("".join(_text(one) for one in children if one is not None))


def _text(one: Child) -> str:
    return one if isinstance(one, Markup) else escape(str(one), quote=False)


def _number(value: str | float | None) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
