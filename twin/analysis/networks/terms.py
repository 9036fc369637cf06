"""The words by which valves, sources, outfalls and building connections are known, as data (``terms.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

_FILE: Final = Path(__file__).with_suffix(".toml")

Mask = NDArray[np.bool_]
Texts = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Terms:
    """Sets of words, folded by ``folded``; one for each table of the file."""

    valve: frozenset[str]
    source: frozenset[str]
    outfall: frozenset[str]
    connection: frozenset[str]
    not_a_connection: frozenset[str]
    one_way: frozenset[str]
    control_valve: frozenset[str]
    along: frozenset[str]
    against: frozenset[str]
    carries_nothing: frozenset[str]
    pressurised: frozenset[str]
    gravity: frozenset[str]


@lru_cache(maxsize=1)
def terms() -> Terms:
    """The words of ``terms.toml``, read once."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))

    def words(table: str, *keys: str) -> frozenset[str]:
        return frozenset(folded(one) for key in keys or ("zh", "en") for one in data[table][key])

    return Terms(
        valve=words("valve"),
        source=words("source"),
        outfall=words("outfall"),
        connection=words("connection"),
        not_a_connection=words("not_a_connection"),
        one_way=words("one_way"),
        control_valve=words("control_valve"),
        along=words("flow", "along"),
        against=words("flow", "against"),
        carries_nothing=words("state", "carries_nothing"),
        pressurised=words("pressurised", "classes", "subclasses"),
        gravity=words("gravity", "classes"),
    )


def folded(text: str) -> str:
    """A word as it is compared: without blanks, in lower case."""
    return "".join(text.split()).casefold()


def named(texts: Sequence[str | None] | Texts, words: Iterable[str]) -> Mask:
    """(n,) where a text is one of ``words``, which are folded. Each spelling is folded once."""
    known = frozenset(words)
    verdict: dict[str | None, bool] = {None: False}
    for one in set(texts):
        verdict[one] = isinstance(one, str) and folded(one) in known
    return np.fromiter((verdict[one] for one in texts), bool, len(texts))
