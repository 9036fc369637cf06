"""The one page: the campus full screen, and what Dash needs to know of it.

The panels live inside the viewer (``viewer/src/ui``). Dash holds the selection and the view, so that charts and lists
beside the campus can follow them, and tells the viewer when a new generation is in force.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dash import Dash, dcc, html
from dash.dependencies import Input, Output, State
from dash.exceptions import PreventUpdate
from starlette.concurrency import run_in_threadpool

from ioc_app import ids
from ioc_app.api.reads import Reads
from ioc_app.api.router import API_PREFIX
from ioc_app.campus_viewer import CampusViewer

INDEX = Path(__file__).with_name("index.html")
GENERATION_POLL_MS = 15_000


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
        children=[
            CampusViewer(id=ids.CAMPUS, scene_url=scene_url(reads), language="zh", theme="dark", chrome=True),
            dcc.Interval(id=ids.GENERATION_POLL, interval=GENERATION_POLL_MS),
        ],
    )


def register_callbacks(app: Dash, reads: Reads) -> None:
    """Every callback is ``async``: Dash runs a plain one on the event loop, where it would stop everybody."""

    @app.callback(
        Output(ids.CAMPUS, "scene_url"),
        Input(ids.GENERATION_POLL, "n_intervals"),
        State(ids.CAMPUS, "scene_url"),
        prevent_initial_call=True,
    )
    async def follow_generation(_ticks: int, shown: str) -> Any:
        """Swap the scene, without mounting again, when a build has switched."""
        current = await run_in_threadpool(scene_url, reads)
        if current == shown:
            raise PreventUpdate
        return current
