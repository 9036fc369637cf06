"""Snapshots of a campus that runs: each made by a process of its own, one at a time, and kept."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from ioc_app.jobs import Job, Jobs
from ioc_app.snapshots.kept import KeptSnapshot, KeptSnapshots, Made
from ioc_app.snapshots.wanted import Form, Wanted, job_of
from twin.child_answer import answer_of
from twin.errors import SnapshotGoneError

LONGEST_S: Final = 1_800.0


class Snapshots:
    """Of one campus."""

    def __init__(self, campus_folder: Path, timezone: ZoneInfo) -> None:
        self.kept = KeptSnapshots(campus_folder)
        self._folder, self._timezone = campus_folder, timezone
        self._jobs = Jobs("snapshots", _gone)
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
            told = answer_of(ran, "a snapshot was made", _gone)["made"]
            made = Made(out.read_bytes(), form, told["generation"], tuple(told["layers"]))
        return self.kept.keep(made.content, made.kept(wanted))


def _gone(detail: str) -> SnapshotGoneError:
    return SnapshotGoneError(detail=detail)
