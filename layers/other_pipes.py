"""Utility tunnels and unknown lines (QT)."""

from twin.model.layer import LayerDefinition, LayerKind
from twin.model.network import NETWORK_COLUMNS
from twin.model.text import Title

OTHER_PIPES = LayerDefinition(
    id="other_pipes",
    title=Title(zh="其他管线", en="Other pipes"),
    kind=LayerKind.PIPE,
    columns=NETWORK_COLUMNS,
    colour="#a78bfa",
    standard_colour="#000000",
    underground=True,
    needs_heights=True,
)
