"""Which way it flows in each pipe, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from twin.analysis.networks.layer_arrays import Links
from twin.analysis.networks.terms import Mask, Texts, named, terms

FLAT_M: Final = 0.001  # two ends closer in height than a table writes heights do not fall


class Basis(StrEnum):
    """How a direction became known."""

    STATED = "stated"  # the column `flow`
    KIND = "kind"  # a pump or a check valve lets it pass in one direction
    FALL = "fall"  # a gravity drain falls that way
    UNKNOWN = "unknown"


_ORDER: Final = (Basis.UNKNOWN, Basis.FALL, Basis.KIND, Basis.STATED)


@dataclass(frozen=True, slots=True)
class FlowDirections:
    """``sign`` (m,): 1 from ``from_id`` to ``to_id``, -1 against it, 0 unknown. ``basis`` (m,): row of the order."""

    sign: NDArray[np.int8]
    basis: NDArray[np.int8]

    @staticmethod
    def of(links: Links) -> FlowDirections:
        """The stated direction, else that of pumps and check valves, else the fall of gravity drains.

        The axis stands for the invert: both lie half a section apart at both ends of a pipe.
        """
        words = terms()
        stated = np.where(named(links.flow, words.along), 1, 0) - np.where(named(links.flow, words.against), 1, 0)
        one_way = named(links.appurtenance, words.one_way) | named(links.status, {"cv"})
        with np.errstate(invalid="ignore"):
            fall = links.end_z_m[:, 0] - links.end_z_m[:, 1]
            falls = np.where(links.gravity & (np.abs(fall) >= FLAT_M), np.sign(fall), 0.0)
        choices = ((stated, Basis.STATED), (np.where(one_way, 1, 0), Basis.KIND), (falls, Basis.FALL))
        sign, basis = np.zeros(len(links.ids), np.int8), np.zeros(len(links.ids), np.int8)
        for candidate, how in choices:
            fresh = (sign == 0) & (candidate != 0)
            sign[fresh], basis[fresh] = candidate[fresh], _ORDER.index(how)
        return FlowDirections(sign, basis)

    def known_by(self, how: Basis) -> Mask:
        """(m,) where the direction is known that way."""
        known: Mask = self.basis == _ORDER.index(how)
        return known

    def names(self) -> Texts:
        """(m,) the basis of each link in words."""
        return np.array([one.value for one in _ORDER], object)[self.basis]
