"""Traced networks as the survey tables of CJJ 61-2017: XXPoint and XXLine sheets, X = north, Y = east.

These are clean; known errors are in the workbook of ``supplement``.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any, Final

from geodata.demo import frame
from geodata.demo.network_plan import Network
from geodata.demo.networks import PipeLink, PipeNetwork, PipeNode
from geodata.demo.tables import write_workbook

POINT_HEADINGS: Final = (
    "Prj_No", "Map_No", "Exp_No", "X", "Y", "High", "Code", "Feature", "Subsid", "SurfBldg", "WellDeep", "Belong",
    "MDate", "SUnit", "SDate", "Note",
)  # fmt: skip
LINE_HEADINGS: Final = (
    "起始点号", "终止点号", "起点埋深", "终点埋深", "起点高程", "终点高程", "埋设方式", "材质", "管径", "流向", "压力",
    "电压", "孔数", "权属", "建设年代", "道路名称", "状态", "要素代码",
)  # fmt: skip

Rows = dict[str, list[list[Any]]]

SURVEYOR: Final = "榕城示范勘测院（虚构）"
STATE_IN_USE: Final = 0


def write_surveys(networks: list[PipeNetwork], folder: Path) -> None:
    """One workbook a class; storm and sewage share PS."""
    books: dict[str, Rows] = defaultdict(lambda: {"Point": [], "Line": []})
    for network in networks:
        book = books[network.plan.workbook]
        book["Point"] += [_point(network.plan, node) for node in network.nodes]
        book["Line"] += [_line(network.plan, link) for link in network.links]
    for name, rows in books.items():
        sheets = {f"{name}Point": (POINT_HEADINGS, rows["Point"]), f"{name}Line": (LINE_HEADINGS, rows["Line"])}
        write_workbook(folder / f"{name}.xlsx", sheets)


def _point(plan: Network, node: PipeNode) -> list[Any]:
    east, north = frame.to_map([[node.u, node.v]])[0]
    feature, appurtenance = describe(plan, node)
    kind = 2 if appurtenance else 1
    code = f"5{plan.class_digit}{plan.subclass}2{kind}01"
    deep = round(node.ground_m - node.level_m + (0.3 if plan.gravity else 0.45), 2) if appurtenance in WELLS else None
    return [
        f"{node.number}", node.number, node.number, round(float(north), 3), round(float(east), 3), node.ground_m, code,
        feature, appurtenance, None, deep, plan.owner, "2026-09", SURVEYOR, "2026-09-18", "虚构数据",
    ]  # fmt: skip


INLETS: Final = {"JS": "市政接口", "RQ": "调压箱"}  # where water and gas come from the city
WELLS: Final = ("检查井", "阀门井", "人孔", "手孔")


def describe(plan: Network, node: PipeNode) -> tuple[str | None, str | None]:
    """Feature or appurtenance of a node, never both."""
    if node.role == "gully":
        return None, "雨水篦"
    if node.role == "hydrant":
        return None, "消防栓"
    if node.role == "city":
        if plan.gravity:
            return "出水口", None
        inlet = INLETS.get(plan.prefix)
        return (None, inlet) if inlet else ("起讫点", None)
    if node.role == "service":
        return "进出房点", None
    if plan.gravity or plan.shaft in ("人孔", "手孔"):
        return None, plan.shaft
    if node.degree >= 3:
        return ("四通" if node.degree > 3 else "三通"), None
    if node.degree == 1:
        return "起讫点", None
    if node.turn_deg > 8:
        return "弯头", None
    return (None, plan.shaft) if int(node.number[2:]) % 4 == 0 else ("直线点", None)


def _line(plan: Network, link: PipeLink) -> list[Any]:
    return [
        link.start.number, link.end.number,
        round(link.start.ground_m - link.start_level_m, 3), round(link.end.ground_m - link.end_level_m, 3),
        link.start_level_m, link.end_level_m, plan.burial, plan.material, link.section, "+" if plan.gravity else None,
        plan.pressure, plan.voltage, plan.ducts, plan.owner, plan.year, link.road, STATE_IN_USE,
        f"5{plan.class_digit}{plan.subclass}1001",
    ]  # fmt: skip
