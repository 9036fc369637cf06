"""What is asked of a pipe network and cannot be answered."""

from __future__ import annotations

from twin.errors.base import TwinError


class UnknownPipeError(TwinError):
    code = "unknown_pipe"
    zh = "管网中没有管段或管点 “{feature_id}”。请用图层表中的 feature_id。"
    en = "The network has no link or node '{feature_id}'. Use a feature_id of the layer's table."
