"""How a source was placed, in words: residuals of its control points, and what decides a datum shift."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from twin.model.text import Title


def fit_lines(said: dict[str, Any]) -> Iterator[Title]:
    """The account of a source's place (``Georeference.describe``) as lines: residuals, and what decides a shift."""
    if residuals := said.get("residuals_m"):
        yield _residuals(residuals, said.get("height_residuals_m", ()))
    if (shift := said.get("datum_shift")) is None:
        return
    if residuals := shift.get("residuals_m"):
        yield _residuals(residuals, shift["height_residuals_m"])
    yield _parameters(shift)
    if "standard_error_m" in shift:
        yield _errors(shift)


def _residuals(plane: Sequence[float], heights: Sequence[float]) -> Title:
    fit, rise = ", ".join(f"{one:.3f}" for one in plane), ", ".join(f"{one:+.3f}" for one in heights)
    return Title(
        f"控制点残差（m）平面 {fit}" + (f"；高程 {rise}" if rise else ""),
        f"residuals of its control points in m: plane {fit}" + (f"; heights {rise}" if rise else ""),
    )


def _parameters(shift: dict[str, Any]) -> Title:
    one = shift["parameters"]
    shown = (
        f"{one['tx_m']:.4f}, {one['ty_m']:.4f}, {one['tz_m']:.4f} m; {one['rx_arcsec']:.6f}, {one['ry_arcsec']:.6f}, "
        f'{one["rz_arcsec"]:.6f}"; {one["scale_ppm"]:.6f} ppm; {one["convention"]}'
    )
    return Title(
        f"七参数（至 {shift['to']}，平面按高程 {shift['height_m']:g} m 转换）：{shown}",
        f"seven parameters to {shift['to']}, the plan as at {shift['height_m']:g} m: {shown}",
    )


def _errors(shift: dict[str, Any]) -> Title:
    shifts = ", ".join(f"{one:g}" for one in shift["translation_se_m"])
    turns = ", ".join(f"{one:g}" for one in shift["rotation_se_arcsec"])
    amid, unit, scale = shift["shift_se_m"], shift["standard_error_m"], shift["scale_se_ppm"]
    return Title(
        f'单位权中误差 {unit:g} m，控制点中部 {amid:g} m；平移（地心处）{shifts} m，旋转 {turns}"，尺度 {scale:g} ppm',
        f"standard error of unit weight {unit:g} m, amid the points {amid:g} m; translations (at the geocentre) "
        f'{shifts} m, rotations {turns}", scale {scale:g} ppm',
    )
