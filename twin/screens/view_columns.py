"""What SQL of screens may read beside layers and registers: views, their columns and DuckDB's types of them.

All of it is as of ``$at``. Windowed ones hold what happened in ``[$from, $at]``.
"""

from __future__ import annotations

from typing import Final

PARAMETERS: Final = ("at", "from", "to", "place")
_POINT: Final = "point_id VARCHAR, device_code VARCHAR, quantity VARCHAR"
_PLACE: Final = "building_id VARCHAR, storey_id VARCHAR, space_id VARCHAR, zone_id VARCHAR"
_ROLLUP: Final = (
    f"{_POINT}, from_at TIMESTAMPTZ, readings BIGINT, count BIGINT, min DOUBLE, max DOUBLE, mean DOUBLE, "
    "last DOUBLE, used DOUBLE"
)

VIEWS: Final[dict[str, str]] = {
    "latest": f"{_POINT}, value DOUBLE, observed_at TIMESTAMPTZ, stale BOOLEAN, last_value DOUBLE",
    "readings": f"{_POINT}, observed_at TIMESTAMPTZ, value DOUBLE",
    "hours": _ROLLUP,
    "days": _ROLLUP,
    "points": (
        f"{_POINT}, unit VARCHAR, kind VARCHAR, low_limit DOUBLE, high_limit DOUBLE, stale_after_s DOUBLE, "
        f"device_type VARCHAR, {_PLACE}, feature_id VARCHAR"
    ),
    "devices": (
        f"feature_id VARCHAR, device_code VARCHAR, device_type VARCHAR, name VARCHAR, {_PLACE}, model VARCHAR, "
        "installed_on VARCHAR, heard_at TIMESTAMPTZ, online BOOLEAN"
    ),
    "events": (
        "event_id VARCHAR, originator VARCHAR, type VARCHAR, occurred_at TIMESTAMPTZ, level VARCHAR, text VARCHAR, "
        f"attributes JSON, feature_id VARCHAR, {_PLACE}"
    ),
    "alarms": (
        "alarm_id VARCHAR, originator VARCHAR, alarm_type VARCHAR, level VARCHAR, rank INTEGER, title_zh VARCHAR, "
        "title_en VARCHAR, text_zh VARCHAR, text_en VARCHAR, opened_at TIMESTAMPTZ, raised_at TIMESTAMPTZ, "
        "cleared_at TIMESTAMPTZ, acknowledged_at TIMESTAMPTZ, acknowledged_by VARCHAR, active BOOLEAN, "
        "acknowledged BOOLEAN, shelved BOOLEAN, suppressed BOOLEAN, standing BOOLEAN, value DOUBLE, unit VARCHAR, "
        f"limit_value DOUBLE, device_code VARCHAR, feature_id VARCHAR, {_PLACE}"
    ),
    "incidents": (
        "incident_id VARCHAR, kind VARCHAR, kind_zh VARCHAR, kind_en VARCHAR, title_zh VARCHAR, title_en VARCHAR, "
        "level VARCHAR, rank INTEGER, stage VARCHAR, open BOOLEAN, source VARCHAR, occurred_at TIMESTAMPTZ, "
        "opened_at TIMESTAMPTZ, accepted_at TIMESTAMPTZ, dispatched_at TIMESTAMPTZ, handled_at TIMESTAMPTZ, "
        "reported_back_at TIMESTAMPTZ, verified_at TIMESTAMPTZ, closed_at TIMESTAMPTZ, outcome VARCHAR, "
        "due_at TIMESTAMPTZ, late BOOLEAN, missed_accept BOOLEAN, "
        "missed_dispatch BOOLEAN, missed_feedback BOOLEAN, missed_close BOOLEAN, "
        "suspended BOOLEAN, supervised BOOLEAN, urged INTEGER, owner VARCHAR, rating INTEGER, revisited BOOLEAN, "
        f"{_PLACE}, feature_id VARCHAR"
    ),
    "work_orders": (
        "order_id VARCHAR, incident_id VARCHAR, number INTEGER, what VARCHAR, unit VARCHAR, unit_zh VARCHAR, "
        "unit_en VARCHAR, assignee VARCHAR, "
        "state VARCHAR, issued_at TIMESTAMPTZ, accepted_at TIMESTAMPTZ, done_at TIMESTAMPTZ, "
        f"verified_at TIMESTAMPTZ, due_at TIMESTAMPTZ, late BOOLEAN, kind VARCHAR, {_PLACE}"
    ),
    "findings": (
        "finding INTEGER, rule VARCHAR, title_zh VARCHAR, title_en VARCHAR, severity VARCHAR, layer VARCHAR, "
        'source VARCHAR, file VARCHAR, sheet VARCHAR, "row" BIGINT, feature_id VARCHAR, feature_ids VARCHAR[], '
        "message_zh VARCHAR, message_en VARCHAR, underground BOOLEAN, masked BOOLEAN"
    ),
    "inspections": "generation INTEGER, errors BIGINT, warnings BIGINT, infos BIGINT",
    "factors": ("name VARCHAR, value DOUBLE, unit VARCHAR, since DATE, until DATE, source VARCHAR, unverified BOOLEAN"),
    "calendar": "day DATE, working BOOLEAN",
}
MACROS: Final = (
    "local(ts) AS ts AT TIME ZONE 'UTC'",
    "local_day(ts) AS date_trunc('day', ts)",
    "in_place(place, building_id, storey_id, space_id, zone_id) AS "
    "(place IS NULL OR place IN (building_id, storey_id, space_id, zone_id)), "
    "(place, building_id, storey_id, space_id, zone_id, feature_id) AS "
    "(place IS NULL OR place IN (building_id, storey_id, space_id, zone_id, feature_id))",
)
