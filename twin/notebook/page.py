"""The viewer itself in a notebook: the page of docs/snapshots.md, which needs no server, in a frame."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from twin.build.exchange import log_exact
from twin.child_answer import answer_of
from twin.errors import SnapshotGoneError
from twin.live.simulated_time import clock_of
from twin.settings import load_settings
from twin.store.journal_reader import JournalReader

MAKING: Final = "ioc_app.snapshots.making"  # the process that the application has its snapshots made by
HEIGHT_PX: Final = 600


@dataclass(frozen=True, slots=True)
class WantedPage:
    """What is to be on a page, as ``POST /api/v1/snapshots`` takes it; ``at`` None: now."""

    at: datetime | None
    minutes: int | None
    screens: tuple[str, ...]
    layers: tuple[str, ...] | None
    view: str | None
    language: str
    style: str
    exactly: str | None

    def body(self) -> dict[str, Any]:
        said = {name: one for name, one in asdict(self).items() if one is not None}
        return {**said, "form": "html", **({"at": self.at.isoformat()} if self.at else {})}


@dataclass(frozen=True, slots=True)
class Page:
    """A file that shows itself in a frame; notebooks stay small, since it is not in them.

    Jupyter serves files confined (``sandbox allow-scripts``), and the page is at ease with that.
    """

    path: Path
    height_px: int = HEIGHT_PX

    def _repr_html_(self) -> str:
        beside = quote(Path(os.path.relpath(self.path)).as_posix())
        style = f"width:100%;height:{self.height_px}px;border:0"
        return f'<iframe src="{escape(beside)}" style="{style}" allowfullscreen></iframe>'


def page_of_folder(folder: Path, by: str, wanted: WantedPage) -> bytes:
    """The page, made by a process of its own as the application makes it; it takes some 25 s.

    Raises what that raises: SnapshotSpanError, SnapshotLayersError, UnknownLayerError, UnknownScreenError.
    """
    settings = load_settings(folder)
    now = clock_of(folder, None, simulated=settings.simulated).now()
    at = wanted.at or now
    body = wanted.body()
    minutes = body.pop("minutes", None)
    job = {
        **body,
        "as_of": {"at": at.astimezone(UTC).isoformat(), "known_seq": JournalReader(folder).last_seq()},
        "by": by,
        "made_at": now.isoformat(),
        "since": (at - timedelta(minutes=minutes)).astimezone(UTC).isoformat() if minutes else None,
    }
    job.pop("at", None)
    with tempfile.TemporaryDirectory() as room:
        out = Path(room) / "page.html"
        command = [sys.executable, "-m", MAKING, str(folder), settings.timezone, str(out)]
        ran = subprocess.run(command, input=json.dumps(job).encode(), capture_output=True, check=False)
        made = answer_of(ran, "a page was made", lambda detail: SnapshotGoneError(detail=detail))["made"]
        if wanted.exactly:
            log_exact(folder, made["generation"], "campus.page", wanted.exactly)
        return out.read_bytes()
