"""What stands on the ground as points: trees in three shapes (at most 24 triangles each), lamps, covers, benches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from twin.mesh.symbols import Symbol, cuboid, disc, lathe, leaf

_BARK = (96, 78, 60)
_PALM_BARK = (128, 112, 90)
_STEEL = (120, 126, 134)
_GLOW = (255, 226, 160)


def _trunk(height: float, radius: float, bark: tuple[int, int, int]) -> Symbol:
    """Three faces that run to a tip inside the crown."""
    return lathe([(radius, 0.0), (0.0, height)], 3, tint=bark, open_below=True)


def _broadleaf() -> Symbol:
    """A round crown, darker below: 3 + 20 triangles."""
    crown = lathe([(0.0, 0.26), (0.5, 0.5), (0.36, 0.82), (0.0, 1.0)], 5)
    shaded = Symbol(crown.points, crown.triangles, crown.normals, crown.tint, 0.72 + 0.4 * crown.points[:, 2])
    return Symbol.join(_trunk(0.5, 0.05, _BARK), shaded)


def _conifer() -> Symbol:
    """Two cones, one in the other: 3 + 18 triangles."""
    lower = lathe([(0.5, 0.15), (0.0, 0.75)], 6, light=0.82)
    upper = lathe([(0.34, 0.5), (0.0, 1.0)], 5, light=0.95, open_below=True)
    return Symbol.join(_trunk(0.4, 0.05, _BARK), lower, upper)


def _palm() -> Symbol:
    """A slim stem and nine hanging leaves: 6 + 18 triangles."""
    stem = lathe([(0.05, 0.0), (0.035, 0.96)], 3, tint=_PALM_BARK, open_below=True, open_above=True)
    leaves = []
    for i in range(9):
        angle = 2.0 * np.pi * i / 9
        reach = np.array([np.cos(angle), np.sin(angle)])
        aside = np.array([-reach[1], reach[0]]) * 0.085
        # a bent leaf would cost twice as much; a hanging one reads as a palm from any side
        tip = (*(0.5 * reach), 0.74 if i % 2 else 0.88)
        leaves.append(leaf([(*aside, 0.96), (*-aside, 0.96), tip], light=0.85 + 0.15 * (i % 3) / 2))
    return Symbol.join(stem, *leaves)


TREES: Final[dict[str, Symbol]] = {"broadleaf": _broadleaf(), "conifer": _conifer(), "palm": _palm()}

# Chinese words anywhere in a species name; Latin genera and English names as whole words. Else a broadleaf tree.
_PALM_ZH: Final = ("棕", "椰", "蒲葵")
_CONIFER_ZH: Final = ("松", "杉", "柏")
_PALM_NAMES: Final = frozenset(
    ["palm", "trachycarpus", "livistona", "phoenix", "washingtonia", "roystonea", "archontophoenix"]
)
_CONIFER_NAMES: Final = frozenset(
    (
        *("pinus", "picea", "abies", "cedrus", "thuja", "chamaecyparis", "pseudotsuga", "tsuga", "sequoia", "larix"),
        *(
            "sequoiadendron",
            "metasequoia",
            "juniperus",
            "cupressus",
            "cryptomeria",
            "cunninghamia",
            "taxus",
            "taxodium",
        ),
        *("calocedrus", "xanthocyparis", "cupressocyparis", "platycladus", "pine", "spruce", "fir", "cedar", "hemlock"),
        *("conifer", "redwood", "cypress", "juniper", "larch", "yew"),
    )
)


def tree_shape(species: str | None) -> str:
    """Which of ``TREES`` a species looks like."""
    said = (species or "").lower()
    words = set(re.findall(r"[a-z]+", said))
    if words & _PALM_NAMES or any(one in said for one in _PALM_ZH):
        return "palm"
    if words & _CONIFER_NAMES or any(one in said for one in _CONIFER_ZH):
        return "conifer"
    return "broadleaf"


@dataclass(frozen=True, slots=True)
class Standing:
    """A symbol and its usual size: ``height_m`` where the table has none, ``width_m`` across (None: as its height)."""

    symbol: Symbol
    height_m: float
    width_m: float | None = None


def _lamp() -> Symbol:
    """A mast, an arm and a head that glows."""
    mast = lathe([(0.06, 0.0), (0.035, 1.0)], 4, tint=_STEEL)
    arm = cuboid((0.42, 0.03, 0.012), (0.2, 0.0, 0.985), tint=_STEEL)
    return Symbol.join(mast, arm, cuboid((0.2, 0.09, 0.014), (0.4, 0.0, 0.972), tint=_GLOW))


def _bench() -> Symbol:
    """Seat, back and two legs."""
    return Symbol.join(
        cuboid((1.0, 0.28, 0.08), (0.0, 0.0, 0.52)),
        cuboid((1.0, 0.04, 0.5), (0.0, 0.14, 0.75)),
        cuboid((0.05, 0.26, 0.48), (-0.4, 0.0, 0.24), tint=_STEEL),
        cuboid((0.05, 0.26, 0.48), (0.4, 0.0, 0.24), tint=_STEEL),
    )


def _cover() -> Symbol:
    """A round lid that stands out of the ground by its thickness."""
    return Symbol.join(lathe([(0.5, 0.0), (0.5, 1.0)], 10, open_below=True, open_above=True), disc(0.5, 1.0, 10))


def _pin(head: Symbol) -> Symbol:
    """Something above a thin stem, so that it is found behind a hedge."""
    return Symbol.join(lathe([(0.04, 0.0), (0.04, 0.5)], 3, tint=_STEEL), head)


POINTS: Final[dict[str, Standing]] = {
    "lamp": Standing(_lamp(), 6.0, 3.0),
    "cover": Standing(
        Symbol.join(lathe([(0.5, 0.0), (0.5, 1.0)], 10, open_below=True, open_above=True), disc(0.5, 1.0, 10)),
        0.03,
        0.7,
    ),
    "bench": Standing(_bench(), 0.85, 1.8),
    "entrance": Standing(lathe([(0.0, 0.0), (0.5, 0.75), (0.35, 1.0)], 4), 1.4, 1.0),
    "poi": Standing(_pin(lathe([(0.0, 0.45), (0.5, 0.75), (0.0, 1.0)], 4)), 2.4, 0.9),
    "hedge": Standing(cuboid((1.0, 1.0, 1.0), (0.0, 0.0, 0.5)), 1.0, 1.0),
    "other": Standing(lathe([(0.0, 0.0), (0.5, 0.5), (0.0, 1.0)], 4), 0.8, 0.8),
}
