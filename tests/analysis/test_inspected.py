"""What an inspection found is kept beside the caches, and read again only where it would be found again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.ioc_app.small_campus import small_campus
from twin.analysis import inspected as module
from twin.analysis.inspected import inspected
from twin.analysis.quality import QualityReport
from twin.model.finding import CellChange, Finding, RowPlace
from twin.model.text import Title
from twin.store.campus import Campus, Generation

FOUND = (
    Finding(
        "coordinates_swapped",
        "error",
        source="JS",
        file="JS.xlsx",
        sheet="JSPoint",
        row=7,
        values={"x": 1.5, "y": 2, "skipped": True},
        changes=(CellChange("JS.xlsx", "JSPoint", 7, 3, "X", "2885908.1", None),),
        safe=True,
    ),
    Finding(
        "clearance_short",
        "warning",
        layer="drainage",
        feature_ids=("link:a", "link:b"),
        values={"class": Title("电力", "Power"), "others": ["link:c", Title("一", "one")], "depth_m": None},
        shape=shapely.to_wkb(shapely.LineString([(1, 2, 3), (4, 5, 6)])),
        also=(RowPlace("DL", None, "DLLine", 73, "link:b"),),
        names={"link:b": Title("电力 1–2", "power 1–2")},
    ),
)


class Inspections:
    """Counts how often somebody inspects."""

    def __init__(self, found: tuple[Finding, ...] = FOUND) -> None:
        self.found, self.made = found, 0

    def __call__(self, generation: Generation) -> QualityReport:
        self.made += 1
        return QualityReport(generation.number, generation.manifest.inputs_hash, self.found)


@pytest.fixture
def campus(tmp_path: Path) -> Path:
    return small_campus().write(tmp_path)


@pytest.fixture
def generation(campus: Path) -> Generation:
    return Campus.open(campus).generation


@pytest.fixture
def inspections(monkeypatch: pytest.MonkeyPatch) -> Inspections:
    made = Inspections()
    monkeypatch.setattr(module, "inspect", made)
    return made


def kept(campus: Path) -> list[Path]:
    return sorted((campus / "cache" / "findings").iterdir())


def test_what_is_kept_is_what_was_found(campus: Path, generation: Generation, inspections: Inspections) -> None:
    first, again = inspected(campus, generation), inspected(campus, generation)
    assert inspections.made == 1
    assert first.findings == again.findings == FOUND
    assert (again.generation, again.inputs_hash) == (generation.number, generation.manifest.inputs_hash)
    for language in ("zh", "en"):
        assert [one.message(language) for one in again.findings] == [one.message(language) for one in FOUND]
    assert [one.name for one in kept(campus)] == ["000001.json"], "nothing half beside it"


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def of_other_rules(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "judged_by": "another version"}))


def of_another_build(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "built_at": "2020-01-01T00:00:00Z"}))


def no_findings(path: Path) -> None:
    path.write_text("[]")


@pytest.mark.parametrize("harm", [cut, of_other_rules, of_another_build, no_findings, Path.unlink])
def test_what_may_not_be_believed_is_inspected_anew(
    campus: Path, generation: Generation, inspections: Inspections, harm: Callable[[Path], None]
) -> None:
    inspected(campus, generation)
    harm(kept(campus)[0])
    assert inspected(campus, generation).findings == FOUND
    assert inspections.made == 2
    assert inspected(campus, generation).findings == FOUND
    assert inspections.made == 2, "and kept again"


def test_numbers_of_numpy_are_kept_as_numbers(
    campus: Path, generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"depth_m": np.float64(1.25), "count": np.int64(3)}
    monkeypatch.setattr(module, "inspect", Inspections((Finding("cover_shallow", "warning", values=values),)))
    inspected(campus, generation)
    assert dict(inspected(campus, generation).findings[0].values) == {"depth_m": 1.25, "count": 3}


def test_where_nothing_can_be_written_it_is_told_all_the_same(
    campus: Path, generation: Generation, inspections: Inspections, caplog: pytest.LogCaptureFixture
) -> None:
    (campus / "cache").write_text("a file in the way")
    assert inspected(campus, generation).findings == FOUND
    assert "findings are not kept" in caplog.text
    assert inspected(campus, generation).findings == FOUND
    assert inspections.made == 2


@pytest.mark.usefixtures("inspections")
def test_few_generations_are_kept(campus: Path, generation: Generation) -> None:
    folder = campus / "cache" / "findings"
    folder.mkdir(parents=True)
    for number in range(20, 20 + module.KEPT):
        (folder / f"{number:06d}.json").write_text("{}")
    generation.number = 30
    inspected(campus, generation)
    assert [int(one.stem) for one in kept(campus)] == [21, 22, 23, 30]
