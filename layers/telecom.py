"""Telephone, television, data and broadcast cables (TX)."""

from twin.model.layer import LayerDefinition, LayerKind
from twin.model.network import NETWORK_COLUMNS
from twin.model.text import Title

TELECOM = LayerDefinition(
    id="telecom",
    title=Title(zh="通信", en="Telecom"),
    kind=LayerKind.PIPE,
    columns=NETWORK_COLUMNS,
    colour="#4ade80",
    standard_colour="#00ff00",
    underground=True,
    needs_heights=True,
)
