"""The demo campus is written once for all tests of its recipe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from geodata import demo
from tests.campuses import DELIVERED


@dataclass(frozen=True)
class Written:
    """A freshly written demo campus."""

    folder: Path

    @property
    def sources(self) -> Path:
        return self.folder / "sources"


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("demo")
    demo.write(folder, today=DELIVERED)
    return Written(folder)
