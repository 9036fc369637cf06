"""The viewer as a page in a notebook: made of a folder and through a server, faults as everywhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.ioc_app.snapshots.reading import held_in
from tests.screens.themes_campus import NOW, ThemesCampus
from twin.errors import SnapshotLayersError, SnapshotSpanError, UnknownLayerError
from twin.notebook.campus import Campus

pytestmark = pytest.mark.serves
AT = NOW - timedelta(minutes=2)


def test_a_page_of_a_folder(
    campus: Campus, themes: ThemesCampus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = campus.page("园区 1.html", at=AT, layers=["zones", "gas"], exactly="leak at the east gate")
    record = held_in(page.path.read_bytes()).record
    assert record["about"]["to"] == int(AT.timestamp() * 1000)
    assert {one["feature_id"] for one in record["cards"]} == ids(campus, "zones") | ids(campus, "gas")
    assert page._repr_html_().startswith('<iframe src="%E5%9B%AD%E5%8C%BA%201.html" ')
    assert len(page._repr_html_()) < 200, "a notebook must not grow by the page"
    assert "leak at the east gate" in (themes.folder / "exports.log").read_text(encoding="utf-8")


def test_a_page_through_a_server(campus: Campus, servers: tuple[Campus, Campus], tmp_path: Path) -> None:
    page = servers[0].page(tmp_path / "zones.html", at=AT, layers=["zones"])
    assert {one["feature_id"] for one in held_in(page.path.read_bytes()).record["cards"]} == ids(campus, "zones")


def test_what_cannot_be_is_said_as_everywhere(campus: Campus, servers: tuple[Campus, Campus], tmp_path: Path) -> None:
    with pytest.raises(SnapshotLayersError, match="gas"):
        campus.page(tmp_path / "none.html", at=AT, layers=["gas"])
    with pytest.raises(UnknownLayerError, match="gass"):
        servers[0].page(tmp_path / "none.html", at=AT, layers=["gass"])
    with pytest.raises(SnapshotSpanError):
        servers[0].page(tmp_path / "none.html", at="2040-01-01")
    assert not list(tmp_path.iterdir())


def ids(campus: Campus, layer: str) -> set[str]:
    return set(campus[layer].to_pandas().feature_id)
