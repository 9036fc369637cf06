"""Lists of results as Arrow tables, one column a field of their dataclass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Final, get_type_hints

import pyarrow as pa

_TYPES: Final = {str: pa.string(), float: pa.float64(), int: pa.int64(), bool: pa.bool_()}


def arrow_rows(kind: type[Any], rows: Iterable[Any]) -> pa.Table:
    """A table of ``rows``, instances of the dataclass ``kind``; optional fields have nulls, lists of text are lists."""
    hints = get_type_hints(kind)
    rows = list(rows)
    schema = pa.schema([pa.field(one.name, _type(hints[one.name])) for one in fields(kind)])
    columns = {one.name: [getattr(row, one.name) for row in rows] for one in fields(kind)}
    return pa.table(columns, schema=schema)


def _type(hint: Any) -> pa.DataType:
    options = [one for one in getattr(hint, "__args__", ()) if one is not type(None)]
    if getattr(hint, "__origin__", None) is tuple:
        return pa.list_(_TYPES[options[0]])
    return _TYPES[options[0] if options else hint]
