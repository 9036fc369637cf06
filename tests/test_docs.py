"""Docs that fail when they lie: README commands run, links lead somewhere, schemas and settings are the code's."""

from __future__ import annotations

import ast
import json
import re
import shlex
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from layers import registry
from twin.cli import main
from twin.live.alarms.maintenance import Scope
from twin.live.incidents.setup import load_setup
from twin.live.rules.settings import AppliesTo
from twin.model.pipe_codes import pipe_codes
from twin.model.scene import Manifest
from twin.schemas import json_schemas
from twin.settings import CampusSettings, PlacementSettings, SourceSettings, TilesetSettings
from twin.store.generations import load_manifest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)  # a language and a remark is another: ```python no-run


def blocks(page: Path, language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")) if kind == language]


def commands(page: Path) -> list[str]:
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    return [line.split("  #")[0].strip() for line in lines if line.startswith("./run ")]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_readme_questions_have_answers(name: str, demo_campus: Path) -> None:
    asked = [one for one in commands(ROOT / name) if ".demo" in one and one.startswith("./run twin")]
    assert len(asked) == 3
    for command in asked:
        words = [str(demo_campus) if word == ".demo" else word for word in shlex.split(command)[2:]]
        result = CliRunner().invoke(main, words)
        # the demo has a survey with known errors, which the inspection says
        assert result.exit_code == (1 if words[0] == "check" else 0), f"{command}: {result.output}"


def test_readme_python_runs(demo_campus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for block in blocks(ROOT / "README.md", "python"):
        exec(compile(block.replace(".demo", str(demo_campus)), "README.md", "exec"), {})
    assert "building:campus:B01" in capsys.readouterr().out


@pytest.fixture(scope="module")
def lively_campus(campuses: Path) -> Path:
    """One to write into: the demo with three days of life."""
    from tests.screens.themes_campus import themes_campus

    return themes_campus(campuses / "themes-docs").folder


PYTHON = [
    pytest.param(block, id=f"{page.relative_to(ROOT)}-{number}")
    for page in sorted((ROOT / "docs").glob("*.md"))  # those of analyses run beside the analyses, on data of their own
    for number, block in enumerate(blocks(page, "python"), 1)
]


@pytest.mark.parametrize("block", PYTHON)
def test_python_in_the_docs_runs(block: str, lively_campus: Path) -> None:
    exec(compile(block.replace(".demo", str(lively_campus)), "docs", "exec"), {})


def statements(block: str) -> int:
    return sum(isinstance(one, ast.stmt) for one in ast.walk(ast.parse(block)))


def test_a_first_chart_takes_eight_statements(lively_campus: Path) -> None:
    """What is drawn is what the meter said that day."""
    page = (ROOT / "docs" / "notebook.md").read_text(encoding="utf-8")
    block = BLOCK.search(page.split("## First chart of a meter")[1])
    assert block is not None
    assert statements(block[2]) <= 8
    names: dict[str, Any] = {}
    exec(compile(block[2].replace(".demo", str(lively_campus)), "first chart", "exec"), names)
    [line] = names["chart"].data
    drawn = line.y
    assert len(drawn) > 10
    assert all(later >= earlier for earlier, later in pairwise(drawn))  # a counter
    assert names["chart"].layout.title.text.endswith(":energy, kWh")


def test_a_first_isolation_takes_fifteen_statements(lively_campus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed is checked against another search in tests/analysis/networks."""
    page = (ROOT / "docs" / "notebook.md").read_text(encoding="utf-8")
    block = BLOCK.search(page.split("## First isolation of a burst")[1])
    assert block is not None
    assert statements(block[2]) <= 15
    names: dict[str, Any] = {}
    exec(compile(block[2].replace(".demo", str(lively_campus)), "first isolation", "exec"), names)
    assert "('building:campus:B02',)" in capsys.readouterr().out
    assert set(names["stuck"].segment.links) > set(names["burst"].segment.links)


def test_readme_first_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demo_campus: Path) -> None:
    """init and build exactly as README says, on a delivery of one DEM and one pipe table."""
    monkeypatch.chdir(tmp_path)
    delivered = tmp_path / "delivered"
    delivered.mkdir()
    for one in ("dem.tif", "pipes/JS.xlsx"):
        (delivered / Path(one).name).write_bytes((demo_campus / "sources" / one).read_bytes())
    said = [one for one in commands(ROOT / "README.md") if "my-campus" in one]
    assert [shlex.split(one)[2] for one in said] == ["init", "build", "serve"]
    for command in said[:2]:
        result = CliRunner().invoke(main, shlex.split(command)[2:])
        assert result.exit_code == 0, f"{command}: {result.output}"
    result = CliRunner().invoke(main, ["info", "my-campus", "--json"])
    layers = json.loads(result.output)["layers"]
    assert layers["terrain"]["triangles"] > 0
    assert layers["water_supply"]["features"] > 100


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), f"{page.name} points at {target}"


def test_schemas_are_the_codes_own() -> None:
    for name, schema in json_schemas().items():
        written = json.loads((ROOT / "docs" / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
        assert written == schema, f"docs/schemas/{name}.json is old: run python -m twin.schemas docs/schemas"
        jsonschema.Draft202012Validator.check_schema(schema)


def test_a_manifest_holds_to_its_schema(demo_campus: Path) -> None:
    manifest = load_manifest(demo_campus)
    jsonschema.validate(json.loads(json.dumps(manifest.to_dict())), json_schemas()["manifest"])
    assert Manifest.from_dict(json.loads(json.dumps(manifest.to_dict()))) == manifest


def test_every_setting_is_on_its_page() -> None:
    page = (ROOT / "docs" / "campus-toml.md").read_text(encoding="utf-8")
    named = {*CampusSettings.model_fields, *SourceSettings.model_fields, *TilesetSettings.model_fields}
    named -= {"sources", "buildings", "tilesets"}
    assert not [one for one in named if f"`{one}`" not in page and f"[{one}]" not in page]
    placement = {info.alias or name for name, info in PlacementSettings.model_fields.items()}
    assert not [one for one in placement if one not in page]


def test_examples_name_kinds_that_are_shipped() -> None:
    """What a reader copies is taken: kinds in JSON, in settings and in reasons; levels; keys of scopes and choices."""
    kinds = load_setup(None, "Asia/Shanghai").settings.kinds
    incidents = (ROOT / "docs" / "incidents.md").read_text(encoding="utf-8")
    said = set(re.findall(r'"kind":"(\w+)"', incidents))
    assert said
    for block in blocks(ROOT / "docs" / "operations.md", "toml"):
        data = tomllib.loads(block)
        tables = [*data.get("roster", ()), *(data.get("rules", ()) if "fence" not in block else ())]
        said |= {kind for one in tables for kind in one.get("kinds", ())}
    assert said - set(kinds) == set()
    assert set(re.findall(r"种类 (.+?) →", incidents)) <= {one.title.zh for one in kinds.values()}
    assert set(re.findall(r'kind ([^→"\n]+?) →', incidents)) <= {one.title.en for one in kinds.values()}


def table_keys(heading: str) -> set[str]:
    """The names in code in the first column of the table under this heading in operations.md."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = page.split(f"| {heading} |")[1].split("\n\n")[0].splitlines()[2:]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}


def test_scopes_and_choices_are_listed_whole() -> None:
    assert table_keys("key of `applies_to`") == set(AppliesTo.model_fields)
    assert table_keys("key of `scope`") == set(Scope.model_fields)


def test_pipe_classes_are_the_codes_own() -> None:
    lines = (ROOT / "docs" / "pipe-codes.md").read_text(encoding="utf-8").splitlines()
    rows = [cells for line in lines if len(cells := line.split("|")) == 10]
    told = {cells[1].strip(): [one.strip() for one in cells[2:-1]] for cells in rows}
    for one in pipe_codes().classes.values():
        layer = registry()[one.layer_id]
        assert told[one.code] == [
            f"{one.title.zh} {one.title.en}",
            str(one.number),
            ",".join(map(str, one.rgb)),
            layer.colour,
            f"`{one.layer_id}`",
            one.elevation_reference + (" *unverified*" if one.unverified else ""),
            ", ".join(f"{sub.code}{sub.number:02d} {sub.title.zh}" for sub in one.subclasses),
        ]
        assert layer.standard_colour == "#" + "".join(f"{part:02x}" for part in one.rgb)
    assert len(told) == len(pipe_codes().classes) + 2  # heading and rule
