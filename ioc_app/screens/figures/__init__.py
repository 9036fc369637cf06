"""One file a kind of chart: ``figure(panel, rows, look)`` gives a figure as plain data, as plotly.js takes it.

Plain data, because building ``plotly.graph_objects`` costs many times what the rest of an answer does
(docs/decisions/0037); that they are valid figures, the tests ask plotly itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ioc_app.screens.figures import columns, distribution, matrix, progress, ranking, shares, timeline, tree, trend
from ioc_app.screens.look import Look
from twin.screens.panel import Panel
from twin.screens.question import Rows

Figure = dict[str, Any]

FIGURES: Final[dict[str, Callable[[Panel, Rows, Look], Figure]]] = {
    "trend": trend.figure,
    "ranking": ranking.figure,
    "columns": columns.figure,
    "shares": shares.figure,
    "distribution": distribution.figure,
    "matrix": matrix.figure,
    "timeline": timeline.figure,
    "tree": tree.figure,
    "progress": progress.figure,
}
