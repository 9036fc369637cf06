"""Labels with leader lines that neither overlap nor are crossed by another's leader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from twin.analysis.sections.svg import text_width

SIZE: Final = 11.0
ROW: Final = 15.0
GAP: Final = 4.0


@dataclass(frozen=True, slots=True)
class Label:
    """A text to the right of a leader at ``x``; row 0 is next to the drawing."""

    x: float
    text: str
    row: int


def placed(wanted: Sequence[tuple[float, str]]) -> list[Label]:
    """Rows for texts at leaders (x, text), in the order given.

    Whoever stands under the text of a neighbour to the left goes into a lower row, so its leader ends before it.
    """
    done: list[Label] = []
    for x, text in sorted(wanted, key=lambda one: -one[0]):
        end = x + text_width(text, SIZE) + 2 * GAP
        row = max((one.row + 1 for one in done if one.x <= end), default=0)
        done.append(Label(x, text, row))
    order = sorted(range(len(wanted)), key=lambda one: -wanted[one][0])
    back = dict(zip(order, done, strict=True))
    return [back[one] for one in range(len(wanted))]


def shortened(text: str, room: float, size: float = SIZE) -> str:
    """``text``, or as much of it as fits into ``room``, with an ellipsis."""
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text + "…"


def spread(positions: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The positions, ascending, moved as little as needed so that neighbours are ``gap`` apart, within low…high.

    Groups that would overlap are centred on the mean of what they stand for (pool adjacent violators). Where there is
    no room at all they are spread evenly.
    """
    if len(positions) > 1 and (len(positions) - 1) * gap > high - low:
        return [low + (high - low) * number / (len(positions) - 1) for number in range(len(positions))]
    groups: list[list[float]] = []  # sum of (position - own place in the group), members
    for position in positions:
        groups.append([position, 1.0])
        while len(groups) > 1 and _first(groups[-2], gap, low, high) + groups[-2][1] * gap > _first(
            groups[-1], gap, low, high
        ):
            later = groups.pop()
            total, members = groups[-1]
            groups[-1] = [total + later[0] - later[1] * members * gap, members + later[1]]
    return [_first(group, gap, low, high) + gap * member for group in groups for member in range(int(group[1]))]


def _first(group: list[float], gap: float, low: float, high: float) -> float:
    """Where the first member of a group stands."""
    total, members = group
    return min(max(total / members, low), high - (members - 1) * gap)
