"""What is asked of a section, a clearance or a dig and cannot be answered."""

from __future__ import annotations

from twin.errors.base import TwinError


class SectionLineError(TwinError):
    code = "section_line"
    zh = "剖面线无法使用：{detail_zh}。请在平面上至少画出两个不同的点。"
    en = "The section line cannot be used: {detail}. Draw at least two different points in plan."


class SectionPathError(TwinError):
    code = "section_path"
    zh = "管段 “{first}” 与 “{second}” 不相连，无法绘制连续的纵断面。请按顺序选择首尾相接的管段。"
    en = "Links '{first}' and '{second}' do not join, so there is no continuous profile. Choose links that follow each other."


class NoPathError(TwinError):
    code = "no_path"
    zh = "管网中 “{from_id}” 与 “{to_id}” 之间没有连通的管段。请检查管点或改选同一连通部分的两点。"
    en = "No links of the network lead from '{from_id}' to '{to_id}'. Check the nodes, or choose two of one connected part."


class EmptySectionError(TwinError):
    code = "empty_section"
    zh = "纵断面没有管段：请给出管段编号，或不同的起点与终点。"
    en = "The long section has no links: give link ids, or a start and an end that differ."


class TooLargeToDrawError(TwinError):
    code = "too_large_to_draw"
    zh = "所画范围过大：{what_zh} {value}，最多 {most}。请缩小，或分段分块查询。"
    en = "What was drawn is too large: {what} {value}, {most} at most. Draw less, or ask part by part."


class DigAreaError(TwinError):
    code = "dig_area"
    zh = "开挖范围无法使用：{detail_zh}。请在平面上画出一个不自交的多边形。"
    en = "The dig area cannot be used: {detail}. Draw a polygon in plan that does not cross itself."


class DigDepthError(TwinError):
    code = "dig_depth"
    zh = "开挖深度无法使用：{detail_zh}。请给出大于 0 的深度（depth_m），或低于地面的坑底高程（bottom_level_m），二者选一。"
    en = "The dig depth cannot be used: {detail}. Give either a depth above 0 (depth_m) or a level of the bottom below the ground (bottom_level_m)."


class LimitsFileError(TwinError):
    code = "clearance_limits"
    zh = "净距限值文件：{detail_zh}。"
    en = "The file of clearance limits: {detail}."
