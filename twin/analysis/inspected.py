"""The inspection of a generation, made once; what it found is kept beside the caches of its campus.

A file is read again by the same program over the same generation only; else, or where it cannot be read, the
generation is inspected anew. Nothing is lost with it.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import twin.model
from twin.analysis.quality import QualityReport, inspect
from twin.model.finding import CellChange, Finding, RowPlace
from twin.model.text import Title
from twin.store.campus import Generation
from twin.store.durable import make_folder, write_whole

KEPT: Final = 4  # generations; the lowest numbers go first
_FOLDER: Final = ("cache", "findings")
_PLAIN: Final = ("rule", "severity", "layer", "source", "file", "sheet", "row", "safe")
_JUDGES: Final = ("quality", "sections", "networks")  # folders beside this file that decide what is found
_log = logging.getLogger(__name__)


def inspected(campus: Path, generation: Generation) -> QualityReport:
    """As ``inspect``, read from the campus folder where it was made before."""
    path = campus.joinpath(*_FOLDER) / f"{generation.number:06d}.json"
    known = _read(path, generation)
    if known is not None:
        return known
    report = inspect(generation)
    try:
        make_folder(path.parent)
        write_whole(path, _written(report, generation))
        for old in sorted(path.parent.glob("*.json"))[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError as fault:  # a campus that nobody may write to is inspected at every start
        _log.warning("findings are not kept: %s", fault)
    return report


def _read(path: Path, generation: Generation) -> QualityReport | None:
    try:
        said = json.loads(path.read_bytes())
        if (said["judged_by"], said["inputs_hash"], said["built_at"]) != _of(generation):
            return None
        return QualityReport(generation.number, said["inputs_hash"], tuple(_finding(one) for one in said["findings"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as fault:
        _log.warning("%s is read no more: %r", path, fault)
        return None


def _of(generation: Generation) -> tuple[str, str, str]:
    return _judged_by(), generation.manifest.inputs_hash, generation.manifest.created_at


@cache
def _judged_by() -> str:
    """Of the rules and of what asks them: another version of the program may find something else."""
    here = Path(__file__).parent
    files = [one for name in _JUDGES for one in (here / name).rglob("*.*") if one.suffix in (".py", ".toml")]
    files += Path(str(twin.model.__file__)).parent.glob("finding*.*")
    digest = sha256()
    for one in sorted(files):
        digest.update(one.name.encode() + b"\0" + one.read_bytes())
    return digest.hexdigest()


def _written(report: QualityReport, generation: Generation) -> bytes:
    judged_by, inputs_hash, built_at = _of(generation)
    said = {"judged_by": judged_by, "inputs_hash": inputs_hash, "built_at": built_at}
    findings = [_finding_dict(one) for one in report.findings]
    return json.dumps({**said, "findings": findings}, ensure_ascii=False, separators=(",", ":")).encode()


def _finding_dict(one: Finding) -> dict[str, Any]:
    shape = None if one.shape is None else one.shape.hex()
    fields = {name: getattr(one, name) for name in _PLAIN}
    return {
        **fields,
        "feature_ids": list(one.feature_ids),
        "values": {name: _said(value) for name, value in one.values.items()},
        "shape": shape,
        "changes": [asdict(change) for change in one.changes],
        "also": [asdict(place) for place in one.also],
        "names": {name: _said(title) for name, title in one.names.items()},
    }


def _finding(said: dict[str, Any]) -> Finding:
    return Finding(
        **{name: said[name] for name in _PLAIN},
        feature_ids=tuple(said["feature_ids"]),
        values={name: _unsaid(value) for name, value in said["values"].items()},
        shape=None if said["shape"] is None else bytes.fromhex(said["shape"]),
        changes=tuple(CellChange(**change) for change in said["changes"]),
        also=tuple(RowPlace(**place) for place in said["also"]),
        names={name: Title(**title) for name, title in said["names"].items()},
    )


def _said(value: Any) -> Any:
    if isinstance(value, Title):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, list | tuple):
        return [_said(one) for one in value]
    return value.item() if hasattr(value, "item") else value  # a number of numpy


def _unsaid(value: Any) -> Any:
    if isinstance(value, dict):
        return Title(**value)
    return [_unsaid(one) for one in value] if isinstance(value, list) else value
