"""Natural and coal gas, LPG (RQ)."""

from twin.model.layer import LayerDefinition, LayerKind
from twin.model.network import NETWORK_COLUMNS
from twin.model.text import Title

GAS = LayerDefinition(
    id="gas",
    title=Title(zh="燃气", en="Gas"),
    kind=LayerKind.PIPE,
    columns=NETWORK_COLUMNS,
    colour="#f062f0",
    standard_colour="#ff00ff",
    underground=True,
    needs_heights=True,
)
