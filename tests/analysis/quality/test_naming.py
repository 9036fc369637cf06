"""What things are called: by the numbers that stand in the tables, not by ids that only look like them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.quality.making import generation_of
from tests.analysis.sections.making import link, network, node
from twin.analysis.quality.naming import names_of, sheet_and_row
from twin.analysis.quality.subject import Subject

ROWS = [
    node("node:s:PS.1", 0, 0, 8, point_no="1", name="1", pipe_class="PS"),
    node("node:s:PS.2", 9, 0, 8, point_no="2", name="2", pipe_class="PS"),
    link("link:s:PS.1--PS.2", [(0, 0, 5), (9, 0, 5)], from_id="node:s:PS.1", to_id="node:s:PS.2", pipe_class="PS"),
    link("link:s:C12", [(0, 0, 5), (9, 0, 5)], name="C12", from_id="node:s:PS.1", to_id="node:s:PS.2", pipe_class="PS"),
    link("link:s:X--PS.1", [(0, 0, 5), (9, 0, 5)], from_id="node:other:X", to_id="node:s:PS.1", pipe_class="PS"),
    link("link:s:g1%2F2", [(0, 0, 5), (9, 0, 5)], pipe_class=None),
]


@pytest.mark.parametrize(
    ("row", "zh", "en"),
    [
        (0, "排水 1", "drainage 1"),
        (2, "排水 1–2", "drainage 1–2"),  # the key has the class before each number
        (3, "排水 C12", "drainage C12"),
        (4, "排水 X–1", "drainage X–1"),  # an end of another source
        (5, "drains g1/2", "drains g1/2"),  # of no class: its layer; of no number: its key
    ],
)
def test_a_thing_is_called(tmp_path: Path, row: int, zh: str, en: str) -> None:
    subject = Subject(generation_of(tmp_path, {"drains": network("drainage", ROWS)}))
    (name,) = names_of(subject, [("drains", row)]).values()
    assert (name.zh, name.en) == (zh, en)


def test_only_readers_of_tables_say_sheet_and_row() -> None:
    assert sheet_and_row("JS!Point!5") == ("JS!Point", 5)
    for other in ("", "#123", "features/7", "!5", "JSPoint!x"):
        assert sheet_and_row(other) == (None, None)
