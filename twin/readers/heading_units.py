"""The unit that a column heading carries: ``diameter_mm``, ``管径(mm)``, ``埋深（毫米）``, ``Depth [US survey ft]``.

Full width counts as half width, and ``㎜`` as ``mm``. Lengths come out under their name in ``METRES_PER_UNIT``; units
that are none (``kpa``, ``deg``) come out too, so that a reader can refuse them where it wants a length.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from twin.units import METRES_PER_UNIT

_FORMS: Final[dict[str, str]] = {
    "mm": "millimetres millimeters 毫米 公厘",
    "cm": "centimeter centimetres centimeters 厘米 公分",
    "dm": "decimetre decimeter 分米",
    "m": "metres meters 米 公尺",
    "km": "kilometer kilometres kilometers 千米 公里",
    "in": "inches 英寸 吋 \" ''",
    "ft": "foot feet 英尺 呎 '",
    "us-ft": "usft ftus sft surveyft surveyfoot surveyfeet usfoot usfeet ussurveyft ussurveyfeet 美制英尺 美国测量英尺",
    "m2": "m² sqm 平方米",
    "m3": "m³ 立方米",
    "mm2": "sqmm 平方毫米",
    "deg": "° degree degrees 度",
    **dict.fromkeys(("l/s", "m/s", "m3/h", "kg", "kn", "kva", "kw", "%", "‰", "°c"), ""),
    "pa": "帕",
    "kpa": "千帕",
    "mpa": "兆帕",
    "bar": "巴",
    "v": "伏",
    "kv": "千伏",
}


def _compact(word: str) -> str:
    """A unit as it is looked up: NFKC, lower case, without blanks, hyphens and dots."""
    folded = unicodedata.normalize("NFKC", word).replace("′", "'").replace("″", '"').lower()
    return re.sub(r"[\s._\-]+", "", folded)


_UNITS: Final[dict[str, str]] = {
    **{_compact(unit): unit for unit in METRES_PER_UNIT},
    **{_compact(form): unit for unit, forms in _FORMS.items() for form in (unit, *forms.split())},
}

_US_FOOT: Final = r"us[\s_\-]?(?:survey[\s_\-]?)?(?:ft|foot|feet)|survey[\s_\-](?:ft|foot|feet)|ft[\s_\-]?us"
_PLAIN: Final = rf"{_US_FOOT}|mm|cm|dm|km|m|ft|feet|inch|m2|sqm|deg|毫米|厘米|分米|千米|公里|米|美制英尺|英尺|英寸"
# Behind a separator, inside brackets, or right behind Chinese text. "_in" is a direction more often than an inch,
# and 长度 is no degree: those two count in brackets only.
_TAIL: Final = re.compile(
    rf"(?:[\s_/]+({_PLAIN})|[\s_]*[(\[]\s*({_PLAIN}|in|inches|\"|''|度)\s*[)\]]|(?<=[\u4e00-\u9fff])({_PLAIN}))\s*$",
    re.IGNORECASE,
)
_NAMED: Final = {"dn": "mm"}  # means a unit by itself (ISO 6708)


def unit_of(word: str) -> str | None:
    """The unit that ``word`` is, as it stands in brackets or in campus.toml; None when it is none that we know."""
    return _UNITS.get(_compact(word))


def unit_in_name(name: str) -> str | None:
    """The unit that a heading ends with: ``diameter_mm``, ``管径(mm)``, ``DN``; None when it says none."""
    folded = _folded(name)
    found = _TAIL.search(folded)
    if found is None:
        return _NAMED.get(folded.strip().lower())
    return unit_of(next(one for one in found.groups() if one))


def without_unit(name: str) -> str:
    """``name`` without its unit; a name that is nothing but a unit stays."""
    folded = _folded(name)
    return _TAIL.sub("", folded) or folded


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).replace("′′", '"').replace("″", '"')
