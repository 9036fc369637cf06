"""How the sources of a campus.toml that come by parameters or control points fit: ``twin crs campus.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twin.crs import decide_crs
from twin.errors import TwinError
from twin.init.look import look
from twin.readers.base import Source
from twin.settings import CampusSettings, SourceSettings, load_settings, resolve


@dataclass(frozen=True, slots=True)
class FitReport:
    """One source: from which CRS, the account that a build would keep of it, or why there is none."""

    key: str
    path: str
    crs: str | None = None
    said: dict[str, Any] | None = None
    problem: TwinError | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        problem = None if self.problem is None else self.problem.to_dict()
        return {"key": self.key, "path": self.path, "crs": self.crs, "said": self.said, "problem": problem}


def explain_fits(folder: Path) -> list[FitReport]:
    """Every source and tileset of ``folder``/campus.toml with a datum shift or control points; nothing is built."""
    campus = load_settings(folder)
    entries = [*campus.sources, *(one.source() for one in campus.tilesets)]
    return [_explain(one, folder, campus) for one in entries if _comes_by_fit(one)]


def _comes_by_fit(one: SourceSettings) -> bool:
    return one.datum_shift is not None or (one.placement is not None and bool(one.placement.control_points))


def _explain(settings: SourceSettings, folder: Path, campus: CampusSettings) -> FitReport:
    source = resolve(settings, folder, campus)
    crs: str | None = None
    try:
        said: dict[str, Any] = {}
        if source.placement is not None:
            _, fitted = source.placement.similarity(source.path)
            said |= fitted.account()
        if source.datum_shift is not None:
            crs = _crs_of(source)
            step = source.datum_step(crs)
            assert step is not None
            said["datum_shift"] = step.describe()
    except TwinError as fault:
        return FitReport(settings.key, settings.path, crs, problem=fault)
    return FitReport(settings.key, settings.path, crs, said)


def _crs_of(source: Source) -> str:
    """What campus.toml says, else the file, which is looked into; whether the two agree is for the build."""
    if source.crs is not None:
        return source.crs
    seen = look([source.path])
    declared = seen[0].taken.crs if seen and seen[0].taken is not None else None
    return decide_crs(source.path, declared, None, override=False)
