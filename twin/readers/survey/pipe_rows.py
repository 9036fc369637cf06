"""What point and line tables share: the pipe class of each row, accuracy words."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from twin.model.feature import Accuracy
from twin.model.pipe_codes import pipe_codes
from twin.readers.tables.row_sieve import Mask, Texts, map_texts
from twin.readers.tables.sheets import Table

Numbers = NDArray[np.float64]

# Words of the accuracy column; substrings, first match wins.
_ACCURACY: Final = (
    (Accuracy.MEASURED, ("明显", "开挖", "实测", "量测", "MEASURED", "OPEN", "VISIBLE")),
    (Accuracy.DETECTED, ("隐蔽", "探测", "物探", "雷达", "DETECTED", "HIDDEN")),
    (Accuracy.INFERRED, ("推测", "推断", "推算", "调绘", "资料", "INFERRED")),
)


def classify_rows(table: Table, sheet_class: tuple[str, str | None] | None, numbers: Texts) -> tuple[Texts, Texts]:
    """Pipe class and subclass of every row.

    The row's own feature code or class column decides, else the sheet; a subclass that neither states is read from the
    letters of the point number (``YS12``) when they are a subclass of that class. None where nothing says it.
    """
    codes = pipe_codes()
    stated = map_texts(table.text("code"), codes.of_feature_code)
    by_class = map_texts(table.text("pipe_class"), codes.classify)
    by_subclass = map_texts(table.text("subclass"), codes.classify)
    letters = map_texts(numbers, lambda one: codes.classify(_letters(one)))
    names: list[str | None] = []
    subs: list[str | None] = []
    for row in zip(stated, by_subclass, by_class, letters, strict=True):
        name, sub = _decide(row, sheet_class)
        names.append(name)
        subs.append(sub)
    return _objects(names), _objects(subs)


def layers_of(pipe_class: Texts) -> Texts:
    """The layer of every row by its class, None where that is not known."""
    return map_texts(pipe_class, lambda one: None if one is None else pipe_codes().classes[one].layer_id)


def _decide(
    row: tuple[tuple[str, str | None] | None, ...], sheet_class: tuple[str, str | None] | None
) -> tuple[str | None, str | None]:
    *said, letters = row
    for one in (*said, sheet_class):
        if one is not None:
            name = one[0]
            break
    else:
        return None, None
    for one in (*said, sheet_class, letters):
        if one is not None and one[0] == name and one[1] is not None:
            return name, one[1]
    return name, None


def _letters(number: str | None) -> str | None:
    found = re.search(r"[A-Za-z]+", number or "")
    return found.group() if found else None


def _objects(values: list[Any]) -> Texts:
    out = np.empty(len(values), object)
    out[:] = values
    return out


def accuracy_of(texts: Texts, default: str | None) -> Texts:
    """``twin.model.feature.Accuracy`` of every row; ``default`` (options.accuracy) where the table is silent."""
    fallback = Accuracy(default) if default else Accuracy.UNKNOWN
    return map_texts(texts, lambda one: _accuracy(one, fallback))


def _accuracy(text: str | None, fallback: Accuracy) -> str:
    folded = (text or "").upper()
    for kind, words in _ACCURACY:
        if any(word in folded for word in words):
            return kind.value
    return fallback.value


def detection_sd(accuracy: Texts, depth_m: Numbers) -> tuple[Numbers, Numbers]:
    """Plan and depth uncertainty of detected things, m: 0.10 h and 0.15 h, h at least 1 m (CJJ 61-2017); NaN otherwise.

    The standard states them as limits of a detected point's position; the twin uses them as its spread.
    """
    deep = np.where(accuracy == Accuracy.DETECTED.value, np.maximum(np.abs(depth_m), 1.0), np.nan)
    return 0.10 * deep, 0.15 * deep


def attribute_rows(columns: dict[str, Texts], kept: Mask) -> list[dict[str, Any]]:
    """What has no column of its own, one mapping a row that is in; blanks left out."""
    chosen = {heading: texts[kept] for heading, texts in columns.items()}
    count = int(kept.sum())
    return [{h: t[row] for h, t in chosen.items() if t[row] is not None} for row in range(count)]
