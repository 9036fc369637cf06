"""Drinking, fire and irrigation water (JS). Levels are crowns: pressure pipes."""

from twin.model.layer import LayerDefinition, LayerKind
from twin.model.network import NETWORK_COLUMNS
from twin.model.text import Title

WATER_SUPPLY = LayerDefinition(
    id="water_supply",
    title=Title(zh="给水", en="Water supply"),
    kind=LayerKind.PIPE,
    columns=NETWORK_COLUMNS,
    colour="#22d3ee",
    standard_colour="#00ffff",
    underground=True,
    needs_heights=True,
)
