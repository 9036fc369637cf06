"""Plans of findings as SVG: the whole campus with a mark each, and the surroundings of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.analysis.quality.subject import Subject
from twin.model.finding import Finding

Box = tuple[float, float, float, float]

COLOURS: Final = {"error": "#c0182b", "warning": "#b25e00", "info": "#2463a8"}
SIGNS: Final = {"error": "M-4-4h8v8h-8z", "warning": "M0-5L5 4H-5z", "info": "M4 0A4 4 0 1 1-4 0A4 4 0 1 1 4 0z"}
AROUND_M: Final = 20.0
_WIDE: Final = 900.0
_DRAWN: Final = ("buildings", "zones")  # beside pipes: what people know their way by


class PlanMap:
    """Draws in the campus CRS, north up. Shapes are read once and found by a tree."""

    def __init__(self, subject: Subject) -> None:
        self._shapes: list[shapely.Geometry] = []
        self._kinds: list[str] = []
        for network in subject.networks:
            self._take(network.link_shapes(), "pipe")
        for layer_id in _DRAWN:
            if subject.has(layer_id):
                self._take(subject.shapes(layer_id), layer_id)
        self._tree = shapely.STRtree(self._shapes)

    def _take(self, shapes: NDArray[np.object_], kind: str) -> None:
        flat = [one for one in shapely.force_2d(shapes) if one is not None and not shapely.is_empty(one)]
        self._shapes += flat
        self._kinds += [kind] * len(flat)

    def whole(self, findings: Sequence[Finding]) -> str | None:
        """Every finding that has a place; None without any."""
        places = [(one, shape) for one in findings if (shape := _shape(one)) is not None]
        if not places:
            return None
        boxes = np.array(
            [shapely.bounds(shape) for _, shape in places] + [shapely.bounds(one) for one in self._pipes()]
        )
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        frame = _Frame.around((float(low[0]), float(low[1]), float(high[0]), float(high[1])), margin=0.03)
        marks = [_mark(frame, shape, one.severity) for one, shape in reversed(places)]
        return frame.svg([*self._context(frame), *marks])

    def one(self, finding: Finding) -> str | None:
        """The surroundings of one finding, its evidence in colour; None where it has no place."""
        shape = _shape(finding)
        if shape is None:
            return None
        x0, y0, x1, y1 = shapely.bounds(shape)
        frame = _Frame.around((x0 - AROUND_M, y0 - AROUND_M, x1 + AROUND_M, y1 + AROUND_M), margin=0.0)
        evidence = _path(frame, shape, f'fill="none" stroke="{COLOURS[finding.severity]}" stroke-width="4"')
        return frame.svg([*self._context(frame), evidence, _mark(frame, shape, finding.severity), frame.scale_bar()])

    def _pipes(self) -> Iterator[shapely.Geometry]:
        yield from (shape for shape, kind in zip(self._shapes, self._kinds, strict=True) if kind != "zones")

    def _context(self, frame: _Frame) -> Iterator[str]:
        looks = {
            "pipe": 'fill="none" stroke="#8a949e" stroke-width="1"',
            "buildings": 'fill="#e4e8ec" stroke="#b9c0c8" stroke-width="0.6"',
            "zones": 'fill="none" stroke="#d5dae0" stroke-width="0.6" stroke-dasharray="4 3"',
        }
        rows = self._tree.query(shapely.box(*frame.box)).tolist()
        for kind in ("zones", "buildings", "pipe"):
            for row in rows:
                if self._kinds[row] == kind:
                    yield _path(frame, self._shapes[row], looks[kind])


class _Frame:
    """Campus metres to the units of a drawing that is ``_WIDE`` wide; y downwards."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self.scale = _WIDE / (box[2] - box[0])
        self.tall = (box[3] - box[1]) * self.scale

    @staticmethod
    def around(box: Box, margin: float) -> _Frame:
        wide, tall = max(box[2] - box[0], 1.0), max(box[3] - box[1], 1.0)
        more = max(wide, tall) * margin
        # not taller than wide, nor flatter than 2 to 1, so that a page holds it
        flat, narrow = max(0.0, (wide / 2 - tall) / 2), max(0.0, (tall - wide) / 2)
        return _Frame((box[0] - more - narrow, box[1] - more - flat, box[2] + more + narrow, box[3] + more + flat))

    def points(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return (xy - [self.box[0], self.box[3]]) * [self.scale, -self.scale]

    def scale_bar(self) -> str:
        return (
            f'<g transform="translate(14 {self.tall - 14:.0f})"><path d="M0-6V0H{10 * self.scale:.1f}V-6" fill="none" '
            f'stroke="#1b1f24"/><text y="-10" font-size="14">10 m</text></g>'
        )

    def svg(self, parts: Sequence[str]) -> str:
        return f'<svg viewBox="0 0 {_WIDE:.0f} {self.tall:.0f}" role="img">{"".join(parts)}</svg>'


def _shape(finding: Finding) -> shapely.Geometry | None:
    if finding.shape is None:
        return None
    shape = shapely.force_2d(shapely.from_wkb(finding.shape))
    return None if shapely.is_empty(shape) else shape


def _mark(frame: _Frame, shape: shapely.Geometry, severity: str) -> str:
    x, y = frame.points(shapely.get_coordinates(shapely.point_on_surface(shape)))[0]
    return f'<path transform="translate({x:.1f} {y:.1f})" d="{SIGNS[severity]}" fill="{COLOURS[severity]}"/>'


def _path(frame: _Frame, shape: shapely.Geometry, look: str) -> str:
    """A shape as a path; points as small circles."""
    steps = []
    for part in shapely.get_parts(shape):
        rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        for ring in rings:
            at = frame.points(shapely.get_coordinates(ring))
            steps.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in at))
    return f'<path d="{"".join(steps)}" {look}/>'
