"""The one page: the campus, full screen or with a one-map screen around it, and what Dash needs to know of it.

Around the one viewer stand the hosts of a screen: the chunk ``viewer/src/screen`` fills head, tabs and ticker and says
where everything stands, Dash fills the sides; on the desk they are hidden. The desk's own panels live inside the viewer
(``viewer/src/ui``). Dash holds the selection and the view, so that charts and lists beside the campus can follow them.
That a new generation is in force, the stream says: nothing of the page asks for it.
"""

from __future__ import annotations

from pathlib import Path

from dash import html

from ioc_app import ids
from ioc_app.api.reads import Reads
from ioc_app.api.router import API_PREFIX
from ioc_app.campus_viewer import CampusViewer
from ioc_app.screen_frame import ScreenFrame
from ioc_app.screens.layout import beside_panels, outer_slots, panel_slots

INDEX = Path(__file__).with_name("index.html")


def index_string(root_path: str) -> str:
    """The page that Dash fills; ours, for its language, theme, icon and the words before scripts run."""
    return INDEX.read_text(encoding="utf-8").replace("{root_path}", root_path)


def scene_url(reads: Reads) -> str:
    """Where the viewer reads the scene; the generation in it makes a new build a new address."""
    return f"{reads.root_path}{API_PREFIX.lstrip('/')}/scene?generation={reads.generation.number}"


def layout(reads: Reads) -> html.Div:
    """What a visitor is given: a function, so that each visit starts with the generation in force."""
    viewer = CampusViewer(id=ids.CAMPUS, scene_url=scene_url(reads), language="zh", theme="dark", chrome=True)
    (left, right), (outer_left, outer_right) = panel_slots(), outer_slots()
    return html.Div(
        id=ids.PAGE,
        className="page",
        children=[
            html.Header(id=ids.SCREEN_HEAD, className="screen-head"),
            html.Aside(id=ids.SCREEN_LEFT_OUTER, className="screen-side", children=outer_left),
            html.Aside(id=ids.SCREEN_LEFT, className="screen-side", children=left),
            html.Main(id=ids.SCREEN_STAGE, className="screen-stage", children=[viewer]),
            html.Aside(id=ids.SCREEN_RIGHT, className="screen-side", children=right),
            html.Aside(id=ids.SCREEN_RIGHT_OUTER, className="screen-side", children=outer_right),
            html.Nav(id=ids.SCREEN_TABS, className="screen-tabs"),
            html.Div(id=ids.SCREEN_TIME, className="screen-time"),
            html.Div(id=ids.SCREEN_TICKER, className="screen-ticker"),
            ScreenFrame(id=ids.SCREEN),
            *beside_panels(reads.root_path),
        ],
    )
