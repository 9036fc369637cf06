"""The routes of incidents behind the real gate, around a watch whose journal and clock are the test's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from ioc_app.api.errors import register_error_handlers
from ioc_app.api.handover import handover_routes
from ioc_app.api.incidents import incident_routes
from ioc_app.api.photos import photo_routes
from ioc_app.api.reads import Reads
from ioc_app.api.resources import resource_routes
from ioc_app.casework import Casework
from ioc_app.gate.credentials import SESSION_COOKIE
from ioc_app.gate.gate import Gate, Gated
from ioc_app.gate.origin import CSRF_COOKIE, CSRF_HEADER
from tests.entering import TestClient, session_of
from tests.live.incidents.desk import Desk, us
from twin.live.alarms.book import AlarmBook
from twin.live.incidents.book import IncidentBook
from twin.live.incidents.setup import IncidentSetup, load_setup
from twin.live.past import Past
from twin.live.rules.entries import Decision
from twin.people.registry import People
from twin.people.roles import Role
from twin.store.history import History

API = "/api/v1"


@dataclass
class FakeWatch:
    """What the routes need of the watch; what is written is folded at once."""

    incident_setup: IncidentSetup
    desk: Desk = field(default_factory=Desk)
    alarms: AlarmBook = field(default_factory=AlarmBook)
    at_s: float = 0.0
    guard: Any = field(default_factory=threading.RLock)

    @property
    def incidents(self) -> IncidentBook:
        return self.desk.book

    def now_us(self) -> int:
        return us(self.at_s)

    def act(self, draft: Callable[[int], Iterable[Decision]]) -> list[str]:
        with self.guard:
            decisions = list(draft(self.now_us()))
            self.desk.write(decisions)
        return [one.entry_id for one in decisions]


def incident_app(campus: Path) -> tuple[FastAPI, FakeWatch]:
    reads, people = Reads(campus), People(campus)
    watch = FakeWatch(load_setup(campus / "config", "Asia/Shanghai"))
    casework = Casework(watch, reads, History.open(campus), Past(campus))
    server = FastAPI()
    register_error_handlers(server)
    for routes in (incident_routes, photo_routes, handover_routes, resource_routes):
        server.include_router(routes(casework), prefix=API)
    server.add_middleware(Gated, gate=Gate(people, "/", "default-src 'none'"))
    server.state.people = people
    return server, watch


def client_of(app: FastAPI, role: Role) -> TestClient:
    token, csrf_token = session_of(app, role)
    return TestClient(app, cookies={SESSION_COOKIE: token, CSRF_COOKIE: csrf_token}, headers={CSRF_HEADER: csrf_token})
