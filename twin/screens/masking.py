"""Attributes of events as text, with what names a person made unreadable: ``messages_out.masked`` for many rows."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import pyarrow as pa

from twin.live.messages_out import PERSONAL, mask, masked

_NAMES: Final = "|".join(sorted(PERSONAL))
_NAMED: Final = re.compile(rf'"({_NAMES})"\s*:', re.IGNORECASE)
# a name with a text without escapes, which is nearly every one
_PLAIN: Final = re.compile(rf'("(?:{_NAMES})"\s*:\s*)"([^"\\]*)"', re.IGNORECASE)


def masked_texts(texts: pa.ChunkedArray) -> pa.Array:
    """Each text masked; what names nobody is left as it is."""
    return pa.array([None if one is None else masked_text(one) for one in texts.to_pylist()], pa.string())


def masked_text(text: str) -> str:
    """One JSON object. What is none shows nothing of itself."""
    if "\\" not in text:
        named = len(_NAMED.findall(text))
        if not named:
            return text
        hidden, plain = _PLAIN.subn(_hidden, text)
        if plain == named:
            return hidden
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError):
        return "{}"
    if not isinstance(said, dict):
        return text if not isinstance(said, list) else json.dumps(masked({"_": said})["_"], ensure_ascii=False)
    return json.dumps(masked(said), ensure_ascii=False, separators=(",", ":"))


def _hidden(found: re.Match[str]) -> str:
    return f'{found[1]}"{mask(found[2])}"'


def masked_names(names: pa.ChunkedArray) -> pa.Array:
    """What people are called in a column of a register."""
    return pa.array([None if one is None else mask(one) for one in names.to_pylist()], pa.string())
