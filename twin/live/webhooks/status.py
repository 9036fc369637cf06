"""How each hook does, for screens and the command line: read from what is on disk, without addresses or keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from twin.live.webhooks.settings import HookSettings, load_webhook_settings
from twin.live.webhooks.store import HookState, HookStore, Letter
from twin.model.text import Title


class Delivery(StrEnum):
    NEVER = "never"  # nothing was to be sent yet
    UP = "up"
    RETRYING = "retrying"  # what is first in line failed and is tried again
    FAILING = "failing"  # the last message was given up


@dataclass(frozen=True, slots=True)
class HookStatus:
    """``letters`` is how many messages were put aside; ``last_fault`` may be older than ``last_success_at``."""

    id: str
    kind: str
    language: str
    at_least: str
    entries: list[str]
    state: Delivery
    waiting: int
    letters: int
    sent: int
    last_success_at: str | None
    last_fault_at: str | None
    last_fault: Title | None


def hook_statuses(campus_folder: Path, hooks: Sequence[HookSettings] | None = None) -> list[HookStatus]:
    """Every one of ``hooks``, or of the file, in their order. Raises ConfigError of a file with a mistake."""
    if hooks is None:
        hooks = load_webhook_settings(campus_folder).hooks
    known = {one.id: one for one in HookStore(campus_folder).states()}
    nothing = HookState("", 0, 0, 0, 0, None, None, "", "")
    return [_status(one, known.get(one.id, nothing)) for one in hooks]


def _status(hook: HookSettings, state: HookState) -> HookStatus:
    return HookStatus(
        hook.id,
        hook.kind.value,
        hook.language,
        hook.at_least.value,
        hook.entries,
        _delivery(state),
        state.waiting,
        state.letters,
        state.sent,
        _iso(state.last_success_at),
        _iso(state.last_fault_at),
        Title(state.fault_zh, state.fault_en) if state.last_fault_at is not None else None,
    )


def _delivery(state: HookState) -> Delivery:
    if state.attempts:
        return Delivery.RETRYING
    if state.last_fault_at is None:
        return Delivery.NEVER if state.last_success_at is None else Delivery.UP
    return Delivery.UP if (state.last_success_at or 0.0) >= state.last_fault_at else Delivery.FAILING


def letter_dict(letter: Letter) -> dict[str, Any]:
    """A message that was put aside, JSON-ready."""
    notice = letter.notice
    return {
        "number": letter.number,
        "hook": letter.hook,
        "seq": letter.seq,
        "at": _iso(letter.at),
        "attempts": letter.attempts,
        "code": letter.code,
        "reason": {"zh": letter.reason_zh, "en": letter.reason_en},
        "kind": notice.kind if notice else None,
        "title": notice.title.to_dict() if notice else None,
        "occurred_at": notice.occurred_at if notice else None,
    }


def _iso(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
