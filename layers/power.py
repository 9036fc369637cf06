"""Supply, street light and signal cables (DL), often in ducts with a box section."""

from twin.model.layer import LayerDefinition, LayerKind
from twin.model.network import NETWORK_COLUMNS
from twin.model.text import Title

POWER = LayerDefinition(
    id="power",
    title=Title(zh="电力", en="Power"),
    kind=LayerKind.PIPE,
    columns=NETWORK_COLUMNS,
    colour="#ff5a5a",
    standard_colour="#ff0000",
    underground=True,
    needs_heights=True,
)
