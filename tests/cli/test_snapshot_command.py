"""``twin snapshot``: a file written, kept, listed and deleted, and what it says of what cannot be."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ioc_app.app import create_app
from ioc_app.snapshots.kept import KeptSnapshots
from tests.entering import entered
from tests.ioc_app.small_campus import small_campus
from twin.cli import main
from twin.people.registry import People


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    campus = small_campus().write(tmp_path_factory.mktemp("snapshot-command"))
    (campus / "campus.toml").write_text(
        'schema_version = 1\nname = { zh = "小园区", en = "Small" }\ncrs = "EPSG:4549"\nvertical_datum = "EPSG:5737"\n',
        encoding="utf-8",
    )
    return campus


def twin_snapshot(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["snapshot", str(folder), *arguments])


def actions(folder: Path) -> list[str]:
    return [one.action for one in reversed(People(folder).audit.lines()) if one.action.startswith("snapshot.")]


def test_a_file_is_written_kept_listed_and_deleted(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "tiles.zip"
    result = twin_snapshot(folder, "-o", str(out), "--keep")
    assert result.exit_code == 0, result.output
    assert "tileset.json" in zipfile.ZipFile(out).namelist()
    (one,) = KeptSnapshots(folder).all()
    assert one.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
    assert one.snapshot_id in twin_snapshot(folder, "--list").output
    with entered(create_app(folder, root_path="/twin")) as client:  # behind a proxy its address is below the same root
        (listed,) = client.get("/twin/api/v1/snapshots").json()["snapshots"]
        assert client.get(listed["url"]).content == out.read_bytes()
    deleted = twin_snapshot(folder, "--delete", one.snapshot_id, "--list")
    assert deleted.exit_code == 0, deleted.output
    assert not list((folder / "snapshots").iterdir())
    assert actions(folder) == ["snapshot.made", "snapshot.fetched", "snapshot.deleted"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "map.jpg"), "map.jpg"),
        (("--delete", "../../campus"), "../../campus"),
        (("-o", "x.zip", "--layer", "nothing"), "nothing"),
        (("-o", "x.png", "--size", "9x9"), "9x9"),
        ((), "-o FILE"),
    ],
)
def test_what_cannot_be_is_one_line(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = twin_snapshot(folder, *arguments)
    assert result.exit_code != 0
    assert said in result.output
    assert "Traceback" not in result.output
    assert not list(tmp_path.iterdir())
