"""Storm, sewage and combined drains (PS). Levels are inverts: gravity. The standard brown is too dark on a wall."""

from twin.model.layer import LayerDefinition, LayerKind
from twin.model.network import NETWORK_COLUMNS
from twin.model.text import Title

DRAINAGE = LayerDefinition(
    id="drainage",
    title=Title(zh="排水", en="Drainage"),
    kind=LayerKind.PIPE,
    columns=NETWORK_COLUMNS,
    colour="#a58a6a",
    standard_colour="#4c3926",
    underground=True,
    needs_heights=True,
    colour_column="subclass",
    colours={"YS": "#8fb3d9", "WS": "#b08a5b", "HS": "#9d8fb0"},
)
