"""Old generations go, those that somebody needs stay, and nothing half removed is ever listed."""

from __future__ import annotations

import gc
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.resurvey import resurveyed_campus
from twin.cli import main
from twin.errors import BuildLockedError, CitationUnreadableError, UnknownGenerationError
from twin.store.campus import Campus, Generation
from twin.store.generations import build_lock, generation_at, generation_folder, numbers
from twin.store.keeping import Kept, existing, held
from twin.store.prune import prune

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return resurveyed_campus(tmp_path_factory.mktemp("prune") / "campus")


@pytest.fixture
def campus(built: Path, tmp_path: Path) -> Path:
    """Five generations, a month apart; 4 is in use, 5 was killed before the switch."""
    folder = tmp_path / "campus"
    (folder / "generations").mkdir(parents=True)
    shutil.copy(built / "campus.toml", folder)
    log = ""
    for number in range(1, 6):
        shutil.copytree(generation_folder(built, 1 + number % 2), generation_folder(folder, number))
        at = (FIRST + timedelta(days=30 * number)).isoformat()
        log += json.dumps({"generation": number, "in_force_at": at}) + "\n"
    (folder / "generations.log").write_text(log)
    (folder / "current").write_text("4\n")
    return folder


def cite(campus: Path, number: int) -> None:
    (campus / "snapshots").mkdir(exist_ok=True)
    (campus / "snapshots" / "20260301T000000-0123456789abcdef.json").write_text(json.dumps({"generation": number}))


def test_the_oldest_go_and_the_log_still_answers(campus: Path) -> None:
    said = prune(campus, 2)
    assert ([one.number for one in said.removed], numbers(campus)) == ([1, 2, 3], [4, 5])
    assert said.freed_bytes == sum(one.size_bytes for one in said.removed) > 0
    assert generation_at(campus, FIRST) == 4, "the oldest there is"
    assert not list((campus / "generations").glob(".*"))


def test_in_use_is_never_removed(campus: Path) -> None:
    said = prune(campus, 1)
    assert numbers(campus) == [4, 5]
    assert [(one.number, one.kept) for one in said.spared] == [(4, (Kept.IN_USE,))]


def test_what_a_snapshot_shows_stays(campus: Path) -> None:
    cite(campus, 2)
    said = prune(campus, 2)
    assert numbers(campus) == [2, 4, 5]
    assert [(one.number, one.kept, len(one.snapshots)) for one in said.spared] == [(2, (Kept.CITED,), 1)]


def test_a_snapshot_that_cannot_be_read_may_show_any(campus: Path) -> None:
    cite(campus, 2)
    next((campus / "snapshots").iterdir()).write_text('{"generation":')
    with pytest.raises(CitationUnreadableError):
        prune(campus, 1)
    assert len(numbers(campus)) == 5


def test_what_somebody_reads_stays_until_nobody_does(campus: Path) -> None:
    reader = Generation(campus, 1)
    reader.spatial_index()
    assert [one.number for one in prune(campus, 2).spared] == [1]
    assert len(reader.table("gas")) == 5
    del reader
    gc.collect()
    assert [one.number for one in prune(campus, 2).removed] == [1]


def test_another_process_that_is_killed_holds_nothing(campus: Path) -> None:
    code = f"""
import sys; from pathlib import Path; from twin.store.campus import Generation
held = Generation(Path({str(campus)!r}), 1); print("reading", flush=True); sys.stdin.read()
"""
    reader = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert reader.stdout is not None
    assert reader.stdout.readline() == "reading\n"
    assert held(campus)[0].kept == (Kept.LEASED,)
    assert [one.number for one in prune(campus, 2).spared] == [1]
    reader.kill()
    reader.communicate()
    assert [one.number for one in prune(campus, 2).removed] == [1]


def test_a_dry_run_removes_nothing(campus: Path) -> None:
    before = sorted(campus.rglob("*"))
    said = prune(campus, 2, dry_run=True)
    assert [one.number for one in said.removed] == [1, 2, 3]
    assert sorted(campus.rglob("*")) == before


def test_it_waits_for_no_build(campus: Path) -> None:
    with build_lock(campus), pytest.raises(BuildLockedError):
        prune(campus, 2)
    assert len(numbers(campus)) == 5


@pytest.mark.parametrize("files", range(0, 12, 3))
def test_killed_at_any_moment_only_whole_generations_are_left(
    campus: Path, monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    """The deleting of the first one stops after so many files, as a kill would stop it."""

    def killed(path: Path) -> Any:
        for one in sorted(path.rglob("*.*"))[:files]:
            if one.is_file():
                one.unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("twin.store.prune.shutil.rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            prune(campus, 2)
    assert numbers(campus) == [2, 3, 4, 5]
    for one in held(campus):
        generation = Generation(campus, one.number)
        assert [len(generation.table(name)) for name in generation.layer_ids()]
    del generation
    gc.collect()
    said = prune(campus, 2)
    assert (said.swept, [one.number for one in said.removed]) == (1, [2, 3])
    assert not list((campus / "generations").glob(".*"))


def test_killed_before_the_rename_nothing_happened(campus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        prune(campus, 2)
    assert numbers(campus) == [1, 2, 3, 4, 5]


def test_what_is_listed_is_there(campus: Path) -> None:
    cite(campus, 3)
    one = {one.number: one for one in held(campus)}
    assert one[5].in_force_at is None, "killed before the switch"
    assert one[2].in_force_at == FIRST + timedelta(days=60)
    assert one[2].features == {name: len(Generation(campus, 2).table(name)) for name in ("terrain", "buildings", "gas")}
    assert one[2].sources == ("dem", "gas", "sheds")
    assert (one[3].kept, one[4].kept) == ((Kept.CITED,), (Kept.IN_USE,))
    with pytest.raises(UnknownGenerationError, match="1, 2, 3, 4, 5"):
        existing(campus, 9)


# --- commands ---------------------------------------------------------------------------------------------


def run(language: str, *words: str) -> str:
    said = CliRunner().invoke(main, words, env={"TWIN_LANGUAGE": language, "COLUMNS": "120"})
    assert said.exit_code == 0, said.output
    return said.output


def test_the_commands_say_it_in_both_languages(campus: Path) -> None:
    cite(campus, 1)
    assert "cited by a snapshot" in run("en", "generations", str(campus))
    assert "快照引用" in run("zh", "generations", str(campus))
    assert "would remove generation 2" in run("en", "prune", str(campus), "--keep", "2", "--dry-run")
    assert "已清理第 2 版" in run("zh", "prune", str(campus), "--keep", "3")
    found = json.loads(run("en", "prune", str(campus), "--keep", "2", "--json"))
    assert (found["removed"], found["spared"], found["kept"]) == ([3], [{"generation": 1, "why": ["cited"]}], [4, 5])
    assert [one["number"] for one in json.loads(run("en", "generations", str(campus), "--json"))["generations"]] == [
        1,
        4,
        5,
    ]


def test_diff_takes_the_one_before_and_writes_what_changed(built: Path, tmp_path: Path) -> None:
    import geopandas

    out = tmp_path / "changes.parquet"
    said = json.loads(run("en", "diff", str(built), "--json", "--out", str(out)))
    assert (said["from"], said["to"]) == (1, 2)
    gas = next(one for one in said["layers"] if one["layer_id"] == "gas")
    assert (gas["added"], gas["removed"], gas["moved"], gas["changed"], gas["unchanged"]) == (1, 1, 1, 1, 2)
    assert set(geopandas.read_parquet(out).change) == {"added", "removed", "moved", "changed"}
    told = run("zh", "diff", str(built), "1", "2")
    assert "最大平面" in told
    assert "燃气" in told
    assert "个图层没有差异" in told
    assert "Nothing differs" in run("en", "diff", str(built), "2", "2")
    nothing = CliRunner().invoke(main, ["diff", str(built), "7"])
    assert (nothing.exit_code, "There are: 1, 2" in nothing.output) == (1, True)
    alone = CliRunner().invoke(main, ["diff", str(built), "--json"], env={"TWIN_LANGUAGE": "en"})
    assert alone.exit_code == 0
    assert Campus.open(built).generation.number == 2
