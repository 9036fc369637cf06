"""Snapshots of a campus that runs: each made by a process of its own, one at a time, and kept."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from ioc_app.jobs import Job, Jobs
from ioc_app.snapshots.kept import KeptSnapshot, KeptSnapshots, Made
from ioc_app.snapshots.wanted import Form, Wanted, job_of
from twin.errors import SnapshotGoneError, TwinError

LONGEST_S: Final = 1_800.0

log = logging.getLogger(__name__)


class Snapshots:
    """Of one campus."""

    def __init__(self, campus_folder: Path, timezone: ZoneInfo) -> None:
        self.kept = KeptSnapshots(campus_folder)
        self._folder, self._timezone = campus_folder, timezone
        self._jobs = Jobs("snapshots", lambda detail: SnapshotGoneError(detail=detail))
        self.close = self._jobs.close
        self.job = self._jobs.get
        self.busy_for = self._jobs.waits_for

    def begin(self, who: str, form: Form, wanted: Wanted) -> Job:
        """Raises SnapshotSpanError; everything else the job tells, its result is a KeptSnapshot."""
        wanted.checked()
        return self._jobs.begin(who, partial(self._make, form, wanted))

    def _make(self, form: Form, wanted: Wanted) -> KeptSnapshot:
        with tempfile.TemporaryDirectory() as room:
            out = Path(room) / "snapshot"
            ran = subprocess.run(
                [sys.executable, "-m", "ioc_app.snapshots.making", str(self._folder), self._timezone.key, str(out)],
                input=json.dumps(job_of(form, wanted)).encode(),
                capture_output=True,
                timeout=LONGEST_S,
                check=False,
            )
            if ran.stderr:
                log.info("a snapshot was made: %s", ran.stderr[-1_000:].decode("utf-8", "replace"))
            line = ran.stdout.decode("utf-8", "replace").strip()
            if not line:
                raise SnapshotGoneError(detail=f"exit {ran.returncode}")
            answer: dict[str, Any] = json.loads(line)
            if "error" in answer:
                raise TwinError.from_dict(answer["error"])
            told = answer["made"]
            made = Made(out.read_bytes(), form, told["generation"], tuple(told["layers"]))
        return self.kept.keep(made.content, made.kept(wanted))
