"""Incidents as ``docs/incidents.md`` shapes them, answered by routes instead of the server.

The routes know no rules: an act moves an incident to the stage that the act's row names, and is written down so
that a test can read what the screen sent.
"""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image
from playwright.sync_api import Page, Route, WebSocketRoute

Json = dict[str, Any]
STAGES: tuple[str, ...] = ("found", "accepted", "dispatched", "handled", "reported_back", "verified", "closed", "rated")
STAGE_TITLES: tuple[str, ...] = (
    "发现 Found",
    "受理 Accepted",
    "派单 Dispatched",
    "处置 Handled",
    "反馈 Reported back",
    "核查 Verified",
)
STAGE_TITLES += ("办结 Closed", "评价 Rated")
LEVELS = (
    ("major", "I", "重大 Major", "hexagon"),
    ("A", "II", "复杂疑难 Serious", "triangle"),
    ("B", "III", "重点 Important", "diamond"),
    ("C", "IV", "一般 Ordinary", "square"),
)
HOSTILE = "<img src=x onerror=window.hacked=1>\u202egnp.exe"


def title(text: str) -> Json:
    """``漏水 Leak`` in both languages."""
    zh, _, en = text.partition(" ")
    return {"zh": zh, "en": en or zh}


def ago(minutes: float) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def act(name: str, words: str, to: str | None = None, must: tuple[str, ...] = (), may: tuple[str, ...] = ()) -> Json:
    return {"act": name, "title": title(words), "to": to, "must": list(must), "may": list(may)}


ACTS = {
    "accept": act("accept", "受理 Accept", "accepted", may=("text",)),
    "issue": act("issue", "派单 Send out", "dispatched", may=("what", "unit", "assignee", "due_at", "text")),
    "start": act("start", "开始处置 Start work", "handled", may=("text",)),
    "report_back": act("report_back", "反馈 Report back", "reported_back", ("text",), ("photos",)),
    "verify": act("verify", "核查 Verify", "verified", may=("text", "photos")),
    "close": act("close", "办结 Close", "closed", ("text",)),
    "dismiss": act("dismiss", "不予受理 Dismiss", "closed", ("outcome", "text"), ("into",)),
    "urge": act("urge", "督办 Urge", None, ("text",)),
    "suspend": act("suspend", "挂起 Suspend", None, ("text",), ("until",)),
    "grade": act("grade", "定级 Grade", None, ("level", "text")),
    "reclassify": act("reclassify", "改类 Change kind", None, ("kind", "text")),
    "own": act("own", "接手 Take over", None, may=("owner",)),
    "comment": act("comment", "备注 Comment", None, ("text",), ("photos",)),
    "attach": act("attach", "补充材料 Attach", None, may=("photos", "alarms", "events", "text")),
    "tick": act("tick", "勾选预案 Tick", None, ("item",), ("text",)),
    "untick": act("untick", "取消勾选 Untick", None, ("item",), ("text",)),
}
ALWAYS = ("comment", "attach", "own", "urge", "grade", "reclassify", "tick", "untick")
POSSIBLE = {
    "found": ("accept", "dismiss", *ALWAYS),
    "accepted": ("issue", "start", "report_back", "dismiss", "suspend", *ALWAYS),
    "dispatched": ("issue", "start", "report_back", "dismiss", "suspend", *ALWAYS),
    "handled": ("issue", "report_back", "dismiss", "suspend", *ALWAYS),
    "reported_back": ("verify", "dismiss", "suspend", *ALWAYS),
    "verified": ("close", *ALWAYS),
    "closed": ("comment",),
    "rated": ("comment",),
}


def clocks(opened_min: float, due_min: tuple[float, ...]) -> list[Json]:
    words = {
        "accept": "受理时限 Accept",
        "dispatch": "分转时限 Dispatch",
        "feedback": "反馈时限 Feedback",
        "close": "办结时限 Close",
    }
    return [
        {
            "what": what,
            "title": title(words[what]),
            "limit_s": round((opened_min + due) * 60),
            "elapsed_s": round(opened_min * 60),
            "state": "running",
            "breached": due < 0,
            "due_at": ago(-due),
            "warns_at": ago(-due + 10),
            "warned_at": None,
            "breached_at": ago(-due) if due < 0 else None,
            "stopped_at": None,
            "unverified": True,
        }
        for what, due in zip(words, due_min, strict=True)
    ]


def incident(number: int, kind: str, words: str, level: str, stage: str, **more: Any) -> Json:
    opened_min = 20.0 + number
    place: Json = {"device": None, "device_type": None, "feature_id": None, "building_id": None, "storey_id": None}
    place |= {"space_id": None, "zone_ids": [], "scene": [2.0 * number, 10.0, 4.0], "idx": None}
    place |= {"where": title(f"东区{number}号 East-{number}"), "said": None}
    history: list[Json] = [
        {"kind": "incident.opened", "title": title("发现 Found"), "by": None, "text": None, "stage": "found"},
        {"kind": "incident.accepted", "title": title("受理 Accept"), "by": "li.wei", "text": "核实"}
        | {"stage": "accepted"},
    ]  # fmt: skip
    reason = {"zh": "10 分钟内水量高于夜间基线 3 倍", "en": "Flow was over 3 times the night baseline for 10 minutes"}
    one: Json = {
        "incident_id": f"i{number:04d}",
        "revision": 100 + number,
        "kind": kind,
        "kind_title": title({"leak": "漏水 Leak", "fire": "火情 Fire", "intrusion": "入侵 Intrusion"}[kind]),
        "level": level,
        "title": title(words),
        "text": None,
        "source": "alarm",
        "stage": stage,
        "outcome": None,
        "merged_into": None,
        "suspended": None,
        "supervised": None,
        "owner": None,
        "occurred_at": ago(opened_min),
        "opened_at": ago(opened_min),
        "updated_at": ago(5),
        "closed_at": None,
        "place": place,
        "cause": None,
        "alarms": [],
        "events": [],
        "reports": [],
        "photos": [],
        "work_orders": [],
        "clocks": clocks(opened_min, (-3 - number / 20, 4, 60, 600)),
        "plan": None,
        "proposal": None,
        "ratings": [],
        "revisits": [],
        "acts": [ACTS[name] for name in POSSIBLE[stage]],
        "history": [
            {"seq": 50 + n, "at": ago(opened_min - 3 * n), "reason": None if n else reason, "order_id": None, **line}
            for n, line in enumerate(history[: 1 + (stage != "found")])
        ],
    }
    return one | more


def alarm(number: int) -> Json:
    return {
        "alarm_id": f"a{number}",
        "originator": f"PRS-{number:03d}",
        "alarm_type": "water.pressure.low",
        "level": "A",
        "title": title("供水压力低 Low water pressure"),
        "opened_at": ago(25),
        "joined_at": ago(24),
        "active": number % 4 > 0,
        "acknowledged": number % 2 > 0,
    }


def order(**more: Any) -> Json:
    one = {
        "order_id": "o1",
        "incident_id": "i0001",
        "number": 1,
        "what": "关闭 3 号阀门，查漏点",
        "unit": "water",
        "unit_title": title("水务班 Water team"),
        "assignee": "zhang.san",
        "assignee_title": "张三",
        "stage": "issued",
        "issued_at": ago(12),
        "issued_by": None,
        "due_at": ago(-35),
        "overdue": False,
        "reason": {"zh": "网格 东区 + 种类 漏水 → 水务班", "en": "zone East + kind leak → water team"},
        "result": None,
        "acts": [
            act("accept", "接单 Accept order", "accepted", may=("text",)),
            act("done", "完成 Done", "done", ("text",), ("photos",)),
            act("reject", "退单 Reject", "rejected", ("text",)),
        ],
        "history": [
            {
                "seq": 60,
                "at": ago(12),
                "kind": "order.issued",
                "title": title("下达工单 Issued"),
                "by": None,
                "text": None,
            }
        ],
    }
    return one | more


def plan() -> Json:
    items: tuple[tuple[str, str, int | None], ...] = (
        ("isolate", "关闭上游阀门 Close the valve upstream", 5),
        ("warn", "通知受影响楼栋 Tell the buildings concerned", 15),
    )
    items += (("record", "拍照留证 Take photos as evidence", None),)
    return {
        "plan_id": "leak",
        "title": title("漏水处置预案 Response to a leak"),
        "unverified": True,
        "items": [
            {
                "item": item,
                "text": title(words),
                "role": title("水务班 Water team"),
                "within_min": within,
                "due_at": None if within is None else ago(20 - within),
                "done": None if n else {"by": "li.wei", "at": ago(12), "text": None},
            }
            for n, (item, words, within) in enumerate(items)
        ],
    }


def proposal() -> Json:
    return {
        "unit": "water",
        "unit_title": title("水务班 Water team"),
        "assignee": "zhang.san",
        "assignee_title": "张三",
        "phone": "13*******89",
        "what": "查漏并关闭上游阀门",
        "due_in_s": 3600,
        "auto": False,
        "rule": "water-east",
        "reason": {
            "zh": "网格 东区 + 种类 漏水 → 水务班；08:00–20:00 值班：张三",
            "en": "zone East + kind leak → water team; on duty: Zhang San",
        },
    }


def picture() -> bytes:
    """A photo of nothing."""
    buffer = io.BytesIO()
    Image.new("RGB", (640, 400), (90, 140, 180)).save(buffer, "PNG")
    return buffer.getvalue()


def some_incidents() -> list[Json]:
    photo = {"photo_id": "p1", "url": "/api/v1/photos/p1", "at": ago(15), "by": "li.wei"}
    report: Json = {"at": ago(18), "by": "li.wei", "channel": "phone", "text": f"食堂门口地面冒水 {HOSTILE}"}
    report["reporter"] = {"name": "王*", "phone": "13*******21", "unit": None}
    event = {
        "event_id": "e1",
        "originator": "DOOR-7",
        "type": "door.forced",
        "text": "东门被撬开",
        "occurred_at": ago(22),
    }
    urged = {"since": ago(6), "by": "li.wei", "text": "主任要求每半小时报一次", "times": 2}
    waits = {"since": ago(30), "until": ago(-90), "text": "等厂家备件", "by": "li.wei"}
    return [
        incident(1, "leak", "食堂主管爆裂 Main burst at the canteen", "major", "accepted")
        | {"alarms": [alarm(n) for n in range(40)], "cause": "pipe:water:W-17", "plan": plan()}
        | {"work_orders": [order()]}
        | {"proposal": proposal(), "reports": [report], "photos": [photo], "supervised": urged, "owner": "li.wei"},
        incident(2, "fire", "图书馆三层烟感报警 Smoke on storey 3 of the library", "A", "found", alarms=[alarm(99)]),
        incident(3, "intrusion", "东围墙翻越 Somebody climbed the east fence", "A", "handled", events=[event]),
        incident(4, "leak", "宿舍水表夜间异常 Night flow at the dormitory", "B", "handled", suspended=waits),
        incident(5, "leak", f"学生来电：{HOSTILE}", "C", "reported_back", source="report", reports=[report]),
        incident(6, "intrusion", "体育馆侧门未关 Side door of the gym open", "C", "verified"),
    ]  # fmt: skip


def summary(one: Json) -> Json:
    """What the stream says of an incident."""
    same: tuple[str, ...] = (
        "incident_id",
        "revision",
        "kind",
        "kind_title",
        "level",
        "title",
        "stage",
        "outcome",
        "source",
        "owner",
    )
    same += ("occurred_at", "opened_at", "updated_at", "closed_at", "place")
    running = min((clock for clock in one["clocks"]), key=lambda clock: str(clock["due_at"]))
    newest = one["work_orders"][-1] if one["work_orders"] else {}
    clock = {name: running[name] for name in ("what", "title", "state", "due_at", "warns_at", "breached")}
    done = [item for item in (one["plan"] or {"items": []})["items"] if item["done"]]
    return {name: one[name] for name in same} | {
        "suspended": one["suspended"] is not None,
        "supervised": one["supervised"] is not None,
        "alarm_count": len(one["alarms"]),
        "alarms_active": sum(alarm["active"] for alarm in one["alarms"]),
        "event_count": len(one["events"]),
        "report_count": len(one["reports"]),
        "photo_count": len(one["photos"]),
        "orders": {"total": len(one["work_orders"]), "open": len(one["work_orders"])},
        "unit": newest.get("unit"),
        "unit_title": newest.get("unit_title"),
        "assignee": newest.get("assignee"),
        "assignee_title": newest.get("assignee_title"),
        "clock": clock | ({"state": "paused", "due_at": None, "breached": False} if one["suspended"] else {}),
        "breached": [clock["what"] for clock in one["clocks"] if clock["breached"]],
        "warned": [],
        "plan": one["plan"] and {"done": len(done), "total": len(one["plan"]["items"])},
    }


TERMS: Json = {
    "kinds": [
        {"kind": "leak", "title": title("漏水 Leak"), "level": "B", "plan_id": "leak"},
        {"kind": "fire", "title": title("火情 Fire"), "level": "A", "plan_id": "fire"},
        {"kind": "intrusion", "title": title("入侵 Intrusion"), "level": "B", "plan_id": None},
    ],
    "levels": [
        {"level": level, "numeral": numeral, "title": title(words), "shape": shape}
        for level, numeral, words, shape in LEVELS
    ],
    "stages": [{"stage": stage, "title": title(words)} for stage, words in zip(STAGES, STAGE_TITLES, strict=True)],
    "channels": [
        {"channel": "phone", "title": title("电话 Phone")},
        {"channel": "walk_in", "title": title("上门 Walk-in")},
    ],
    "outcomes": [
        {"outcome": "false_alarm", "title": title("误报 False alarm")},
        {"outcome": "duplicate", "title": title("重复 Duplicate")},
    ],
    "units": [
        {"unit": "water", "title": title("水务班 Water team"), "phone": "0591*****12"},
        {"unit": "guard", "title": title("保安队 Guards"), "phone": None},
    ],
    "on_duty": [
        {"unit": "water", "unit_title": title("水务班 Water team"), "person": "zhang.san", "name": "张三"}
        | {"phone": None, "shift": "day", "from": ago(120), "to": ago(-360)}
    ],
    "unverified": True,
}  # fmt: skip
NEAR: Json = {
    "place": {"scene": [0, 0, 0], "building_id": None, "storey_id": None, "space_id": None, "zone_ids": []},
    "resources": [
        {
            "type": "hydrant",
            "title": title("消火栓 Hydrants"),
            "nearest": [
                {"feature_id": None, "idx": None, "device_code": "HYD-004", "name": None, "distance_m": 34.6}
                | {"height_m": -1.2, "same_storey": False, "same_building": False, "scene": [10.0, 5.0, 1.0]}
                | {"building_id": None, "storey_id": None}
            ],
        },
        {"type": "defibrillator", "title": title("除颤器 Defibrillators"), "nearest": []},
    ],
    "responsible": [
        {"of": "zone", "of_id": "east", "of_title": title("东区 East"), "who": "li.wei", "name": "李伟"}
        | {"unit": "guard", "unit_title": title("保安队 Guards"), "phone": "13*******45"}
        | {"reason": title("网格责任人 Zone")}
    ],
}  # fmt: skip
MEASURES = (
    ("dispatched_in_time", "即时分转率 Dispatched", 39, 42),
    ("fed_back_in_time", "按时反馈率 Reported", 30, 40),
    ("closed", "办结率 Closed", 38, 42),
    ("closed_in_time", "按时办结率 In-time", 35, 38),
    ("satisfied", "满意率 Satisfied", 0, 0),
    ("revisited", "有效回访率 Revisited", 9, 12),
)


def measures(ids: list[str]) -> Json:
    return {
        "start": ago(60 * 24 * 7),
        "end": ago(0),
        "at": ago(0),
        "incidents": 42,
        "measures": [
            {"measure": name, "title": title(words), "value": part / whole if whole else None, "numerator": part}
            | {"denominator": whole, "unverified": True}
            | {"evidence": ids[: 2 if whole else 0], "reached": ids[2 : 4 if whole else 2]}
            for name, words, part, whole in MEASURES
        ],
        "stages": [
            {"from": one, "to": other, "title": title(f"{one}→{other}"), "mean_s": 93.5, "median_s": 80, "samples": 41}
            | {"slowest": ids[:3]}
            for one, other in itertools.pairwise(STAGES)
        ],
        "behind": {one["incident_id"]: {name: one[name] for name in ("title", "level")} for one in some_incidents()},
    }


def _sent(route: Route) -> Json:
    said: Json = json.loads(route.request.post_data or "{}")
    return said


def _routed(pattern: str, handler: Callable[[Route, str], None]) -> Callable[[Route], None]:
    """``handler`` with the part of the address that ``pattern`` catches."""

    def handle(route: Route) -> None:
        found = re.search(pattern, route.request.url)
        assert found is not None
        handler(route, (*found.groups(), "")[0])

    return handle


@dataclass
class Desk:
    """The routed server of one page."""

    incidents: dict[str, Json] = field(default_factory=lambda: {one["incident_id"]: one for one in some_incidents()})
    sent: list[tuple[str, Json]] = field(default_factory=list)
    refuse: Json | None = None
    """What the next write is answered with instead."""
    waiting: Json | None = None
    handovers: list[Json] = field(default_factory=list)
    sockets: list[WebSocketRoute] = field(default_factory=list)

    def answer(self, page: Page) -> None:
        """Route what the screens ask for; the rest goes to the server behind."""
        routes: tuple[tuple[str, Callable[[Route, str], None]], ...] = (
            (r"/incidents/terms$", lambda route, _: route.fulfill(json=TERMS)),
            (r"/incidents/measures\?", lambda route, _: route.fulfill(json=measures(list(self.incidents)))),
            (r"/incidents/(i\w+)$", lambda route, one: route.fulfill(json=self.incidents[one])),
            (r"/incidents/(i\w+)/(?:acts|orders.*)$", self._act),
            (r"/incidents$", self._report),
            (r"/resources/near\?", lambda route, _: route.fulfill(json=NEAR)),
            (r"/handover$", self._handover),
            (r"/photos$", self._photo),
            (r"/photos/(p\w+)$", lambda route, _: route.fulfill(body=picture(), content_type="image/png")),
        )
        for pattern, handler in routes:
            page.route(re.compile(f"/api/v1{pattern}"), _routed(pattern, handler))
        page.route_web_socket(re.compile("/api/v1/stream"), self._stream)

    def _stream(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        said = False

        def forward(message: str | bytes) -> None:
            nonlocal said
            if isinstance(message, str) and json.loads(message)["type"] == "incidents":
                return  # the server's own
            socket.send(message)
            if not said:
                said = True
                socket.send(self.frame(list(self.incidents.values()), snapshot=True))

        server.on_message(forward)
        self.sockets.append(socket)

    def frame(self, some: list[Json], snapshot: bool = False) -> str:
        head = {"type": "incidents", "seq": 1, "generation": 1, "at": ago(0), "layer": "", "snapshot": snapshot}
        return json.dumps(head | {"incidents": [summary(one) for one in some]})

    def tell(self, one: Json) -> None:
        """The stream says that an incident has changed."""
        for socket in self.sockets:
            socket.send(self.frame([one]))

    def _refused(self, route: Route) -> bool:
        if self.refuse is None:
            return False
        route.fulfill(status=409, json=self.refuse)
        self.refuse = None
        return True

    def _act(self, route: Route, incident_id: str) -> None:
        said: Json = _sent(route)
        self.sent.append((route.request.url.split("/api/v1")[1], said))
        if self._refused(route):
            return
        one = self.incidents[incident_id]
        name = said.get("act", "issue")
        stage = ACTS.get(name, {}).get("to") or one["stage"]
        stage = one["stage"] if "/orders/" in route.request.url else stage
        line = {"seq": 90, "at": ago(0), "kind": f"incident.{name}", "title": ACTS.get(name, ACTS["comment"])["title"]}
        line |= {"by": "li.wei", "text": said.get("text"), "reason": None, "order_id": None, "stage": stage}
        changed = {"revision": one["revision"] + 100, "stage": stage, "acts": [ACTS[name] for name in POSSIBLE[stage]]}
        if name == "reclassify":
            kind = next(each for each in TERMS["kinds"] if each["kind"] == said["kind"])
            changed |= {"kind": kind["kind"], "kind_title": kind["title"], "title": kind["title"]}
        if name in ("tick", "untick"):
            done = {"by": "li.wei", "at": ago(0), "text": None} if name == "tick" else None
            items = [item | ({"done": done} if item["item"] == said["item"] else {}) for item in one["plan"]["items"]]
            changed["plan"] = one["plan"] | {"items": items}
        self.incidents[incident_id] = one | changed | {"history": [*one["history"], line]}
        route.fulfill(json=self.incidents[incident_id])
        self.tell(self.incidents[incident_id])

    def _report(self, route: Route, _: str) -> None:
        said: Json = _sent(route)
        self.sent.append(("/incidents", said))
        if self._refused(route):
            return
        if into := said.get("into"):
            route.fulfill(status=201, json=self.incidents[into])
            return
        one = incident(50, said["kind"], said["text"], said["level"], "found", source="report")
        self.incidents[one["incident_id"]] = one
        route.fulfill(status=201, json=one)
        self.tell(one)

    def _photo(self, route: Route, _: str) -> None:
        size = len(route.request.post_data_buffer or b"")
        self.sent.append(("/photos", {"media_type": route.request.headers["content-type"], "size_bytes": size}))
        if not self._refused(route):
            one = {"photo_id": "p9", "url": "/api/v1/photos/p9", "media_type": "image/png", "size_bytes": size}
            route.fulfill(status=201, json=one)

    def _handover(self, route: Route, _: str) -> None:
        if route.request.method == "POST":
            said: Json = _sent(route)
            self.sent.append(("/handover", said))
            if self._refused(route):
                return
            self._handed(said)
        now = {"open": [summary(one) for one in self.incidents.values()], "overdue": list(self.incidents)[:2]}
        now |= {"suspended": [], "alarms": {"standing": 12, "unacknowledged": 3, "shelved": 2}, "orders_open": 1}
        shift = {"shift": "night", "title": title("夜班 Night"), "from": ago(300), "to": ago(-180)}
        latest = self.handovers[0] if self.handovers else None
        route.fulfill(
            json={"at": ago(0), "shift": shift, "now": now, "latest": latest, "waiting": self.waiting}
            | {"handovers": self.handovers}
        )

    def _handed(self, said: Json) -> None:
        if said["act"] == "write":
            items = [
                {name: one[name] for name in ("incident_id", "title", "level", "stage", "owner")}
                | {"due_at": ago(-30), "breached": ["accept"]}
                for one in self.incidents.values()
            ]
            self.waiting = {"handover_id": "h1", "at": ago(0), "by": "wang.wu", "shift": "night", "to": said.get("to")}
            self.waiting |= {"remarks": said["remarks"], "items": items, "confirmed_at": None, "confirmed_by": None}
            self.waiting |= {"alarms": {"standing": 12, "unacknowledged": 3, "shelved": 2}, "confirm_remarks": None}
            self.waiting |= {"can_confirm": True}
        elif self.waiting:
            confirmed = {"confirmed_at": ago(0), "confirmed_by": "li.wei", "confirm_remarks": said.get("remarks")}
            self.handovers.insert(0, self.waiting | confirmed | {"can_confirm": False})
            self.waiting = None
