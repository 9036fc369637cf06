"""A page with nothing but panels, on the stand-in's answers and under the policy of the real page."""

from __future__ import annotations

from dash import Dash, dcc, html
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from ioc_app import ids
from ioc_app.app import ASSETS
from ioc_app.dash_calls import PATH, KnownCalls
from ioc_app.gate.headers import content_security_policy, with_headers
from ioc_app.page import INDEX
from ioc_app.screens.callbacks import register
from ioc_app.screens.layout import beside_panels, outer_slots, panel_slots
from tests.ioc_app.screens.samples import ZONE, StandIn
from twin.model.time import Clock


class _Headed:
    def __init__(self, app: ASGIApp, policy: str) -> None:
        self.app, self.policy = app, policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, with_headers(send, self.policy))


def panel_app(answers: StandIn, clock: Clock) -> FastAPI:
    """A store stands for the ScreenFrame: its ``data`` is set by ``dash_clientside.set_props``."""
    server = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app = Dash(
        "ioc_app",
        server=server,  # type: ignore[arg-type]
        backend="fastapi",
        assets_folder=str(ASSETS),
        index_string=INDEX.read_text(encoding="utf-8").replace("{root_path}", "/"),
        serve_locally=True,
        enable_mcp=False,
    )
    app.enable_dev_tools(debug=False, dev_tools_disable_version_check=True)
    left, right = panel_slots()
    side = {"display": "flex", "flexDirection": "column", "gap": "8px", "width": "23%", "height": "74%"}
    app.layout = html.Div(
        className="page",
        style={"display": "flex", "justifyContent": "space-between", "alignItems": "center", "padding": "0 8px"},
        children=[
            html.Aside(left, id="screen-left", style=side),
            html.Aside(right, id="screen-right", style=side),
            html.Div([*outer_slots()[0], *outer_slots()[1]], id="screen-outer", hidden=True),
            dcc.Store(id=ids.SCREEN),
            *beside_panels("/"),
        ],
    )
    register(app, answers, ZONE, clock, frame=(ids.SCREEN, "data"))
    server.add_middleware(KnownCalls, path=f"/{PATH}", callbacks=app.callback_map)
    server.add_middleware(_Headed, policy=content_security_policy(app.csp_hashes()))
    server.state.dash = app
    return server
