"""What ``twin crs`` found, in words: what the numbers look like, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from twin.crs import parse_crs, short_name
from twin.crs.checking import Check, Fit
from twin.crs.readings import Order, Reading
from twin.crs.zones import DATUMS
from twin.init.coordinates import CrsReport
from twin.model.text import Title

FITS: Final[dict[Fit, Title]] = {
    Fit.AGREES: Title("数值与声明的坐标系相符", "the numbers fit the declared CRS"),
    Fit.OTHER_ZONE: Title("东坐标前的带号属于另一带", "the zone number in front of the eastings is of another zone"),
    Fit.PREFIX_MISSING: Title("坐标系带有带号，数值没有", "the CRS has the zone number, the numbers have not"),
    Fit.PREFIX_EXTRA: Title("数值带有带号，坐标系没有", "the numbers have the zone number, the CRS has not"),
    Fit.AXES_SWAPPED: Title("两坐标轴颠倒", "the axes are swapped"),
    Fit.DEGREES: Title("数值是经纬度，而声明的是平面坐标系", "the numbers are degrees, the CRS is a grid in metres"),
    Fit.METRES: Title("数值是平面坐标，而声明的是经纬度", "the numbers are metres, the CRS is one of degrees"),
    Fit.MILLIMETRES: Title("数值以毫米为单位", "the numbers are millimetres"),
    Fit.OTHER_DATUM: Title("与园区同带，但基准不同", "the zone of the campus, on another datum"),
    Fit.OUTSIDE_AREA: Title("数值在该坐标系的适用范围之外", "the numbers lie outside the area of use of the CRS"),
    Fit.UNTOLD: Title("无从核对", "there is nothing to check against"),
}

_CURES: Final[dict[Fit, Title]] = {
    Fit.OTHER_ZONE: Title(
        "核对带号：坐标系应为数值所带的带号，或数据属于另一带",
        "find out which is right: take the CRS of the zone in the numbers, or get the data again",
    ),
    Fit.PREFIX_MISSING: Title("无需处理：管线表读取时自动补上带号；其他文件请改用不带带号的坐标系",
        "pipe tables get the number when they are read; for other files take the CRS without prefix"),
    Fit.PREFIX_EXTRA: Title("无需处理：管线表读取时自动去掉带号；其他文件请改用带带号的坐标系",
        "pipe tables lose the number when they are read; for other files take the CRS with prefix"),
    Fit.AXES_SWAPPED: Title(
        "表格写 options.axis_order = \"yx\"（管线表 options.axes），其他文件请交付方重新导出",
        'write options.axis_order = "yx" for a table (options.axes for pipe tables); have other files exported again',
    ),
    Fit.DEGREES: Title('写 crs = "EPSG:4490"（CGCS2000）或 "EPSG:4326"；来自网络地图时可能是 GCJ-02 或 BD-09',
        'write crs = "EPSG:4490" (CGCS2000) or "EPSG:4326"; from web maps it may be GCJ-02 or BD-09'),
    Fit.METRES: Title("写明其平面坐标系 crs = …", "write the grid it is in, crs = …"),
    Fit.MILLIMETRES: Title("写明长度单位（options.units）或请交付方以米重新导出",
        "say the unit (options.units) or have it exported in metres"),
    Fit.OTHER_DATUM: Title("PROJ 没有两基准间的参数：请写七参数或三个以上控制点（datum_shift）",
        "PROJ has no parameters between the two datums: give seven parameters or three control points (datum_shift)"),
    Fit.OUTSIDE_AREA: Title("数值不像该坐标系：请向交付方询问坐标系；独立坐标系写 crs = \"local\" 并给控制点",
        'ask whoever delivered it for the CRS; for a local frame write crs = "local" and give control points'),
}  # fmt: skip

ORDERS: Final[dict[Order, Title]] = {
    Order.EAST_NORTH: Title("先东后北", "east, north"),
    Order.NORTH_EAST: Title("先北后东", "north, east"),
    Order.LON_LAT: Title("先经度后纬度", "longitude, latitude"),
    Order.LAT_LON: Title("先纬度后经度", "latitude, longitude"),
}


def reading_line(one: Reading) -> Title:
    """One reading and why: what it is, which codes."""
    order, share = ORDERS[one.order], f"{one.share:.0%}"
    if one.width_deg is None:
        return Title(
            f"{order.zh}的经纬度（{share}）：CGCS2000 EPSG:4490 或 WGS 84 EPSG:4326；"
            "GCJ-02、BD-09 只差数百米，凭数值分不出",
            f"degrees, {order.en} ({share}): CGCS2000 EPSG:4490 or WGS 84 EPSG:4326; GCJ-02 and BD-09 are some hundred "
            "metres off and look the same",
        )
    if one.number is None:
        meridians = sorted({zone.meridian_deg for zone in one.zones})
        codes = sorted(one.codes(DATUMS[0]))
        span = f"{meridians[0]}E…{meridians[-1]}E, {codes[0]}…{codes[-1]}" if codes else f"{meridians[0]}E…"
        return Title(
            f"{order.zh}，{one.width_deg}° 带，无带号（{share}）：凭数值分不出中央经线，可能是 {span}",
            f"{order.en}, {one.width_deg}° zone without prefix ({share}): the numbers do not tell the meridian, {span}",
        )
    by_datum = "; ".join(f"{datum} {', '.join(one.codes(datum))}" for datum in DATUMS[:3] if one.codes(datum))
    meridian = one.zones[0].meridian_deg
    return Title(
        f"{order.zh}，{one.width_deg}° 第 {one.number} 带，中央经线 {meridian}E（{share}）："
        f"{by_datum}（凭数值分不出基准）",
        f"{order.en}, {one.width_deg}° zone {one.number}, CM {meridian}E ({share}): {by_datum} "
        "(numbers do not tell the datum)",
    )


def advice(report: CrsReport) -> Iterator[Title]:
    """What we would do, the line for campus.toml first where there is one."""
    if report.problem is not None or report.check is None:
        return
    if report.crs is None:
        yield _without_crs(report)
        return
    if report.check.agrees:
        line = f'crs = "{short_name(parse_crs(report.crs))}"'
        if report.declared == report.crs:
            yield Title(f"无需处理：已声明，即 {line}", f"nothing: it is declared, as if campus.toml had {line}")
        else:
            yield Title(f"在 campus.toml 中写 {line}", f"write {line} in campus.toml")
    for fit in report.check.fits:
        if fit in _CURES:
            yield _CURES[fit]
    yield from _of_zone(report.check, report)


def _of_zone(check: Check, report: CrsReport) -> Iterator[Title]:
    """The CRS on the declared datum that the zone numbers ask for."""
    if Fit.OTHER_ZONE not in check.fits or check.declared is None:
        return
    for one in report.readings:
        codes = one.codes(check.declared.datum)
        if one.number in check.found and codes:
            yield Title(f'若数值正确：crs = "{codes[0]}"', f'if the numbers are right: crs = "{codes[0]}"')


def _without_crs(report: CrsReport) -> Title:
    single = [one for one in report.readings if one.number is not None]
    if len(single) == 1 and single[0].codes(DATUMS[0]):
        code = single[0].codes(DATUMS[0])[0]
        return Title(
            f'若为 CGCS2000，写 crs = "{code}"；请先问清基准',
            f'if it is CGCS2000, write crs = "{code}"; ask for the datum',
        )
    if any(one.width_deg is None for one in report.readings):
        return _CURES[Fit.DEGREES]
    if report.readings:
        return Title("请问清中央经线，写 crs = …", "ask for the central meridian and write crs = …")
    return _CURES[Fit.OUTSIDE_AREA]
