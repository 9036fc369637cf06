"""The one page: the campus full screen, and what Dash needs to know of it.

The panels live inside the viewer (``viewer/src/ui``). Dash holds the selection and the view, so that charts and lists
beside the campus can follow them. That a new generation is in force, the stream says: nothing of the page asks for it.
"""

from __future__ import annotations

from pathlib import Path

from dash import html

from ioc_app import ids
from ioc_app.api.reads import Reads
from ioc_app.api.router import API_PREFIX
from ioc_app.campus_viewer import CampusViewer

INDEX = Path(__file__).with_name("index.html")


def index_string(root_path: str) -> str:
    """The page that Dash fills; ours, for its language, theme, icon and the words before scripts run."""
    return INDEX.read_text(encoding="utf-8").replace("{root_path}", root_path)


def scene_url(reads: Reads) -> str:
    """Where the viewer reads the scene; the generation in it makes a new build a new address."""
    return f"{reads.root_path}{API_PREFIX.lstrip('/')}/scene?generation={reads.generation.number}"


def layout(reads: Reads) -> html.Div:
    """What a visitor is given: a function, so that each visit starts with the generation in force."""
    return html.Div(
        id=ids.PAGE,
        className="page",
        children=[CampusViewer(id=ids.CAMPUS, scene_url=scene_url(reads), language="zh", theme="dark", chrome=True)],
    )
