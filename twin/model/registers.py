"""Registers: layers without geometry (staff, rooms, leases, tariffs; outlets, equipment, fleet, findings on pipes …).

A row holds during ``valid_from`` ≤ t < ``valid_to``. ``key`` is what a row is about: of two rows with one key the newer
replaces the older.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from twin.model.text import Title

TIME: Final = pa.timestamp("us", tz="UTC")
_TEXT, _NUMBER, _DAY = pa.string(), pa.float64(), pa.date32()

# what every register has beside its own columns, as a reader delivers it
DELIVERED: Final = (
    pa.field("valid_from", TIME),
    pa.field("valid_to", TIME),
    pa.field("source_key", _TEXT, nullable=False),
    pa.field("source_pos", _TEXT),
)


@dataclass(frozen=True, slots=True)
class Register:
    """One register: its title, its own columns, and those of them that name what a row is about.

    ``personal``: columns by which a person is named or reached; only for those who may read names.
    """

    title: Title
    fields: tuple[pa.Field, ...]
    key: tuple[str, ...]
    personal: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    @property
    def delivered(self) -> pa.Schema:
        """The schema of a delivered table."""
        return pa.schema([*self.fields, *DELIVERED])


def _register(
    zh: str, en: str, key: tuple[str, ...], personal: tuple[str, ...] = (), **columns: pa.DataType
) -> Register:
    return Register(Title(zh, en), tuple(pa.field(name, kind) for name, kind in columns.items()), key, personal)


REGISTERS: Final = {
    "staff": _register(
        "人员", "Staff", ("staff_id",), ("name", "phone"),
        staff_id=_TEXT, name=_TEXT, unit_id=_TEXT, rank=_TEXT, phone=_TEXT,
    ),
    "units": _register("单位", "Units", ("unit_id",), unit_id=_TEXT, name=_TEXT, parent_id=_TEXT, level=_TEXT),
    "room_assignments": _register(
        "用房分配", "Room assignments", ("space_id", "unit_id", "staff_id"),
        space_id=_TEXT, unit_id=_TEXT, staff_id=_TEXT, area_m2=_NUMBER,
    ),
    "leases": _register(
        "租约", "Leases", ("lease_id", "space_id"), ("tenant",),
        lease_id=_TEXT, space_id=_TEXT, tenant=_TEXT, area_m2=_NUMBER, rent_cny_month=_NUMBER, ends_on=_DAY,
    ),
    "rosters": _register(
        "排班", "Rosters", ("roster_id", "staff_id"),
        roster_id=_TEXT, zone_id=_TEXT, staff_id=_TEXT, role=_TEXT, starts_at=TIME, ends_at=TIME,
    ),
    "tariffs": _register(
        "价格", "Tariffs", ("tariff_id", "period", "starts"),
        tariff_id=_TEXT, energy=_TEXT, period=_TEXT, starts=_TEXT, ends=_TEXT, price_cny=_NUMBER,
    ),
    "outlets": _register(
        "经营点", "Outlets", ("outlet_id",),
        outlet_id=_TEXT, name=_TEXT, kind=_TEXT, building_id=_TEXT, storey_id=_TEXT, space_id=_TEXT, seats=_NUMBER,
        windows=_NUMBER,
    ),
    "dishes": _register(
        "菜品", "Dishes", ("dish_id",),
        dish_id=_TEXT, name=_TEXT, outlet_id=_TEXT, meal=_TEXT, price_cny=_NUMBER,
    ),
    "stock_items": _register(
        "库存物料", "Stock items", ("item_id",),
        item_id=_TEXT, name=_TEXT, outlet_id=_TEXT, measure=_TEXT, minimum=_NUMBER,
    ),
    "contractors": _register(
        "维保单位", "Contractors", ("contractor_id",), ("phone",),
        contractor_id=_TEXT, name=_TEXT, trades=_TEXT, phone=_TEXT, contract_ends_on=_DAY,
    ),
    "equipment": _register(
        "设备台账", "Equipment", ("equipment_id",),
        equipment_id=_TEXT, kind=_TEXT, name=_TEXT, building_id=_TEXT, storey_id=_TEXT, space_id=_TEXT,
        contractor_id=_TEXT, installed_on=_DAY, serviced_on=_DAY, service_due_on=_DAY,
    ),
    "fire_equipment": _register(
        "消防器材", "Fire equipment", ("fire_equipment_id",),
        fire_equipment_id=_TEXT, kind=_TEXT, name=_TEXT, building_id=_TEXT, storey_id=_TEXT, space_id=_TEXT,
        feature_id=_TEXT, points=_NUMBER, installed_on=_DAY, inspected_on=_DAY, inspection_due_on=_DAY,
    ),
    "exits": _register(
        "疏散出口", "Exits", ("exit_id",),
        exit_id=_TEXT, name=_TEXT, building_id=_TEXT, storey_id=_TEXT, width_m=_NUMBER, capacity_persons=_NUMBER,
        zone_id=_TEXT,
    ),
    "drills": _register(
        "演练", "Drills", ("drill_id",),
        drill_id=_TEXT, kind=_TEXT, name=_TEXT, building_id=_TEXT, planned_on=_DAY, held_on=_DAY,
        participants=_NUMBER, evacuated_s=_NUMBER, target_s=_NUMBER, result=_TEXT,
    ),
    "checkpoints": _register(
        "巡更点", "Checkpoints", ("checkpoint_id",),
        checkpoint_id=_TEXT, name=_TEXT, zone_id=_TEXT, feature_id=_TEXT, sequence=_NUMBER, rounds_a_day=_NUMBER,
    ),
    "perimeter": _register(
        "周界分段", "Perimeter", ("segment_id",),
        segment_id=_TEXT, name=_TEXT, zone_id=_TEXT, length_m=_NUMBER, detector=_TEXT,
    ),
    "parking_lots": _register(
        "停车场", "Parking lots", ("lot_id",),
        lot_id=_TEXT, name=_TEXT, kind=_TEXT, capacity=_NUMBER, max_stay_h=_NUMBER, zone_id=_TEXT,
    ),
    "parking_bays": _register(
        "车位", "Parking bays", ("device_code",),
        device_code=_TEXT, lot_id=_TEXT, kind=_TEXT,
    ),
    "charging_piles": _register(
        "充电桩", "Charging piles", ("device_code",),
        device_code=_TEXT, name=_TEXT, lot_id=_TEXT, bay_code=_TEXT, rated_kw=_NUMBER,
    ),
    "fleet": _register(
        "公务车", "Fleet", ("vehicle_id",), ("plate",),
        vehicle_id=_TEXT, plate=_TEXT, kind=_TEXT, energy=_TEXT, unit_id=_TEXT, seats=_NUMBER, inspection_due_on=_DAY,
        insurance_due_on=_DAY,
    ),
    "pipe_findings": _register(
        "管道检测发现", "Pipe findings", ("finding_id",),
        finding_id=_TEXT, feature_id=_TEXT, pipe_class=_TEXT, rule=_TEXT, defect=_TEXT, grade=_NUMBER, found_on=_DAY,
        due_on=_DAY, closed_on=_DAY,
    ),
    "pipe_repairs": _register(
        "管道维修", "Pipe repairs", ("repair_id",),
        repair_id=_TEXT, feature_id=_TEXT, pipe_class=_TEXT, kind=_TEXT, done_on=_DAY, cost_cny=_NUMBER,
        contractor_id=_TEXT, finding_id=_TEXT,
    ),
    "excavations": _register(
        "开挖许可", "Excavations", ("permit_id",),
        permit_id=_TEXT, zone_id=_TEXT, feature_id=_TEXT, name=_TEXT, contractor_id=_TEXT, depth_m=_NUMBER,
        starts_on=_DAY, ends_on=_DAY, reinstated_on=_DAY,
    ),
    "moves": _register(
        "用房调整", "Moves", ("move_id",),
        move_id=_TEXT, unit_id=_TEXT, staff_id=_TEXT, from_space_id=_TEXT, to_space_id=_TEXT, planned_on=_DAY,
        done_on=_DAY, reason=_TEXT,
    ),
}  # fmt: skip


def personal_columns(name: str) -> tuple[str, ...]:
    """Columns of a register by which a person is named or reached; none of one that this version does not know."""
    return REGISTERS[name].personal if name in REGISTERS else ()
