"""Relations name things of the campus: the rooms of a real flat and their sensors, codes in tables, GlobalIds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.guid
import pytest
import rdflib

from layers import registry
from tests.campuses import real_campus
from tests.readers.ifc.models import STOREY, WALL, box_model
from twin.build import build_campus
from twin.build.naming import global_id_of
from twin.store.campus import Campus, Generation

OSH = "https://w3id.org/ibp/osh/OpenSmartHomeDataSet#"
STEPS = "http://linkedbuildingdata.net/ifc/resources20180427_085111/"
BOT = rdflib.Namespace("https://w3id.org/bot#")
SOSA = rdflib.Namespace("http://www.w3.org/ns/sosa/")
SERIES = ("Bathroom", "Kitchen", "Room1", "Room2", "Room3", "Toilet")


@pytest.fixture(scope="module")
def smarthome(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """Scene 5 of the data: a flat as BIM, its sensors and the links between the two as Turtle."""
    return Campus.open(real_campus("smarthome", shared_data, tmp_path_factory.mktemp("osh") / "osh")).generation


def graph(folder: Path, name: str) -> rdflib.Graph:
    found = rdflib.Graph()
    found.parse(folder / name, format="turtle")
    return found


def test_the_six_rooms_hold_their_sensors(smarthome: Generation, shared_data: Path) -> None:
    folder = shared_data / "ifc" / "open_smart_home"
    model: Any = ifcopenshell.open(str(folder / "04_Flat.ifc"))
    sensors, links = graph(folder, "00_OpenSmartHomeData.ttl"), graph(folder, "01_LinkOsh.ttl")
    for room in SERIES:
        steps = [
            str(one)
            for one in links.objects(rdflib.URIRef(OSH + room), None)
            if str(one).startswith(STEPS + "IfcSpace_")
        ]
        assert len(steps) == 1
        space = f"space:flat:{model.by_id(int(steps[0].rpartition('_')[2])).GlobalId}"
        expected = {str(one) for one in sensors.objects(rdflib.URIRef(OSH + room), BOT.containsElement)}
        assert len(expected) >= 6
        rows = smarthome.sql(
            "SELECT to_id FROM relations WHERE kind = 'contains' AND source = 'sensors' AND from_id = $room",
            {"room": space},
        )
        assert set(rows["to_id"].to_pylist()) == expected
        measured = smarthome.sql(
            "SELECT count(*) AS n FROM relations r JOIN relations m ON m.from_id = r.to_id AND m.kind = 'measures' "
            "WHERE r.from_id = $room AND r.kind = 'contains'",
            {"room": space},
        ).to_pylist()[0]["n"]
        assert measured == sum(1 for one in expected if (rdflib.URIRef(one), SOSA.observes, None) in sensors) > 3


def test_every_name_of_a_thing_leads_to_it(smarthome: Generation, shared_data: Path) -> None:
    """Steps, Revit's UniqueIds and the links agree on all 50 things, by rules that know nothing of each other."""
    notes = {one.key: one.notes for one in smarthome.manifest.sources}
    assert not [line for lines in notes.values() for line in lines if "not joined" in line]
    assert "01_LinkOsh.ttl: 122 names for 50 things of the campus" in notes["links"]
    assert any("33 of 35 things" in line for line in notes["topology"])
    topology = graph(shared_data / "ifc" / "open_smart_home", "02_BotFromRevit.ttl")
    table = smarthome.sql("SELECT from_id, to_id FROM relations WHERE source = 'topology'")
    assert len(table) == sum(1 for verb in ("hasSpace", "hostsElement") for _ in topology.subject_objects(BOT[verb]))
    spaces = smarthome.sql(
        "SELECT count(DISTINCT r.to_id) AS n FROM relations r JOIN spaces s ON s.feature_id = r.to_id "
        "WHERE r.source = 'topology'"
    )
    assert spaces.to_pylist() == [{"n": 9}]


def test_a_global_id_however_it_is_written() -> None:
    plain = "05i4VutGDCsQKCrT6CQvhu"
    digits = ifcopenshell.guid.expand(plain)
    uuid = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
    written = (plain, f"urn:x:{plain}", f"http://a/b#wall_{uuid}", f"http://a/b/{uuid.upper()}", f"uuid:{digits}")
    assert {global_id_of(one) for one in written} == {plain}
    unique = "https://w3id.org/ibp/bot4osh/room_05b047f8-dd03-4cd9-a50c-d5d18c6f7ab7-0004e04f"
    assert global_id_of(unique) == plain
    assert global_id_of("http://virginia.edu/building/ontology/rice#AHU_1") is None


CAMPUS = """
name = { zh = "a", en = "a" }
crs = "local"
vertical_datum = "local"
[[buildings]]
code = "H"
models = ["a"]
[[sources]]
key = "a"
path = "a.ifc"
reader = "ifc"
placement = { to = [0, 0, 0] }
[[sources]]
key = "links"
path = "links.csv"
reader = "relations_csv"
[[sources]]
key = "graph"
path = "graph.ttl"
reader = "turtle"
"""


def test_codes_places_and_clashes(tmp_path: Path) -> None:
    (tmp_path / "campus.toml").write_text(CAMPUS, encoding="utf-8")
    (tmp_path / "a.ifc").write_text(box_model())
    (tmp_path / "links.csv").write_text(
        f"from_id,kind,to_id\nP1,responsible_for,H\nurn:pump,serves,{WALL}\nurn:both,feeds,H\na#22,contains,urn:pump\n"
    )
    (tmp_path / "graph.ttl").write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> . "
        f"<urn:both> owl:sameAs <urn:x:{WALL}>, <urn:x:{STOREY}> . <urn:pump> owl:sameAs <urn:motor> ."
    )
    build_campus(tmp_path, registry())
    generation = Campus.open(tmp_path).generation
    table = generation.sql(
        "SELECT from_id, kind, to_id FROM relations WHERE source = 'links' ORDER BY 2, 1"
    ).to_pylist()
    storey = "storey:campus:H.Level%201"
    assert [tuple(row.values()) for row in table] == [
        (storey, "contains", "urn:pump"),
        ("urn:both", "feeds", "building:campus:H"),  # it cannot be both a wall and a storey
        ("P1", "responsible_for", "building:campus:H"),
        ("urn:pump", "serves", f"element:a:{WALL}"),
    ]
    notes = [line for one in generation.manifest.sources for line in one.notes]
    assert [line for line in notes if line.endswith("not joined")] == [
        f"graph.ttl: urn:both stands for element:a:{WALL} and {storey}; not joined"
    ]
    said = "links.csv: 3 of 6 things that its relations name are in the campus"
    assert f"{said}; the others, such as people: P1, urn:both, urn:pump" in notes
    called = generation.sql("SELECT alias FROM aliases WHERE feature_id = 'building:campus:H'").to_pylist()
    assert called == [{"alias": "building:a:0000000000000000000021"}]
