"""Imports point down. The table is the architecture; a new arrow is a decision."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("twin", "layers", "ioc_app", "geodata")

# part -> parts it may import, beside itself
ALLOWED: dict[str, set[str]] = {
    "twin": {"twin.notebook"},
    "twin.notebook": {
        "layers",
        "twin.analysis",
        "twin.build",
        "twin.child_answer",
        "twin.crs",
        "twin.errors",
        "twin.live",
        "twin.model",
        "twin.remote",
        "twin.render",
        "twin.screens",
        "twin.settings",
        "twin.store",
    },
    "twin.errors": set(),
    "twin.units": set(),
    "twin.crs": {"twin.errors", "twin.units"},
    "twin.model": {"twin.errors", "twin.crs", "twin.units"},
    "twin.store": {"twin.model", "twin.crs", "twin.units", "twin.errors"},
    "twin.live": {"twin.store", "twin.model", "twin.remote", "twin.config_file", "twin.mistakes", "twin.errors"},
    "twin.screens": {"twin.live", "twin.store", "twin.model", "twin.config_file", "twin.mistakes", "twin.errors"},
    "twin.mesh": {"twin.model", "twin.crs", "twin.units", "twin.errors"},
    "twin.tiles": {"twin.model", "twin.units", "twin.errors"},
    "twin.readers": {"twin.model", "twin.crs", "twin.units", "twin.errors", "twin.mesh"},
    "twin.child_answer": {"twin.errors"},
    "twin.toml_lines": set(),
    "twin.mistakes": set(),
    "twin.config_file": {"twin.toml_lines", "twin.mistakes", "twin.errors"},
    "twin.addresses": set(),
    "twin.remote": {"twin.addresses", "twin.config_file", "twin.errors"},
    "twin.settings": {
        "twin.model",
        "twin.crs",
        "twin.errors",
        "twin.readers",
        "twin.config_file",
        "twin.mistakes",
        "twin.toml_lines",
    },
    "twin.simulate": {"twin.store", "twin.model", "twin.config_file", "twin.errors"},
    "twin.series": {"twin.readers", "twin.live", "twin.store", "twin.model", "twin.errors"},
    "twin.people": {"twin.model", "twin.config_file", "twin.mistakes", "twin.errors"},
    "twin.analysis": {"twin.store", "twin.model", "twin.mesh", "twin.crs", "twin.units", "twin.errors"},
    "twin.render": {"twin.store", "twin.tiles", "twin.model", "twin.errors"},
    "twin.init": {"twin.readers", "twin.settings", "twin.model", "twin.crs", "twin.errors"},
    "twin.schemas": {"twin.model", "twin.screens", "twin.settings"},
    "twin.build": {
        "twin",
        "twin.analysis",
        "twin.readers",
        "twin.mesh",
        "twin.tiles",
        "twin.store",
        "twin.settings",
        "twin.model",
        "twin.crs",
        "twin.units",
        "twin.errors",
    },
    "twin.cli": {
        "twin.crs",
        "twin",
        "twin.analysis",
        "twin.build",
        "twin.errors",
        "twin.init",
        "twin.live",
        "twin.model",
        "twin.people",
        "twin.render",
        "twin.series",
        "twin.settings",
        "twin.screens",
        "twin.simulate",
        "twin.store",
        "layers",
        "ioc_app",
        "geodata",
    },
    "layers": {"twin.model"},
    "ioc_app": {
        "layers",
        "twin.analysis",
        "twin.build",
        "twin.child_answer",
        "twin.live",
        "twin.notebook",
        "twin.people",
        "twin.render",
        "twin.screens",
        "twin.store",
        "twin.model",
        "twin.errors",
        "twin.crs",
        "twin.mistakes",
    },
    "geodata": {"twin.model", "twin.crs", "twin.errors", "twin.units"},
}


def part_of(module: str) -> str:
    """``twin.store.query`` -> ``twin.store``; ``layers.gas`` -> ``layers``."""
    names = module.split(".")
    return ".".join(names[:2]) if names[0] == "twin" else names[0]


def imports_of(path: Path) -> set[str]:
    """Our own modules that a file imports at run time; imports for type checking only do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for child in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "twin":
            found.update(f"twin.{a.name}" if _is_module(a.name) else "twin" for a in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return {one for one in found if one.split(".")[0] in PACKAGES}


def _is_module(name: str) -> bool:
    """Whether ``from twin import name`` takes a module."""
    return (ROOT / "twin" / name).is_dir() or (ROOT / "twin" / f"{name}.py").is_file()


def sources() -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "node_modules" not in path.parts
    ]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    part = part_of(module)
    assert part in ALLOWED, f"{part} is not in the table of the architecture"
    targets = {part_of(one) for one in imports_of(path)}
    assert targets <= ALLOWED[part] | {part}, f"{module} must not import {sorted(targets - ALLOWED[part] - {part})}"


CLIENTS = {"requests", "httpx", "urllib.request", "urllib3", "aiohttp", "http.client", "socket", "ftplib", "smtplib"}
# the one way out, and what a device sends from its own side
MAY_SEND = {"twin/remote.py", "twin/simulate/sending.py"}


def modules_named(tree: ast.AST) -> set[str]:
    """Every module an import may mean, ``from http import client`` included."""
    named: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return named


def test_no_http_client_outside_remote() -> None:
    """Nothing of ours can send a request but the one file that keeps to the allowlist."""
    for path in sources():
        where = path.relative_to(ROOT).as_posix()
        found = {one for one in modules_named(ast.parse(path.read_text(encoding="utf-8"))) if one in CLIENTS}
        assert where in MAY_SEND or not found, f"{where} imports {sorted(found)}"


def test_an_http_client_is_found_however_it_is_imported() -> None:
    for line in ("import http.client", "from http import client", "from urllib import request", "import httpx as x"):
        assert modules_named(ast.parse(line)) & CLIENTS, line


def test_top_level_is_what_the_card_says() -> None:
    """No folder at the top that the founders' card does not name."""
    named = {"twin", "ioc_app", "layers", "assets", "geodata", "notebooks", "tests", "docs"}
    found = {one.name for one in ROOT.iterdir() if one.is_dir() and not one.name.startswith(".")}
    generated = {"campus_twin.egg-info", "build", "dist", "__pycache__", "node_modules"}
    assert found - generated <= named
