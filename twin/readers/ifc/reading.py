"""One reading of one file: everything the tables are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from twin.crs import Georeference
from twin.model.identity import feature_id
from twin.readers.base import Source
from twin.readers.ifc.geometry import Bodies
from twin.readers.ifc.materials import Layer
from twin.readers.ifc.placement import Placements
from twin.readers.ifc.products import Product
from twin.readers.ifc.project_units import ProjectUnits
from twin.readers.ifc.properties import Properties
from twin.readers.ifc.structure import Structure
from twin.readers.ifc.systems import Systems


@dataclass(frozen=True, slots=True)
class MeshFacts:
    """Volume (None for open surfaces), surface and size of one shared mesh."""

    volume_m3: float | None
    surface_m2: float
    triangles: int


@dataclass
class Reading:
    """``feature_ids`` fills as tables are written: containers first, so that contents can point at them."""

    model: Any
    source: Source
    units: ProjectUnits
    georeference: Georeference
    products: list[Product]
    placements: Placements
    structure: Structure
    properties: Properties
    materials: dict[int, list[Layer]]
    systems: Systems
    bodies: Bodies
    feature_ids: dict[int, str] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[Product]:
        return [one for one in self.products if one.kind == kind]

    def place_columns(self, products: list[Product]) -> dict[str, list[str | None]]:
        """``building_id``, ``storey_id``, ``space_id`` and where each stands in the file."""
        places = [self.structure.place_of(one.step_id) for one in products]
        return {
            "building_id": [self._feature(one.building) for one in places],
            "storey_id": [self._feature(one.storey) for one in places],
            "space_id": [self._feature(one.space) for one in places],
            "source_pos": [f"#{one.step_id}" for one in products],
        }

    def _feature(self, step_id: int | None) -> str | None:
        return None if step_id is None else self.feature_ids.get(step_id)

    def remember(self, products: list[Product], feature_ids: list[str]) -> None:
        self.feature_ids.update({one.step_id: key for one, key in zip(products, feature_ids, strict=True)})

    def name_containers(self) -> None:
        """Ids of the project and of sites without a shape: no features, but properties and relations hang on them."""
        key = self.source.key
        sites = [one for one in self.of_kind("site") if not one.counted]
        self.feature_ids.update({one.step_id: feature_id("site", key, one.global_id) for one in sites})
        for one in self.model.by_type("IfcProject"):
            self.feature_ids[one.id()] = feature_id("project", key, one[0] or f"no-GlobalId-{one.id()}")

    def campus_z(self, x: float, y: float, z: float) -> float:
        """Height in the campus datum of a point in project metres."""
        return float(self.georeference.points(np.array([[x, y, z]]))[0, 2])

    @cached_property
    def mesh_facts(self) -> dict[str, MeshFacts]:
        return {
            key: MeshFacts(mesh.volume_m3(), mesh.surface_m2(), len(mesh.triangles))
            for key, mesh in self.bodies.meshes.items()
        }

    @cached_property
    def system_names(self) -> dict[int, str]:
        return self.systems.first_name()

    def facts_of(self, step_id: int) -> MeshFacts | None:
        instance = self.bodies.instances.get(step_id)
        return None if instance is None else self.mesh_facts[instance.mesh_id]
