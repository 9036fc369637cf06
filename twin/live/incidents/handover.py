"""Handing the shift over (交接班): the system lists what stands open, who goes writes remarks, who comes confirms.

Entries ``handover.written``, ``handover.confirmed`` and ``handover.withdrawn``; their subject is the handover's id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from twin.errors import ActIncompleteError, HandoverError, UnknownHandoverError
from twin.live.rules.entries import Decision, body_of, entry_id
from twin.model.entries import StoredEntry
from twin.model.time import microseconds

WRITTEN: Final = "handover.written"
CONFIRMED: Final = "handover.confirmed"
WITHDRAWN: Final = "handover.withdrawn"
HANDOVER_KINDS: Final = frozenset({WRITTEN, CONFIRMED, WITHDRAWN})
_MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Handover:
    """``items`` are the incidents that stood open when it was written, ``alarms`` how many stood."""

    handover_id: str
    at_us: int
    by: str
    shift: str | None
    to: str | None
    remarks: str
    items: Sequence[Mapping[str, Any]]
    alarms: Mapping[str, Any]
    confirmed_us: int | None = None
    confirmed_by: str | None = None
    confirm_remarks: str | None = None

    def may_confirm(self, author: str) -> bool:
        """Another than the writer; where somebody was named, that one."""
        return self.confirmed_us is None and author != self.by and self.to in (None, author)


class HandoverBook:
    """All that are remembered, in the order in which they were written."""

    def __init__(self) -> None:
        self._all: dict[str, Handover] = {}

    def copy(self) -> HandoverBook:
        """The same handovers, to be changed by themselves."""
        made = HandoverBook()
        made._all = self._all.copy()
        return made

    def fold(self, stored: StoredEntry) -> None:
        """Take up an entry of one of ``HANDOVER_KINDS``."""
        body, entry = body_of(stored), stored.entry
        author, at_us = body.get("author"), microseconds(entry.occurred_at)
        if not isinstance(author, str):
            return
        known = self._all.get(entry.subject)
        if entry.kind == WRITTEN and known is None:
            said = (body.get("shift"), body.get("to"), str(body.get("remarks") or ""))
            listed = (body.get("items") or (), body.get("alarms") or {})
            self._all[entry.subject] = Handover(entry.subject, at_us, author, *said, *listed)
            while len(self._all) > _MOST:
                del self._all[next(iter(self._all))]
        elif entry.kind == CONFIRMED and known is not None and known.confirmed_us is None:
            remarks = body.get("remarks")
            confirmed = replace(known, confirmed_us=at_us, confirmed_by=author, confirm_remarks=remarks)
            self._all[entry.subject] = confirmed
        elif entry.kind == WITHDRAWN and known is not None and known.confirmed_us is None:
            del self._all[entry.subject]

    def all(self) -> list[Handover]:
        """Newest first."""
        return list(reversed(self._all.values()))

    @property
    def waiting(self) -> Handover | None:
        """The one that is written and not confirmed."""
        return next((one for one in reversed(self._all.values()) if one.confirmed_us is None), None)

    def find(self, handover_id: str) -> Handover:
        """Raises UnknownHandoverError."""
        known = self._all.get(handover_id)
        if known is None:
            raise UnknownHandoverError(handover=handover_id)
        return known


def write(
    book: HandoverBook,
    author: str,
    now_us: int,
    remarks: str,
    listed: tuple[Sequence[Mapping[str, Any]], Mapping[str, Any]],
    *,
    shift: str | None = None,
    to: str | None = None,
) -> Decision:
    """The entry with which the shift is offered; ``listed`` is what stands open, and how many alarms."""
    if book.waiting is not None:
        why = ("上一份交接尚未确认", "the last one is not confirmed yet")
        raise _refused(why, ("请先由接班人确认，或由交班人撤回。", "Have it confirmed, or let its writer withdraw it."))
    if to == author:
        why = ("接班人不能是交班人本人", "nobody hands over to himself")
        raise _refused(why, ("请另选接班人。", "Name somebody else."))
    if not remarks.strip():
        raise ActIncompleteError(act_zh="交班", act_en="Hand over", missing="remarks")
    items, alarms = listed
    body = {"author": author, "shift": shift, "to": to, "remarks": remarks, "items": list(items), "alarms": alarms}
    name = entry_id(WRITTEN, author, now_us)
    return Decision(WRITTEN, name, "h" + name[1:26], now_us, body)


def confirm(book: HandoverBook, handover_id: str, author: str, now_us: int, remarks: str | None) -> Decision:
    """The entry with which it is taken; raises UnknownHandoverError, HandoverError."""
    known = book.find(handover_id)
    if known.confirmed_us is not None:
        why = (f"{known.confirmed_by} 已确认", f"{known.confirmed_by} confirmed it already")
        raise _refused(why, ("请刷新。", "Reload."))
    if not known.may_confirm(author):
        name = known.to or ""
        why = (
            (f"交接给了 {name}", f"it was handed to {name}")
            if name and author != known.by
            else ("不能确认自己写的交接", "nobody confirms what he wrote himself")
        )
        raise _refused(why, ("请由接班人登录后确认。", "Whoever takes over logs in and confirms."))
    body = {"author": author, "remarks": remarks}
    return Decision(CONFIRMED, entry_id(CONFIRMED, handover_id), handover_id, now_us, body)


def withdraw(book: HandoverBook, handover_id: str, author: str, now_us: int) -> Decision:
    """The entry with which its writer takes it back; raises UnknownHandoverError, HandoverError."""
    known = book.find(handover_id)
    if known.confirmed_us is not None or known.by != author:
        why = ("已确认的或他人的交接不能撤回", "it is confirmed, or somebody else's")
        raise _refused(why, ("请刷新。", "Reload."))
    return Decision(WITHDRAWN, entry_id(WITHDRAWN, handover_id), handover_id, now_us, {"author": author})


def _refused(why: tuple[str, str], cure: tuple[str, str]) -> HandoverError:
    return HandoverError(why_zh=why[0], why_en=why[1], cure_zh=cure[0], cure_en=cure[1])
