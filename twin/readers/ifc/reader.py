"""The IFC reader: one file becomes buildings, storeys, spaces, elements and ground, with meshes and properties."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from twin.errors import BadPlacementError
from twin.model.collecting import no_collection
from twin.readers.base import Inspection, ReadReport, Source
from twin.readers.ifc.element_rows import extent, write_elements, write_meshes
from twin.readers.ifc.geometry import make_bodies
from twin.readers.ifc.georeference import check_area, georeference_of
from twin.readers.ifc.map_conversion import MapPlacement, map_placement
from twin.readers.ifc.materials import material_rows, read_materials
from twin.readers.ifc.model_file import SUFFIXES, open_model, open_with_gaps, plain_step
from twin.readers.ifc.placement import Placements
from twin.readers.ifc.products import Product, found, read_products
from twin.readers.ifc.project_units import ProjectUnits, project_units
from twin.readers.ifc.properties import property_rows, read_properties
from twin.readers.ifc.reading import Reading
from twin.readers.ifc.representations import Body, body_of
from twin.readers.ifc.rules import broken_rules
from twin.readers.ifc.spatial_rows import storey_levels, write_buildings, write_spaces, write_storeys
from twin.readers.ifc.structure import read_structure
from twin.readers.ifc.systems import read_systems, relation_rows, system_rows
from twin.readers.options import TEXT, Options
from twin.readers.sniff import head
from twin.readers.writer import BatchWriter

_COUNTED: Final = ("IfcBuilding", "IfcBuildingStorey", "IfcSpace", "IfcElement")
_LAYERS: Final = ("buildings", "storeys", "spaces", "elements")
_SHOWN: Final = 3


class IfcReader:
    """IFC2X3, IFC4, IFC4X3 and ``.ifczip``.

    ``options``: ``map_unit`` (``m``, ``mm``, ``ft`` …) when a map conversion does not say its unit. A source with
    ``engine = "exact"`` leaves every body to IfcOpenShell.
    """

    name: ClassVar[str] = "ifc"
    version: ClassVar[int] = 3
    suffixes: ClassVar[tuple[str, ...]] = SUFFIXES
    options: ClassVar[Options] = {"map_unit": TEXT}

    def supports(self, path: Path) -> bool:
        """By suffix, or by the first line and schema of a STEP file under another name."""
        if path.suffix.lower() in SUFFIXES:
            return True
        first = head(path)
        return first.startswith(b"ISO-10303-21") and b"'IFC" in first.upper()

    def companions(self, path: Path) -> list[Path]:
        """None: a model is one file."""
        del path
        return []

    def inspect(self, path: Path) -> Inspection:
        """Schema, unit, georeferencing and counts; no geometry is made."""
        model = open_model(path)
        units = project_units(model, path)
        stated, faults = _inspected_placement(model, units, path)
        counts = ", ".join(f"{len(model.by_type(name))} {name}" for name in _COUNTED)
        notes = [f"{model.schema_identifier}, lengths in {units.length_name}: {counts}"]
        notes.extend(stated.notes if stated is not None else ())
        notes.extend(faults)
        if stated is None and not faults:
            notes.append("no map conversion: give a placement, or it stands at the site origin")
        products = read_products(model, units.length_m)
        ground = any(one.is_ground() and one.counted for one in products)
        return Inspection(
            layers=(*_LAYERS, "terrain") if ground else _LAYERS,
            crs=stated.crs if stated is not None else None,
            vertical_datum=stated.vertical_datum if stated is not None else None,
            has_heights=stated is not None,
            needs_crs=stated is not None and stated.crs is None,
            unplaced=stated is None,
            count=found(products),
            buildings=len(model.by_type("IfcBuilding")),
            notes=tuple(notes),
        )

    def read(self, source: Source, out: BatchWriter) -> ReadReport:
        """Write every table; found counts products with a Representation except openings."""
        with no_collection():
            return self._read(source, out)

    def _read(self, source: Source, out: BatchWriter) -> ReadReport:
        report = ReadReport()
        with plain_step(source.path) as plain:
            reading = self._load(source, plain, report)
        levels = storey_levels(reading)
        write_buildings(reading, out, levels)
        write_storeys(reading, out, levels)
        write_spaces(reading, out)
        write_elements(reading, out)
        reading.name_containers()
        report.found = report.kept = found(reading.products)
        report.meshed, bent = write_meshes(reading, out)
        if bent is not None:
            report.note(f"{source.path.name}: {bent}")
        _write_said(reading, out)
        out.placed_by(reading.georeference, length_unit=reading.units.length_name)
        return report

    def _load(self, source: Source, plain: Path, report: ReadReport) -> Reading:
        """Open the file (``plain``: as STEP), decide where it stands, mesh it, read what it says."""
        model, gaps = open_with_gaps(source.path, plain)
        units = project_units(model, source.path)
        placed = georeference_of(model, units, source)
        products = read_products(model, units.length_m)
        placements = Placements(units.length_m, gaps)
        wanted, silent = _wanted(products, placements)
        bodies = make_bodies(model, wanted, source.engine, plain)
        reading = Reading(
            model,
            source,
            units,
            placed.georeference,
            products,
            placements,
            read_structure(model),
            read_properties(model, units),
            read_materials(model, units),
            read_systems(model, source.key),
            bodies,
        )
        lines = [*placed.notes, *broken_rules(model)]
        if gaps:
            lines.append(_gap_line(gaps))
        if not units.stated:
            lines.append("it states no length unit; metres were taken, as the schema says")
        if bodies.instances:
            outside = check_area(placed, np.asarray(extent(reading).mean(axis=0)), source, units.length_m)
            lines.extend([outside] if outside is not None else [])
        lines.extend(bodies.notes)
        lines.extend(_grouped(products, {**silent, **bodies.faults}))
        for line in lines:
            report.note(f"{source.path.name}: {line}")
        return reading


def _inspected_placement(model: Any, units: ProjectUnits, path: Path) -> tuple[MapPlacement | None, list[str]]:
    """The map placement, and in words what keeps it from being used; ``twin init`` can then ask for the cure."""
    try:
        stated = map_placement(model, units, path)
    except BadPlacementError as fault:
        return None, [str(fault)]
    if stated is None:
        return None, []
    return stated, [str(one) for one in (stated.crs_fault, stated.datum_fault) if one is not None]


def _wanted(products: list[Product], placements: Placements) -> tuple[dict[int, Body], dict[int, str]]:
    """Bodies to mesh by step id, and why the other counted products have none."""
    wanted: dict[int, Body] = {}
    silent: dict[int, str] = {}
    for one in products:
        if not one.counted:
            continue
        fault = placements.fault(one.entity) if one.entity[5] is not None else None
        body, why = (None, fault) if fault is not None else body_of(one.entity)
        if body is not None:
            wanted[one.step_id] = body
        else:
            silent[one.step_id] = why or "it has no body"
    return wanted, silent


def _gap_line(gaps: dict[int, int]) -> str:
    shown = ", ".join(f"#{user} → #{lost}" for user, lost in list(gaps.items())[:_SHOWN])
    more = f" and {len(gaps) - _SHOWN} more" if len(gaps) > _SHOWN else ""
    return f"{len(gaps)} entities refer to things that are not in the file ({shown}{more}); export it again"


def _grouped(products: list[Product], faults: dict[int, str]) -> list[str]:
    """One line a reason: how many products are kept without triangles, which classes, the first GlobalIds."""
    by_reason: dict[tuple[str, str], list[Product]] = defaultdict(list)
    for one in products:
        if one.step_id in faults:
            by_reason[(faults[one.step_id], one.ifc_class)].append(one)
    lines = []
    for (reason, ifc_class), ones in by_reason.items():
        more = f" and {len(ones) - _SHOWN} more" if len(ones) > _SHOWN else ""
        shown = ", ".join(one.global_id for one in ones[:_SHOWN]) + more
        lines.append(f"{len(ones)} {ifc_class} kept without triangles: {reason} ({shown})")
    return lines


def _write_said(reading: Reading, out: BatchWriter) -> None:
    """Properties, materials, systems and relations; empty tables are not written."""
    ids = reading.feature_ids
    tables: dict[str, dict[str, list[Any]]] = {
        "properties": property_rows(reading.properties, ids),
        "materials": material_rows(reading.materials, ids),
        "systems": system_rows(reading.systems, ids),
        "relations": relation_rows(reading.model, reading.structure, reading.systems, ids, reading.source.key),
    }
    for name, columns in tables.items():
        if columns[next(iter(columns))]:
            out.table(name, columns)
