"""Checks of room: cover over pipes, clearance between them, pipes that meet without a point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import shapely

from twin.analysis.quality.found import Found
from twin.analysis.quality.subject import Subject
from twin.analysis.sections.clearance import ClearanceFinding
from twin.analysis.sections.cover import ABOVE, SHALLOW, LinkCover
from twin.analysis.sections.near_pairs import CROSSING, PARALLEL, TOUCHING
from twin.model.text import Title

_RELATIONS: Final = {
    CROSSING: Title("垂直", "crossing"),
    PARALLEL: Title("水平", "side by side"),
    TOUCHING: Title("空间", "in space"),
}


def shallow(subject: Subject) -> Iterator[Found]:
    """Less ground over a pipe than is asked; limits.toml says what (unverified)."""
    for one, row in _covered(subject, SHALLOW):
        yield Found(one.layer_id, (row,), {"cover_m": one.cover_m, "limit_m": one.limit_m}, _place(one))


def above_ground(subject: Subject) -> Iterator[Found]:
    """A pipe whose burial says that it lies in the ground, and whose crown stands out of it."""
    for one, row in _covered(subject, ABOVE):
        values = {"above_m": -(one.cover_m or 0.0), "burial": one.burial or "-"}
        yield Found(one.layer_id, (row,), values, _place(one))


def _covered(subject: Subject, verdict: str) -> Iterator[tuple[LinkCover, int]]:
    for one in subject.cover.links:
        if one.verdict == verdict and one.feature_id not in subject.fittings:
            yield one, subject.rows_of(one.layer_id)[one.feature_id]


def _place(one: LinkCover) -> shapely.Geometry:
    assert one.x is not None and one.y is not None and one.crown_m is not None  # noqa: PT018  where there is ground
    return shapely.Point(one.x, one.y, one.crown_m)


def crossing_without_node(subject: Subject) -> Iterator[Found]:
    """Bodies of two pipes of one layer that meet where no point joins them."""
    yield from _near(subject, lambda one: one.clash and one.layer_a == one.layer_b, lambda _: {})


def clash(subject: Subject) -> Iterator[Found]:
    """Bodies of two pipes of different layers in one another."""
    yield from _near(
        subject, lambda one: one.clash and one.layer_a != one.layer_b, lambda one: {"overlap_m": -one.gap_m}
    )


def clearance_short(subject: Subject) -> Iterator[Found]:
    """Nearer than is asked of such a pair, without meeting; limits.toml says what (unverified)."""
    yield from _near(
        subject,
        lambda one: not one.clash,
        lambda one: {
            "relation": _RELATIONS[one.relation],
            "clearance_m": one.clearance_m,
            "limit_m": one.limit_m,
        },
    )


def _near(
    subject: Subject,
    asked: Callable[[ClearanceFinding], bool],
    values: Callable[[ClearanceFinding], dict[str, object]],
) -> Iterator[Found]:
    for one in subject.clearance.findings:
        if asked(one) and not {one.feature_a, one.feature_b} & subject.fittings:
            own, other = subject.rows_of(one.layer_a)[one.feature_a], subject.rows_of(one.layer_b)[one.feature_b]
            apart = one.layer_a != one.layer_b
            rows, others = ((own,), ((one.layer_b, other),)) if apart else ((own, other), ())
            title = subject.generation.definitions[one.layer_b].title
            yield Found(
                one.layer_a,
                rows,
                {"other": one.feature_b, "class": title, **values(one)},
                shapely.Point(one.x, one.y, one.z),
                others=others,
            )
