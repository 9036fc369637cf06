"""The inspection of a generation: part of its build, and read from it afterwards.

Where other rules judged it, an earlier version of the program built it, or its table cannot be read, it is inspected
anew, once a process; what is written of a generation never changes.
"""

from __future__ import annotations

import logging
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final

import pyarrow as pa

import twin.model
from twin.analysis.finding_rows import findings_to_rows, rows_to_findings
from twin.analysis.findings_table import secret_findings
from twin.analysis.quality_report import QualityReport
from twin.errors import GenerationDamagedError, InspectionFailedError, TwinError
from twin.model.last_asked import LastAsked
from twin.model.scene import InspectionSummary
from twin.store.campus import Generation

KEPT: Final = 4  # generations that were inspected anew
_JUDGES: Final = ("quality", "sections", "networks")  # folders beside this file that decide what is found
_log = logging.getLogger(__name__)
_anew: Final[LastAsked[tuple[Path, str], QualityReport]] = LastAsked(KEPT)
_guard: Final = Lock()


def inspected(generation: Generation) -> QualityReport:
    """What is not as it should be in ``generation``. Raises InspectionFailedError."""
    known = _read(generation)
    if known is not None:
        return known
    with _guard:
        key = (generation.folder, generation.manifest.created_at)
        try:
            return _anew.made(key, lambda: _inspect(generation))
        except InspectionFailedError:
            _log.exception("the inspection of generation %d failed", generation.number)
            raise


def inspect_built(generation: Generation) -> tuple[InspectionSummary, pa.Table | None]:
    """For its build: what its manifest says of the inspection, and its table of findings.

    What an inspection stumbles over is in the summary, its trace in the log: no model is lost with it.
    """
    try:
        report = _inspect(generation)
        table = findings_to_rows(report.findings, secret_findings(generation, report.findings))
    except Exception as fault:
        _log.exception("the inspection of generation %d failed; it is built without", generation.number)
        known = fault if isinstance(fault, TwinError) else InspectionFailedError(rule="-", detail=repr(fault))
        return InspectionSummary(judged_by(), failed=known.to_dict()), None
    return InspectionSummary(judged_by(), report.by_severity()), table


@cache
def judged_by() -> str:
    """Of the rules and of what asks them: another version of the program may find something else."""
    here = Path(__file__).parent
    files = [one for name in _JUDGES for one in (here / name).rglob("*.*") if one.suffix in (".py", ".toml")]
    files += Path(str(twin.model.__file__)).parent.glob("finding*.*")
    digest = sha256()
    for one in sorted(files):
        digest.update(one.name.encode() + b"\0" + one.read_bytes())
    return digest.hexdigest()


def _read(generation: Generation) -> QualityReport | None:
    made = generation.manifest.inspection
    if made is None or made.failed is not None or made.judged_by != judged_by():
        return None
    try:
        findings = rows_to_findings(generation.findings(exactly=True))
    except (GenerationDamagedError, ValueError, KeyError, TypeError) as fault:
        _log.warning("the findings in %s cannot be read, so it is inspected anew: %r", generation.folder, fault)
        return None
    if len(findings) != sum(made.found.values()):
        _log.warning("%s lacks findings that its manifest counts, so it is inspected anew", generation.folder)
        return None
    return QualityReport(generation.number, generation.manifest.inputs_hash, findings)


def _inspect(generation: Generation) -> QualityReport:
    from twin.analysis.quality import inspect  # heavy, and what a build has found is only read

    return inspect(generation)
