"""What may stand beside the campus: a closed list of kinds, each with the columns that its ``sql`` gives.

Every kind takes ``feature_id`` (and ``alarm_id``, ``incident_id``) beside: what a click on the row chooses.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from twin.live.rules.checked import Flag, Names, Seconds, Strict
from twin.screens.said import Id, Needs, Sql, Window

# kind -> columns that must be there, columns that may be
COLUMNS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    # lines over time; a band from low to high, what is forecast is dashed
    "trend": (("at", "value"), ("series", "low", "high", "forecast")),
    # ranked bars, the first at the top; compared with a target or another time
    "ranking": (("label", "value"), ("target", "compare", "level")),
    # upright bars by hour, day or class, stacked by series
    "columns": (("label", "value"), ("series",)),
    # parts of a whole, five at most
    "shares": (("label", "value"), ()),
    # how values spread
    "distribution": (("value",), ("series",)),
    # a value by two classes: weekday and hour
    "matrix": (("x", "y", "value"), ()),
    # a table; what its columns are, ``columns`` says
    "table": ((), ()),
    # what happened along the day: an incident a bar, ``until`` null while it goes on
    "timeline": (("label", "since", "until", "level"), ()),
    # a tile a module: its number, how it was before, its worst item, the screen behind it
    "tiles": (("label", "value"), ("unit", "compare", "worst", "level", "screen")),
    # how many stand at each stage, and how many of them late
    "stages": (("label", "value"), ("late",)),
    # parts of parts: a row names its parent
    "tree": (("id", "parent", "label", "value"), ("level",)),
    # how far something got towards what it should be
    "progress": (("label", "value", "target"), ("level",)),
}
Kind = Literal[
    "trend", "ranking", "columns", "shares", "distribution", "matrix",
    "table", "timeline", "tiles", "stages", "tree", "progress",
]  # fmt: skip


class TableColumn(Strict):
    """A column of a table panel. ``as`` says how a value is written."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    title: Names
    as_: Annotated[Literal["text", "number", "time", "date", "level", "share", "duration"], Field(alias="as")] = "text"
    unit: str = ""
    decimals: Annotated[int, Field(ge=0, le=6)] = 0


class Panel(Strict):
    """One panel. ``title`` answers: words in braces are columns of the one row that ``title_sql`` gives. While one of
    them is not known, ``name`` says what the panel is about; where there is no row, ``nothing`` says why.

    Columns of words (``label``, ``series``, ``unit``, ``worst`` …) may come in both languages, as ``label_zh`` and
    ``label_en``.
    """

    id: Id
    kind: Kind
    title: Names
    title_sql: Sql | None = None
    name: Names | None = None
    nothing: Names | None = None
    side: Literal["left", "right"]
    height: Annotated[int, Field(ge=1, le=3)] = 1  # shares of its side
    unit: Annotated[str, Field(max_length=20)] = ""
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    window: Window = Window.NOW
    period: Names | None = None  # said in place of the window, where that is only how far back the SQL looks
    fresh_s: Seconds = 900.0
    every_s: Annotated[float, Field(ge=1, le=3600)] = 30.0  # how often it is asked anew
    needs: Needs = ()
    sql: Sql
    columns: tuple[TableColumn, ...] = ()  # of a table
    note: Names | None = None  # method, limits
    unverified: Flag = False
