"""What a value is worth, in words: one table for alarms and exports; the viewer has the same in its texts."""

from __future__ import annotations

from typing import Final

from twin.model.live import Quality
from twin.model.text import Title

QUALITIES: Final[dict[Quality, Title]] = {
    Quality.GOOD: Title("正常", "good"),
    Quality.STALE: Title("已过期", "stale"),
    Quality.OFFLINE: Title("离线", "offline"),
    Quality.OUT_OF_RANGE: Title("超量程", "out of range"),
}
UNKNOWN_QUALITY: Final = Title("未知", "unknown")  # a word of others for a quality
