"""CJJ 61-2017 as data, against the table of the domain notes and the layers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from layers import registry
from twin.model.pipe_codes import pipe_codes


def test_every_class_has_its_layer_and_its_standard_colour() -> None:
    layers = registry()
    for one in pipe_codes().classes.values():
        layer = layers[one.layer_id]
        if layer.standard_colour:
            assert tuple(bytes.fromhex(layer.standard_colour.lstrip("#"))) == one.rgb, one.code
        assert pipe_codes().class_of_layer(one.layer_id) == one.code
    assert pipe_codes().class_of_layer("surface") == "QT"


def test_codes_are_unique_and_numbered_from_one() -> None:
    classes = pipe_codes().classes.values()
    assert [one.number for one in classes] == list(range(1, 9))
    subs = [sub.code for one in classes for sub in one.subclasses]
    assert len(subs) == len(set(subs))
    for one in classes:
        assert [sub.number for sub in one.subclasses] == list(range(1, len(one.subclasses) + 1))


def test_the_file_holds_what_the_domain_notes_say(shared_data: Path) -> None:
    notes = (shared_data.parent / "domain.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \S+ [^|]*\| ([A-Z]{2}) (\d) \| (\d+,\d+,\d+)[^|]*\| ([^|]*)\|", notes, re.M)
    assert len(rows) == 8
    for code, number, rgb, subs in rows:
        one = pipe_codes().classes[code]
        assert (one.number, one.rgb) == (int(number), tuple(int(part) for part in rgb.split(",")))
        stated = re.findall(r"([A-Z]{2})(\d\d)", subs)
        assert [(sub.code, sub.number) for sub in one.subclasses] == [(name, int(n)) for name, n in stated]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ys", ("PS", "YS")),
        ("给水", ("JS", None)),
        (" TX ", ("TX", None)),
        ("消防水", ("JS", "XS")),
        ("雨水管", ("PS", "YS")),
        ("电力电缆", ("DL", None)),
        ("自来水管线", ("JS", None)),
        ("XYZ", None),
        ("", None),
    ],
)
def test_classes_by_code_or_name(text: str, expected: tuple[str, str | None] | None) -> None:
    assert pipe_codes().classify(text) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [("52011001", ("PS", "YS")), ("51062101", ("JS", "XS")), ("59012101", None), ("5201100", None), (None, None)],
)
def test_classes_by_feature_code(code: str | None, expected: tuple[str, str | None] | None) -> None:
    assert pipe_codes().of_feature_code(code) == expected


def test_terms_by_any_spelling() -> None:
    codes = pipe_codes()
    assert codes.material.name("qm") == codes.material.name("球墨铸铁") == "球墨"
    assert codes.burial.name("ZM") == "直埋"
    assert codes.state.name("1") == codes.state.name("报废") == "废弃"
    assert codes.material.name("木") == "木"  # an unknown word stays
    assert codes.material.name(None) is None
