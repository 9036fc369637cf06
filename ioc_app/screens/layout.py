"""Where panels stand: slots that stay, whatever screen is shown, so that another theme changes what is in them only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dash import dcc

from ioc_app.screens.grid import grid_script
from ioc_app.screens.screen_panel import RowsDrawer, ScreenPanel
from twin.screens.panel import Panel
from twin.screens.screen import PER_SIDE, Screen

# the outer ones are those of a second screen, on walls that have room for it
SIDES: Final = ("left", "right", "left-outer", "right-outer")
SLOTS: Final = tuple(f"panel-{side}-{place}" for side in SIDES for place in range(PER_SIDE))
ROWS: Final = "panel-rows"  # the drawer
DIGESTS: Final = "panel-digests"  # what stands in each slot, so that it is not sent again
LATE: Final = "panel-late"  # slots whose answers are still awaited

# of the 1080-high design, until a panel has told its size: a side is 23 % wide, a panel has a head and a foot
WIDTH_PX: Final = 0.23 * 1920 - 44
SIDE_PX: Final = 0.74 * 1080
AROUND_PX: Final = 96
LEAST_PX: Final = 60


@dataclass(frozen=True, slots=True)
class Placed:
    """A panel in a slot; ``share`` is how much of the height of its side it has."""

    screen: Screen
    panel: Panel
    share: float

    @property
    def key(self) -> str:
        return f"{self.screen.id}/{self.panel.id}"

    def room_px(self, size: Mapping[str, Any] | None, unit_px: float) -> tuple[float, float]:
        """Width and height of its body: as the browser told of this panel in its slot, or as the design has it."""
        told = (size or {}).get(self.key)
        if told and all(told):
            width_px, height_px = told
            return float(width_px), float(height_px)
        return WIDTH_PX * unit_px, max(LEAST_PX, SIDE_PX * self.share - AROUND_PX) * unit_px


def placed(screen: Screen | None, second: Screen | None = None) -> dict[str, Placed]:
    """What stands in which slot. A side takes four panels."""
    found = {}
    for one, outer in ((screen, ""), (second, "-outer")):
        for side in ("left", "right"):
            panels = [panel for panel in one.panels if panel.side == side][:PER_SIDE] if one else []
            shares = sum(panel.height for panel in panels)
            for place, panel in enumerate(panels):
                assert one is not None
                found[f"panel-{side}{outer}-{place}"] = Placed(one, panel, panel.height / shares)
    return found


def panel_slots() -> tuple[list[ScreenPanel], list[ScreenPanel]]:
    """What stands left and right of the campus."""
    return _side("left"), _side("right")


def outer_slots() -> tuple[list[ScreenPanel], list[ScreenPanel]]:
    """The same for the second screen, beyond those."""
    return _side("left-outer"), _side("right-outer")


def beside_panels(root_path: str) -> list[Any]:
    """What stands once in the page: the drawer of rows, and what is known of the slots."""
    return [RowsDrawer(ROWS, scripts=[grid_script(root_path)]), dcc.Store(DIGESTS), dcc.Store(LATE)]


def _side(side: str) -> list[ScreenPanel]:
    return [ScreenPanel(slot) for slot in SLOTS if slot.rsplit("-", 1)[0] == f"panel-{side}"]
