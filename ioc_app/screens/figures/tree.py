"""Parts of parts, from left to right; what a whole has beyond its parts is said as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ioc_app.screens.figures.drawing import chart, chosen
from ioc_app.screens.look import SERIES, Look, said
from ioc_app.screens.plain import drawn
from ioc_app.screens.written import number, with_unit, written
from twin.screens.panel import Panel
from twin.screens.question import Rows

MOST: Final = 60
TELLS: Final = 0.005  # of the whole: less than that unexplained is rounding
TWO_LINES: Final = 0.25  # of the height
_WHOLE: Final = "\0whole"  # no row has such an id

Node = dict[str, Any]


def figure(panel: Panel, rows: Rows, look: Look) -> dict[str, Any]:
    nodes = _nodes(rows, look)
    if not nodes:
        return chart(look, [], left=look.px(6), xaxis={"visible": False}, yaxis={"visible": False})
    colours = [_colour(one, nodes, rows, look) for one in nodes]
    roots = [one for one in nodes if one["parent"] is None]
    flat = len(roots) == len(nodes)
    if len(roots) > 1 and not flat:  # plotly.js keeps the column of a whole free in any case
        nodes, colours = [_whole(roots, look), *nodes], [look.colour("raised"), *colours]
    figures = [written(one["value"], panel.decimals) for one in nodes]
    texts = [with_unit(one, panel.unit, look.language) for one in figures]
    ids = {one["id"]: f"n{place}" for place, one in enumerate(nodes)}  # ids of strangers are not drawn by
    icicle = {
        "type": "treemap" if flat else "icicle",
        "ids": list(ids.values()),
        "parents": [ids.get(one["parent"], "") for one in nodes],
        "labels": [drawn(one["label"], 24) for one in nodes],
        "values": [one["size"] for one in nodes],
        "branchvalues": "total",
        "customdata": [one["row"] for one in nodes],
        "text": [_told(one, figure, nodes) for one, figure in zip(nodes, figures, strict=True)],
        "textinfo": "text",
        "textfont": {"color": [look.text_on(one) for one in colours]},
        "tiling": {"pad": look.px(2)} if flat else {"orientation": "h", "pad": look.px(2)},
        "pathbar": {"visible": False},
        "sort": False,
        "marker": {
            "colors": colours,
            "line": {"width": [look.px(3 if one["chosen"] else 0) for one in nodes], "color": look.colour("text")},
        },
        "hovertext": [drawn(f"{one['label']} {text}", 120) for one, text in zip(nodes, texts, strict=True)],
        "hoverinfo": "text",
        "root": {"color": "rgba(0,0,0,0)"},
        **({} if flat else {"leaf": {"opacity": 1}}),
    }
    made = chart(look, [icicle], left=look.px(4), uniformtext={"minsize": look.type_px(12), "mode": "hide"})
    made["layout"]["margin"] |= {"t": look.px(4), "b": look.px(4), "r": look.px(4)}
    return made


def _whole(roots: list[Node], look: Look) -> Node:
    """What several roots are together; they become its parts."""
    size = sum(one["size"] for one in roots)
    for one in roots:
        one["parent"] = _WHOLE
    told = {"id": _WHOLE, "parent": None, "label": look.text("whole"), "value": size, "size": size}
    return told | {"row": -1, "chosen": False, "rest": True}


def _told(node: Node, figure: str, nodes: list[Node]) -> str:
    """Name and figure; a whole has its own column, where a narrow one has room for two short lines at most."""
    label = drawn(node["label"][:16])
    if not any(one["parent"] == node["id"] for one in nodes):
        return f"{label} {drawn(figure)}"
    return f"{label}<br>{drawn(figure)}" if node["size"] >= TWO_LINES * nodes[0]["size"] else label


def _nodes(rows: Rows, look: Look) -> list[Node]:
    """Rows as a tree: whoever names no known parent, or one of its own line, begins one."""
    known: dict[str, Node] = {}
    for place, row in enumerate(rows[:MOST]):
        value, key = number(row.get("value")), str(row.get("id"))
        if key not in known:
            label = str(said(row, "label", look.language) or "")
            parent = None if row.get("parent") is None else str(row["parent"])
            known[key] = {"id": key, "parent": parent, "label": label, "value": value, "row": place}
            known[key] |= {"chosen": chosen(row, look), "rest": False}
    for one in known.values():
        one["parent"] = one["parent"] if _ends(one, known) else None
    parts: dict[str | None, list[Node]] = {}
    for one in known.values():
        parts.setdefault(one["parent"], []).append(one)
    return [node for root in parts.get(None, []) for node in _sized(root, parts, look)]


def _ends(node: Node, known: Mapping[str, Node]) -> bool:
    """Whether the way up from a node ends, without coming back."""
    seen, one = {node["id"]}, node
    while one["parent"] in known:
        one = known[one["parent"]]
        if one["id"] in seen:
            return False
        seen.add(one["id"])
    return node["parent"] in known


def _sized(node: Node, parts: Mapping[str | None, list[Node]], look: Look) -> list[Node]:
    """A node and all below it. A whole is drawn at least as large as its parts together."""
    below = [_sized(one, parts, look) for one in parts.get(node["id"], [])]
    together = sum(group[0]["size"] for group in below)
    node["size"] = max(node["value"] or 0.0, together)
    rest = node["size"] - together
    if below and rest > TELLS * node["size"]:
        left = {"id": f"{node['id']}\0rest", "parent": node["id"], "label": look.text("unexplained")}
        below.append([left | {"value": rest, "size": rest, "row": -1, "chosen": False, "rest": True}])
    return [node, *(one for group in below for one in group)]


def _colour(node: Node, nodes: list[Node], rows: Rows, look: Look) -> str:
    """Its level's; else one for each branch below the root."""
    if node["rest"]:
        return look.colour("raised")
    level = look.level_colour(rows[node["row"]].get("level"))
    if level:
        return level
    by_id = {one["id"]: one for one in nodes}
    line = [node]
    while line[-1]["parent"] in by_id:
        line.append(by_id[line[-1]["parent"]])
    if len(line) == 1:
        return look.colour("accent-ground")
    branches = [one["id"] for one in nodes if one["parent"] == line[-1]["id"]]
    return look.colour(SERIES[branches.index(line[-2]["id"]) % len(SERIES)])
