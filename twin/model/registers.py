"""Registers: layers without geometry (staff, units, room assignments, leases, rosters, tariffs).

A row holds during ``valid_from`` ≤ t < ``valid_to``. ``key`` is what a row is about: of two rows with one key the newer
replaces the older.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from twin.model.text import Title

TIME: Final = pa.timestamp("us", tz="UTC")
_TEXT, _NUMBER = pa.string(), pa.float64()

# what every register has beside its own columns, as a reader delivers it
DELIVERED: Final = (
    pa.field("valid_from", TIME),
    pa.field("valid_to", TIME),
    pa.field("source_key", _TEXT, nullable=False),
    pa.field("source_pos", _TEXT),
)


@dataclass(frozen=True, slots=True)
class Register:
    """One register: its title, its own columns, and those of them that name what a row is about."""

    title: Title
    fields: tuple[pa.Field, ...]
    key: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    @property
    def delivered(self) -> pa.Schema:
        """The schema of a delivered table."""
        return pa.schema([*self.fields, *DELIVERED])


def _register(zh: str, en: str, key: tuple[str, ...], **columns: pa.DataType) -> Register:
    return Register(Title(zh, en), tuple(pa.field(name, kind) for name, kind in columns.items()), key)


REGISTERS: Final = {
    "staff": _register(
        "人员", "Staff", ("staff_id",), staff_id=_TEXT, name=_TEXT, unit_id=_TEXT, rank=_TEXT, phone=_TEXT
    ),
    "units": _register("单位", "Units", ("unit_id",), unit_id=_TEXT, name=_TEXT, parent_id=_TEXT, level=_TEXT),
    "room_assignments": _register(
        "用房分配", "Room assignments", ("space_id", "unit_id", "staff_id"),
        space_id=_TEXT, unit_id=_TEXT, staff_id=_TEXT, area_m2=_NUMBER,
    ),
    "leases": _register(
        "租约", "Leases", ("lease_id", "space_id"),
        lease_id=_TEXT, space_id=_TEXT, tenant=_TEXT, area_m2=_NUMBER, rent_cny_month=_NUMBER, ends_on=pa.date32(),
    ),
    "rosters": _register(
        "排班", "Rosters", ("roster_id", "staff_id"),
        roster_id=_TEXT, zone_id=_TEXT, staff_id=_TEXT, role=_TEXT, starts_at=TIME, ends_at=TIME,
    ),
    "tariffs": _register(
        "价格", "Tariffs", ("tariff_id", "period", "starts"),
        tariff_id=_TEXT, energy=_TEXT, period=_TEXT, starts=_TEXT, ends=_TEXT, price_cny=_NUMBER,
    ),
}  # fmt: skip
