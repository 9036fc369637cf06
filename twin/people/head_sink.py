"""Heads of the audit written down elsewhere, one line of JSON a day: what shows that the end was not cut off.

``config/security.toml``::

    [audit]
    head_sink = "/mnt/other-machine/campus-heads.jsonl"
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import field_validator

from twin.config_file import Settings, load_config
from twin.mistakes import wrong
from twin.people.audit import AuditLog

SETTINGS: Final = Path("config") / "security.toml"


class AuditSettings(Settings):
    head_sink: Path | None = None

    @field_validator("head_sink")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_absolute():
            raise wrong("not_absolute")
        return path


class SecuritySettings(Settings):
    audit: AuditSettings = AuditSettings()


def load_security_settings(campus_folder: Path) -> SecuritySettings:
    """What ``config/security.toml`` says; raises ConfigError with the line of the first mistake."""
    return load_config(campus_folder / SETTINGS, SecuritySettings)


def write_heads(audit: AuditLog, sink: Path, timezone: ZoneInfo, now: datetime) -> int:
    """Append the heads of days that have ended and are not in ``sink`` yet; how many."""
    written = {json.loads(line)["day"] for line in _lines(sink)}
    today = now.astimezone(timezone).date()
    due = [(day, head) for day, head in audit.daily_heads(timezone) if day < today and day.isoformat() not in written]
    if due:
        with sink.open("a", encoding="utf-8") as out:
            out.writelines(json.dumps({"day": day.isoformat(), "head": str(head)}) + "\n" for day, head in due)
    return len(due)


def _lines(sink: Path) -> list[str]:
    if not sink.exists():
        return []
    return [line for line in sink.read_text(encoding="utf-8").splitlines() if line.strip()]
