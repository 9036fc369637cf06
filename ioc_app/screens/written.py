"""Numbers and times as people of the language write them, on the campus' own clocks."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from pathlib import Path
from typing import Any, Final

from ioc_app.screens.look import Language, Look

NOTHING: Final = "—"
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# from which size a number on an axis is written with which word
LARGE: Final = {"zh": ((1e8, "亿"), (1e4, "万")), "en": ((1e9, "G"), (1e6, "M"), (1e4, "k"))}
LARGE_UNIT: Final = {"亿": 1e8, "万": 1e4, "G": 1e9, "M": 1e6, "k": 1e3}

_WIDE: Final = Context(prec=400)  # digits of the largest number there is

# the one table; the viewer's build takes the same file in (``i18n.js``)
UNITS: Final[dict[str, dict[Language, str]]] = json.loads(Path(__file__).with_name("units.json").read_text("utf-8"))


def number(value: Any) -> float | None:
    """A finite number; None for everything else, a truth value among it."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    found = float(value)
    return found if math.isfinite(found) else None


def written(value: Any, decimals: int = 0) -> str:
    """``12,345.6``; a dash for what is no number."""
    found = number(value)
    if found is None:
        return NOTHING
    text = f"{_halves_up(found, decimals):,.{decimals}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text  # no minus zero


def _halves_up(value: float, decimals: int) -> Decimal:
    """As browsers round what they write: 770.5 is 771 and 1.005 is 1.01, in the head of a screen and in its panels."""
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _WIDE)


def short(value: float, look: Look, decimals: int = 0) -> str:
    """For an axis: large ones in 万 and 亿, or k, M and G."""
    for size, word in LARGE[look.language]:
        if abs(value) >= size:
            return f"{value / LARGE_UNIT[word]:,.2f}".rstrip("0").rstrip(".") + f" {word}"
    return written(value, decimals)


def unit_said(unit: str, language: Language) -> str:
    """A unit as people of the language write it. English has no word where Chinese has a counter: 3 件 is 3."""
    return UNITS.get(unit, {}).get(language, unit)


def with_unit(text: str, unit: str, language: Language) -> str:
    said = unit_said(unit, language)
    return f"{text} {said}" if said and text != NOTHING else text


def parsed(value: Any) -> datetime | None:
    """A time as an answer has it, with a zone or without; None for what is none."""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value if isinstance(value, datetime) else None


def local(value: Any, look: Look) -> datetime | None:
    """The same on the campus' clocks. A time without a zone is local already: SQL says ``local(ts)``."""
    at = parsed(value)
    return at.astimezone(look.zone).replace(tzinfo=None) if at is not None and at.tzinfo else at


def moment_of(value: Any, look: Look) -> datetime | None:
    """The same as a moment, UTC."""
    at = parsed(value)
    if at is None:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=look.zone)).astimezone(UTC)


def day(at: datetime, look: Look) -> str:
    return f"{at.month}月{at.day}日" if look.language == "zh" else f"{at.day} {MONTHS[at.month - 1]}"


def time(value: Any, look: Look) -> str:
    """``11月26日 14:05`` or ``26 Nov 14:05``, with the year where it is another than the one that is shown."""
    at = local(value, look)
    return NOTHING if at is None else f"{dated(value, look)} {at:%H:%M}"


def time_of_day(value: Any, look: Look) -> str:
    """The hour alone of what is of the day that is shown; with its day what is not."""
    at = local(value, look)
    same = at is not None and at.date() == look.at.astimezone(look.zone).date()
    return f"{at:%H:%M}" if at is not None and same else time(value, look)


def dated(value: Any, look: Look) -> str:
    """The day alone."""
    at = local(value, look)
    if at is None:
        return NOTHING
    if at.year == look.at.astimezone(look.zone).year:
        return day(at, look)
    return f"{at.year}年{day(at, look)}" if look.language == "zh" else f"{day(at, look)} {at.year}"


def duration(seconds: Any, look: Look) -> str:
    """Seconds in the two largest units that say something."""
    found = number(seconds)
    if found is None:
        return NOTHING
    sign, left = ("-" if found <= -1 else ""), round(abs(found))
    parts: list[str] = []
    for key, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, size)
        if count and len(parts) < 2:
            parts.append(look.text(f"duration.{key}", n=count))
        elif parts:
            break
    return sign + " ".join(parts or [look.text("duration.second", n=0)])
