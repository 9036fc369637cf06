"""Relations from Turtle and CSV."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import rdflib

from tests.readers.reading import read_with
from twin.errors import ReaderLimitError, SourceUnreadableError, TableUnclearError
from twin.readers import load_reader
from twin.readers.relations.turtle_predicates import of_iri

FRAME = "http://buildsys.org/ontologies/BrickFrame#"
RICE = "http://virginia.edu/building/ontology/rice#"
OSH = "https://w3id.org/ibp/osh/OpenSmartHomeDataSet#"


def triples(path: Path) -> rdflib.Graph:
    graph = rdflib.Graph()
    graph.parse(path, format="turtle")
    return graph


def test_rice_hall_is_what_its_triples_say(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "campus/brick/rice_brick.ttl"
    found = read_with("turtle", path, tmp_path)
    count = Counter(str(one) for one in triples(path).predicates())
    kinds = Counter(found.tables["table.relations"].kind)
    assert found.report.found == sum(count.values()) == 1635
    assert kinds["feeds"] == count[f"{FRAME}feeds"] == 16
    assert kinds["contains"] == count[f"{FRAME}hasPart"] + count[f"{FRAME}contains"] + count[f"{FRAME}isPartOf"]
    assert kinds["measures"] + kinds["controls"] == count[f"{FRAME}hasPoint"] == 315
    assert found.report.skipped == {"not_selected": count[str(rdflib.RDF.type)]}


@pytest.mark.parametrize("file", ["gtc", "soda", "rice"])
def test_every_statement_of_a_building_is_kept_or_counted(shared_data: Path, tmp_path: Path, file: str) -> None:
    """rdflib counts statements of the campus' verbs; what is none of them is named in the report."""
    path = shared_data / f"campus/brick/{file}_brick.ttl"
    found = read_with("turtle", path, tmp_path)
    verbs = {
        "feeds": {"feeds"},
        "contains": {"hasPart", "isPartOf", "contains", "isLocatedIn", "hasLocation", "isLocationOf"},
        "points": {"hasPoint", "isPointOf", "controls"},
    }
    said: dict[str, set[tuple[str, str]]] = {name: set() for name in verbs}
    statements = 0
    for subject, predicate, target in triples(path):
        word = str(predicate).rpartition("#")[2]
        for name, words in verbs.items():
            if word in words and not isinstance(target, rdflib.Literal):
                statements += 1
                turn = word in ("isPartOf", "isLocatedIn", "hasLocation", "hasPoint")
                said[name].add((str(target), str(subject)) if turn else (str(subject), str(target)))
    table = found.tables["table.relations"]
    kinds = {"points": ("measures", "controls")}
    for name, pairs in said.items():
        rows = table[table.kind.isin(kinds.get(name, (name,)))]
        assert set(zip(rows.from_id, rows.to_id, strict=True)) == pairs
    assert found.report.kept + found.report.skipped.get("duplicate", 0) == statements
    assert found.report.skipped["not_selected"] == found.report.found - statements
    assert "type (" in found.notes()


def test_inverse_predicates_turn_round(shared_data: Path, tmp_path: Path) -> None:
    table = read_with("turtle", shared_data / "campus/brick/rice_brick.ttl", tmp_path).tables["table.relations"]
    rows = set(zip(table.from_id, table.kind, table.to_id, strict=True))
    assert (f"{RICE}RICE", "contains", f"{RICE}AHU_1") in rows  # AHU_1 isPartOf RICE
    assert (f"{RICE}AHU_1", "feeds", f"{RICE}VAV1") in rows


def test_words_that_soda_hall_puts_under_rdf_are_understood(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "campus/brick/soda_brick.ttl"
    table = read_with("turtle", path, tmp_path).tables["table.relations"]
    wrong = triples(path).subject_objects(rdflib.URIRef(str(rdflib.RDF) + "contains"))
    rows = set(zip(table.from_id, table.to_id, strict=True))
    assert {(str(a), str(b)) for a, b in wrong} <= rows


def test_a_fact_said_both_ways_is_one_relation(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(f"@prefix b: <{FRAME}> . @prefix : <urn:x:> . :a b:hasPart :c . :c b:isPartOf :a . :c b:feeds [] .")
    found = read_with("turtle", path, tmp_path / "out")
    assert found.report.skipped == {"duplicate": 1, "no_key": 1}
    assert len(found.tables["table.relations"]) == 1


def test_setpoints_control_and_sensors_measure(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(
        f"@prefix b: <{FRAME}> . @prefix k: <http://buildsys.org/ontologies/Brick#> . @prefix : <urn:x:> .\n"
        ":ahu b:hasPoint :t, :s . :t a k:Zone_Temperature_Sensor . :s a k:Zone_Temperature_Setpoint ."
    )
    table = read_with("turtle", path, tmp_path / "out").tables["table.relations"]
    assert dict(zip(table.from_id, table.kind, strict=True)) == {"urn:x:t": "measures", "urn:x:s": "controls"}


def test_open_smart_home_rooms_hold_their_sensors(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "ifc/open_smart_home/00_OpenSmartHomeData.ttl"
    found = read_with("turtle", path, tmp_path, namespaces={OSH: "space:flat:"})
    table = found.tables["table.relations"]
    assert ("space:flat:Bathroom", "space:flat:Bathroom-brigh-Sensor") in set(
        zip(table.from_id, table.to_id, strict=True)
    )
    assert Counter(table.kind) == {"contains": 50, "measures": 26}  # 38 elements, 9 spaces, 2 storeys, 1 building


def test_other_predicates_are_named_and_can_be_asked_for(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "ifc/open_smart_home/01_LinkOsh.ttl"
    silent = read_with("turtle", path, tmp_path / "a")
    assert silent.report.kept == 0
    assert "related (73)" in silent.notes()
    asked: dict[str, Any] = {"predicates": {"http://www.w3.org/2004/02/skos/core#related": "-serves"}}
    found = read_with("turtle", path, tmp_path / "b", **asked)
    assert Counter(found.tables["table.relations"].kind) == {"serves": 73}
    with pytest.raises(TableUnclearError, match="no relation"):
        read_with("turtle", path, tmp_path / "c", predicates={"urn:x": "likes"})


def test_every_brick_generation_uses_the_same_words() -> None:
    for space in (
        FRAME,
        "https://brickschema.org/schema/1.0.1/BrickFrame#",
        "https://brickschema.org/schema/Brick#",
    ):
        assert of_iri(f"{space}feeds") is not None
    assert of_iri("http://example.org/other#feeds") is None


def test_what_is_no_turtle_ends_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    for content in (b"@prefix : <urn:x:> . :a :b", b"\xff\xfe\x00", b"PK\x03\x04"):
        path.write_bytes(content)
        with pytest.raises(SourceUnreadableError) as caught:
            read_with("turtle", path, tmp_path / "out")
        assert "\n" not in str(caught.value)
    path.write_text("# " + "x" * 2_000_000)
    with pytest.raises(ReaderLimitError, match=r"options\.max_mb"):
        read_with("turtle", path, tmp_path / "out", max_mb=1)


# --- CSV -----------------------------------------------------------------------------------------------


def test_relations_as_a_table(tmp_path: Path) -> None:
    path = tmp_path / "relations.csv"
    path.write_text(
        "from_id,kind,to_id,valid_from,valid_to\n"
        "node:a:1,sees,zone:z:1,2026-01-01,\n"
        "node:a:1,sees,zone:z:1,2026-01-01,\n"
        "node:a:2,负责,zone:z:1,2026-01-01T08:00:00+08:00,2027-01-01\n"
        "node:a:3,likes,zone:z:1,,\n"
        ",sees,zone:z:1,,\n"
        "node:a:4,feeds,zone:z:2,gestern,\n"
        ",,,,\n",
        encoding="utf-8-sig",
    )
    assert load_reader("relations_csv").supports(path)
    found = read_with("relations_csv", path, tmp_path / "out")
    assert found.report.skipped == {"duplicate": 1, "bad_value": 2, "no_key": 1, "blank_row": 1}
    table = found.tables["table.relations"]
    assert table.kind.tolist() == ["sees", "responsible_for"]
    assert table.valid_from[1].isoformat() == "2026-01-01T00:00:00+00:00"
    assert "row 5: unknown kind of relation" in found.notes()


def test_chinese_headings_are_relations_too(tmp_path: Path) -> None:
    path = tmp_path / "关系.csv"
    path.write_bytes("主体,关系,客体\n甲,包含,乙\n".encode("gbk"))
    assert load_reader("relations_csv").supports(path)
    assert read_with("relations_csv", path, tmp_path / "out").tables["table.relations"].kind.tolist() == ["contains"]
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    assert not load_reader("relations_csv").supports(other)
    with pytest.raises(TableUnclearError, match="from_id"):
        read_with("relations_csv", other, tmp_path / "out2")
