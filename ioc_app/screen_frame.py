"""What Dash knows of the one-map screen that is shown. Its JavaScript is the chunk in ``viewer/src/screen``."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from dash.development.base_component import Component

from ioc_app.campus_viewer import NAMESPACE

PROPS: Final = ("id", "state")


class ScreenFrame(Component):
    """The frame of the screens around the one CampusViewer of the page: head, tabs, ticker, where everything stands.

    - id: of the component in callbacks.
    - state (both ways): ``{"mode": "desk" | "screen", "screen": id, "at": ISO 8601 or None for now, "place": feature_id
      or None for the whole campus, "second": id of the screen at the outer sides of a wide wall or None, "style":
      "dark" | "light" | "blue" | "red_gold", "language": "zh" | "en", "unit_px": what the pixel of the 1080-high design
      is here, "tick": another number whenever panels are to be asked anew}``. Setting ``mode``, ``screen``, ``at``,
      ``place``, ``style`` or ``language`` changes what is shown; what is left out stays.
    """

    # read by Dash from the class, declared by its base as if it were the instance's
    _children_props: ClassVar[list[str]] = []  # type: ignore[misc]
    _base_nodes: ClassVar[list[str]] = []  # type: ignore[misc]
    _namespace = NAMESPACE
    _type = "ScreenFrame"

    def __init__(self, id: str, state: dict[str, Any] | None = None) -> None:
        self._prop_names = list(PROPS)
        self._valid_wildcard_attributes: list[str] = []
        self.available_properties = list(PROPS)
        self.available_wildcard_properties: list[str] = []
        given = {} if state is None else {"state": state}
        super().__init__(id=id, **given)  # type: ignore[no-untyped-call]
