"""What is sent about incidents: acts, orders, reports. Which fields an act needs, the table of acts says."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from ioc_app.api.positions import ScenePosition
from ioc_app.api.said import Said
from twin.live.incidents.said import LONGEST_TEXT
from twin.model.live import Level
from twin.model.time import microseconds

Name = Annotated[str, Field(min_length=1, max_length=200)]
LongText = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
Photos = Annotated[list[Name], Field(max_length=20)]


class EventName(Said):
    """Events are found by when they occurred."""

    event_id: Name
    occurred_at: AwareDatetime


class Acting(Said):
    """One act; which fields it needs and takes, its row in the table of acts says."""

    act: Name
    text: str | None = None
    until: AwareDatetime | None = None
    owner: Name | None = None
    level: str | None = None
    kind: Name | None = None
    score: int | None = None
    reached: bool | None = None
    satisfied: bool | None = None
    outcome: str | None = None
    into: Name | None = None
    item: Name | None = None
    photos: Photos | None = None
    alarms: Annotated[list[Name], Field(max_length=200)] | None = None
    events: Annotated[list[EventName], Field(max_length=50)] | None = None

    def said(self) -> dict[str, Any]:
        found = self.model_dump(exclude={"act", "until", "alarms", "events"}, exclude_none=True)
        return found | ({"until_us": microseconds(self.until)} if self.until else {})


class NewOrder(Said):
    what: LongText | None = None
    unit: Name | None = None
    assignee: Name | None = None
    due_at: AwareDatetime | None = None
    text: str | None = None

    def said(self) -> dict[str, Any]:
        found = self.model_dump(exclude={"due_at"}, exclude_none=True)
        return found | ({"due_us": microseconds(self.due_at)} if self.due_at else {})


class OrderActing(Said):
    act: Name
    text: str | None = None
    photos: Photos | None = None


class Reporter(Said):
    name: Annotated[str, Field(max_length=60)] | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    unit: Annotated[str, Field(max_length=100)] | None = None


class ToldPlace(Said):
    scene: ScenePosition | None = None
    device: Name | None = None
    feature_id: Name | None = None
    building_id: Name | None = None
    storey_id: Name | None = None
    space_id: Name | None = None
    where: Annotated[str, Field(max_length=300)] | None = None

    def told(self) -> dict[str, Any]:
        return {**self.model_dump(exclude={"where"}), "said": self.where or None}


class NewReport(Said):
    """接报: what somebody called in. ``report_id`` is made by the form, so that sending it twice opens one incident."""

    report_id: Annotated[str, Field(min_length=8, max_length=80)]
    kind: Name
    text: LongText
    channel: Literal["phone", "walk_in", "patrol", "app", "hotline", "other"]
    place: ToldPlace
    level: Level | None = None
    occurred_at: AwareDatetime | None = None
    reporter: Reporter | None = None
    photos: Photos = Field(default_factory=list)
    into: Name | None = None
