"""Why an alarm was raised, in words: templates filled with values and limits.

Templates come from people who write rules, values from anybody. A template may name a word of the closed list and
nothing else (no attributes, no indices), and what is filled in is never read as a template. ``{n:meter|meters}`` is
not the number but the word that goes with it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Mapping
from typing import Any, Final

from twin.mistakes import wrong

WORDS: Final = frozenset(
    {"title", "device", "point", "quantity", "value", "unit", "limit", "for_s", "type", "text", "place", "count"}
    | {"members", "fence"}
)
LONGEST: Final = 500  # characters of others' text that an alarm repeats
_FORMATTER: Final = string.Formatter()
_FORMS: Final = re.compile(r"([^|{}]+)\|([^|{}]+)")  # of one, of any other number

# kind -> zh, en; a rule's own text goes before
DEFAULTS: Final[dict[str, tuple[str, str]]] = {
    "threshold": (
        "{title}：{device} {value} {unit}，限值 {limit} {unit}",
        "{title}: {device} {value} {unit}, limit {limit} {unit}",
    ),
    "rate": (
        "{title}：{device} 每小时变化 {value} {unit}，限值 {limit} {unit}",
        "{title}: {device} changes by {value} {unit} per hour, limit {limit} {unit}",
    ),
    "absence": (
        "{title}：{device} 已超过 {for_s} 秒没有数据",
        "{title}: nothing from {device} for more than {for_s} s",
    ),
    "stuck": (
        "{title}：{device} 数值 {value} 已 {for_s} 秒不变",
        "{title}: {device} has stood at {value} for {for_s} s",
    ),
    "quality": ("{title}：{device} 数据质量为 {type}", "{title}: readings of {device} are {type}"),
    "composite": ("{title}：{place} 同时出现 {members}", "{title}: {members} at {place}"),
    "event": ("{title}：{device} {text}", "{title}: {device} {text}"),
    "schedule": ("{title}：{device} {text}", "{title}: {device} {text}"),
    "geofence": ("{title}：{device}（{fence}）", "{title}: {device} ({fence})"),
}

# what a decision says about an alarm that it does not raise
NOTES: Final[dict[str, dict[str, str]]] = {
    "cleared": {"zh": "已恢复", "en": "back to normal"},
    "rule_changed": {
        "zh": "规则已停用或更改，告警随之结束",
        "en": "ended because its rule was switched off or changed",
    },
    "raised": {
        "zh": "更正：迟到的数据表明当时应告警",
        "en": "corrected: late input shows that it should have been raised",
    },
    "withdrawn": {
        "zh": "更正：迟到的数据表明当时不应告警",
        "en": "corrected: late input shows that it should not have been raised",
    },
    "moved": {"zh": "更正：迟到的数据改变了告警时间", "en": "corrected: late input moves when it was raised"},
    "changed": {"zh": "更正：迟到的数据改变了告警内容", "en": "corrected: late input changes what was said"},
}


def check_template(template: str, words: Collection[str] = WORDS) -> None:
    """Raise what is wrong with a template that may name these words, as validators do."""
    try:
        parts = list(_FORMATTER.parse(template))
    except ValueError as fault:
        raise wrong("template_broken", template=repr(template), detail=str(fault)) from fault
    for _, word, spec, conversion in parts:
        if word is None:
            continue
        if word not in words:
            raise wrong("template_word", word=word, words=", ".join(sorted(words)) or "-")
        if conversion or (spec and not _FORMS.fullmatch(spec)):
            raise wrong("template_format", word=word)


def words_of(template: str) -> set[str]:
    """The words that a checked template names."""
    return {word for _, word, _, _ in _FORMATTER.parse(template) if word is not None}


def fill(template: str, words: Mapping[str, Any], longest: int = LONGEST) -> str:
    """A checked template with its words; what a rule of this kind does not know stays empty."""
    return "".join(
        literal + (_filled(words.get(word), spec, longest) if word is not None else "")
        for literal, word, spec, _ in _FORMATTER.parse(template)
    )


def _filled(value: Any, spec: str | None, longest: int) -> str:
    said = "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
    forms = _FORMS.fullmatch(spec) if spec else None
    return forms[1 if said == "1" else 2] if forms else said[:longest]
