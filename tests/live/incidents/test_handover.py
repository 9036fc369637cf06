"""Who goes writes, who comes confirms."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live.incidents.desk import Desk, us
from twin.errors import ActIncompleteError, HandoverError, UnknownHandoverError
from twin.live.incidents.handover import confirm, withdraw, write

ITEMS = [{"incident_id": "i1", "stage": "found"}]


def wrote(desk: Desk, **more: Any) -> str:
    said = {"author": "li.wei", "now_us": us(0), "remarks": "一切正常", "listed": (ITEMS, {"standing": 3})} | more
    [decision] = desk.write([write(desk.book.handovers, **said)])
    return decision.subject


def test_it_keeps_what_stood_open_and_who_took_it() -> None:
    desk = Desk()
    one = wrote(desk, shift="day")
    book = desk.book.handovers
    waiting = book.waiting
    assert waiting is not None
    assert (waiting.by, waiting.shift, waiting.items, waiting.alarms) == ("li.wei", "day", ITEMS, {"standing": 3})
    desk.write([confirm(book, one, "wang", us(60), "已知悉")])
    taken = book.find(one)
    assert (taken.confirmed_by, taken.confirmed_us, taken.confirm_remarks) == ("wang", us(60), "已知悉")
    assert (book.waiting, [each.handover_id for each in book.all()]) == (None, [one])


def test_who_may_not() -> None:
    desk = Desk()
    one = wrote(desk, to="wang")
    book = desk.book.handovers
    for who in ("li.wei", "zhao"):
        with pytest.raises(HandoverError) as fault:
            confirm(book, one, who, us(60), None)
        assert fault.value.text("zh") != fault.value.text("en")
    with pytest.raises(HandoverError, match="not confirmed yet"):
        wrote(desk, now_us=us(5))
    with pytest.raises(HandoverError):
        withdraw(book, one, "wang", us(6))
    desk.write([withdraw(book, one, "li.wei", us(7))])
    assert book.all() == []
    two = wrote(desk, now_us=us(8))
    desk.write([confirm(book, two, "wang", us(60), None)])
    with pytest.raises(HandoverError, match="confirmed"):
        confirm(book, two, "zhao", us(70), None)
    with pytest.raises(UnknownHandoverError):
        confirm(book, "h0", "zhao", us(70), None)


def test_what_must_be_said() -> None:
    with pytest.raises(ActIncompleteError, match="remarks"):
        wrote(Desk(), remarks=" ")
    with pytest.raises(HandoverError):
        wrote(Desk(), to="li.wei")
