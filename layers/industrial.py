"""Industrial gases and liquids (GY). Standard black vanishes on a dark wall: light grey on screen."""

from twin.model.layer import LayerDefinition, LayerKind
from twin.model.network import NETWORK_COLUMNS
from twin.model.text import Title

INDUSTRIAL = LayerDefinition(
    id="industrial",
    title=Title(zh="工业", en="Industrial"),
    kind=LayerKind.PIPE,
    columns=NETWORK_COLUMNS,
    colour="#b8c0cc",
    standard_colour="#000000",
    underground=True,
    needs_heights=True,
)
