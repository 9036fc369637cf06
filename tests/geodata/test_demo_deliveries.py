"""The whole delivery: what is in it, that campus.toml is valid, that the same seed gives the same bytes."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import lxml.etree
import numpy as np
import openpyxl

from geodata.demo import architecture, planting
from geodata.demo.ifc_model import global_id
from geodata.demo.tables import write_workbook
from tests.campuses import DELIVERED
from tests.geodata.conftest import Written
from twin.readers import BUILT_IN
from twin.settings import load_settings

REPOSITORY = Path(__file__).resolve().parents[2]
RECIPE = """
import sys; from datetime import date; from pathlib import Path; from geodata import demo
demo.write(Path(sys.argv[1]), today=date.fromisoformat(sys.argv[2]))
"""


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return {str(one.relative_to(folder)): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


def _write_elsewhere(folder: Path) -> None:
    """In a fresh interpreter with another hash seed, so that no set or dict order can hide."""
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(REPOSITORY), "TZ": "America/New_York"}
    subprocess.run(
        [sys.executable, "-c", RECIPE, str(folder), DELIVERED.isoformat()], check=True, env=environment, timeout=120
    )


def test_a_workbook_is_the_same_whatever_others_call_its_namespaces(tmp_path: Path) -> None:
    written = [tmp_path / "before.xlsx", tmp_path / "after.xlsx"]
    write_workbook(written[0], {"a": (["x"], [[1]])})
    lxml.etree.register_namespace("dct", "http://purl.org/dc/terms/")  # what importing OWSLib does, for the process
    try:
        write_workbook(written[1], {"a": (["x"], [[1]])})
    finally:
        lxml.etree.register_namespace("dcterms", "http://purl.org/dc/terms/")
    assert written[0].read_bytes() == written[1].read_bytes()


def test_two_writes_give_the_same_bytes(written: Written, tmp_path: Path) -> None:
    _write_elsewhere(tmp_path)
    assert _hashes(tmp_path) == _hashes(written.folder)


def test_the_seed_decides() -> None:
    outlines = architecture.footprints(architecture.make_buildings())
    one, same, other = (planting.make_trees(outlines, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one == same
    assert one != other
    assert global_id(1, "B01", "building") != global_id(2, "B01", "building")


def test_settings_are_valid_and_every_source_is_there(written: Written) -> None:
    settings = load_settings(written.folder)
    assert settings.crs == "EPSG:4549"
    assert settings.vertical_datum == "EPSG:5737"
    assert settings.simulated
    assert {one.reader for one in settings.sources} <= set(BUILT_IN)
    missing = [one.path for one in settings.sources if not (written.folder / one.path).is_file()]
    assert missing == []
    named = {(written.folder / one.path).resolve() for one in settings.sources}
    delivered = {one.resolve() for one in written.sources.rglob("*") if one.is_file()}
    assert delivered == named, "a delivered file that no source names, or the other way round"


def test_it_says_that_everything_is_invented(written: Written) -> None:
    notice = load_settings(written.folder).notice
    assert notice is not None
    assert "虚构" in notice.zh
    assert "invented" in notice.en


def test_counts(written: Written) -> None:
    settings = load_settings(written.folder)
    assert [one.code for one in settings.buildings] == [f"B{n:02d}" for n in range(1, 9)]
    assert len(list((written.sources / "bim").glob("*.ifc"))) == 8
    assert len(list((written.sources / "pipes").glob("*.xlsx"))) == 8  # the supplementary survey
    with (written.sources / "devices.csv").open(encoding="utf-8-sig", newline="") as file:
        devices = list(csv.DictReader(file))
    assert len(devices) == 1300
    assert len({one["device_code"] for one in devices}) == 1300
    with (written.sources / "trees.csv").open(encoding="utf-8-sig", newline="") as file:
        trees = sum(1 for _ in file) - 1
    assert 2200 <= trees <= 2900


def test_names_of_people_are_drawn_and_phones_lead_nowhere(written: Written) -> None:
    rows = list(openpyxl.load_workbook(written.sources / "registers" / "staff.xlsx")["staff"].values)
    assert rows[0] == ("staff_id", "name", "unit_id", "rank", "phone", "valid_from", "valid_to")
    assert len(rows) > 300
    assert all(str(row[4]).startswith("000-") for row in rows[1:])
