"""``twin crs``: what the coordinates of a file say, look like, and what we would do; or the same for one point."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from twin.cli.saying import say, say_json

if TYPE_CHECKING:
    from twin.crs.distortion import Distortion
    from twin.crs.readings import Reading
    from twin.init.coordinates import CrsReport, Place
    from twin.model.text import Title

_DEGREES = 360.0
_HEIGHT_M = 100.0  # at which the effect of height is told


@click.command("crs")
@click.argument("what", nargs=-1, required=True)
@click.option("--crs", "given", help="Take the coordinates for these, whatever the file says: EPSG:4549, GCJ-02, WKT.")
@click.option("--campus", help="CRS of the campus, to be told of another datum.")
@click.option("--at", metavar="X,Y", help="Instead of a file: one point of the CRS named, east (or longitude) first.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def crs(what: tuple[str, ...], given: str | None, campus: str | None, at: str | None, as_json: bool) -> None:
    """Explain the coordinates of files: what they say, what the numbers look like, what we would do.

    Nothing is changed. Exit code 1 when something is to be done or to be asked.

    \b
    twin crs delivered/JSPoint.csv
    twin crs points.csv --crs EPSG:4528 --campus EPSG:4549
    twin crs EPSG:4549 --at 429563.842,2885887.906
    twin crs campus/campus.toml    (how its control points and datum shifts fit)
    """
    if at is None and [Path(one).name for one in what] == ["campus.toml"]:
        _fits(Path(what[0]), as_json)
        return
    reports = [_point(what, at)] if at is not None else _files(what, given, campus)
    if as_json:
        say_json({"files": [_as_dict(one) for one in reports]})
    else:
        for one in reports:
            _show(one)
    if any(_is_open(one) for one in reports):
        raise SystemExit(1)


def _files(what: tuple[str, ...], given: str | None, campus: str | None) -> list[CrsReport]:
    from layers import registry
    from twin.init.coordinates import explain_files

    return explain_files([Path(one) for one in what], registry(), given, campus)


def _fits(file: Path, as_json: bool) -> None:
    """The sources of a campus.toml that come by parameters or control points."""
    from twin.cli import language
    from twin.cli.fit_words import fit_lines
    from twin.crs import parse_crs, short_name
    from twin.init.fits import explain_fits

    reports = explain_fits(file.parent)
    if as_json:
        say_json({"sources": [one.to_dict() for one in reports]})
    for one in () if as_json else reports:
        crs = "" if one.crs is None else f" [{short_name(parse_crs(one.crs))}]"
        say(f"{one.key}{crs}: {one.path}")
        lines = [line.text(language()) for line in fit_lines(one.said or {})]
        for line in lines if one.problem is None else [one.problem.text(language())]:
            say(f"  {line}")
    if any(one.problem is not None for one in reports):
        raise SystemExit(1)


def _point(what: tuple[str, ...], at: str) -> CrsReport:
    import numpy as np

    from twin.init.coordinates import CrsReport, look_at

    try:
        x, y = (float(one) for one in at.replace("，", ",").split(","))
    except ValueError:
        raise click.BadParameter("two numbers, as 429563.842,2885887.906", param_hint="--at") from None
    if len(what) != 1:
        raise click.BadParameter("one CRS, as EPSG:4549", param_hint="WHAT")
    return CrsReport(what[0], declared=what[0], crs=what[0], **look_at(np.array([[x, y]]), what[0]))


def _is_open(one: CrsReport) -> bool:
    from twin.crs import LOCAL

    if one.problem is not None:
        return True
    local = one.crs is not None and one.crs.strip().lower() == LOCAL
    return not local and (one.check is None or not one.check.agrees)


def _as_dict(one: CrsReport) -> dict[str, Any]:
    from twin.init.coordinate_words import advice

    check, place, warp = one.check, one.place, one.distortion
    return {
        "file": one.shown,
        "reader": one.reader,
        "declared": one.declared,
        "vertical_datum": one.vertical_datum,
        "crs": _described(one.crs),
        "count": one.count,
        "bounds": one.bounds,
        "fits": [] if check is None else [str(fit) for fit in check.fits],
        "share_inside": None if check is None else check.share,
        "zone_numbers": [] if check is None else list(check.found),
        "readings": [_reading_dict(reading) for reading in one.readings],
        "place": None if place is None else _place_dict(place),
        "distortion": None if warp is None else _distortion_dict(warp),
        "advice": [line.to_dict() for line in advice(one)],
        "notes": list(one.notes),
        "problem": None if one.problem is None else one.problem.to_dict(),
    }


def _reading_dict(one: Reading) -> dict[str, Any]:
    from twin.crs.zones import DATUMS

    return {
        "order": str(one.order),
        "share": one.share,
        "width_deg": one.width_deg,
        "prefixed": one.prefixed,
        "number": one.number,
        "crs": {datum: list(one.codes(datum)) for datum in DATUMS if one.zones},
    }


def _place_dict(one: Place) -> dict[str, Any]:
    return {"longitude": one.longitude, "latitude": one.latitude, "datum": one.datum}


def _distortion_dict(one: Distortion) -> dict[str, Any]:
    return {
        "scale": one.scale,
        "cm_per_km": one.cm_per_km,
        "convergence_deg": one.convergence_deg,
        "height_cm_per_km_at_100_m": one.height_cm_per_km(_HEIGHT_M),
    }


def _described(crs: str | None) -> dict[str, Any] | None:
    """Name, datum, unit and axes of a CRS as its definition has them."""
    from twin.crs import horizontal, parse_crs, short_name

    if crs is None:
        return None
    parsed = parse_crs(crs, "--crs")
    if parsed is None:
        return {"crs": short_name(parsed), "name": None, "datum": None, "unit": "metre", "axes": None}
    flat = horizontal(parsed)
    return {
        "crs": short_name(parsed),
        "name": parsed.name,
        "datum": flat.datum.name if flat.datum is not None else None,
        "unit": flat.axis_info[0].unit_name if flat.axis_info else None,
        "axes": ", ".join(axis.direction for axis in flat.axis_info),
    }


def _show(one: CrsReport) -> None:
    from twin.cli import language

    zh = language() == "zh"

    def tell(title: Title | tuple[str, str], indent: str = "  ") -> None:
        from twin.model.text import Title

        said = title if isinstance(title, Title) else Title(*title)
        say(indent + (said.zh if zh else said.en))

    say(f"{one.shown}{f' [{one.reader}]' if one.reader else ''}")
    if one.problem is not None:
        say(f"  {one.problem.text(language())}")
        return
    for line in _lines(one):
        tell(line)


def _lines(one: CrsReport) -> list[Title | tuple[str, str]]:
    from twin.init.coordinate_words import FITS, advice, reading_line

    said = _described(one.crs)
    lines: list[Title | tuple[str, str]] = []
    if said is None:
        lines.append(("没有说明坐标系", "says: no CRS"))
    else:
        whence = ("声明", "says") if one.declared == one.crs else ("按要求取", "taken for")
        more = "; ".join(str(said[key]) for key in ("name", "datum", "unit", "axes") if said[key])
        lines.append((f"{whence[0]}：{said['crs']}（{more}）", f"{whence[1]}: {said['crs']} ({more})"))
    if one.vertical_datum is not None:
        lines.append(
            (
                f"高程基准：{_height_name(one.vertical_datum, 'zh')}",
                f"heights: {_height_name(one.vertical_datum, 'en')}",
            )
        )
    if one.bounds is None or one.check is None:
        return [*lines, ("没有坐标", "looks like: there are no coordinates")]
    west, south, east, north = one.bounds
    digits = 6 if max(map(abs, one.bounds)) <= _DEGREES else 3
    extent = f"{west:.{digits}f} … {east:.{digits}f}, {south:.{digits}f} … {north:.{digits}f}"
    lines.append((f"范围：{extent}（看了 {one.count} 点）", f"extent: {extent} ({one.count} points looked at)"))
    lines += [_after("可能是：", "may be: ", reading_line(reading)) for reading in one.readings[:6]]
    lines += [_after("核对：", "check: ", FITS[fit]) for fit in one.check.fits]
    lines += _where(one)
    lines += [_after("建议：", "do: ", line) for line in advice(one)]
    return lines


def _after(zh: str, en: str, title: Title) -> tuple[str, str]:
    return zh + title.zh, en + title.en


def _height_name(code: str, language: str) -> str:
    from twin.crs.vertical import datum_names

    names = datum_names(code)
    return code if names is None else f"{code} {names[language]}"


def _where(one: CrsReport) -> list[Title | tuple[str, str]]:
    lines: list[Title | tuple[str, str]] = []
    if one.place is not None:
        spot = f"{one.place.longitude:.6f}, {one.place.latitude:.6f} ({one.place.datum})"
        lines.append((f"中部位于经纬度 {spot}", f"middle at longitude, latitude {spot}"))
    if (warp := one.distortion) is not None:
        turn, high = f"{warp.convergence_deg:+.4f}°", f"{warp.height_cm_per_km(_HEIGHT_M):+.1f} cm/km"
        lines.append(
            (
                f"尺度比 {warp.scale:.7f}（{warp.cm_per_km:+.1f} cm/km），子午线收敛角 {turn}；"
                f"高出椭球面每 100 m 另有 {high}",
                f"scale {warp.scale:.7f} ({warp.cm_per_km:+.1f} cm/km), convergence {turn}; every 100 m above the "
                f"ellipsoid {high} more",
            )
        )
    return lines
