"""Faults of foreign libraries become one line of ours; their warnings become notes of the report."""

from __future__ import annotations

import errno
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from twin.errors import MissingDependencyError, SourceMissingError, SourceUnreadableError, TwinError


@contextmanager
def reading(path: Path, *faults: type[BaseException]) -> Iterator[list[str]]:
    """Read ``path`` inside; ``faults`` and missing files are raised as TwinErrors.

    Yields the list that holds one line a warning once the block has ended.
    """
    if not path.is_file():
        raise SourceMissingError(path=path)
    notes: list[str] = []
    kinds: tuple[type[BaseException], ...] = (OSError, ValueError, *faults)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield notes
        except TwinError:
            raise
        except kinds as fault:
            if no_room(fault):
                raise
            raise SourceUnreadableError(path=path, detail=one_line(_telling(fault))) from fault
        finally:
            notes += [f"{path.name}: {one_line(one.message)}" for one in caught]


def needed(module: str, path: Path, package: str) -> Any:
    """An optional library, or the error that says how to install it; faults inside the library stay its own."""
    try:
        return import_module(module)
    except ModuleNotFoundError as fault:
        if fault.name not in (module, module.partition(".")[0]):
            raise
        raise MissingDependencyError(path=path, package=package, extra="survey") from fault


def no_room(fault: BaseException) -> bool:
    """Whether the disk written to is full or refuses: no fault of the file that is read."""
    return isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)


def _telling(fault: BaseException) -> BaseException:
    """The exception that says what happened; rasterio's last one only points to those before it."""
    while "previous exception" in str(fault) and (earlier := fault.__cause__ or fault.__context__) is not None:
        fault = earlier
    return fault


def one_line(fault: Any) -> str:
    """What a foreign error says, on one line of at most 200 characters."""
    text = " ".join(str(fault).split()) or type(fault).__name__
    return text if len(text) <= 200 else text[:199] + "…"
