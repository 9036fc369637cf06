"""An entry of the journal as those are told of it who are not in the house: what, how grave, where, when. No persons.

Only what is named here leaves: who acknowledged, who was sent, what people commented and what attributes an event had
stay inside. What a sender wrote into the text that an alarm repeats goes along.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from twin.model.entries import StoredEntry
from twin.model.levels import LEVELS
from twin.model.live import Level
from twin.model.text import Title, storable

LONGEST: Final = 2_000  # characters of one text of others
TEST: Final = "webhook.test"

# kinds of entries in words; one that is not here is told by its own name
WORDS: Final[dict[str, Title]] = {
    "alarm.raised": Title("告警", "Alarm"),
    "alarm.refreshed": Title("告警更新", "Alarm refreshed"),
    "alarm.cleared": Title("告警恢复", "Alarm cleared"),
    "alarm.corrected": Title("告警更正", "Alarm corrected"),
    "alarm.acknowledged": Title("告警已确认", "Alarm acknowledged"),
    "alarm.shelved": Title("告警搁置", "Alarm shelved"),
    "alarm.unshelved": Title("告警取消搁置", "Alarm no longer shelved"),
    "incident.opened": Title("事件立案", "Incident opened"),
    "incident.accepted": Title("事件受理", "Incident taken in"),
    "incident.dispatched": Title("事件派单", "Incident dispatched"),
    "incident.warned": Title("事件即将超时", "Incident due soon"),
    "incident.breached": Title("事件超时", "Incident overdue"),
    "incident.joined": Title("事件并入告警", "Alarms joined an incident"),
    "incident.merged": Title("事件合并", "Incident merged"),
    "incident.started": Title("事件开始处置", "Incident being handled"),
    "incident.reported_back": Title("事件反馈", "Incident reported back"),
    "incident.verified": Title("事件核查", "Incident verified"),
    "incident.sent_back": Title("事件退回", "Incident sent back"),
    "incident.returned": Title("事件退回重派", "Incident taken back"),
    "incident.reopened": Title("事件重新办理", "Incident reopened"),
    "incident.dismissed": Title("事件不予受理", "Incident dismissed"),
    "incident.graded": Title("事件定级", "Incident graded"),
    "incident.reclassified": Title("事件改类", "Incident of another kind"),
    "incident.urged": Title("事件督办", "Incident urged"),
    "incident.eased": Title("事件解除督办", "Incident no longer urged"),
    "incident.suspended": Title("事件挂起", "Incident suspended"),
    "incident.resumed": Title("事件恢复办理", "Incident resumed"),
    "incident.closed": Title("事件办结", "Incident closed"),
    "incident.rated": Title("事件评价", "Incident rated"),
    "order.issued": Title("下达工单", "Work order issued"),
    "order.accepted": Title("工单接单", "Work order accepted"),
    "order.rejected": Title("工单退单", "Work order rejected"),
    "order.withdrawn": Title("工单撤单", "Work order withdrawn"),
    TEST: Title("测试消息", "Test message"),
}

# where the program itself says why; what people write about an incident stays inside
_REASONS: Final = {
    "alarm.raised": "text",
    "alarm.refreshed": "text",
    "alarm.cleared": "text",
    "alarm.corrected": "text",
    "incident.warned": "reason",
    "incident.breached": "reason",
    "incident.reclassified": "reason",
}
# what all entries about one case say of it, be it in the first only
OF_A_CASE: Final = ("incident.", "order.")
FACTS: Final = ("title", "level", "place")

NameOf = Callable[[str], str | None]
Facts = Mapping[str, Any]
# of a place, from the large to the small
_STEPS: Final = ("building_id", "storey_id", "space_id", "device")


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told. ``place`` is written from the large to the small; ``place_ids`` are its ids."""

    entry_id: str
    seq: int
    kind: str
    occurred_at: str
    subject: str
    title: Title
    text: Title
    level: str | None
    place: str
    place_ids: Mapping[str, Any]

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> Notice:
        said = json.loads(text)
        return Notice(**{**said, "title": Title(**said["title"]), "text": Title(**said["text"])})

    def word(self, language: str) -> str:
        """The kind of entry in words."""
        title = WORDS.get(self.kind)
        return self.kind if title is None else getattr(title, language)


def facts_of(stored: StoredEntry, before: Facts) -> Facts:
    """Title, level and place: what the entry says, else what was said ``before`` of the same case."""
    body = _object(stored.entry.body)
    said = {name: body[name] for name in FACTS if body.get(name)}
    if level_of(said) is None:
        said.pop("level", None)
    return {**before, **said}


def notice_of(stored: StoredEntry, name_of: NameOf, before: Facts | None = None) -> Notice:
    """``name_of`` tells what people call a feature id; ``before`` is what was said of the case until now."""
    entry = stored.entry
    reason = _object(entry.body).get(_REASONS.get(entry.kind, ""))
    body = facts_of(stored, before or {})
    place = body.get("place")
    ids = {key: one for key in _STEPS if isinstance(one := _object(place).get(key), str)}
    return Notice(
        entry.entry_id,
        stored.seq,
        entry.kind,
        entry.occurred_at.isoformat(timespec="seconds"),
        entry.subject[:LONGEST],
        _title(body.get("title")),
        _title(reason),
        level_of(body),
        place[:LONGEST] if isinstance(place, str) else " › ".join(name_of(one) or _key(one) for one in ids.values()),
        ids,
    )


def expected(stored: StoredEntry) -> bool:
    """Whether a maintenance window covers it: it is recorded, and troubles nobody."""
    return bool(_object(stored.entry.body).get("suppressed_by"))


def level_of(body: Mapping[str, Any]) -> str | None:
    """The level that a body names; None where it names none."""
    said = body.get("level")
    return said if isinstance(said, str) and said in {one.value for one in Level} else None


def grave_enough(level: str | None, at_least: Level) -> bool:
    """What has no level says nothing of how grave it is, and is told."""
    return level is None or LEVELS[Level(level)].rank <= LEVELS[at_least].rank


def _object(said: Any) -> dict[str, Any]:
    """A JSON object, from text or as it is; others wrote it, so what is none is empty."""
    if isinstance(said, str):
        try:
            said = json.loads(said)
        except (ValueError, RecursionError):
            return {}
    return said if isinstance(said, dict) else {}


def _title(said: Any) -> Title:
    """Text in both languages, from a table of two or from one text for both."""
    if isinstance(said, dict):
        zh, en = (said.get(one) for one in ("zh", "en"))
        zh, en = (one if isinstance(one, str) else "" for one in (zh, en))
        return Title(_short(zh or en), _short(en or zh))
    text = _short(said) if isinstance(said, str) else ""
    return Title(text, text)


def _short(text: str) -> str:
    return storable(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")


def _key(feature_id: str) -> str:
    """The last part of an id, where nobody knows a name."""
    return feature_id.rpartition(":")[2] or feature_id
