"""Checks of pipes: their ends, length, slope, and what their tables do not say of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from twin.analysis.quality.found import Found
from twin.analysis.quality.subject import Network, Subject
from twin.model.feature import Accuracy
from twin.model.finding import limit
from twin.model.identity import spoken_key
from twin.model.pipe_codes import CROWN, INVERT, pipe_codes
from twin.model.text import Title


def dangling(subject: Subject) -> Iterator[Found]:
    """A pipe that names an end which its layer does not have."""
    for network in subject.networks:
        stated = network.links.stated_ends
        named = np.array([[one is not None for one in pair] for pair in stated], bool).reshape(-1, 2)
        lost = (network.links.ends < 0) & named
        for link, end in np.argwhere(lost):
            values = {"end": spoken_key(stated[link, end]), "end_id": stated[link, end]}
            yield Found(network.layer_id, (int(network.link_rows[link]),), values)


def same_ends(subject: Subject) -> Iterator[Found]:
    """A pipe that starts where it ends."""
    for network in subject.networks:
        start, end = network.links.stated_ends.T if len(network.links.ids) else ((), ())
        for link, (one, other) in enumerate(zip(start, end, strict=True)):
            if one is not None and one == other:
                values = {"number": spoken_key(one), "end_id": one}
                yield Found(network.layer_id, (int(network.link_rows[link]),), values)


def doubled(subject: Subject) -> Iterator[Found]:
    """Two pipes that join the same two points, in either direction."""
    for network in subject.networks:
        seen: dict[tuple[int, int], int] = {}
        fitting = network.fittings()
        for link, (start, end) in enumerate(np.sort(network.links.ends, axis=1).tolist()):
            if start < 0 or start == end or fitting[link]:
                continue
            first = seen.setdefault((start, end), link)
            if first != link:
                rows = (int(network.link_rows[link]), int(network.link_rows[first]))
                yield Found(network.layer_id, rows, {"other": network.links.ids[first]})


def off_its_ends(subject: Subject) -> Iterator[Found]:
    """A pipe whose axis does not begin or end at its points, in plan."""
    most = limit("link_off_its_ends", "off_m")
    for network in subject.networks:
        shapes = network.link_shapes()
        for end, name, place in ((0, Title("起点", "start"), 0), (1, Title("终点", "end"), -1)):
            tips = shapely.get_point(shapes, place)
            at = np.column_stack([shapely.get_x(tips), shapely.get_y(tips)])
            node = network.links.ends[:, end]
            if not len(network.nodes.ids):
                continue
            off = np.hypot(*(at - network.nodes.xyz[node, :2]).T)
            for link in np.flatnonzero((node >= 0) & (off > most)):
                rows = (int(network.link_rows[link]), int(network.node_rows[node[link]]))
                yield Found(network.layer_id, rows, {"end": name, "off_m": float(off[link])})


def too_long(subject: Subject) -> Iterator[Found]:
    """Farther from point to point than points are surveyed."""
    longest = limit("link_too_long", "longest_m")
    for network in subject.networks:
        for link in np.flatnonzero(network.links.length_m > longest):
            values = {"length_m": float(network.links.length_m[link]), "limit_m": longest}
            yield Found(network.layer_id, (int(network.link_rows[link]),), values)


def too_short(subject: Subject) -> Iterator[Found]:
    """Shorter than a joint: one point surveyed twice."""
    shortest = limit("link_too_short", "shortest_m")
    for network in subject.networks:
        for link in np.flatnonzero((network.links.length_m < shortest) & ~network.fittings()):
            values = {"length_m": float(network.links.length_m[link])}
            yield Found(network.layer_id, (int(network.link_rows[link]),), values)


def steep(subject: Subject) -> Iterator[Found]:
    """Steeper than pipes are laid; pipes in a shaft (井内连线) fall straight down by nature."""
    steepest = limit("link_steep", "steepest_deg")
    for network in subject.networks:
        z = network.links.end_z_m
        rise = np.abs(z[:, 1] - z[:, 0])
        run = shapely.length(network.link_shapes())
        slope = np.degrees(np.arctan2(rise, run))
        in_shaft = network.link_texts("burial") == "井内连线"
        for link in np.flatnonzero((slope > steepest) & ~in_shaft & ~network.fittings()):
            values = {"slope_deg": round(float(slope[link]), 1), "rise_m": float(rise[link])}
            yield Found(network.layer_id, (int(network.link_rows[link]),), values)


# --- what whole tables do not say ----------------------------------------------------------------------


def sizes_missing(subject: Subject) -> Iterator[Found]:
    """Pipes without a size, one finding a source."""
    for network in subject.networks:
        yield from _by_source(network, network.tall_m == 0)


def accuracy_missing(subject: Subject) -> Iterator[Found]:
    """Pipes of which nobody says how they were found, one finding a source."""
    for network in subject.networks:
        known = {one.value for one in Accuracy} - {Accuracy.UNKNOWN.value}
        stated = np.array([one in known for one in network.link_texts("accuracy_class")], bool)
        yield from _by_source(network, ~stated)


def _by_source(network: Network, lacking: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Iterator[Found]:
    sources = network.link_texts("source_key")
    for key in dict.fromkeys(sources):
        mine = sources == key
        count = int((mine & lacking).sum())
        if count:
            yield Found(network.layer_id, (), {"count": count, "total": int(mine.sum())}, source=key)


def reference_of_another_class(subject: Subject) -> Iterator[Found]:
    """Levels that refer to the crown where the class usually states the invert, or the other way round."""
    parts = {CROWN: Title("管顶", "crown"), INVERT: Title("管底", "invert")}
    classes = pipe_codes().classes
    for network in subject.networks:
        triples = zip(
            network.link_texts("source_key"),
            network.link_texts("pipe_class"),
            network.link_texts("elevation_reference"),
            strict=True,
        )
        counts: dict[tuple[str, str, str], int] = {}
        for key, name, stated in triples:
            if stated in parts and name in classes and stated != classes[name].elevation_reference:
                counts[key, name, stated] = counts.get((key, name, stated), 0) + 1
        for (key, name, stated), count in counts.items():
            usual = classes[name].elevation_reference
            values = {"count": count, "stated": parts[stated], "usual": parts[usual], "class": classes[name].title}
            yield Found(network.layer_id, (), values, source=key)
