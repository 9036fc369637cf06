"""Accepted fixes on disk: numbered, never changed, taken back by another entry; a damaged one is said, not skipped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from twin.errors import NoSuchPatchError, PatchDamagedError
from twin.model.finding import CellChange, Finding
from twin.store.patches import FOLDER, Patches, of_source

AT = "2026-11-28T08:00:00+00:00"
CELL = CellChange("JS.xlsx", "JSPoint", 6, 4, "X", "429500", "2885900")
SWAPPED = Finding("coordinates_swapped", "error", source="JS", changes=(CELL,), safe=True)


def test_only_safe_changes_of_a_source_are_accepted_and_once(tmp_path: Path) -> None:
    kept = Patches(tmp_path)
    unsafe, homeless = replace(SWAPPED, safe=False), replace(SWAPPED, source=None)
    assert kept.accept([unsafe, homeless], "li", AT, 1) is None
    assert not (tmp_path / FOLDER).exists()
    first = kept.accept([SWAPPED, SWAPPED, unsafe], "li", AT, 1)
    assert first is not None
    assert (first.number, [one.change for one in first.cells]) == (1, [CELL])
    assert kept.accept([SWAPPED], "li", AT, 2) is None
    assert of_source(kept.in_force(), "JS") == (CELL,)
    assert of_source(kept.in_force(), "PS") == ()


def test_a_patch_is_taken_back_and_may_come_again(tmp_path: Path) -> None:
    kept = Patches(tmp_path)
    kept.accept([SWAPPED], "li", AT, 1)
    kept.withdraw(1, "wang", AT, 2)
    assert kept.in_force() == []
    assert [(one.number, one.withdraws, one.made_by) for one in kept.all()] == [(1, None, "li"), (2, 1, "wang")]
    with pytest.raises(NoSuchPatchError):
        kept.withdraw(1, "wang", AT, 2)
    again = kept.accept([SWAPPED], "li", AT, 3)
    assert again is not None
    assert [one.number for one in kept.in_force()] == [3]


@pytest.mark.parametrize("text", ["", "{", '{"number": 1}', '{"cells": [{"source": 1}]}'])
def test_a_damaged_patch_stops_whoever_would_read_it(text: str, tmp_path: Path) -> None:
    """Sources read without a fix that somebody accepted would be another campus, in silence."""
    kept = Patches(tmp_path)
    kept.accept([SWAPPED], "li", AT, 1)
    (tmp_path / FOLDER / "0001.json").write_text(text, encoding="utf-8")
    with pytest.raises(PatchDamagedError, match=r"0001\.json"):
        of_source(kept.in_force(), "JS")
    (tmp_path / FOLDER / ".0002.json.new").write_text("half of one", encoding="utf-8")  # a writer was killed
    (tmp_path / FOLDER / "0001.json").unlink()
    assert kept.all() == []
