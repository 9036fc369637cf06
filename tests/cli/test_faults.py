"""What the system refuses and what sources hold against being read: lines for people, exit code 1, no trace."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from twin.cli import language, main
from twin.errors import BuildFailedError, SourceMissingError, SourceUnreadableError


def test_a_full_disk_is_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(folder: Path) -> dict[str, object]:
        raise OSError(28, "No space left on device", str(folder / "x"))

    monkeypatch.setattr("twin.cli._info", no_space)
    answer = CliRunner().invoke(main, ["info", str(tmp_path)], env={"TWIN_LANGUAGE": "en"})
    assert answer.exit_code == 1
    assert answer.stderr.startswith(f"twin: {tmp_path / 'x'}: the system refuses (No space left on device).")
    assert len(answer.stderr.splitlines()) == 1


def test_a_failed_build_has_a_line_for_every_source_in_one_language() -> None:
    fault = BuildFailedError(
        fault=SourceUnreadableError(path="a", detail="x", cure="y"), others=[SourceMissingError(path="b")]
    )
    assert fault.text("zh").splitlines()[0].startswith("b：文件不存在")
    assert "无法读取" in fault.text("zh").splitlines()[1]
    assert "cannot be read" not in fault.text("zh")
    assert len(fault.text("en").splitlines()) == 2


@pytest.mark.parametrize(
    ("set_to", "expected"),
    [
        ({"TWIN_LANGUAGE": "zh", "LANG": "en_GB.UTF-8"}, "zh"),
        ({"LC_MESSAGES": "zh_CN.UTF-8", "LANG": "en_GB.UTF-8"}, "zh"),
        ({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_that_of_the_locale(
    set_to: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TWIN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in set_to.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


BROKEN_OFF = "[JUNCTIONS]\nJ1 10\n\n[RESERVOIRS]\nR1 60\n\n[PIPES]\nP1 R1 J1 100 200 100 0 Open\n"


def test_a_source_of_which_nothing_can_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "net.inp").write_text(BROKEN_OFF)
    campus = str(tmp_path / "campus")
    asked = ["init", campus, str(tmp_path / "net.inp"), "--crs", "EPSG:32610", "--vertical-datum", "EPSG:5703"]
    answer = CliRunner().invoke(main, asked)
    assert answer.exit_code == 0, answer.output
    answer = CliRunner().invoke(main, ["build", campus], env={"TWIN_LANGUAGE": "en"})
    assert answer.exit_code == 0
    said = [line for line in answer.output.splitlines() if "none of them kept" in line]
    assert said == [
        "net: 3 found and none of them kept (no_geometry). Is the file whole, and does it have coordinates?"
    ]
    assert "一项也未能采用" in CliRunner().invoke(main, ["info", campus], env={"TWIN_LANGUAGE": "zh"}).output
