"""What files of KPIs and screens are made of."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
KpiId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,59}$")]
Sql = Annotated[str, Field(min_length=8, max_length=20_000)]
# what must be there for an answer to mean anything: "quantity:power", "event:payment", "register:leases"; of several
# names one is enough: "quantity:power|energy"
Need = Annotated[str, Field(pattern=r"^(quantity|event|register|layer):[A-Za-z0-9._*|-]{1,80}$")]
Needs = tuple[Need, ...]


class Window(StrEnum):
    """How far before ``$at`` a question looks: ``$from`` is so many hours back, or the campus-local midnight so many
    days back, and ``$to`` is ``$at``.
    """

    NOW = "now"  # 48 hours, the most for which single readings are looked at
    DAY = "day"  # since midnight
    WEEK = "week"  # seven days, today among them
    MONTH = "month"  # thirty
    YEAR = "year"  # 365


DAYS_BACK: dict[Window, int] = {Window.DAY: 0, Window.WEEK: 6, Window.MONTH: 29, Window.YEAR: 364}
