"""Batches for browsers that come back: bounded by their number and by what one may be sent."""

from __future__ import annotations

import pytest

from ioc_app.stream.client import MOST_WAITING_BYTES, Client
from ioc_app.stream.kept_batches import KEPT_BATCHES, Batch, KeptBatches


def batch(seq: int, size: int = 10) -> Batch:
    return Batch(seq, {("devices", False): ["x" * size], ("devices", True): [b"v" * size, "x" * size]})


def seqs(found: list[Batch] | None) -> list[int] | None:
    return None if found is None else [one.seq for one in found]


def test_what_was_missed_comes_in_its_order() -> None:
    kept = KeptBatches(most=3)
    assert seqs(kept.after(0, 0)) == []
    assert kept.after(1, 0) is None, "from another run of the server"
    for seq in range(1, 6):
        kept.add(batch(seq))
    assert seqs(kept.after(5, 5)) == []
    assert seqs(kept.after(3, 5)) == [4, 5]
    assert seqs(kept.after(2, 5)) == [3, 4, 5]
    assert kept.after(1, 5) is None, "the second is gone"
    assert kept.after(6, 5) is None
    kept.clear()
    assert kept.after(4, 5) is None
    assert seqs(kept.after(5, 5)) == []


@pytest.mark.parametrize("size", [1, 1_000, 300_000, MOST_WAITING_BYTES])
def test_no_more_than_one_may_be_sent(size: int) -> None:
    kept = KeptBatches()
    for seq in range(1, 2 * KEPT_BATCHES + 1):
        kept.add(batch(seq, size))
    newest = 2 * KEPT_BATCHES
    known = next(seen for seen in range(newest + 1) if kept.after(seen, newest) is not None)
    assert newest - known == min(KEPT_BATCHES, MOST_WAITING_BYTES // (2 * size))
    client = Client(frozenset({"devices"}), cleared=True)
    client.offer([frame for one in kept.after(known, newest) or [] for frame in one.of(client)])
    assert not client.lost
