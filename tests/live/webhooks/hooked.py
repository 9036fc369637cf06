"""A campus with hooks, a journal to write into, and alarms by hand."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.live.entries import NOON
from twin.model.entries import Entry

QUICK = "first_wait_s = 0.02\nlongest_wait_s = 0.1\ntimeout_s = 0.5\n"


def write_config(campus: Path, hooks: str, *origins: str) -> None:
    (campus / "config").mkdir(parents=True, exist_ok=True)
    (campus / "config" / "webhooks.toml").write_text(hooks, encoding="utf-8")
    lines = "".join(f'[[destinations]]\norigin = "{one}"\n' for one in origins)
    (campus / "config" / "outgoing.toml").write_text(lines, encoding="utf-8")


def hook(campus: Path, url: str, *more: str, id: str = "duty", kind: str = "wecom") -> str:
    """A hook in the words of the file; its address is kept where secrets are."""
    (campus / f"{id}.url").write_text(url, encoding="utf-8")
    lines = [f'id = "{id}"', f'kind = "{kind}"', f'url = "file:{campus / f"{id}.url"}"', *more, QUICK]
    if kind != "wecom" and not any(one.startswith("secret") for one in more):
        (campus / "secret").write_text("s3cret-of-the-hook", encoding="utf-8")
        lines.append(f'secret = "file:{campus / "secret"}"')
    return "[[hooks]]\n" + "\n".join(lines) + "\n"


def alarm(number: int, *, kind: str = "alarm.raised", level: str = "major", at: datetime = NOON, **more: Any) -> Entry:
    """What the rules write, as ``twin.live.rules.saying`` does."""
    body = {
        "alarm_type": "smoke",
        "level": level,
        "title": {"zh": f"烟雾报警 {number}", "en": f"Smoke {number}"},
        "text": {"zh": "烟雾 12 %/m，限值 10 %/m", "en": "smoke 12 %/m, limit 10 %/m"},
        "place": {
            "device": "SMK-001",
            "device_type": "smoke",
            "space_id": "space:lib:301",
            "storey_id": "storey:lib:3F",
            "building_id": "building:lib:A1",
            "zone_ids": [],
        },
        **more,
    }
    return Entry(f"~{kind}-{number}", kind, "SMK-001", at, "rules", body=json.dumps(body))
