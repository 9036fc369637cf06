"""Numbers that are nothing at most moments are asked when there is something, and recomputed then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.screens.test_witness import KPIS, value_of, witnesses
from tests.screens.themes_campus import NOW, ThemesCampus
from tests.screens.witness.facts import Facts


@pytest.mark.parametrize("kpi_id", ["consumption.queue_now", "vehicles.gate_queue"])
def test_queues_are_counted_while_somebody_waits(kpi_id: str, themes: ThemesCampus) -> None:
    kpi = next(one for one in KPIS if one.id == kpi_id)
    indoors = kpi_id.startswith("consumption.")
    readings = Facts(themes.folder, NOW).readings
    waited = readings[(readings.quantity == "waiting") & (readings.value > 0) & (readings.space_id.notna() == indoors)]
    moments = sorted({one.floor("h").to_pydatetime() + timedelta(minutes=5) for one in waited.observed_at})
    assert len(moments) >= 3
    told = []
    for at in moments:
        told.append(value_of(kpi, themes, at))
        assert told[-1] == witnesses()[0][kpi_id](Facts(themes.folder, at)), at
    assert len({one for one in told if one}) >= 2, told
