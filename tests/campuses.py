"""Campuses that tests share: built once a session, from the demo recipe and from the four recipes of real data."""

from __future__ import annotations

from pathlib import Path

from geodata.demo import write as write_demo
from geodata.real import write as write_real
from layers import registry
from twin.build import build_campus


def build_real(name: str, data: Path, folder: Path) -> Path:
    """Write and build one of the recipes in ``geodata.real``; returns the campus folder."""
    write_real(name, data, folder)
    build_campus(folder, registry())
    return folder


def build_demo(folder: Path) -> Path:
    """Generate and build the demo campus."""
    write_demo(folder)
    build_campus(folder, registry())
    return folder
