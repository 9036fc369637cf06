"""The lines a server writes: one record is one line, and text of others in it does not steer the terminal."""

from __future__ import annotations

import logging
from copy import deepcopy
from types import TracebackType
from typing import Any

from uvicorn.config import LOGGING_CONFIG
from uvicorn.logging import DefaultFormatter

from twin.model.text import visible

_Fault = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _VisibleTrace(logging.Formatter):
    def formatException(self, ei: _Fault) -> str:  # noqa: N802
        """A trace has lines of its own; what an exception says in them is text of others."""
        return "\n".join(visible(line) for line in super().formatException(ei).split("\n"))


class TwinLines(_VisibleTrace):
    """Of our own modules: the message alone."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return visible(super().formatMessage(record))


class ServerLines(_VisibleTrace, DefaultFormatter):
    """Of the web server, which colours its own words."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        if "color_message" not in record.__dict__:
            record.message = visible(record.message)
        return super().formatMessage(record)


def server_log_config() -> dict[str, Any]:
    """For uvicorn; warnings of the twin, which has no handler of its own, are made harmless from here on as well."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(TwinLines())
    config = deepcopy(LOGGING_CONFIG)
    config["formatters"]["default"]["()"] = f"{__name__}.{ServerLines.__name__}"
    return config
