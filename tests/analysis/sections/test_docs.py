"""The examples in the pages of these analyses run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY


@pytest.mark.parametrize("page", ["section", "clearance", "dig"])
def test_the_example_runs(
    page: str, demo_campus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (REPOSITORY / "docs" / "analyses" / f"{page}.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(demo_campus.parent)
    assert demo_campus.name == "demo"
    names: dict[str, object] = {}
    exec(compile(example, page, "exec"), names)
    assert len(capsys.readouterr().out.splitlines()) > 3
    if page == "section":
        assert str(names["drawing"]).startswith("<svg ")


def test_the_figures_of_the_dig_page(demo_campus: Path) -> None:
    import shapely

    from twin.analysis.ground import ground_of
    from twin.analysis.sections.dig import check_dig
    from twin.store.campus import Campus

    generation = Campus.open(demo_campus).generation
    tables = {one: generation.table(one) for one in ("gas", "power", "water_supply", "telecom", "heat", "drainage")}
    area, ground = shapely.box(429436, 2885905, 429446, 2885925), ground_of(generation)
    upright = check_dig(area, tables, ground, depth_m=1.5)
    assert upright.counts() == {"hit": 4, "possible": 1, "near": 2}
    sloped = check_dig(area, tables, ground, bottom_level_m=12.5, side_slope=0.5)
    assert sloped.earth.volume_m3 == pytest.approx(492.5, abs=0.3)
    assert "heat" in {one.layer_id for one in sloped.things if one.verdict == "hit"}
