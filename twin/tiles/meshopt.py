"""EXT_meshopt_compression, mode ATTRIBUTES (vertex codec version 0), vectorised.

The stream is written from the specification (KhronosGroup/glTF, extensions/2.0/Vendor/EXT_meshopt_compression,
appendix A): per byte of an element, zigzag deltas to the element before it, in groups of 16, each group in the
shortest of four packings. ``twin.tiles.meshopt_triangles`` holds the index codec.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HEADER = 0xA0
TAIL_BYTES = 32
MAX_STRIDE = 256
GROUP = 16
MAX_BLOCK = 256
# the longest group: 8 bytes of nibbles and all 16 deltas spelled out
_SLOTS = 24
_ONES = np.uint64(0x0101010101010101)

Bytes = NDArray[np.uint8]


def encode_attributes(elements: Bytes) -> bytes:
    """Compress ``elements`` (N, stride) uint8; the stride is a multiple of 4 and at most 256."""
    count, stride = elements.shape
    if stride % 4 or not 0 < stride <= MAX_STRIDE:
        raise ValueError(f"meshopt attributes need a stride of 4..256 in steps of 4, not {stride}")
    if not count:
        raise ValueError("meshopt attributes need at least one element")
    deltas = _zigzag_deltas(elements)
    block = min((8192 // stride) & ~15, MAX_BLOCK)
    whole = count // block
    # every group of every block in the order in which they are written: block by block, byte by byte
    rows = deltas[: whole * block].reshape(-1, block, stride).transpose(0, 2, 1).reshape(-1, GROUP)
    rest = deltas[whole * block :].T.reshape(-1, GROUP)
    mode, body, kept = _pack_groups(np.concatenate([rows, rest]))
    cut = len(rows)
    parts = [bytes([HEADER])]
    if whole:
        parts.append(_join_groups(mode[:cut], body[:cut], kept[:cut], block // GROUP))
    if len(rest):
        parts.append(_join_groups(mode[cut:], body[cut:], kept[cut:], len(rest) // stride))
    # the baseline is the first element, so that its own delta is zero; the padding stands before it
    parts.append(bytes(max(TAIL_BYTES - stride, 0)) + elements[0].tobytes())
    return b"".join(parts)


def _zigzag_deltas(elements: Bytes) -> Bytes:
    """(N up to a multiple of 16, stride): each byte minus the byte above it, modulo 256, small magnitudes first."""
    count, stride = elements.shape
    deltas = np.zeros((-(-count // GROUP) * GROUP, stride), np.uint8)
    np.subtract(elements[1:], elements[:-1], out=deltas[1:count])
    sign = (deltas.view(np.int8) >> 7).view(np.uint8)
    return np.asarray((deltas << 1) ^ sign, np.uint8)


def _join_groups(mode: Bytes, body: Bytes, kept: NDArray[np.bool_], groups: int) -> bytes:
    """Packed groups of blocks that have ``groups`` a byte: a header of their modes, then what is kept of each."""
    rows, header_bytes = len(mode) // groups, -(-groups // 4)
    slots = header_bytes + groups * _SLOTS
    out = np.empty((rows, slots), np.uint8)
    mask = np.ones((rows, slots), np.bool_)
    out[:, :header_bytes] = _pack_headers(mode.reshape(rows, groups), header_bytes)
    out[:, header_bytes:] = body.reshape(rows, -1)
    mask[:, header_bytes:] = kept.reshape(rows, -1)
    return out[mask].tobytes()


def _group_modes(rows: Bytes) -> Bytes:
    """(G,): the shortest packing of each group: 0 nothing, 1 two bits, 2 four bits, 3 bytes."""
    two, four = 4 + _count(rows >= 3), 8 + _count(rows >= 15)
    mode = np.where(two <= np.minimum(four, 16), 1, np.where(four <= 16, 2, 3)).astype(np.uint8)
    mode[~rows.view(np.uint64).any(axis=1)] = 0
    return mode


def _count(flags: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """(G,): how many of each 16 ``flags`` are set: a byte each, so the eight of a word are summed by one product."""
    words = flags.view(np.uint64)
    sums: NDArray[np.uint8] = (((words[:, 0] + words[:, 1]) * _ONES) >> np.uint64(56)).astype(np.uint8)
    return sums


def _pack_headers(modes: Bytes, header_bytes: int) -> Bytes:
    """(rows, header_bytes): four 2-bit modes a byte, the first in the lowest bits."""
    padded = np.zeros((len(modes), header_bytes * 4), np.uint8)
    padded[:, : modes.shape[1]] = modes
    quads = padded.reshape(len(modes), header_bytes, 4)
    packed: Bytes = np.bitwise_or.reduce(quads << np.array([0, 2, 4, 6], np.uint8), axis=2)
    return packed


def _pack_groups(rows: Bytes) -> tuple[Bytes, Bytes, NDArray[np.bool_]]:
    """Mode (G,), bytes (G, 24) and which of them are written. Deltas too large for their bits follow as whole bytes."""
    mode = _group_modes(rows)
    body = np.zeros((len(rows), _SLOTS), np.uint8)
    kept = np.zeros((len(rows), _SLOTS), np.bool_)

    two = np.flatnonzero(mode == 1)
    if len(two):
        values = rows[two]
        small = np.minimum(values, 3).reshape(-1, 4, 4)
        body[two, :4] = small[..., 0] << 6 | small[..., 1] << 4 | small[..., 2] << 2 | small[..., 3]
        body[two, 4:20] = values
        kept[two, :4] = True
        kept[two, 4:20] = values >= 3

    four = np.flatnonzero(mode == 2)
    if len(four):
        values = rows[four]
        small = np.minimum(values, 15).reshape(-1, 8, 2)
        body[four, :8] = small[..., 0] << 4 | small[..., 1]
        body[four, 8:] = values
        kept[four, :8] = True
        kept[four, 8:] = values >= 15

    full = np.flatnonzero(mode == 3)
    body[full, :GROUP] = rows[full]
    kept[full, :GROUP] = True
    return mode, body, kept
