"""Names of layers and blocks, and texts of a drawing, by the words of ``words.toml``."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from twin.model.pipe_codes import pipe_codes
from twin.readers.survey.pipe_sections import Section, parse_section

_FILE: Final = Path(__file__).with_suffix(".toml")
_ACCURACY: Final = re.compile("推测|推断|推算|实测|探测|INFERRED|MEASURED|DETECTED")
_SEPARATORS: Final = re.compile(r"[\s_\-.|$()\d]+")
LEFT_OUT: Final = "-"  # options.layers: a layer that is not wanted


@dataclass(frozen=True, slots=True)
class Layer:
    """What a layer's name says. ``role``: line, point, text or None; ``quantity``: what its texts are."""

    pipe_class: str | None = None
    subclass: str | None = None
    role: str | None = None
    quantity: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """What stands where a block of this name was inserted."""

    appurtenance: str | None = None
    feature: str | None = None
    known: bool = True
    drawn_only: bool = False


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _has(name: str, word: str) -> bool:
    """Chinese anywhere; Latin where no letter follows, and the short ones only as a word of their own."""
    if not word.isascii():
        return word in name
    before = r"(?<![A-Z])" if len(word) <= 3 else ""
    return re.search(rf"{before}{re.escape(word)}(?![A-Z])", name) is not None


def layer_of(name: str, said: Mapping[str, str]) -> Layer:
    """What the layer ``name`` is; ``said`` is options.layers, which goes before the name."""
    folded = unicodedata.normalize("NFKC", name).upper()
    role = next((one for one, words in _words()["roles"].items() if any(_has(folded, word) for word in words)), None)
    quantity = next(
        (k for k, words in _words()["quantities"].items() if any(_has(folded, word) for word in words)), None
    )
    stated = said.get(name)
    if stated == LEFT_OUT:
        return Layer()
    found = pipe_codes().classify(stated) if stated is not None else _class_in(folded)
    pipe_class, subclass = found or (None, None)
    return Layer(pipe_class, subclass, role, quantity)


def _class_in(folded: str) -> tuple[str, str | None] | None:
    """The class that is left when the words of roles, quantities and accuracy are taken off."""
    bare = _ACCURACY.sub(" ", folded)
    words = [word for part in ("roles", "quantities") for some in _words()[part].values() for word in some]
    for word in sorted(words, key=len, reverse=True):
        bare = re.sub(rf"{re.escape(word)}(?![A-Z])", " ", bare) if word.isascii() and len(word) > 3 else bare
        bare = bare if word.isascii() else bare.replace(word, " ")
    parts = [one for one in _SEPARATORS.split(bare) if one]
    candidates = [folded, "".join(parts), *parts, *(one.removesuffix("管") for one in parts)]
    return next((found for one in candidates if (found := pipe_codes().classify(one)) is not None), None)


@lru_cache(maxsize=4096)
def block_of(name: str) -> Block:
    """What a block stands for; unknown names say so."""
    folded = name.upper()
    for one in _words()["blocks"]:
        word = next((word for word in one["words"] if _has(folded, word)), None)
        if word is None:
            continue
        if one.get("drawn_only"):
            return Block(drawn_only=True)
        return Block(feature=word) if one.get("feature") else Block(appurtenance=one.get("appurtenance", word))
    return Block(known=False)


def said_by(text: str, quantity: str | None) -> dict[str, str]:
    """What a text says: ``number``, ``ground``, ``pipe``, ``depth``, ``section`` -> its value as text.

    ``quantity`` is what its layer says, which settles what a bare number is.
    """
    folded = re.sub(r"[✕╳*×]", "X", unicodedata.normalize("NFKC", text).upper()).strip()
    for pattern, says in _patterns():
        found = pattern.fullmatch(folded)
        if found is None:
            continue
        if says == ("level",):
            return {quantity if quantity in ("ground", "pipe", "depth") else "ground": found.group(1)}
        if quantity == "number" and says == ("section",):
            continue
        return dict(zip(says, (one.strip() for one in found.groups()), strict=True))
    if quantity in ("number", "section") and folded:
        return {quantity: folded}
    return {}


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], tuple[str, ...]]]:
    return [(re.compile(one["pattern"]), tuple(one["says"])) for one in _words()["texts"]]


def section_and_material(text: str) -> tuple[Section | None, str | None]:
    """``600X300 砼`` as section and material; the section is None where no word is one."""
    spellings = pipe_codes().material.by_spelling
    section, material = None, None
    glued = re.sub(r"\s*X\s*", "X", re.sub(r"(DN|DE|ID|OD|Φ|Ø)\s+(?=\d)", r"\1", text))
    for word in re.findall(r"[^\s/,;]+", re.sub(r"(?<=\d)(?=[^\W\dXM孔根])", " ", glued)):
        if section is None and re.search(r"\d", word):
            section = parse_section(word)
        elif word in spellings:
            material = spellings[word]
    return section, material
