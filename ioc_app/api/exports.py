"""``/alarms.csv``, ``/events.xlsx``, …: every list as a table to take away, in a language, in campus time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import AwareDatetime

from ioc_app.api.alarms import alarms_as_shown
from ioc_app.api.people import identity_of
from ioc_app.api.reads import Reads
from ioc_app.casework import Casework
from ioc_app.feeds import health_of
from ioc_app.tables import Column, as_csv, as_xlsx, field, flag_field, json_field, moment_field, word_field
from layers.devices import DEVICES
from twin.live.feeds import FeedState
from twin.live.incidents.clocks import CLOCK_TITLES
from twin.live.incidents.transitions import ORDER_TITLES, STAGE_TITLES
from twin.live.listing import list_points
from twin.live.messages_out import event_dict
from twin.live.running import RunningCampus
from twin.model.levels import LEVELS
from twin.model.live import Level
from twin.model.qualities import QUALITIES
from twin.model.text import Title
from twin.people.roles import Right

MOST_ROWS: Final = 50_000
DAY: Final = timedelta(days=1)
MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

Language = Literal["zh", "en"]
Format = Literal["csv", "xlsx"]

# as screens write them
LEVEL_WORDS: Final[dict[Level, Title]] = {
    level: Title(f"{one.title.zh} {one.numeral}", f"{one.title.en} {one.numeral}") for level, one in LEVELS.items()
}
FEED_WORDS: Final[dict[FeedState, Title]] = {
    FeedState.WAITING: Title("等待首条", "Waiting"),
    FeedState.UP: Title("正常", "Up"),
    FeedState.DOWN: Title("中断", "Down"),
}

ALARMS: Final = (
    word_field("级别", "Level", "level", LEVEL_WORDS),
    field("告警", "Alarm", "title"),
    field("位置", "Where", "where"),
    field("原因", "Why", "text"),
    moment_field("首次发生", "Opened", "opened_at"),
    moment_field("最近发生", "Raised", "raised_at"),
    moment_field("恢复", "Cleared", "cleared_at"),
    moment_field("确认时间", "Acknowledged", "acknowledged_at"),
    field("确认人", "Acknowledged by", "acknowledged_by"),
    field("处理人", "Assignee", "assignee"),
    moment_field("搁置至", "Shelved until", "shelved_until"),
    field("检修", "Maintenance", "suppressed_by"),
    field("值", "Value", "value"),
    field("限值", "Limit", "limit"),
    field("单位", "Unit", "unit"),
    field("次数", "Times raised", "raise_count"),
    field("来源", "Originator", "originator"),
    field("类型", "Type", "alarm_type"),
    field("编号", "Id", "alarm_id"),
)
EVENTS: Final = (
    moment_field("发生时间", "Occurred", "occurred_at"),
    moment_field("收到时间", "Received", "received_at"),
    field("类型", "Type", "type"),
    word_field("级别", "Level", "level", LEVEL_WORDS),
    field("来源", "Originator", "originator"),
    field("内容", "Text", "text"),
    json_field("属性", "Attributes", "attributes"),
    field("接入", "Feed", "feed"),
    field("编号", "Id", "event_id"),
)
FEEDS: Final = (
    field("接入", "Feed", "feed"),
    field("名称", "Name", "title"),
    word_field("状态", "State", "state", FEED_WORDS),
    field("每秒", "Per second", "rate_per_s"),
    moment_field("最近消息", "Last message", "last_at"),
    field("延迟（秒）", "Lag, s", "lag_s"),
    field("已收", "Accepted", "accepted"),
    field("重复", "Doubled", "doubled"),
    field("拒收", "Refused", "refused"),
    field("死信", "Dead letters", "dead_letters"),
    field("故障", "Fault", "fault"),
)
LETTERS: Final = (
    Column("时间", "At", lambda row, _: datetime.fromtimestamp(row["at"], UTC)),
    field("接入", "Feed", "feed"),
    field("主题", "Topic", "topic"),
    Column("原因", "Why", lambda row, language: row[f"reason_{language}"]),
    field("原文", "Raw", "raw"),
)
POINTS: Final = (
    field("测点", "Point", "point_id"),
    field("设备", "Device", "device_code"),
    word_field("设备类型", "Device type", "device_type", DEVICES.class_titles),
    Column("量", "Quantity", lambda row, language: (row["title"] or {}).get(language) or row["quantity"]),
    field("值", "Value", "value"),
    field("单位", "Unit", "unit"),
    word_field("质量", "Quality", "quality", QUALITIES),
    moment_field("测量时间", "Observed", "observed_at"),
)
INCIDENTS: Final = (
    word_field("级别", "Level", "level", LEVEL_WORDS),
    field("种类", "Kind", "kind_title"),
    field("事件", "Incident", "title"),
    Column("位置", "Where", lambda row, language: row["place"]["where"][language]),
    word_field("阶段", "Stage", "stage", STAGE_TITLES),
    flag_field("挂起", "Suspended", "suspended"),
    flag_field("督办", "Supervised", "supervised"),
    moment_field("立案时间", "Opened", "opened_at"),
    moment_field("办结时间", "Closed", "closed_at"),
    field("承办人", "Owner", "owner"),
    field("单位", "Unit", "unit_title"),
    field("处置人", "Assignee", "assignee_title"),
    field("告警数", "Alarms", "alarm_count"),
    word_field("超时", "Breached", "breached", CLOCK_TITLES),
    field("编号", "Id", "incident_id"),
)
ORDERS: Final = (
    field("工单", "Order", "number"),
    field("内容", "What", "what"),
    word_field("状态", "State", "stage", ORDER_TITLES),
    field("单位", "Unit", "unit_title"),
    field("处置人", "Assignee", "assignee_title"),
    moment_field("派单时间", "Issued", "issued_at"),
    moment_field("应完成", "Due", "due_at"),
    flag_field("逾期", "Overdue", "overdue"),
    field("结果", "Result", "result"),
    field("事件编号", "Incident", "incident_id"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """A list under its address: its columns, and its rows for whoever asks."""

    name: str
    columns: Sequence[Column]
    rows: Callable[[Request], list[dict[str, Any]]]


def export_routes(running: RunningCampus, reads: Reads, casework: Casework) -> APIRouter:
    router = APIRouter()
    for one in _tables(running, reads, casework):
        _add(router, one, running)
    _events(router, running)
    return router


def _tables(running: RunningCampus, reads: Reads, casework: Casework) -> Sequence[Table]:
    return (
        Table("incidents", INCIDENTS, lambda _: casework.listed()),
        Table("work-orders", ORDERS, lambda _: casework.orders()),
        Table("alarms", ALARMS, lambda _: alarms_as_shown(running, reads, standing=False)),
        Table("feeds", FEEDS, lambda _: health_of(running)["feeds"]),
        Table("dead-letters", LETTERS, lambda _: [asdict(one) for one in running.letters.latest(limit=MOST_ROWS)]),
        Table("points", POINTS, lambda _: list_points(running)),
    )


def _add(router: APIRouter, table: Table, running: RunningCampus) -> None:
    @router.get(f"/{table.name}.{{format}}", name=f"{table.name} as a file")
    def export(request: Request, format: Format, language: Language = "zh") -> Response:
        return table_response(table.name, table.columns, table.rows(request), format, language, running)


def _events(router: APIRouter, running: RunningCampus) -> None:
    @router.get("/events.{format}")
    def events(
        request: Request,
        format: Format,
        language: Language = "zh",
        start: AwareDatetime | None = None,
        end: AwareDatetime | None = None,
    ) -> Response:
        """Events of the last day, or between two moments, the latest first."""
        until = end or running.clock.now()
        stored = running.history.events(start or until - DAY, until, limit=MOST_ROWS)
        cleared = identity_of(request).may(Right.NAMES)
        rows = [event_dict(one, cleared=cleared) for one in stored]
        return table_response("events", EVENTS, rows, format, language, running)


def table_response(
    name: str,
    columns: Sequence[Column],
    rows: list[dict[str, Any]],
    format: Format,
    language: Language,
    running: RunningCampus,
) -> Response:
    """The file, named after the list and the minute."""
    make = as_csv if format == "csv" else as_xlsx
    content = make(columns, rows, language, running.timezone)
    at = running.clock.now().astimezone(running.timezone).strftime("%Y%m%d-%H%M")
    disposition = f'attachment; filename="{name}-{at}.{format}"'
    return Response(
        content, media_type=MEDIA[format], headers={"Content-Disposition": disposition, "Cache-Control": "no-store"}
    )
