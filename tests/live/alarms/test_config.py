"""``config/maintenance.toml`` and ``config/alarms.toml``."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.errors import ConfigMistakesError
from twin.live.alarms.limits import default_limits, load_limits
from twin.live.alarms.maintenance import load_windows

WINDOWS = """[[windows]]
id = "w1"
from = 2026-11-26T08:00:00
to = 2026-11-26T12:00:00
author = "li.wei"
reason = "换阀门"
scope = { devices = ["P-201"] }
"""


def test_times_without_an_offset_are_campus_local(tmp_path: Path) -> None:
    (tmp_path / "maintenance.toml").write_text(WINDOWS, encoding="utf-8")
    [window] = load_windows(tmp_path, "Asia/Shanghai")
    assert (window.from_us, window.to_us) == (1_795_651_200_000_000, 1_795_665_600_000_000)  # 00:00 and 04:00 UTC


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('{ devices = ["P-201"] }', "{ }", "maintenance.toml: line 7: windows[w1].scope names nothing"),
        ("T12:00:00", "T08:00:00", "maintenance.toml: line 1: windows[w1] 'to' does not lie after 'from'"),
        ("T12:00:00", "T12:00:00Z", "one of 'from' and 'to' has an offset"),
        ('reason = "换阀门"\n', "", "windows[w1].reason is missing"),
        ("devices", "device", "line 7: windows[w1].scope.device is not a setting here"),
    ],
)
def test_mistakes_in_windows(tmp_path: Path, before: str, after: str, expected: str) -> None:
    (tmp_path / "maintenance.toml").write_text(WINDOWS.replace(before, after), encoding="utf-8")
    with pytest.raises(ConfigMistakesError) as fault:
        load_windows(tmp_path, "Asia/Shanghai")
    assert expected in str(fault.value)


def test_limits_are_replaced_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "alarms.toml").write_text("[flood]\nalarms = 20\n", encoding="utf-8")
    limits = load_limits(tmp_path)
    assert (limits.flood.alarms, limits.flood.window_s) == (20, 600)
    assert limits.merge == default_limits().merge


def test_mistakes_in_limits(tmp_path: Path) -> None:
    (tmp_path / "alarms.toml").write_text("[flood]\nalarm = 20\n", encoding="utf-8")
    with pytest.raises(ConfigMistakesError, match=r"alarms\.toml: line 2: flood\.alarm is not a setting here"):
        load_limits(tmp_path)
