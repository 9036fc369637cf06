"""Hot water and steam (RL)."""

from twin.model.layer import LayerDefinition, LayerKind
from twin.model.network import NETWORK_COLUMNS
from twin.model.text import Title

HEAT = LayerDefinition(
    id="heat",
    title=Title(zh="热力", en="Heat"),
    kind=LayerKind.PIPE,
    columns=NETWORK_COLUMNS,
    colour="#ff9a3d",
    standard_colour="#ff8000",
    underground=True,
    needs_heights=True,
)
