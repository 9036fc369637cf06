"""When ``./run test`` tries again, and when it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import run

PAGE = "tests/browser/test_wall.py::test_tours[1]"


@pytest.mark.parametrize(
    ("failed", "folder", "again"),
    [
        ([PAGE], run.BROWSER, True),
        ([f"{PAGE}{n}" for n in range(run.MOST_AGAIN)], run.BROWSER, True),
        ([f"{PAGE}{n}" for n in range(run.MOST_AGAIN + 1)], run.BROWSER, False),
        ([PAGE, "tests/live/test_rules.py::test_a_rule"], run.BROWSER, False),
        (["tests/benchmarks/test_ifc_speed.py::test_a_model"], run.MEASURES, True),
        (["tests/browser/test_wall.py"], run.BROWSER, False),  # could not be read at all
        ([], run.BROWSER, False),
    ],
)
def test_few_and_where_a_second_try_may_be(failed: list[str], folder: str, again: bool) -> None:
    assert run.worth_a_second_try(failed, folder) == again


@pytest.mark.parametrize(("first", "failed", "second", "code"), [(1, PAGE, 0, 0), (1, PAGE, 1, 1), (2, PAGE, 0, 2)])
def test_what_fails_again_has_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, first: int, failed: str, second: int, code: int
) -> None:
    told = tmp_path / "failed.txt"
    told.write_text("left by the run before\n", encoding="utf-8")
    ran = []

    def stand_in(_: str, command: list[str]) -> int:
        ran.append(command)
        if len(ran) == 1:
            told.write_text(f"{failed}\n", encoding="utf-8")
        return [first, second][len(ran) - 1]

    monkeypatch.setenv(run.FAILED, "put back by the test")
    monkeypatch.setattr(run, "step", stand_in)
    assert run.twice("tests", ["pytest", *run.BESIDE], ["pytest"], run.BROWSER, told) == code
    assert "-n" in ran[0]
    assert ran[1:] == ([["pytest", failed]] if first == 1 else [])


def test_what_measures_stands_where_the_run_looks_for_it() -> None:
    marked = [path for path in (run.ROOT / "tests").rglob("test_*.py") if "mark.benchmark" in path.read_text("utf-8")]
    here = [path for path in marked if path.name != Path(__file__).name]
    assert len(here) > 10
    assert {path.parent for path in here} == {run.ROOT / run.MEASURES}


def test_what_failed_is_told_by_the_run(tmp_path: Path) -> None:
    """By a run of its own, with failures of a test and of what it needs."""
    told, tried = tmp_path / "failed.txt", tmp_path / "test_tried.py"
    tried.write_text(
        "import pytest\n@pytest.fixture\ndef broken(): raise OSError\n"
        "def test_good(): pass\ndef test_bad(): assert False\ndef test_never(broken): pass\n",
        encoding="utf-8",
    )
    pytest_alone = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", str(run.ROOT / "pyproject.toml")]
    environment = {**os.environ, run.FAILED: str(told)}
    done = subprocess.run([*pytest_alone, str(tried)], cwd=run.ROOT, env=environment, capture_output=True, check=False)
    assert done.returncode == 1
    names = [one.rpartition("::")[2] for one in told.read_text(encoding="utf-8").splitlines()]
    assert names == ["test_bad", "test_never"]


def test_lanes_run_beside_each_other_and_the_first_fault_of_a_lane_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []

    def stand_in(title: str, _command: list[str], _folder: Path) -> int:
        ran.append(title)
        return int(title == "bad")

    monkeypatch.setattr(run, "step", stand_in)
    run.require_both([("types", [], run.ROOT)], [("viewer", [], run.ROOT), ("campuses", [], run.ROOT)])
    assert sorted(ran) == ["campuses", "types", "viewer"]
    ran.clear()
    with pytest.raises(SystemExit) as ended:
        run.require_both([("types", [], run.ROOT)], [("bad", [], run.ROOT), ("never", [], run.ROOT)])
    assert ended.value.code == 1
    assert sorted(ran) == ["bad", "types"]
