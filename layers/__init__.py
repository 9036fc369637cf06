"""What a layer means: one file per layer. A definition knows neither file nor reader.

``registry()`` is the one list of layers, in drawing and table order; plugged-in ones (entry point group
``campus_twin.layers``) follow the built-in ones.
"""

from __future__ import annotations

from importlib.metadata import entry_points

from layers.buildings import BUILDINGS
from layers.devices import DEVICES
from layers.drainage import DRAINAGE
from layers.elements import ELEMENTS
from layers.gas import GAS
from layers.heat import HEAT
from layers.industrial import INDUSTRIAL
from layers.other_pipes import OTHER_PIPES
from layers.power import POWER
from layers.spaces import SPACES
from layers.storeys import STOREYS
from layers.surface import SURFACE
from layers.telecom import TELECOM
from layers.terrain import TERRAIN
from layers.water_supply import WATER_SUPPLY
from layers.zones import ZONES
from twin.model.layer import LayerDefinition

BUILT_IN = (
    TERRAIN,
    SURFACE,
    BUILDINGS,
    STOREYS,
    SPACES,
    ELEMENTS,
    WATER_SUPPLY,
    DRAINAGE,
    GAS,
    HEAT,
    POWER,
    TELECOM,
    INDUSTRIAL,
    OTHER_PIPES,
    DEVICES,
    ZONES,
)


def registry() -> dict[str, LayerDefinition]:
    """Every layer by id."""
    plugged = [one.load() for one in entry_points(group="campus_twin.layers")]
    return {layer.id: layer for layer in (*BUILT_IN, *plugged)}
