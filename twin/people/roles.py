"""The one table of who may do what.

A right is a verb of the operations centre. Roles hold rights; a key holds the few that its scope names; a kiosk looks.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Right(StrEnum):
    SEE = "see"  # the campus, its layers, what is measured
    NAMES = "names"  # of persons and plates of vehicles in events, unmasked
    SEND = "send"  # events and readings into the twin
    HANDLE = "handle"  # alarms and incidents: acknowledge, shelve, take in, report back
    DISPATCH = "dispatch"  # send people out, urge, send back, suspend, verify, close
    CAMERAS = "cameras"  # live pictures
    MAINTAIN = "maintain"  # maintenance windows, in which alarms are expected
    RULES = "rules"  # what raises an alarm
    SCREENS = "screens"  # what stands on the one-map screens, and how its numbers are made
    LAYERS = "layers"  # write a computed layer back, take it out again
    UNDERGROUND = "underground"  # where exactly things underground lie, taken out of the house with a reason
    OWN_ACCOUNT = "own_account"  # one's password and sessions
    FEEDS = "feeds"  # what arrived and could not be read
    PEOPLE = "people"  # accounts, sessions, keys, kiosks of others
    AUDIT = "audit"  # who did what


class Role(StrEnum):
    VIEWER = "viewer"
    OPERATOR = "operator"
    DISPATCHER = "dispatcher"
    ENGINEER = "engineer"
    ADMINISTRATOR = "administrator"


_VIEWER: Final = frozenset({Right.SEE, Right.OWN_ACCOUNT})
_OPERATOR: Final = _VIEWER | {Right.NAMES, Right.HANDLE, Right.CAMERAS}
_DISPATCHER: Final = _OPERATOR | {Right.DISPATCH, Right.MAINTAIN}
_ENGINEER: Final = _VIEWER | {
    Right.FEEDS,
    Right.MAINTAIN,
    Right.RULES,
    Right.SCREENS,
    Right.LAYERS,
    Right.UNDERGROUND,
}

RIGHTS: Final = MappingProxyType(
    {
        Role.VIEWER: _VIEWER,
        Role.OPERATOR: _OPERATOR,
        Role.DISPATCHER: _DISPATCHER,
        Role.ENGINEER: _ENGINEER,
        Role.ADMINISTRATOR: _ENGINEER | _DISPATCHER | {Right.PEOPLE, Right.AUDIT},
    }
)

KEY_SCOPES: Final = frozenset({Right.SEE, Right.SEND, Right.LAYERS, Right.UNDERGROUND})
KIOSK_RIGHTS: Final = frozenset({Right.SEE})
