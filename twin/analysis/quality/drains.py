"""Checks of what flows by its fall: drains must not rise, nor leave a manhole higher or narrower than they come."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from twin.analysis.networks.terms import terms
from twin.analysis.quality.found import Found
from twin.analysis.quality.subject import Subject
from twin.model.finding import limit


def rises(subject: Subject) -> Iterator[Found]:
    """A drain whose invert is higher at the end than at the start of its flow."""
    least = limit("drain_rises", "rise_m")
    for network in subject.networks:
        link, _, _, invert = network.flow_ends()
        rise = invert[:, 1] - invert[:, 0]
        for row in np.flatnonzero(rise > least):
            values = {
                "rise_m": float(rise[row]),
                "from_m": float(invert[row, 0]),
                "to_m": float(invert[row, 1]),
            }
            yield Found(network.layer_id, (int(network.link_rows[link[row]]),), values)


def outlet_above_inlet(subject: Subject) -> Iterator[Found]:
    """Every pipe that leaves lies higher than the lowest that comes in: water stands in the manhole."""
    least = limit("outlet_above_inlet", "rise_m")
    for network in subject.networks:
        link, ends, _, invert = network.flow_ends()
        size = len(network.nodes.ids)
        lowest_in, lowest_out = np.full(size, np.inf), np.full(size, np.inf)
        np.minimum.at(lowest_in, ends[:, 1], np.where(np.isnan(invert[:, 1]), np.inf, invert[:, 1]))
        np.minimum.at(lowest_out, ends[:, 0], np.where(np.isnan(invert[:, 0]), np.inf, invert[:, 0]))
        both = np.isfinite(lowest_in) & np.isfinite(lowest_out)
        rise = np.where(both, np.where(both, lowest_out, 0.0) - np.where(both, lowest_in, 0.0), 0.0)
        for node in np.flatnonzero(rise > least):
            leaving = link[(ends[:, 0] == node) & (invert[:, 0] == lowest_out[node])][0]
            rows = (int(network.node_rows[node]), int(network.link_rows[leaving]))
            values = {"other": network.links.ids[leaving], "rise_m": float(rise[node])}
            yield Found(network.layer_id, rows, values)


def narrows(subject: Subject) -> Iterator[Found]:
    """The only pipe that leaves a manhole is narrower than one that comes in."""
    by = limit("narrows_downstream", "by_m")
    for network in subject.networks:
        link, ends, *_ = network.flow_ends()
        wide = np.fmax(network.tall_m, np.nan_to_num(network.link_numbers("width_m")))
        size = len(network.nodes.ids)
        largest_in, which_in = np.zeros(size), np.full(size, -1, np.int64)
        order = np.argsort(wide[link], kind="stable")
        largest_in[ends[order, 1]], which_in[ends[order, 1]] = wide[link[order]], link[order]
        outs = np.bincount(ends[:, 0], minlength=size)
        for row in np.flatnonzero((outs[ends[:, 0]] == 1) & (wide[link] > 0)):
            node, one = ends[row, 0], link[row]
            if largest_in[node] > wide[one] + by:
                other = which_in[node]
                rows = (int(network.link_rows[one]), int(network.link_rows[other]))
                values = {
                    "out_m": float(wide[one]),
                    "in_m": float(largest_in[node]),
                    "other": network.links.ids[other],
                }
                yield Found(network.layer_id, rows, values)


def no_way_out(subject: Subject) -> Iterator[Found]:
    """A point that drains flow into and none leaves, where nothing says that water leaves the network there."""
    for network in subject.networks:
        _, ends, *_ = network.flow_ends()
        size = len(network.nodes.ids)
        comes, leaves = (np.bincount(ends[:, column], minlength=size) for column in (1, 0))
        # a pipe of unknown direction may be the way out
        leads_on = network.degree() > comes
        out = network.nodes.called(terms().outfall)
        for node in np.flatnonzero((comes > 0) & (leaves == 0) & ~leads_on & ~out):
            yield Found(network.layer_id, (int(network.node_rows[node]),), {"inlets": int(comes[node])})
