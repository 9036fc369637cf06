"""Who has how much office room: start at ``area_per_person`` in ``sharing.py``; the standard is in ``standard.py``."""

from twin.analysis.rooms.room_use import Idle, Room, RoomUse, Share, UnitUse
from twin.analysis.rooms.sharing import area_per_person
from twin.analysis.rooms.standard import OfficeStandard, office_standard

__all__ = ["Idle", "OfficeStandard", "Room", "RoomUse", "Share", "UnitUse", "area_per_person", "office_standard"]
