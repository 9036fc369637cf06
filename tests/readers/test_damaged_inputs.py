"""Whatever is damaged in a delivered text, the answer is a reading or one clear line: never a traceback."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.readers.reading import read_with
from tests.readers.test_inp_networks import DRAIN, GOOD, LOCAL, NET, PLAIN
from twin.errors import TwinError

POINTS = "物探点号,X,Y,地面高程,附属物,井底深\nWS1,2885887.9,429563.8,46.9,检查井,2.5\nWS2,2885897.9,429563.8,46.8,,\n"
LINES = "起始点号,终止点号,起点埋深,终点埋深,管径,建设年代\nWS1,WS2,1.2,1.3,600X400,2008\n"
BRICK = "@prefix b: <https://brickschema.org/schema/Brick#> .\n@prefix : <urn:x:> .\n:a b:feeds :b ; b:hasPoint :c .\n"
STAFF = "工号,姓名,单位,职级\nP1,张三,保卫处,正科\n"
RELATIONS = "from_id,kind,to_id,valid_from\na,feeds,b,2026-01-01\n"

SAMPLES = {
    "pipe_table": ("WS_point.csv", POINTS),
    "epanet": ("n.inp", NET.format(**GOOD)),
    "swmm": ("d.inp", DRAIN.format(**PLAIN)),
    "turtle": ("a.ttl", BRICK),
    "register": ("staff.csv", STAFF),
    "relations_csv": ("r.csv", RELATIONS),
}
ODD = [
    *(b"", b"nan", b"-5", b"1e400", b"1e300", b"\xff", b'"', b"\n", b",", b";", b"\x00", b"[", b"*"),
    *(b"9" * 400, "点".encode("gbk")),
]


def answer(reader: str, path: Path, **options: Any) -> None:
    """Read it; a refusal must be one line of ours."""
    said = ""
    try:
        read_with(reader, path, path.parent / "out", crs="local", vertical_datum="local", campus=LOCAL, **options)
    except TwinError as fault:
        said = str(fault)
    assert "\n" not in said


@pytest.mark.parametrize("reader", SAMPLES)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(seed=st.integers(0, 2**32), tolerate=st.booleans())
def test_a_damaged_text_is_read_or_refused(tmp_path: Path, reader: str, seed: int, tolerate: bool) -> None:
    name, text = SAMPLES[reader]
    raw, chance = bytearray(text.encode()), random.Random(seed)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(raw) + 1)
        raw[at : at + chance.choice((0, 1, 3, 20))] = chance.choice(ODD)
    (tmp_path / name).write_bytes(raw)
    if reader == "pipe_table":
        (tmp_path / "WS_line.csv").write_text(LINES, encoding="utf-8")
    answer(reader, tmp_path / name, **({"tolerate": list(range(100, 300))} if tolerate else {}))


VALUES = [None, "x", -1, 1e300, float("nan"), [], {}, True, 10**30, {"type": "Point", "coordinates": [1]}]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(seed=st.integers(0, 2**32))
def test_a_damaged_net_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    tables: dict[str, dict[str, Any]] = {
        "junction": {"columns": ["name", "height_m"], "index": [0, 1], "data": [["a", 10.0], ["b", 11.0]]},
        "junction_geodata": {"columns": ["x", "y"], "index": [0, 1], "data": [[0.0, 0.0], [9.0, 0.0]]},
        "pipe": {
            "columns": ["name", "from_junction", "to_junction", "diameter_m"],
            "index": [5],
            "data": [["p", 0, 1, 0.1]],
        },
        "pipe_geodata": {"columns": ["coords"], "index": [5], "data": [[[[0.0, 0.0], [9.0, 0.0]]]]},
    }
    for _ in range(chance.randint(1, 3)):
        table = chance.choice(list(tables.values()))
        part = chance.choice([table["data"], table["data"][0], table["columns"], table["index"]])
        if isinstance(part, list) and part:
            part[chance.randrange(len(part))] = chance.choice(VALUES)
    held = {name: {"_class": "DataFrame", "_object": json.dumps(one)} for name, one in tables.items()}
    path = tmp_path / "net.json"
    path.write_text(json.dumps({"_class": "pandapipesNet", "_object": held}))
    answer("pandapipes", path)
