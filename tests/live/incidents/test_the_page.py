"""``docs/incidents.md`` and ``docs/operations.md`` say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from tests.live.incidents.desk import us
from twin.live.incidents.measures import measure
from twin.live.incidents.setup import FILES, load_setup
from twin.live.incidents.transitions import ACTS, OPEN, ORDER_ACTS, Needs
from twin.model.live import Level, Stage

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = (DOCS / "incidents.md").read_text(encoding="utf-8")


def rows(text: str) -> dict[str, tuple[str, str, str]]:
    """Act -> title, right, what it must say, of the lines of a table of acts."""
    cells = [[one.strip() for one in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| `")]
    return {one[0].strip("`"): (one[1], one[4], one[5]) for one in cells if len(one) >= 6 and one[4] in set(Needs)}


def test_the_table_of_acts_is_that_of_the_code() -> None:
    before, _, orders = PAGE.partition("| order act |")
    for table, text in ((ACTS, before), (ORDER_ACTS, orders)):
        told = rows(text)
        known = {name for name in table if name != "issue"}
        assert set(told) == known
        for name in known:
            title, right, must = told[name]
            assert title == table[name].title.zh
            assert right == table[name].needs
            assert set(table[name].must) <= set(re.findall(r"`(\w+)`", must))


def test_so_are_the_stages_from_and_to() -> None:
    cells = [[one.strip() for one in line.split("|")[1:-1]] for line in PAGE.partition("| order act |")[0].splitlines()]
    order = [one.value for one in Stage]
    told = {one[0].strip("`"): (one[2], one[3]) for one in cells if len(one) == 7 and one[0].strip("`") in ACTS}
    assert len(told) == len(ACTS) - 1
    for name, (stages, leads_to) in told.items():
        act = ACTS[name]
        first, dots, last = stages.partition(" … ")
        if dots:
            expected = set(order[order.index(first) : order.index(last) + 1])
        elif stages == "any":
            expected = set(order)
        elif stages.startswith("open") or stages == "suspended":
            expected = set(OPEN)
        else:
            expected = set(stages.split(", "))
        assert {one.value for one in act.stages} == expected, name
        assert (act.leads_to or "") == leads_to, name


def test_every_measure_and_every_file_is_on_the_page() -> None:
    for one in measure([], us(0), us(1), us(1), 4).shares:
        assert f"| `{one.name}` | {one.title.zh} |" in PAGE
    for name in FILES:
        assert f"`{name}" in PAGE


def test_the_examples_for_operators_are_taken(tmp_path: Path) -> None:
    text = (DOCS / "operations.md").read_text(encoding="utf-8")
    for block in re.findall(r"```toml\n# config/((?:duty|dispatch)\.toml.*?)```", text, re.DOTALL):
        (tmp_path / block.split()[0].rstrip(":")).write_text("# " + block, encoding="utf-8")
    setup = load_setup(tmp_path, "Asia/Shanghai")
    place = {"zone_ids": ["zone:zones:G01"]}
    found = setup.dispatcher.propose("flood", Level.A, place, us(0), setup.sla.to_dict("flood")["limits"])
    assert found is not None
    assert (found["rule"], found["assignee"], found["phone"]) == ("east-water", "li.wei", "8001")
