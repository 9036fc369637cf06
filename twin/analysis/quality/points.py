"""Checks of survey points: lonely, twice, levels of cover and bottom, how many pipes meet there and how."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from twin.analysis.networks.connected import components
from twin.analysis.networks.terms import folded
from twin.analysis.quality.found import Found
from twin.analysis.quality.subject import Network, Subject
from twin.model.finding import limit
from twin.model.pipe_codes import CROWN

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_DEGREES: Final = Path(__file__).with_name("degrees.toml")


def lonely(subject: Subject) -> Iterator[Found]:
    """A point that no pipe reaches."""
    for network in subject.networks:
        used = np.zeros(len(network.nodes.ids), bool)
        used[network.links.ends[network.links.ends >= 0]] = True
        for node in np.flatnonzero(~used):
            yield Found(network.layer_id, (int(network.node_rows[node]),))


def at_one_place(subject: Subject) -> Iterator[Found]:
    """Two points of one layer at the same X, Y and level."""
    apart = limit("points_at_one_place", "apart_m")
    for network in subject.networks:
        xyz = network.nodes.xyz
        usable = np.flatnonzero(np.isfinite(xyz[:, :2]).all(axis=1))
        points: NDArray[np.object_] = np.asarray(shapely.points(xyz[usable, :2]), object)
        first, second = shapely.STRtree(points).query(points, predicate="dwithin", distance=apart)
        for one, other in zip(usable[first], usable[second], strict=True):
            rise = xyz[one, 2] - xyz[other, 2]
            if one > other and (np.isnan(rise) or abs(rise) <= apart):
                rows = (int(network.node_rows[one]), int(network.node_rows[other]))
                yield Found(network.layer_id, rows, {"other": network.nodes.ids[other]})


def bottom_above_cover(subject: Subject) -> Iterator[Found]:
    """A shaft whose bottom lies above its cover."""
    for network in subject.networks:
        cover, bottom = network.node_numbers("cover_level_m"), network.node_numbers("bottom_level_m")
        for node in np.flatnonzero(bottom > cover + 0.001):
            values = {"bottom_m": float(bottom[node]), "cover_m": float(cover[node])}
            yield Found(network.layer_id, (int(network.node_rows[node]),), values)


def pipe_below_bottom(subject: Subject) -> Iterator[Found]:
    """A pipe that comes in lower than the bottom of the shaft."""
    least = limit("pipe_below_shaft", "below_m")
    for network in subject.networks:
        bottom = network.node_numbers("bottom_level_m")
        under = network.links.end_z_m - network.tall_m[:, None] / 2.0
        known = network.links.ends >= 0
        if not len(bottom):
            continue
        below = np.where(known, bottom[network.links.ends], np.nan) - under
        for link, end in np.argwhere(below > least):
            node = network.links.ends[link, end]
            rows = (int(network.node_rows[node]), int(network.link_rows[link]))
            yield Found(network.layer_id, rows, {"other": network.links.ids[link], "below_m": float(below[link, end])})


def cover_off_terrain(subject: Subject) -> Iterator[Found]:
    """A ground level that is not what the terrain has there."""
    off = limit("cover_off_terrain", "off_m")
    for network in subject.networks:
        cover = network.node_numbers("cover_level_m")
        if not len(cover):
            continue
        ground = subject.ground.heights(network.nodes.xyz[:, :2])
        for node in np.flatnonzero(np.abs(np.nan_to_num(cover - ground)) > off):
            values = {"cover_m": float(cover[node]), "ground_m": float(ground[node])}
            yield Found(network.layer_id, (int(network.node_rows[node]),), values)


# --- how pipes meet ------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def asked_degrees() -> dict[str, int]:
    """Feature word, folded -> how many pipes meet there (``degrees.toml``)."""
    data = tomllib.loads(_DEGREES.read_text(encoding="utf-8"))["degrees"]
    return {folded(word): int(count) for count, words in data.items() for word in words}


def degree_disagrees(subject: Subject) -> Iterator[Found]:
    """三通 with two pipes, 起讫点 with three: the feature against what is there. Points without a pipe are lonely."""
    asked = asked_degrees()
    for network in subject.networks:
        degree = network.degree()
        for node, feature in enumerate(network.nodes.feature):
            wanted = asked.get(folded(feature)) if isinstance(feature, str) else None
            if wanted is not None and 0 < degree[node] != wanted:
                values = {"feature": feature, "asked": wanted, "degree": int(degree[node])}
                yield Found(network.layer_id, (int(network.node_rows[node]),), values)


def in_pieces(subject: Subject) -> Iterator[Found]:
    """Small groups of pipes that do not hang together with the network of their layer."""
    largest = limit("network_in_pieces", "largest_links")
    for network in subject.networks:
        ends = network.links.ends
        whole = np.flatnonzero((ends >= 0).all(axis=1))
        label = components(len(network.nodes.ids), ends[whole, 0], ends[whole, 1])
        if not len(whole):
            continue
        of_link = label[ends[whole, 0]]
        sizes = np.bincount(of_link)
        main = int(sizes.argmax())
        shapes = network.link_shapes()
        for piece in np.flatnonzero((sizes > 0) & (sizes <= largest) & (np.arange(len(sizes)) != main)):
            links = whole[of_link == piece]
            rows = tuple(int(one) for one in network.link_rows[links])
            shape = shapely.union_all(shapes[links])
            yield Found(network.layer_id, rows, {"links": len(links), "whole": int(sizes[main])}, shape)


def sharp_angles(subject: Subject) -> Iterator[Found]:
    """Two pipes that leave a point in nearly the same direction."""
    least, shortest = limit("sharp_angle", "least_deg"), limit("sharp_angle", "shortest_m")
    for network in subject.networks:
        node, link, bearing = _leaving(network, shortest)
        order = np.lexsort((bearing, node))
        node, link, bearing = node[order], link[order], bearing[order]
        for one, other, angle in _neighbours(node, bearing):
            if angle < least and not _same_pair(network, int(link[one]), int(link[other])):
                rows = (int(network.link_rows[link[other]]), int(network.link_rows[link[one]]))
                values = {"other": network.links.ids[link[one]], "angle_deg": float(angle)}
                yield Found(network.layer_id, rows, values)


def _leaving(network: Network, shortest_m: float) -> tuple[Ints, Ints, Floats]:
    """Node, link and bearing in degrees of every link end that leaves a known node; short links are left out."""
    shapes = network.link_shapes()
    corners, row = shapely.get_coordinates(shapes, return_index=True)
    nodes, links, bearings = [], [], []
    first = np.searchsorted(row, np.arange(len(shapes)))
    count = np.bincount(row, minlength=len(shapes))
    long = (count >= 2) & (np.nan_to_num(network.links.length_m) >= shortest_m)
    for end, (start, step) in enumerate(((0, 1), (-1, -1))):
        link = np.flatnonzero(long & (network.links.ends[:, end] >= 0))
        at = first[link] if start == 0 else first[link] + count[link] - 1
        away = corners[at + step] - corners[at]
        nodes.append(network.links.ends[link, end])
        links.append(link)
        bearings.append(np.degrees(np.arctan2(away[:, 1], away[:, 0])) % 360.0)
    return np.concatenate(nodes), np.concatenate(links).astype(np.int64), np.concatenate(bearings)


def _neighbours(node: Ints, bearing: Floats) -> Iterator[tuple[int, int, float]]:
    """Pairs of ends next to each other around a node (sorted by node and bearing), with the angle between them."""
    start = np.flatnonzero(np.concatenate([[True], node[1:] != node[:-1]])) if len(node) else np.empty(0, int)
    stop = np.concatenate([start[1:], [len(node)]]) if len(node) else start
    inner = np.flatnonzero(node[1:] == node[:-1])
    for one in inner:
        yield int(one), int(one + 1), float(bearing[one + 1] - bearing[one])
    for one, behind in zip(start, stop, strict=True):
        if behind - one > 2 or (behind - one == 2 and bearing[one + 1] - bearing[one] > 180.0):
            yield int(behind - 1), int(one), float(bearing[one] + 360.0 - bearing[behind - 1])


def _same_pair(network: Network, a: int, b: int) -> bool:
    """Whether two links join the same two points: a pipe listed twice, which another rule names."""
    return set(network.links.ends[a]) == set(network.links.ends[b])


def levels_differ(subject: Subject) -> Iterator[Found]:
    """Pressure pipes and cables of one point at different levels; drains may fall into a manhole.

    What was surveyed is compared: crowns, or axes where the source gives those, as models do.
    """
    apart = limit("levels_differ_at_point", "apart_m")
    for network in subject.networks:
        links = network.links
        above_m = np.where(network.link_texts("elevation_reference") == CROWN, network.tall_m / 2.0, 0.0)
        level = links.end_z_m + above_m[:, None]
        use = ~links.gravity[:, None] & (links.ends >= 0) & np.isfinite(level)
        size = len(network.nodes.ids)
        low, high = np.full(size, np.inf), np.full(size, -np.inf)
        np.minimum.at(low, links.ends[use], level[use])
        np.maximum.at(high, links.ends[use], level[use])
        for node in np.flatnonzero(high - low > apart):
            values = {"low_m": float(low[node]), "high_m": float(high[node])}
            yield Found(network.layer_id, (int(network.node_rows[node]),), values)
