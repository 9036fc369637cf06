"""All that concerns people of one campus, opened together."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from twin.model.time import Clock, SystemClock
from twin.people.accounts import Accounts
from twin.people.audit import AuditLog
from twin.people.head_sink import load_security_settings, write_heads
from twin.people.keys import Keys
from twin.people.kiosks import Kiosks
from twin.people.links import Links
from twin.people.sessions import Sessions
from twin.people.store import PeopleStore


class People:
    """The ways in and the log. Always on the machine's clock: a simulated campus has real people."""

    def __init__(self, campus_folder: Path, clock: Clock | None = None) -> None:
        clock = clock or SystemClock()
        self.clock = clock
        self.settings = load_security_settings(campus_folder)
        self.store = PeopleStore(campus_folder)
        self.accounts = Accounts(self.store, clock)
        self.sessions = Sessions(self.store, clock)
        self.keys = Keys(self.store, clock)
        self.kiosks = Kiosks(self.store, clock)
        self.links = Links(self.store, clock)
        self.audit = AuditLog(campus_folder, clock)

    def write_heads(self, timezone: ZoneInfo) -> None:
        """Give the sink, if there is one, the heads of the days that have ended."""
        if self.settings.audit.head_sink is not None:
            write_heads(self.audit, self.settings.audit.head_sink, timezone, self.clock.now())
