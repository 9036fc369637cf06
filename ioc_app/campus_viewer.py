"""The 3D view as a Dash component. Its JavaScript is in ``viewer/``, the built bundle in ``_viewer/``."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from dash.development.base_component import Component

# Dash looks for ``_js_dist`` on the top-level package of the class: ``ioc_app/__init__.py`` takes it from there.
NAMESPACE: Final = "campus_twin"
PROPS: Final = (
    "id",
    "className",
    "style",
    "scene_url",
    "api_url",
    "language",
    "theme",
    "chrome",
    "selection",
    "view",
    "layers",
    "colouring",
    "command",
    "ready",
)


class CampusViewer(Component):
    """One campus in 3D, with its panels.

    - id: of the component in callbacks.
    - className, style: of the element that holds the canvas; it fills its parent.
    - scene_url: where scene.json is, for example ``/api/v1/scene``; another one of the same folder takes
      its place in the same canvas.
    - api_url: prefix of the HTTP API; when not given, the folder of scene_url (``/api/v1``).
    - language: ``zh`` or ``en``. theme: ``dark`` or ``light``.
    - chrome: whether the panels are there; the bare canvas without.
    - selection (both ways): ``feature_id`` of the highlighted feature or None, whether it was clicked, searched or
      taken from a plan or a card; setting it opens its card and flies there.
    - view (both ways): ``{"position": [x, y, z], "target": [x, y, z]}`` in scene metres; with ``plan`` and ``height_m``
      from above; ``{"bbox": [6]}`` when set.
    - layers (both ways): ``{layer_id: {"visible": bool, "opacity": 0..1}}``; those not named stay as they are.
    - colouring (both ways): a layer and one field of it as ``GET /api/v1/fields`` lists them: ``{"layer": id, "column":
      name}``, ``{"layer", "set", "property"}`` or ``{"layer", "attribute"}``, for numbers with ``ramp`` (``viridis`` or
      ``cividis``); None for everything in its own colour. With panels also
      ``{"layer": "devices", "quantity": name}``: what is measured now (``GET /api/v1/points/quantities``).
    - the page's address (its ``#…``) wins over what these four ask for when the page opens.
    - command: ``{"name": …, "args": […]}``, one call of the engine: home, north, plan, flyTo, zoom, isolateStorey,
      explode, section, digWindow, measure, setTerrainOpacity, setLabelsVisible, setOrthophoto, updateMarkers,
      clearColours, clearHidden. A new object is a new call.
    - ready (out): True once the scene is there.
    """

    # read by Dash from the class, declared by its base as if it were the instance's
    _children_props: ClassVar[list[str]] = []  # type: ignore[misc]
    _base_nodes: ClassVar[list[str]] = []  # type: ignore[misc]
    _namespace = NAMESPACE
    _type = "CampusViewer"

    def __init__(
        self,
        id: str | dict[str, str] | None = None,
        *,
        scene_url: str,
        **props: Any,
    ) -> None:
        unknown = set(props) - set(PROPS)
        if unknown:
            raise TypeError(f"CampusViewer has no {', '.join(sorted(unknown))}; it has {', '.join(PROPS)}")
        self._prop_names = list(PROPS)
        self._valid_wildcard_attributes: list[str] = []
        self.available_properties = list(PROPS)
        self.available_wildcard_properties: list[str] = []
        given = {"scene_url": scene_url, **props}
        super().__init__(**({"id": id} if id is not None else {}), **given)  # type: ignore[no-untyped-call]
