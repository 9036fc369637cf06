"""Reports that were handed over, below ``reports/`` of the campus: the bytes themselves, and beside them what they are.

Later entries, other KPIs and another program change nothing about them. Their hash says that nobody else did.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from ioc_app.reports.sources import Wanted
from twin.errors import ReportDamagedError, UnknownReportError
from twin.store.durable import write_whole

FOLDER: Final = "reports"
_ID: Final = re.compile(r"(day|week|month)-\d{4}-\d{2}-\d{2}-[0-9a-f]{16}\Z")


@dataclass(frozen=True, slots=True)
class KeptReport:
    """``at`` and ``known_seq`` are what it was made as of, ``version`` that of screens and KPIs."""

    report_id: str
    period: str
    first: str
    last: str
    ended: bool
    language: str
    cleared: bool  # whether names stand in it
    at: str
    known_seq: int
    version: str
    made_at: str
    made_by: str
    sha256: str
    size_bytes: int

    @staticmethod
    def of(content: bytes, wanted: Wanted, version: str) -> KeptReport:
        period, sha256 = wanted.period, hashlib.sha256(content).hexdigest()
        return KeptReport(
            f"{period.kind.value}-{period.first.isoformat()}-{sha256[:16]}",
            period.kind.value,
            period.first.isoformat(),
            period.last.isoformat(),
            period.ended,
            wanted.language,
            wanted.cleared,
            period.told.at.isoformat(),
            wanted.known_seq,
            version,
            wanted.made_at.isoformat(),
            wanted.made_by,
            sha256,
            len(content),
        )


class KeptReports:
    """Those of one campus."""

    def __init__(self, campus: Path) -> None:
        self.folder = campus / FOLDER

    def keep(self, content: bytes, wanted: Wanted, version: str) -> KeptReport:
        """On disk and synced when it returns; the same bytes are kept once."""
        one = KeptReport.of(content, wanted, version)
        page, about = self._paths(one.report_id)
        if not about.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(page, gzip.compress(content, mtime=0))
            write_whole(about, json.dumps(asdict(one), ensure_ascii=False, indent=1).encode())
        return one

    def all(self) -> list[KeptReport]:
        """The newest first. What cannot be read is not among them."""
        found = [one for path in self.folder.glob("*.json") if (one := _about(path)) is not None]
        return sorted(found, key=lambda one: one.made_at, reverse=True)

    def find(self, report_id: str) -> tuple[KeptReport, bytes]:
        """What was kept, byte for byte. Raises UnknownReportError, ReportDamagedError."""
        if not _ID.match(report_id):
            raise UnknownReportError(report=report_id[:80])
        page, about = self._paths(report_id)
        one = _about(about)
        if one is None or not page.is_file():
            raise UnknownReportError(report=report_id)
        try:
            content = gzip.decompress(page.read_bytes())
        except (OSError, EOFError, ValueError) as fault:
            raise ReportDamagedError(report=report_id, path=page) from fault
        if hashlib.sha256(content).hexdigest() != one.sha256 or not report_id.endswith(one.sha256[:16]):
            raise ReportDamagedError(report=report_id, path=page)
        return one, content

    def _paths(self, report_id: str) -> tuple[Path, Path]:
        return self.folder / f"{report_id}.html.gz", self.folder / f"{report_id}.json"


def _about(path: Path) -> KeptReport | None:
    try:
        return KeptReport(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
