"""Find anything by name, code, number or pinyin: ``101``, ``配电``, ``pdf``, ``图书馆 301``.

Entries of one class stand line by line in one lower-case text, so that a question is a handful of ``str.find`` runs
(about 1 ms for a million characters) and no index structure has to be kept. Rank: exact code, exact name, code
prefix, name prefix, inside a code, inside a name, pinyin initials, pinyin. Several words must all match, and then the
names of building and storey count too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Any, Final
from urllib.parse import unquote

from pypinyin import Style, lazy_pinyin

from ioc_app.directory import Directory
from layers import registry

# Own columns that people search by; ``name`` and the key inside feature_id are always there.
CODE_COLUMNS: Final = ("code", "number", "device_code", "point_no", "tag")
KEY_COLUMNS: Final = ("global_id",)  # letters in them mean nothing, so they match whole or from their start
NAME_COLUMNS: Final = ("name_en", "long_name", "device_type", "type_name", "use", "road", "appurtenance")
# What a person at the desk most likely means, first.
LAYER_ORDER: Final = ("buildings", "storeys", "spaces", "devices", "zones")
LAST_LAYERS: Final = ("elements", "surface", "terrain")
ENOUGH: Final = 400  # distinct candidates of one question; rank decides among them
MAX_QUERY: Final = 100

KEY_LETTERS: Final = 3  # a shorter start of a key would find half the campus
# What is tried, best first: haystack, pattern (a line break anchors to an end), ASCII letters needed (0: any script).
STEPS: Final = (
    ("by_code", "\n{}\n", 0),
    ("by_key", "\n{}\n", 0),
    ("by_name", "\n{}\n", 0),
    ("by_code", "\n{}", 0),
    ("by_name", "\n{}", 0),
    ("by_key", "\n{}", KEY_LETTERS),
    ("by_code", "{}", 0),
    ("by_name", "{}", 0),
    ("by_initials", "\n{}", 1),
    ("by_pinyin", "\n{}", 1),
    ("by_initials", "{}", 2),
    ("by_pinyin", "{}", 2),
)


class Haystack:
    """Lines of text with the feature each belongs to, in order of likelihood."""

    def __init__(self, lines: Iterable[tuple[str, int]]) -> None:
        self.text = "\n"
        kept = [(line, idx) for line, idx in lines if line]
        self.text += "".join(f"{line}\n" for line, _ in kept)
        self._idx = [idx for _, idx in kept]
        self._ends = list(accumulate(len(line) + 1 for line, _ in kept))

    def hits(self, needle: str) -> Iterator[int]:
        """The feature of every line that contains ``needle`` (a line break in it anchors to the line's ends)."""
        at = self.text.find(needle)
        while at != -1:
            # an anchored needle starts at the break that ends the line before
            line = bisect_right(self._ends, at - 1 + needle.startswith("\n"))
            if line == len(self._idx):  # the last line break
                return
            yield self._idx[line]
            at = self.text.find(needle, self._ends[line])

    def contains(self, needle: str) -> bool:
        return needle in self.text


class SearchIndex:
    """The haystacks of one generation."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        order = _by_likelihood(directory)
        codes, keys, names = _codes(directory), _keys(directory), _names(directory)
        self.by_key = Haystack((key, idx) for idx in order for key in keys[idx])
        self.by_code = Haystack((code, idx) for idx in order for code in codes[idx])
        self.by_name = Haystack((name, idx) for idx in order for name in names[idx])
        self.by_initials = Haystack((_pinyin(name)[1], idx) for idx in order for name in names[idx])
        self.by_pinyin = Haystack((_pinyin(name)[0], idx) for idx in order for name in names[idx])
        self._position = {idx: position for position, idx in enumerate(order)}

    def search(self, question: str, limit: int = 20) -> list[dict[str, Any]]:
        """The ``limit`` best features for ``question``, best first."""
        words = question.replace("\n", " ").lower().strip()[:MAX_QUERY].split()
        if not words:
            return []
        ranks = self._candidates(" ".join(words), ENOUGH)
        if len(words) > 1:
            ranks = {**self._all_words(words), **ranks}
        best = sorted(ranks, key=lambda idx: (ranks[idx], self._position[idx]))
        return [self.directory.entry(idx) for idx in best[:limit]]

    def _candidates(self, word: str, enough: int) -> dict[int, int]:
        """Feature -> rank, at most ``enough`` of them."""
        found: dict[int, int] = {}
        for rank, (haystack, pattern, least) in enumerate(STEPS):
            if len(word) < least or (least and not word.isascii()):
                continue
            for idx in getattr(self, haystack).hits(pattern.format(word)):
                found.setdefault(idx, rank)
                if len(found) >= enough:
                    return found
        return found

    def _all_words(self, words: list[str]) -> dict[int, int]:
        """Features that match every word, by their own text or by that of their building and storey."""
        sets = [self._candidates(word, 10 * ENOUGH) for word in words]
        return {
            idx: 100 + sum(own.get(idx, len(STEPS)) for own in sets)
            for idx in dict.fromkeys(idx for own in sorted(sets, key=len) for idx in own)
            if all(idx in own or word in self._context(idx) for word, own in zip(words, sets, strict=True))
        }

    def _context(self, idx: int) -> str:
        """Where a feature is, as people say it, in characters, pinyin and initials."""
        named = (self.directory.building_name, self.directory.building_name_en, self.directory.storey_name)
        return _place(*(name(idx) or "" for name in named))


@lru_cache(maxsize=4096)
def _place(*names: str) -> str:
    lower = [name.lower() for name in names]
    return "\n".join([*lower, *(part for name in lower for part in _pinyin(name))])


def _by_likelihood(directory: Directory) -> list[int]:
    """Every ``idx``, likely layers first, table order inside a layer."""
    layers = directory.text("layer_id")
    present = list(dict.fromkeys(layers))
    middle = [one for one in present if one not in LAYER_ORDER and one not in LAST_LAYERS]
    place = {layer_id: n for n, layer_id in enumerate((*LAYER_ORDER, *middle, *LAST_LAYERS))}
    return sorted(range(len(layers)), key=lambda idx: place[layers[idx]])


def _codes(directory: Directory) -> list[list[str]]:
    """The codes of every feature, lower case."""
    found: list[list[str]] = [[] for _ in range(len(directory))]
    _add_columns(directory, CODE_COLUMNS, found)
    return found


def _keys(directory: Directory) -> list[list[str]]:
    """The key inside the id of every feature and its GlobalId, lower case."""
    found = [[unquote(str(one).split(":", 2)[-1]).lower()] for one in directory.text("feature_id")]
    _add_columns(directory, KEY_COLUMNS, found)
    return found


def _names(directory: Directory) -> list[list[str]]:
    """The names of every feature, lower case, with the titles of its class in both languages."""
    found = [[name.lower()] if name else [] for name in directory.text("name")]
    _add_columns(directory, NAME_COLUMNS, found)
    _add_class_titles(directory, found)
    return found


def _add_columns(directory: Directory, columns: tuple[str, ...], found: list[list[str]]) -> None:
    start = 0
    for layer_id in directory.generation.layer_ids():
        table = directory.generation.table(layer_id)
        for column in columns:
            if column in table.column_names:
                for row, value in enumerate(table[column].to_pylist()):
                    text = str(value).replace("\n", " ").lower() if value is not None else ""
                    if text and text not in found[start + row]:
                        found[start + row].append(text)
        start += table.num_rows


def _add_class_titles(directory: Directory, found: list[list[str]]) -> None:
    start = 0
    definitions = registry()
    for layer_id in directory.generation.layer_ids():
        table = directory.generation.table(layer_id)
        layer = definitions.get(layer_id)
        if layer and layer.colour_column and layer.colour_column in table.column_names:
            titles = {value: [one.zh.lower(), one.en.lower()] for value, one in layer.class_titles.items()}
            for row, value in enumerate(table[layer.colour_column].to_pylist()):
                found[start + row] += titles.get(value, [])
        start += table.num_rows


@lru_cache(maxsize=65536)
def _pinyin(name: str) -> tuple[str, str]:
    """Full pinyin and initials of a name, both empty when it has no Chinese in it."""
    if name.isascii():
        return "", ""
    # a list keeps letters and digits apart, so that their initials are themselves; the stub knows only text
    syllables = lazy_pinyin(name, style=Style.NORMAL, errors=list)  # type: ignore[arg-type]
    return "".join(syllables).lower(), "".join(one[:1] for one in syllables).lower()
