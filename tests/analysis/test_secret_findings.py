"""Which findings tell of something underground: by their layer, else by their source; in doubt they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ioc_app.small_campus import small_campus
from twin.analysis.findings_table import secret_findings
from twin.model.finding import Finding
from twin.store.campus import Campus


@pytest.mark.parametrize(
    ("layer", "source", "secret"),
    [
        ("drainage", "lib", True),
        ("buildings", "lib", False),
        ("gas", "lib", True),  # every row of it was skipped: this campus has no such layer, and a row says where
        (None, "a source nobody knows", True),
    ],
)
def test_a_finding_is_secret(tmp_path: Path, layer: str | None, source: str, secret: bool) -> None:
    generation = Campus.open(small_campus().write(tmp_path)).generation
    one = Finding("coordinate_missing", "error", layer=layer, source=source, sheet="TRPoint", row=3)
    assert secret_findings(generation, [one]).tolist() == [secret]
