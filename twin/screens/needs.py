"""What a number or a panel needs and never arrived, so that it says what it waits for and shows no zeros."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

from twin.model.points import point_types
from twin.model.registers import REGISTERS
from twin.model.text import Title

There = Mapping[str, Callable[[], Iterable[str]]]
"""What has arrived, by kind of need (``quantity``, ``event``, ``register``, ``layer``): looked at when asked."""

_WORDS: Final = {
    "quantity": ("正在等待{title}数据（{name} 测点）", "Waiting for readings of {title} (points '{name}')"),
    "event": ("正在等待{title}（{name} 事件）", "Waiting for events of type '{name}'"),
    "register": ("正在等待台账：{title}（{name}）", "Waiting for the register of {title} ('{name}')"),
    "layer": ("正在等待图层：{title}（{name}）", "Waiting for the layer {title} ('{name}')"),
}


def lacking(needs: Sequence[str], there: There, layers: Mapping[str, Title]) -> list[dict[str, str]]:
    """What of ``needs`` never arrived, with words for it. ``layers`` are the titles of those that may be needed."""
    return [waited_for(need, layers) for need in needs if not _has(there, *need.split(":", 1))]


def _has(there: There, kind: str, pattern: str) -> bool:
    names, either = set(there[kind]()), pattern.split("|")
    return any(fnmatchcase(one, name) for one in names for name in either)


def waited_for(need: str, layers: Mapping[str, Title]) -> dict[str, str]:
    """What is waited for, in words."""
    kind, name = need.split(":", 1)
    titles = [_title(kind, one, layers) for one in name.split("|")]
    title = Title("或".join(one.zh for one in titles), " or ".join(one.en for one in titles))
    zh, en = _WORDS[kind]
    return {
        "need": need,
        "zh": zh.format(title=title.zh, name=name),
        "en": en.format(title=title.en, name=name),
        "short_zh": f"缺{title.zh}",
        "short_en": f"No {title.en[:1].lower()}{title.en[1:]}",
    }


def _title(kind: str, name: str, layers: Mapping[str, Title]) -> Title:
    if kind == "quantity":
        found = (one.title for kinds in point_types().values() for one in kinds if one.quantity == name)
        return next(found, Title(name, name))
    if kind == "register":
        return REGISTERS[name].title if name in REGISTERS else Title(name, name)
    if kind == "layer":
        return layers.get(name, Title(name, name))
    return Title("事件", "events")
