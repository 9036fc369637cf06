"""One panel beside the campus, and the drawer with the rows behind it, as Dash components (``viewer/src/panels``).

``dcc.Graph`` and ``html`` would do the same with eight components and as many updates a panel, and would fetch
plotly.js with the first page; this is one of each (docs/decisions/0037).
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from dash.development.base_component import Component

NAMESPACE: Final = "campus_twin"


class _Plain(Component):
    _children_props: ClassVar[list[str]] = []  # type: ignore[misc]
    _base_nodes: ClassVar[list[str]] = ["children"]  # type: ignore[misc]
    _namespace = NAMESPACE
    props: ClassVar[tuple[str, ...]] = ()

    def __init__(self, id: str, **given: Any) -> None:
        unknown = set(given) - set(self.props)
        if unknown:
            raise TypeError(f"{self._type} has no {', '.join(sorted(unknown))}; it has {', '.join(self.props)}")
        self._prop_names = ["id", *self.props]
        self._valid_wildcard_attributes: list[str] = []
        self.available_properties = list(self._prop_names)
        self.available_wildcard_properties: list[str] = []
        super().__init__(id=id, **given)  # type: ignore[no-untyped-call]


class ScreenPanel(_Plain):
    """A panel: title, chart or list, foot; hidden while ``content`` is None.

    - content: what ``ioc_app.screens.shown.show`` gives.
    - size (out): ``{"energy/trend": [width, height]}`` of its body in CSS pixels: of each panel that was drawn here for
      quite another.
    - chosen (out): ``{"place", "alarm_id", "incident_id", "screen", "at", "n"}``, what a click chose.
    - asked (out): counts how often the rows behind it were asked for.
    """

    _type = "ScreenPanel"
    props: ClassVar[tuple[str, ...]] = ("content", "size", "chosen", "asked")


class RowsDrawer(_Plain):
    """A dialog over the page with ``children`` in it; open while it has any.

    - heading, close_label: its words. notes: ``[{"title", "text"}]`` below.
    - scripts: addresses to be there before the children are shown.
    - closed (out): counts how often it was closed.
    """

    _type = "RowsDrawer"
    props: ClassVar[tuple[str, ...]] = ("children", "heading", "close_label", "notes", "scripts", "closed")
