"""What the browser decodes from a marker document is what went in."""

from __future__ import annotations

import base64
import json

import numpy as np
from numpy.typing import NDArray

from twin.mesh.markers import marker_document


def decoded(text: str, kind: str) -> NDArray[np.generic]:
    return np.frombuffer(base64.b64decode(text), np.dtype(kind))


def test_everything_comes_back() -> None:
    far = np.array([40429563.0, 2885887.0, 10.0])
    points = far + np.array([[0.123, 1, 2], [3, 4, 5], [6, 7, 8.5]])
    document = json.loads(
        json.dumps(
            marker_document(
                "devices",
                idx=np.array([5, 6, 70000], np.uint32),
                points=points,
                categories=["smoke", "camera", None],
                heading_deg=[np.nan, 90.0, 0.0],
                storey=[0, 3, 300],
                origin=tuple(far),
            )
        )
    )
    assert document["layer_id"] == "devices"
    assert document["count"] == 3
    assert decoded(document["idx"], "<u4").tolist() == [5, 6, 70000]
    assert np.allclose(decoded(document["position"], "<f4").reshape(-1, 3), points - far, atol=1e-6)
    assert document["categories"] == ["camera", "other", "smoke"]
    assert [document["categories"][i] for i in decoded(document["category"], "u1")] == ["smoke", "camera", "other"]
    heading = decoded(document["heading_deg"], "<f4")
    assert np.isnan(heading[0])
    assert heading[1:].tolist() == [90.0, 0.0]
    assert decoded(document["storey"], "<u2").tolist() == [0, 3, 300]


def test_markers_without_a_place_are_left_out_of_every_array() -> None:
    points = np.array([[0, 0, 0], [np.nan, 0, 0], [1, 1, np.nan], [2, 2, 2]], float)
    document = marker_document("devices", idx=np.arange(4), points=points, categories=["a", "b", "c", "d"])
    assert document["count"] == 2
    assert decoded(document["idx"], "<u4").tolist() == [0, 3]
    assert document["categories"] == ["a", "d"]
    assert len(decoded(document["heading_deg"], "<f4")) == len(decoded(document["storey"], "<u2")) == 2


def test_more_kinds_than_a_byte_holds_share_other() -> None:
    words = [f"k{i % 300:03d}" for i in range(1000)]
    document = marker_document("x", idx=np.arange(1000), points=np.zeros((1000, 3)), categories=words)
    codes = decoded(document["category"], "u1")
    back = [document["categories"][i] for i in codes]
    assert len(document["categories"]) == 256
    assert all(got in (word, "other") for got, word in zip(back, words, strict=True))
    assert sum(got == word for got, word in zip(back, words, strict=True)) >= 255 * 3


def test_nothing_is_a_document_too() -> None:
    document = marker_document("x", idx=np.empty(0, np.uint32), points=np.empty((0, 3)), categories=[])
    assert document["count"] == 0
    assert document["categories"] == []
    assert document["position"] == ""
