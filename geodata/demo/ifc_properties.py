"""Property sets and quantities of the demo buildings; sets with equal values are shared."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from geodata.demo.building_plan import Room
from geodata.demo.ifc_model import Entity, IfcModel

SEATS_PER_M2: Final = {"办公室": 1 / 12, "会议室": 1 / 3, "接待室": 1 / 4}
PUBLIC: Final = ("门厅", "走廊", "中庭大厅", "展示厅", "第一食堂大厅", "第二食堂大厅")
# rooms of a model whose author stated no quantities: their area is what a build computes
UNMEASURED: Final = (("B08", "更衣室"), ("B08", "器材室"), ("B08", "健身房"), ("B04", "洗碗间"), ("B01", "阅览室"))


class Properties:
    """Collects which product has which set, and writes each set once."""

    def __init__(self, model: IfcModel) -> None:
        self.model = model
        self._shared: dict[tuple[Any, ...], list[Entity]] = defaultdict(list)

    def _share(self, product: Entity, name: str, *pairs: tuple[str, str, Any]) -> None:
        self._shared[(name, *pairs)].append(product)

    def wall(self, product: Entity, external: bool, fire_rating: str) -> None:
        self._share(
            product,
            "Pset_WallCommon",
            ("IsExternal", "IfcBoolean", external),
            ("LoadBearing", "IfcBoolean", external),
            ("FireRating", "IfcLabel", fire_rating),
        )

    def fill(self, product: Entity, *, external: bool) -> None:
        name = "Pset_DoorCommon" if product.is_a("IfcDoor") else "Pset_WindowCommon"
        self._share(product, name, ("IsExternal", "IfcBoolean", external))

    def column(self, product: Entity) -> None:
        self._share(
            product, "Pset_ColumnCommon", ("IsExternal", "IfcBoolean", False), ("LoadBearing", "IfcBoolean", True)
        )

    def space(self, product: Entity, room: Room) -> None:
        """Common set, the room's own set and its quantities."""
        self._share(
            product,
            "Pset_SpaceCommon",
            ("Category", "IfcLabel", room.use),
            ("IsExternal", "IfcBoolean", False),
            ("PubliclyAccessible", "IfcBoolean", room.use in PUBLIC),
        )
        model, key = self.model, product.GlobalId
        seats = int(room.polygon.area * SEATS_PER_M2.get(room.use, 0.0))
        self._define(product, key, "房间", [("房号", "IfcLabel", room.number), ("用途", "IfcLabel", room.use),
                                          ("额定人数", "IfcInteger", seats)])  # fmt: skip
        if (model.name, room.use) in UNMEASURED:
            return
        area, volume = room.polygon.area, room.polygon.area * room.height_m
        values = [
            model.e("IfcQuantityArea", "NetFloorArea", None, None, round(area, 4), None),
            model.e("IfcQuantityArea", "GrossFloorArea", None, None, room.gross_area_m2, None),
            model.e("IfcQuantityVolume", "NetVolume", None, None, round(volume, 4), None),
            model.e("IfcQuantityLength", "Height", None, None, round(room.height_m * model.scale, 3), None),
        ]
        made = model.e(
            "IfcElementQuantity", model.guid(f"qto/{key}"), None, "Qto_SpaceBaseQuantities", None, None, values
        )
        model.e("IfcRelDefinesByProperties", model.guid(f"qtorel/{key}"), None, None, None, [product], made)

    def _define(self, product: Entity, key: str, name: str, pairs: list[tuple[str, str, Any]]) -> None:
        made = self._set(f"{name}/{key}", name, pairs)
        self.model.e(
            "IfcRelDefinesByProperties", self.model.guid(f"rel/{name}/{key}"), None, None, None, [product], made
        )

    def _set(self, key: str, name: str, pairs: Any) -> Entity:
        model = self.model
        values = [
            model.e("IfcPropertySingleValue", prop, None, model.e(kind, value), None) for prop, kind, value in pairs
        ]
        return model.e("IfcPropertySet", model.guid(f"pset/{key}"), None, name, None, values)

    def write(self) -> None:
        """Write the shared sets, in the order they were first used."""
        for number, ((name, *pairs), products) in enumerate(self._shared.items()):
            made = self._set(f"shared/{number}", name, pairs)
            rel = self.model.guid(f"sharedrel/{number}")
            self.model.e("IfcRelDefinesByProperties", rel, None, None, None, products, made)
