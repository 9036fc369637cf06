"""What the files leave open: one question for every answer that a person owes, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twin.crs import parse_crs, require_projected_metres, short_name, transformer
from twin.errors import TwinError
from twin.init.look import Delivery
from twin.model.text import Title
from twin.readers.base import Inspection


def agreed_frame(
    deliveries: Sequence[Delivery], crs: str | None, vertical_datum: str | None
) -> tuple[str | None, str | None]:
    """The campus CRS and datum: as told, else the only one that the files declare."""
    seen = [one.taken for one in deliveries if one.taken is not None]
    metric = {one.crs for one in seen if one.crs is not None and _is_metric(one.crs)}
    datums = {one.vertical_datum for one in seen if one.vertical_datum is not None}
    return (
        crs or (metric.pop() if len(metric) == 1 else None),
        vertical_datum or (datums.pop() if len(datums) == 1 else None),
    )


def _is_metric(crs: str) -> bool:
    try:
        require_projected_metres(crs, "")
    except TwinError:
        return False
    return True


def open_questions(
    deliveries: Sequence[Delivery],
    frame: tuple[str | None, str | None],
    told: tuple[str | None, str | None],
) -> list[Title]:
    """About the campus, then about each source. ``frame`` is what was agreed on, ``told`` what a person said."""
    questions: list[Title] = []
    if frame[0] is None:
        questions.append(
            Title(
                "园区坐标系：文件都没有说明，或各不相同；请用 --crs，或在 campus.toml 中写 crs = …",
                "campus CRS: the files declare none, or several; answer with --crs or crs = … in campus.toml",
            )
        )
    if frame[1] is None:
        questions.append(
            Title(
                "高程基准：请用 --vertical-datum，或在 campus.toml 中写 vertical_datum = …",
                "vertical datum: answer with --vertical-datum or vertical_datum = … in campus.toml",
            )
        )
    for one in deliveries:
        if one.taken is not None:
            questions += [
                Title(f"{one.shown}：{text.zh}", f"{one.shown}: {text.en}")
                for text in (
                    _of_tileset(one.key, one.taken) if one.is_tileset else _of_source(one.key, one.taken, frame, told)
                )
            ]
    return questions


def _of_tileset(key: str, seen: Inspection) -> Iterator[Title]:
    if seen.unplaced:
        yield Title(
            f"不是地心坐标（为三维瓦片 {key} 写 crs = … 或 placement = …）",
            f"not in geocentric coordinates (crs = … or placement = … for tileset {key})",
        )


def _of_source(
    key: str, seen: Inspection, frame: tuple[str | None, str | None], told: tuple[str | None, str | None]
) -> Iterator[Title]:
    if not seen.layers and seen.needs_layer:
        yield Title(
            f"请说明它属于哪个图层（为来源 {key} 写 layer = …）",
            f"say which layer it feeds (layer = … for source {key})",
        )
    yield from _about_crs(key, seen, frame[0], told[0])
    yield from _about_datum(key, seen, frame[1], told[1])
    if seen.unplaced:
        yield Title(
            f"没有定位，在来源 {key} 写明 placement 之前放在场地原点",
            f"unplaced, stands at the site origin until source {key} has a placement",
        )


def _about_crs(key: str, seen: Inspection, campus: str | None, told: str | None) -> Iterator[Title]:
    if seen.crs is None:
        if seen.degrees:
            yield Title(
                f"是经纬度，但没有说明坐标系（为来源 {key} "
                f'写 crs = "EPSG:4490" 表示 CGCS2000，或 "EPSG:4326" 表示 WGS 84）',
                f"is in longitude and latitude and does not say of which CRS "
                f'(crs = "EPSG:4490" for CGCS2000 or "EPSG:4326" for WGS 84, for source {key})',
            )
        elif seen.needs_crs and told is None:
            yield Title(
                f"没有说明坐标系（为来源 {key} 写 crs = …，或用 --crs）",
                f"does not say its CRS (crs = … for source {key}, or --crs)",
            )
    elif campus is not None and not _reachable(seen.crs, campus):
        declared, ours = short_name(parse_crs(seen.crs)), short_name(parse_crs(campus))
        yield Title(
            f"声明 {declared}，无法可靠转换到园区的 {ours}。若其数值本来就是园区坐标，请为来源 {key} 写 "
            f'crs = "{ours}" 和 crs_override = true；否则写 placement',
            f"declares {declared}, from which nothing sound leads to the campus {ours}. If its numbers are campus "
            f'coordinates already, write crs = "{ours}" and crs_override = true for source {key}; else a placement',
        )


def _reachable(crs: str, campus: str) -> bool:
    try:
        transformer(crs, campus)
    except TwinError:
        return False
    return True


def _about_datum(key: str, seen: Inspection, campus: str | None, told: str | None) -> Iterator[Title]:
    if not seen.has_heights:
        return
    if seen.vertical_datum is None:
        if told is None:
            yield Title(
                f"没有说明高程基准（为来源 {key} 写 vertical_datum = …）",
                f"does not say its vertical datum (vertical_datum = … for source {key})",
            )
    elif campus is not None and seen.vertical_datum != campus:
        yield Title(
            f"高程基准是 {seen.vertical_datum}，园区是 {campus}（为来源 {key} 写 height_offset_m，即两基准之差）",
            f"its heights are in {seen.vertical_datum}, those of the campus in {campus} "
            f"(height_offset_m, the difference, for source {key})",
        )
