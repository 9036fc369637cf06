"""The rows behind a panel as a grid of dash-ag-grid: sorted, filtered, copied from; every cell a text or a number.

Its script is 1.3 MB: it is registered, but left out of the page and fetched when the first drawer opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import dash_ag_grid
from dash.fingerprint import build_fingerprint

from ioc_app.screens.look import TEXTS, Look
from ioc_app.screens.plain import plain
from ioc_app.screens.written import local, number
from twin.screens.panel import Panel
from twin.screens.question import Rows

SCRIPT: Final = "dash_ag_grid.min.js"
MOST_SIGNS: Final = 2_000
THEME: Final = (
    "themeQuartz.withParams({backgroundColor: 'var(--panel-solid)', foregroundColor: 'var(--text)', "
    "headerBackgroundColor: 'var(--raised)', headerTextColor: 'var(--text)', borderColor: 'var(--line)', "
    "oddRowBackgroundColor: 'var(--panel-solid)', rowHoverColor: 'var(--hover)', accentColor: 'var(--accent)', "
    "fontFamily: 'var(--font)', fontSize: 'var(--size)'})"
)

for _one in dash_ag_grid._js_dist:
    if "dynamic" not in _one:
        _one["async"] = "lazy"


def grid_script(root_path: str) -> str:
    """Where Dash serves the grid's script."""
    changed = int((Path(dash_ag_grid.__file__).parent / SCRIPT).stat().st_mtime)
    name = build_fingerprint(SCRIPT, dash_ag_grid.__version__, changed)  # type: ignore[no-untyped-call]
    return f"{root_path}_dash-component-suites/dash_ag_grid/{name}"


def grid(panel: Panel, columns: tuple[str, ...], rows: Rows, look: Look) -> Any:
    """All columns of the answer, in the order of the SQL; titles where the panel's file gives them."""
    titles = {one.name: getattr(one.title, look.language) for one in panel.columns}
    fields = {name: f"c{place}" for place, name in enumerate(columns)}  # a dot in a name would be a path
    numbers = {name for name in columns if any(number(row.get(name)) is not None for row in rows)}
    return dash_ag_grid.AgGrid(
        columnDefs=[
            {
                "field": field,
                "headerName": plain(titles.get(name, name), 60),
                "filter": "agNumberColumnFilter" if name in numbers else "agTextColumnFilter",
                "type": "rightAligned" if name in numbers else None,
            }
            for name, field in fields.items()
        ],
        rowData=[{field: _cell(row, name, look) for name, field in fields.items()} for row in rows],
        defaultColDef={"sortable": True, "resizable": True, "minWidth": 90},
        columnSize="autoSize",
        dashGridOptions={
            "theme": {"function": THEME},
            "enableCellTextSelection": True,
            "ensureDomOrder": True,
            "animateRows": False,
            "localeText": _locale(look.language),
        },
        dangerously_allow_code=False,
        style={"height": "100%", "width": "100%"},
    )


def _cell(row: Mapping[str, Any], name: str, look: Look) -> Any:
    value = row.get(name)
    if value is None:
        return None
    found = number(value)
    if found is not None:
        return round(found, 6)
    at = local(value, look) if not isinstance(value, str) or value[:4].isdigit() else None
    return f"{at:%Y-%m-%d %H:%M:%S}" if at is not None else plain(value, MOST_SIGNS)


def _locale(language: str) -> dict[str, str]:
    return {key.removeprefix("grid."): text for key, text in TEXTS[language].items() if key.startswith("grid.")}
