"""Without the survey libraries every reader still loads and says what to install when it is asked to read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.readers.geo_reading import UBC, run_reader
from twin.errors import MissingDependencyError
from twin.readers import load_reader

NEEDS = {
    "las": ("laspy", "terrain/autzen/autzen_trim.laz"),
    "citygml": ("lxml", "campus/plateau_yokosuka/52397519_bldg_6697_op.gml"),
    "osm": ("osmium", "campus/osm/Helsinki.osm.pbf"),
}


@pytest.mark.parametrize("name", NEEDS)
def test_a_missing_library_is_named(
    monkeypatch: pytest.MonkeyPatch, shared_data: Path, tmp_path: Path, name: str
) -> None:
    package, file = NEEDS[name]
    for loaded in [one for one in sys.modules if one.partition(".")[0] == package]:
        monkeypatch.setitem(sys.modules, loaded, None)
    monkeypatch.setitem(sys.modules, package, None)
    assert load_reader(name).supports(shared_data / file)
    with pytest.raises(MissingDependencyError, match=rf"needs {package}.*campus-twin\[survey\]"):
        run_reader(name, shared_data / file, tmp_path, UBC, vertical_datum="local")
