"""Which route asks for which right. One table; a test holds it against the routes of the running application.

Templates are those of the routes, without the root path. The first that matches decides. An address that no row names
may be looked at by whoever may see the campus (it is answered 404), and takes no writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from twin.people.roles import Right

LOOK: Final = frozenset({"GET", "HEAD"})
POST: Final = frozenset({"POST"})
DELETE: Final = frozenset({"DELETE"})
SOCKET: Final = frozenset({"WEBSOCKET"})
BODY_BYTES: Final = 1_000_000
INTAKE_BYTES: Final = 8_000_000
PHOTO_BYTES: Final = 5_000_000
LAYER_BYTES: Final = 200_000_000


@dataclass(frozen=True, slots=True)
class Access:
    """``right`` None is public. ``body_bytes`` is the largest body that is read."""

    methods: frozenset[str]
    template: str
    right: Right | None
    body_bytes: int = BODY_BYTES


PUBLIC: Final = (
    Access(LOOK | POST, "/login", None, 10_000),
    Access(LOOK, "/login/{asset}", None),
    Access(LOOK | POST, "/enter/{token}", None, 10_000),
    Access(LOOK, "/kiosk/{token}", None),  # a token in it opens the campus to a wall; without a good one it answers 401
    Access(LOOK, "/health", None),
)
PAGES: Final = (
    Access(LOOK, "/", Right.SEE),
    Access(POST, "/logout", Right.SEE),
    Access(LOOK, "/assets/{path:path}", Right.SEE),
    Access(LOOK, "/_dash-component-suites/{package_name}/{fingerprinted_path:path}", Right.SEE),
    Access(LOOK, "/_dash-layout", Right.SEE),
    Access(LOOK, "/_dash-dependencies", Right.SEE),
    Access(POST, "/_dash-update-component", Right.SEE),
    Access(LOOK, "/_reload-hash", Right.SEE),
    Access(LOOK, "/_favicon.ico", Right.SEE),
    Access(SOCKET, "/_dash-ws-callback", Right.SEE),
    Access(LOOK | POST | DELETE, "/_dash-mcp", Right.SEE),  # there with ``twin serve --mcp`` only
)
CAMPUS: Final = (
    Access(LOOK, "/api/v1/scene", Right.SEE),
    Access(LOOK, "/api/v1/features/by-idx/{idx}", Right.SEE),
    Access(LOOK, "/api/v1/features/{feature_id:path}", Right.SEE),
    Access(LOOK, "/api/v1/search", Right.SEE),
    Access(LOOK, "/api/v1/fields", Right.SEE),
    Access(LOOK, "/api/v1/values", Right.SEE),
    Access(LOOK, "/api/v1/plan/{storey_id:path}", Right.SEE),
    Access(LOOK, "/api/v1/networks/{layer_id}/trace", Right.SEE),
    Access(LOOK, "/api/v1/networks/{layer_id}/isolation", Right.SEE),
    Access(LOOK, "/api/v1/sight/cameras", Right.SEE),  # as their relations ``sees``; their pictures are CAMERAS
    Access(LOOK, "/api/v1/sight/views/{device_code}", Right.SEE),
    Access(LOOK, "/api/v1/sight/coverage/{storey_id:path}", Right.SEE),
    Access(LOOK, "/api/v1/findings", Right.SEE),  # underground without place and values, but with UNDERGROUND
    Access(LOOK, "/api/v1/findings/marks", Right.SEE),
    Access(LOOK, "/api/v1/findings/table", Right.SEE),  # exactly: UNDERGROUND beside
    Access(LOOK, "/api/v1/findings/{finding}", Right.SEE),
    Access(LOOK, "/tiles/{generation}/{path:path}", Right.SEE),
)
ASKING: Final = (
    Access(LOOK, "/api/v1/layers", Right.SEE),
    Access(POST, "/api/v1/layers/{layer_id}/rows", Right.SEE, INTAKE_BYTES),  # exactly: UNDERGROUND beside
    Access(LOOK, "/api/v1/generations", Right.SEE),
    Access(LOOK, "/api/v1/changes", Right.SEE),  # exactly: UNDERGROUND beside
    Access(LOOK, "/api/v1/changes/rows", Right.SEE),  # exactly: UNDERGROUND beside
    Access(POST, "/api/v1/terrain", Right.SEE),  # exactly: UNDERGROUND beside
    Access(POST, "/api/v1/sql", Right.SEE),
    Access(POST, "/api/v1/ask", Right.SEE),
    Access(frozenset({"PUT"}), "/api/v1/layers/{layer_id}", Right.LAYERS, LAYER_BYTES),
    Access(DELETE, "/api/v1/layers/{layer_id}", Right.LAYERS),
    Access(LOOK, "/api/v1/builds/{build_id}", Right.LAYERS),
)
UNDERGROUND: Final = tuple(
    Access(POST, f"/api/v1/{one}", Right.UNDERGROUND)
    for one in ("sections/cross", "sections/long", "digs", "possible-positions")
)
OGC: Final = tuple(
    Access(LOOK, f"/ogc{one}", Right.SEE)
    for one in (
        "",
        "/",
        "/conformance",
        "/api",
        "/collections",
        "/collections/{layer_id}",
        "/collections/{layer_id}/queryables",
        "/collections/{layer_id}/items",  # exactly: UNDERGROUND beside
        "/collections/{layer_id}/items/{feature_id:path}",
    )
)
STA: Final = tuple(Access(LOOK, f"/sta/v1.1{one}", Right.SEE) for one in ("", "/", "/{address:path}"))
LIVE: Final = (
    Access(POST, "/api/v1/events", Right.SEND, INTAKE_BYTES),
    Access(POST, "/api/v1/readings", Right.SEND, INTAKE_BYTES),
    Access(LOOK, "/api/v1/events", Right.SEE),
    Access(LOOK, "/api/v1/readings", Right.SEE),
    Access(LOOK, "/api/v1/points", Right.SEE),
    Access(LOOK, "/api/v1/points/quantities", Right.SEE),
    Access(LOOK, "/api/v1/points/latest", Right.SEE),
    Access(LOOK, "/api/v1/moment", Right.SEE),
    Access(LOOK, "/api/v1/moments", Right.SEE),
    Access(LOOK, "/api/v1/feeds", Right.SEE),
    Access(LOOK, "/api/v1/dead-letters", Right.FEEDS),
    Access(LOOK, "/api/v1/cameras/{device_code}", Right.CAMERAS),
    Access(LOOK, "/api/v1/cameras/{device_code}/picture", Right.CAMERAS),
    Access(LOOK, "/api/v1/cameras/{device_code}/hls/{path:path}", Right.CAMERAS),
    Access(LOOK, "/api/v1/webhooks", Right.FEEDS),
    Access(LOOK, "/api/v1/webhooks/letters", Right.FEEDS),
    Access(LOOK, "/api/v1/clock", Right.SEE),
    Access(SOCKET, "/api/v1/stream", Right.SEE),
)
ALARMS: Final = (
    Access(LOOK, "/api/v1/alarms", Right.SEE),
    Access(POST, "/api/v1/alarms/acts", Right.HANDLE),
    Access(LOOK, "/api/v1/alarms/actors", Right.SEE),
    Access(LOOK, "/api/v1/alarms/{alarm_id}", Right.SEE),
    Access(LOOK, "/api/v1/staff", Right.HANDLE),
    Access(LOOK, "/api/v1/maintenance", Right.SEE),
    Access(POST, "/api/v1/maintenance", Right.MAINTAIN),
    Access(DELETE, "/api/v1/maintenance/{window_id}", Right.MAINTAIN),
    Access(LOOK, "/api/v1/incidents", Right.SEE),
    Access(POST, "/api/v1/incidents", Right.HANDLE),
    Access(LOOK, "/api/v1/incidents/terms", Right.SEE),
    Access(LOOK, "/api/v1/incidents/measures", Right.SEE),
    Access(LOOK, "/api/v1/incidents/{incident_id}", Right.SEE),
    Access(POST, "/api/v1/incidents/{incident_id}/acts", Right.HANDLE),  # some acts ask for DISPATCH beside
    Access(POST, "/api/v1/incidents/{incident_id}/orders", Right.DISPATCH),
    Access(POST, "/api/v1/incidents/{incident_id}/orders/{order_id}/acts", Right.HANDLE),
    Access(LOOK, "/api/v1/plans", Right.SEE),
    Access(POST, "/api/v1/photos", Right.HANDLE, PHOTO_BYTES),
    Access(LOOK, "/api/v1/photos/{photo_id}", Right.HANDLE),  # faces and plates are in them
    Access(LOOK, "/api/v1/handover", Right.HANDLE),
    Access(POST, "/api/v1/handover", Right.HANDLE),
    Access(LOOK, "/api/v1/resources/near", Right.SEE),
    Access(LOOK, "/api/v1/rules", Right.SEE),
    Access(frozenset({"PUT"}), "/api/v1/rules", Right.RULES),
    Access(LOOK, "/api/v1/rules/versions", Right.SEE),
    Access(LOOK, "/api/v1/rules/versions/{number}", Right.SEE),
    Access(LOOK, "/api/v1/rules/diff", Right.SEE),
    Access(POST, "/api/v1/rules/rollback", Right.RULES),
)
SCREENS: Final = (
    Access(LOOK, "/api/v1/config/{folder}", Right.SEE),
    Access(frozenset({"PUT"}), "/api/v1/config/{folder}", Right.SCREENS),
    Access(LOOK, "/api/v1/config/{folder}/shipped", Right.SEE),
    Access(LOOK, "/api/v1/config/{folder}/versions", Right.SEE),
    Access(LOOK, "/api/v1/config/{folder}/versions/{number}", Right.SEE),
    Access(LOOK, "/api/v1/config/{folder}/diff", Right.SEE),
    Access(POST, "/api/v1/config/{folder}/rollback", Right.SCREENS),
    Access(LOOK, "/api/v1/screens", Right.SEE),
    Access(LOOK, "/api/v1/screens/{screen_id}", Right.SEE),
    Access(LOOK, "/api/v1/screens/{screen_id}/kpis", Right.SEE),
    Access(LOOK, "/api/v1/screens/{screen_id}/panels/{panel_id}", Right.SEE),
    Access(LOOK, "/api/v1/screens/{screen_id}/map", Right.SEE),
    Access(LOOK, "/api/v1/kpis", Right.SEE),
    Access(LOOK, "/api/v1/kpis/{kpi_id}", Right.SEE),
    Access(LOOK, "/api/v1/kpis/{kpi_id}/rows", Right.SEE),
)
REPORTS: Final = (
    Access(LOOK, "/api/v1/snapshots", Right.SEE),
    Access(POST, "/api/v1/snapshots", Right.SEE),  # exactly: UNDERGROUND beside
    Access(LOOK, "/api/v1/snapshots/jobs/{job_id}", Right.SEE),
    Access(LOOK, "/api/v1/snapshots/{snapshot_id}/file", Right.SEE),
    Access(LOOK, "/api/v1/reports", Right.SEE),
    Access(LOOK, "/api/v1/reports/kept/{report_id}", Right.SEE),  # one with names in it asks for NAMES beside
    Access(LOOK, "/api/v1/reports/{period}", Right.SEE),
    Access(POST, "/api/v1/reports/{period}", Right.HANDLE),
)
WALLS: Final = (
    Access(LOOK, "/api/v1/walls", Right.HANDLE),
    Access(LOOK, "/api/v1/walls/{name}", Right.SEE),  # a wall: its own only
    Access(POST, "/api/v1/walls/{name}/show", Right.HANDLE),
    Access(POST, "/api/v1/walls/{name}/release", Right.HANDLE),
    Access(POST, "/api/v1/walls/{name}/reports", Right.SEE, 10_000),  # from the wall itself, about itself
)
TABLES: Final = (
    Access(LOOK, "/api/v1/alarms.{format}", Right.SEE),
    Access(LOOK, "/api/v1/events.{format}", Right.SEE),
    Access(LOOK, "/api/v1/incidents.{format}", Right.SEE),
    Access(LOOK, "/api/v1/work-orders.{format}", Right.SEE),
    Access(LOOK, "/api/v1/points.{format}", Right.SEE),
    Access(LOOK, "/api/v1/feeds.{format}", Right.SEE),
    Access(LOOK, "/api/v1/dead-letters.{format}", Right.FEEDS),
)
PEOPLE: Final = (
    Access(LOOK, "/api/v1/me", Right.SEE),
    Access(POST, "/api/v1/me/password", Right.OWN_ACCOUNT),
    Access(LOOK, "/api/v1/me/sessions", Right.OWN_ACCOUNT),
    Access(DELETE, "/api/v1/me/sessions/{session_id}", Right.OWN_ACCOUNT),
    Access(LOOK | POST, "/api/v1/people", Right.PEOPLE),
    Access(frozenset({"PATCH"}), "/api/v1/people/{name}", Right.PEOPLE),
    Access(POST, "/api/v1/people/{name}/link", Right.PEOPLE),
    Access(LOOK, "/api/v1/sessions", Right.PEOPLE),
    Access(DELETE, "/api/v1/sessions/{session_id}", Right.PEOPLE),
    Access(LOOK | POST, "/api/v1/keys", Right.PEOPLE),
    Access(DELETE, "/api/v1/keys/{key_id}", Right.PEOPLE),
    Access(LOOK | POST, "/api/v1/kiosks", Right.PEOPLE),
    Access(DELETE, "/api/v1/kiosks/{kiosk_id}", Right.PEOPLE),
    Access(LOOK, "/api/v1/audit", Right.AUDIT),
    Access(LOOK, "/api/v1/audit/head", Right.AUDIT),
)
ELSEWHERE: Final = Access(LOOK, "/{path:path}", Right.SEE)
ACCESS: Final = (
    *LIVE,
    *ASKING,
    *UNDERGROUND,
    *OGC,
    *STA,
    *ALARMS,
    *SCREENS,
    *REPORTS,
    *WALLS,
    *TABLES,
    *PUBLIC,
    *PAGES,
    *CAMPUS,
    *PEOPLE,
    ELSEWHERE,
)


def _pattern(template: str) -> re.Pattern[str]:
    steps = re.split(r"(\{[a-z_]+(?::path)?\})", template)
    parts = ["" if not one else _step(one) for one in steps]
    return re.compile("".join(parts) + r"\Z", re.DOTALL)


def _step(text: str) -> str:
    if not text.startswith("{"):
        return re.escape(text)
    return ".*" if text.endswith(":path}") else "[^/]+"


_TABLE: Final = tuple((_pattern(one.template), one) for one in ACCESS)


def access_to(method: str, path: str) -> Access | None:
    """The row for a request (``WEBSOCKET`` is the method of sockets); None where nobody may do that."""
    return next((one for pattern, one in _TABLE if method in one.methods and pattern.match(path)), None)
