"""The examples of the pages run."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tests.analysis.energy.made import hours, office, weather
from twin.screens.factors import load_factors

PAGES = Path(__file__).parents[3] / "docs" / "analyses"


@pytest.mark.parametrize("name", ["energy-cleaning", "energy-baseline", "energy-forecast", "energy-carbon"])
def test_examples_run(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    index = hours(366)
    given = {
        "energy_kwh": office(index, noise=0.5),
        "outdoor_c": weather(index),
        "holidays": {date(2025, 10, 1)},
        "first_origin": index[24 * 340].to_pydatetime(),
        "factors": load_factors(),
        "day": date(2026, 6, 1),
    }
    code = re.findall(r"```python\n(.*?)```", (PAGES / f"{name}.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(code) == 1
    exec(compile(code[0], name, "exec"), given)
    assert "nan" not in capsys.readouterr().out
