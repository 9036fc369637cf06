"""What stands on the screen in Chinese is said in the words of the field, and what arrives is told in words at all."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from twin.live.incidents.transitions import ACTS

VIEWER = REPOSITORY / "ioc_app" / "viewer" / "src"
TEXTS = ("ui/i18n", "live/i18n", "desk/i18n", "desk/incidents/i18n", "now/i18n")


FAMILIES = (
    *("access", "balance", "detector", "door", "exit", "meal", "patrol", "perimeter"),
    *("repair", "stock", "trip", "vehicle", "visitor", "waste"),
)
# types that the simulator puts together
STEPS = {
    "repair": ("accepted", "dispatched", "done", "returned", "rated"),
    "trip": ("started", "ended"),
}


def texts(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for folder in TEXTS:
        found |= json.loads((VIEWER / folder / f"{language}.json").read_text(encoding="utf-8"))
    return found


def _event_types() -> set[str]:
    """Those that shipped rules and incidents listen to, and those that the simulated campus sends."""
    found: set[str] = set()
    for path in (REPOSITORY / "twin" / "live").rglob("*.toml"):
        for line in re.findall(r"^(?:event|clear)_types = \[(.*)\]", path.read_text(encoding="utf-8"), re.MULTILINE):
            found |= set(re.findall(r'"([^"]+)"', line))
    for path in (REPOSITORY / "twin" / "simulate" / "scripts").glob("*.toml"):
        found |= set(re.findall(r'^event = "([^"]+)"', path.read_text(encoding="utf-8"), re.MULTILINE))
    for path in (REPOSITORY / "twin" / "simulate").glob("*.py"):
        code = path.read_text(encoding="utf-8")
        found |= set(re.findall(rf'"((?:{"|".join(FAMILIES)})\.[a-z_.]+)"', code))
        for family in re.findall(r'f"([a-z_]+)\.\{(?:\w+\.)?way\}"', code):  # through gates and doors
            found |= {f"{family}.in", f"{family}.out"}
    for family, steps in STEPS.items():
        found |= {f"{family}.{one}" for one in steps}
    return found


# an alarm (asks for action) is 告警; these name a device, a system or a device's set point, or what one reports
NAMES = ("火灾报警", "入侵报警", "燃气报警", "手动报警按钮", "低于报警值", "报警回路", "湿式报警阀")
SPOKEN = (".py", ".toml", ".json", ".js", ".html", ".md")
NOT_OURS = {"node_modules", "_viewer", "licences", "__pycache__"}


def _spoken() -> list[Path]:
    """Every file of ours from which a text may reach a screen, a message, an export or a page of the documentation."""
    folders = [REPOSITORY / one for one in ("twin", "ioc_app", "layers", "geodata", "docs", "assets")]
    found = [path for one in folders for path in sorted(one.rglob("*")) if path.suffix in SPOKEN]
    found = [path for path in found if not NOT_OURS & set(path.relative_to(REPOSITORY).parts)]
    found = [path for path in found if path.parts[-2] != "test"]
    return [*found, REPOSITORY / "README.md", REPOSITORY / "README.zh-CN.md"]


def test_an_alarm_has_one_name_in_chinese() -> None:
    """报警 stands only where the field means a device or a system by it."""
    spoken = _spoken()
    assert len(spoken) > 300, "the texts are where they are looked for"
    astray: list[str] = []
    alarms = 0
    for path in spoken:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            alarms += line.count("告警")
            for name in NAMES:
                line = line.replace(name, "")
            if "报警" in line:
                astray.append(f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()}")
    assert astray == []
    assert alarms > 50


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_event_type_that_we_know_of_has_words(language: str) -> None:
    types = _event_types()
    assert {
        "fence.intrusion",
        "pump.fault",
        "lift.trapped",
        "door.entry",
        "camera.person_seen",
        "access.in",
        "vehicle.out",
    } <= types
    known = texts(language)
    assert sorted(one for one in types if f"code.event.{one}" not in known) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_help_calls_acts_what_the_server_calls_them(language: str) -> None:
    """A key of an act on the help page, and the button on the card, have the same name."""
    known = texts(language)
    told = {name.removeprefix("helpAct."): text for name, text in known.items() if name.startswith("helpAct.")}
    assert told == {name: one.title.to_dict()[language] for name, one in ACTS.items() if name not in ("tick", "untick")}


@pytest.mark.parametrize("chunk", ["desk.js", "screen.js"])
def test_whichever_chunk_comes_first_tells_events_in_words(chunk: str) -> None:
    """A ticker said "patrol.checked" where the screens were there before the desk."""
    built = (VIEWER.parents[1] / "_viewer" / chunk).read_text(encoding="utf-8")
    told = json.loads((VIEWER / "live" / "i18n" / "en.json").read_text(encoding="utf-8"))
    assert [key for key, words in told.items() if built.count(f'"{key}"') != 2 or words not in built] == []
