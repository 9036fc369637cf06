"""EXT_meshopt_compression, mode INDICES (index sequence version 1), vectorised.

Written from the specification (KhronosGroup/glTF, extensions/2.0/Vendor/EXT_meshopt_compression, appendix A, mode 2):
each index as its difference to the one before. It does not ask for any vertex order, so a swept surface can keep its
rings together; what repeats from ring to ring is then gzip's to find.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HEADER = 0xD1
TAIL = bytes(4)


def encode_indices(triangles: NDArray[np.uint32]) -> bytes:
    """Compress ``triangles`` (T, 3); order and corners stay as they are."""
    delta = triangles.ravel().astype(np.int64)
    delta[1:] -= delta[:-1].copy()
    # the lowest bit would choose the second of two baselines; one is enough here
    return bytes([HEADER]) + varints(zigzag(delta) << 1) + TAIL


def zigzag(delta: NDArray[np.int64]) -> NDArray[np.int64]:
    """0, -1, 1, -2, … -> 0, 1, 2, 3, …"""
    return np.bitwise_xor(np.left_shift(delta, 1), np.right_shift(delta, 63))


def varints(values: NDArray[np.int64], raw: NDArray[np.bool_] | None = None) -> bytes:
    """Seven bits a byte, lowest first, high bit set on all but the last; ``raw`` values are one plain byte."""
    length = np.ones(len(values), np.int64)
    for bits in (7, 14, 21, 28):
        length += values >> bits > 0
    if raw is not None:
        length[raw] = 1
    start = np.cumsum(length) - length
    out = np.empty(int(length.sum()), np.uint8)
    for byte in range(5):
        rows = np.flatnonzero(length > byte)
        if not len(rows):
            break
        piece = values[rows] >> 7 * byte & 0x7F
        out[start[rows] + byte] = np.where(length[rows] > byte + 1, piece | 0x80, piece)
    if raw is not None:
        out[start[raw]] = values[raw]
    return out.tobytes()
