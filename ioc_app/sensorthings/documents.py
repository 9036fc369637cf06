"""Where a client begins: the entity sets, and what of the standard is kept to (OGC 18-088, 9.2.1 and 8.1)."""

from __future__ import annotations

from typing import Any, Final

from ioc_app.sensorthings.kinds import KINDS

_SPEC: Final = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
CONFORMS: Final = (
    _SPEC + "datamodel",
    _SPEC + "resource-path/resource-path-to-entities",
    # not the whole of request-data: of filters neither arithmetic nor functions of time and place
    *(
        _SPEC + "request-data/" + one
        for one in (
            "status-code",
            "query-status-code",
            "order",
            "expand",
            "select",
            "orderby",
            "top",
            "skip",
            "count",
            "filter",
            "pagination",
        )
    ),
)


def landing(base: str) -> dict[str, Any]:
    return {
        "value": [{"name": one, "url": f"{base}/{one}"} for one in KINDS],
        "serverSettings": {"conformance": list(CONFORMS)},
    }
