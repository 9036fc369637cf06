"""Files that change while the campus runs: what is taken up, what is not, what is said about it."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from twin.config_file import Settings, load_config
from twin.live.watched import ConfigWatch, Watched


class Plant(Settings):
    pumps: int = 0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plant.toml"


def watched(path: Path, *, settled: bool = False) -> Watched[Plant]:
    return Watched([path], lambda: load_config(path, Plant), Plant(), settled=settled)


def write(path: Path, text: str, at_ns: int) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(at_ns, at_ns))


def test_what_changed_is_taken_up_once(path: Path) -> None:
    one = watched(path)
    assert (one.look(), one.value.pumps) == (True, 0)
    assert one.look() is False
    write(path, "pumps = 2", 1)
    assert (one.look(), one.value.pumps, one.look()) == (True, 2, False)
    path.unlink()
    assert (one.look(), one.value.pumps) == (True, 0)


def test_a_mistake_leaves_what_was_and_is_said_once(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    one = watched(path)
    write(path, "pumps = 2", 1)
    one.look()
    with caplog.at_level(logging.WARNING):
        write(path, "\npumps = 'two'", 2)
        assert [one.look() for _ in range(3)] == [False] * 3
        assert one.value.pumps == 2
        assert "line 2" in str(one.fault)
        [said] = caplog.messages
        assert "plant.toml" in said
        write(path, "pumps = 3", 3)
        assert (one.look(), one.value.pumps, one.fault) == (True, 3, None)
    assert "in order again" in caplog.messages[1]


def test_a_file_that_is_still_being_written_waits(path: Path) -> None:
    one = watched(path, settled=True)
    write(path, "pumps = 2", 1)
    assert one.look()  # the first look has nothing to compare with
    write(path, "", 2)
    assert (one.look(), one.value.pumps) == (False, 2)
    write(path, "pumps = 3", 3)
    assert (one.look(), one.value.pumps) == (False, 2)
    assert (one.look(), one.value.pumps) == (True, 3)


def test_the_cure_may_lie_elsewhere(path: Path) -> None:
    """A secret that is set later, a disk that has room again."""
    other = path.with_name("secret")
    one = Watched([path], lambda: load_config(other, Plant), Plant())
    write(other, "pumps = 'x'", 1)
    assert one.look() is False
    write(other, "pumps = 1", 2)
    assert (one.look(), one.value.pumps) == (True, 1)


def test_one_that_fails_otherwise_stops_no_other(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Plant:
        if path.exists():
            raise RuntimeError("a mistake of ours")
        return Plant()

    watch, good = ConfigWatch(), watched(path)
    watch.add(Watched([path], broken, Plant()), good)
    write(path, "pumps = 4", 1)
    watch.look()
    assert good.value.pumps == 4
    assert "could not be taken up" in caplog.text


def test_a_file_that_two_read_is_wrong_once(path: Path) -> None:
    write(path, "pumps = 'x'", 1)
    watch = ConfigWatch()
    watch.add(watched(path), watched(path))
    assert len(watch.faults) == 1
