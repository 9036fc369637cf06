"""One themed screen: a file of ``config/screens``."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from twin.live.rules.checked import Flag, Names, Number, Strict
from twin.screens.panel import Panel
from twin.screens.said import Id, KpiId, Needs, Sql, Window

PER_SIDE: Final = 4  # panels that a side has room for

Accent = Literal["azure", "cyan", "teal", "green", "lime", "violet", "pink", "sand", "steel"]
# colours of steps: what they mean, in every style
Meaning = Literal["good", "fair", "poor", "bad", "none", "one", "two", "three", "four", "five", "six"]
Patterns = tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9._*-]{1,80}$")], ...]


class MapStep(Strict):
    """Numbers below ``below`` (and not below that of the step before), or the class ``value``, have one colour."""

    below: Number | None = None
    value: str | None = None
    title: Names
    colour: Meaning


class MapColour(Strict):
    """``sql`` gives ``feature_id`` and ``value``: a number, or a class. Without ``steps`` numbers go along ``ramp``."""

    layer: str
    title: Names
    unit: Annotated[str, Field(max_length=20)] = ""
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    window: Window = Window.NOW
    every_s: Annotated[float, Field(ge=1, le=3600)] = 60.0
    needs: Needs = ()
    sql: Sql
    ramp: Literal["viridis", "cividis"] = "viridis"
    steps: tuple[MapStep, ...] = ()


class MapView(Strict):
    """What the 3D campus shows: layers by id, 0 hidden to 1 solid; those not named stay as the scene has them."""

    layers: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    devices: tuple[str, ...] | None = None  # types whose markers are shown; None: all
    ground: Annotated[float, Field(ge=0, le=1)] = 1.0  # opacity of the terrain
    labels: Flag = True
    trails: Flag = False
    colour: MapColour | None = None


class TourStop(Strict):
    """A place the camera goes to by itself: a feature, or the whole campus."""

    feature_id: str | None = None
    stay_s: Annotated[float, Field(ge=3, le=600)] = 12.0
    title: Names | None = None


class Screen(Strict):
    """One screen. The first six of ``kpis`` stand in its head."""

    id: Id
    order: Annotated[int, Field(ge=0, le=1000)] = 500
    title: Names
    question: Names  # what it answers
    accent: Accent = "azure"
    icon: Annotated[str, Field(pattern=r"^[a-z-]{1,30}$")] = "map"
    kpis: Annotated[tuple[KpiId, ...], Field(max_length=12)] = ()
    map: MapView = MapView()
    panels: Annotated[tuple[Panel, ...], Field(max_length=8)] = ()
    event_types: Patterns = ()  # what its ticker tells; none: all
    alarm_types: Patterns = ()  # what its tab counts; none: all
    tour: tuple[TourStop, ...] = ()
    enabled: Flag = True
