"""A panel as the browser is given it: its words, its chart or list, its state, and what a click on it chooses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ioc_app.screens.figures import FIGURES
from ioc_app.screens.figures.drawing import chosen
from ioc_app.screens.lists import LISTS
from ioc_app.screens.look import Look
from ioc_app.screens.plain import plain
from ioc_app.screens.written import moment_of, number, time, unit_said
from twin.screens.panel import Panel
from twin.screens.question import Rows

Shown = dict[str, Any]
Answered = Mapping[str, Any]  # as GET /api/v1/screens/{id}/panels/{panel} gives it

# what a click on a row may choose; of them a screen has its own id
CHOOSES: Final = ("alarm_id", "incident_id", "screen")
# columns that explain themselves in the second line, by kind
EXPLAINED: Final = {
    "trend": (("low", "band"), ("forecast", "forecast")),
    "ranking": (("target", "target"), ("compare", "compare")),
    "progress": (("target", "target"),),
}
# a row is a line of the chart
LINED: Final = ("ranking", "progress", "timeline")
MOST_WAITS: Final = 2
# nothing is drawn from the rows of these
WITHOUT_ROWS: Final = ("waiting", "broken", "empty", "loading")
_WORD: Final = re.compile(r"\{\w+\}")  # what ``title_sql`` fills in


def rows_of(answer: Answered) -> Rows:
    """Its rows by column, however they travelled."""
    rows, columns = answer.get("rows") or (), answer.get("columns") or ()
    return [row if isinstance(row, Mapping) else dict(zip(columns, row, strict=True)) for row in rows]


def show(panel: Panel, answer: Answered, look: Look, *, past: bool = False) -> Shown:
    """What stands in the panel; raises nothing for what an answer says, however strange."""
    rows = rows_of(answer)
    state = str(answer.get("state") or "good")
    if state not in WITHOUT_ROWS and not rows:
        state = "empty"
    with_rows = state not in WITHOUT_ROWS
    figure = FIGURES[panel.kind](panel, rows, look) if with_rows and panel.kind in FIGURES else None
    if figure is not None:
        figure["layout"]["uirevision"] = panel.id  # who looked closer at a part still does with newer rows
    return {
        "state": state,
        "kind": panel.kind,
        "height": panel.height,
        "unit_px": look.unit_px,
        "type_px": look.type_px(),
        "room": [look.width_px, look.height_px],  # what it was drawn for
        "accent": look.accent_colour,
        "title": plain((answer.get("title") or {}).get(look.language) or _untold(panel, look), 60),
        "sub": _sub(panel, rows, look),
        "foot": _foot(answer, look, state, past, _left_out(panel, rows, figure)),
        "words": _words(panel, answer, look, state),
        "rows_label": look.text("rows"),
        "loading": look.text("loading"),
        "figure": figure,
        "list": LISTS[panel.kind](panel, rows, look) if with_rows and panel.kind in LISTS else None,
        "picks": [_pick(row, look) for row in rows] if with_rows else [],
        "timed": panel.kind in ("trend",),
        "holds_place": any(chosen(row, look) for row in rows),
    }


def _untold(panel: Panel, look: Look) -> str:
    """The title while what it answers is not known."""
    return _WORD.sub("…", getattr(panel.title, look.language))


def loading(panel: Panel, look: Look) -> Shown:
    """What stands there while the answer takes longer than people wait without a word."""
    return show(panel, {"state": "loading"}, look)


def _sub(panel: Panel, rows: Rows, look: Look) -> str:
    """Unit, time, and what the marks in the chart mean."""
    columns = {name for row in rows[:50] for name, value in row.items() if value not in (None, False)}
    marks = [look.text(word) for column, word in EXPLAINED.get(panel.kind, ()) if column in columns]
    unverified = [look.text("unverified")] if panel.unverified else []
    period = getattr(panel.period, look.language) if panel.period else look.text(f"window.{panel.window}")
    return " · ".join(
        one for one in (plain(unit_said(panel.unit, look.language)), plain(period), *marks, *unverified) if one
    )


def _foot(answer: Answered, look: Look, state: str, past: bool, left_out: int) -> str:
    """When the data are of; that they are old, or not of now, is said in words."""
    true_at = answer.get("true_at")
    parts = []
    if state == "stale":
        parts.append(look.text("since", at=time(true_at, look)))
    elif true_at is not None:
        parts.append(look.text("data", at=time(true_at, look)))
    elif state not in ("waiting", "loading", "broken"):
        parts.append(look.text("asked", at=time(answer.get("at") or look.at, look)))
    if past:
        parts.append(look.text("past", at=time(look.at, look)))
    if answer.get("more"):
        parts.append(look.text("mostRows", n=len(answer.get("rows") or ())))
    elif left_out:
        parts.append(look.text("more", n=left_out))
    return " · ".join(parts)


def _left_out(panel: Panel, rows: Rows, figure: Mapping[str, Any] | None) -> int:
    """How many rows a chart of lines has no room for."""
    if figure is None or panel.kind not in LINED:
        return 0
    return len(rows) - len(figure["layout"]["yaxis"]["tickvals"])


def _first(waits: list[str], look: Look) -> list[str]:
    """As many as a small panel has room for, and how many more there are."""
    more = len(waits) - MOST_WAITS
    return waits if more <= 0 else [*waits[: MOST_WAITS - 1], look.text("more", n=more + 1)]


def _words(panel: Panel, answer: Answered, look: Look, state: str) -> list[str]:
    """What is said where there is nothing to draw."""
    if state == "waiting":
        waits = [plain(one.get(look.language), 80) for one in answer.get("waits_for") or ()]
        return _first([one for one in waits if one], look) or [look.text("waiting")]
    if state == "broken":
        fault = (answer.get("fault") or {}).get("text") or ""
        text = plain(fault.get(look.language) if isinstance(fault, Mapping) else fault, 200)
        return [look.text("broken", text=text) if text else look.text("brokenBare")]
    if state == "empty":
        if look.place or panel.nothing is None:
            return [look.text("emptyPlace" if look.place else "empty")]
        return [getattr(panel.nothing, look.language)]
    return [look.text("loading")] if state == "loading" else []


def _pick(row: Mapping[str, Any], look: Look) -> dict[str, Any] | None:
    """What a click on a row chooses: its place, its card, the screen behind it, its moment."""
    found = {name: row[name] for name in CHOOSES if isinstance(row.get(name), str)}
    if isinstance(row.get("feature_id"), str):
        found["place"] = row["feature_id"]
    at = moment_of(row.get("at"), look)
    if at is not None:
        found["at"] = at.isoformat().replace("+00:00", "Z")
    return found or None


def is_past(state: Mapping[str, Any]) -> bool:
    """Whether a moment other than now is asked for."""
    return state.get("at") is not None and number(state["at"]) is None
