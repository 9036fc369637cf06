"""A receiver that fails, hangs, redirects and has enough: at least once, in order, nothing lost in silence."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.live.entries import NOON, StandingClock, readings
from tests.live.webhooks.hooked import alarm, hook, write_config
from tests.receiving import Asked, Receiver, Said, receiving
from tests.waiting import until
from twin.live.journal import Journal
from twin.live.webhooks.pace import Pace
from twin.live.webhooks.running import Webhooks, send_test
from twin.live.webhooks.store import HookState, HookStore
from twin.model.entries import Entry
from twin.store.journal_reader import JournalReader

pytestmark = pytest.mark.serves
TAKEN = Said(200, b'{"errcode":0,"errmsg":"ok"}')


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(TAKEN) as one:
        yield one


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path, clock=StandingClock()) as one:
        yield one


@contextmanager
def running(campus: Path) -> Iterator[Webhooks]:
    hooks = Webhooks(campus, JournalReader(campus), StandingClock())
    hooks.start()
    try:
        yield hooks
    finally:
        hooks.close()


def state(campus: Path, id: str = "duty") -> HookState:
    [found] = [one for one in HookStore(campus).states() if one.id == id]
    return found


def numbers(receiver: Receiver) -> list[int]:
    """Which alarms arrived, in the order in which they came."""
    found = (re.search(r"烟雾报警 (\d+)", one) for one in receiver.bodies())
    return [int(one[1]) for one in found if one]


def test_what_comes_is_told_once_and_in_order(tmp_path: Path, journal: Journal, receiver: Receiver) -> None:
    write_config(tmp_path, hook(tmp_path, f"{receiver.origin}/send?key=K", "per_minute = 1000"), receiver.origin)
    journal.append([alarm(0)])
    with running(tmp_path) as hooks:
        for number in range(1, 31):
            journal.append([*readings(20, first=number * 20), alarm(number)])
            hooks.wake()
        until(lambda: len(receiver.asked) == 30)
    assert numbers(receiver) == list(range(1, 31)), "and what was there before the hook is not told"
    assert (state(tmp_path).sent, state(tmp_path).waiting, state(tmp_path).fault_zh) == (30, 0, "")
    assert receiver.asked[0].path == "/send?key=K"


def test_only_what_is_asked_for_is_told(tmp_path: Path, journal: Journal, receiver: Receiver) -> None:
    more = ('at_least = "A"', 'entries = ["alarm.raised"]')
    write_config(tmp_path, hook(tmp_path, receiver.origin, *more), receiver.origin)
    with running(tmp_path) as hooks:
        journal.append([alarm(1, level="B"), alarm(2, level="A"), alarm(3, kind="alarm.cleared"), alarm(4)])
        hooks.wake()
        until(lambda: len(receiver.asked) == 2)
        until(lambda: state(tmp_path).waiting == 0)
    assert numbers(receiver) == [2, 4]


FAULTS = {
    "500": Said(500),
    "429": Said(429, headers={"Retry-After": "0"}),
    "robot is busy": Said(200, b'{"errcode":45009,"errmsg":"api freq out of limit"}'),
    "hangs": Said(hang_s=30),
    "hangs up": Said(raw=b""),
    "redirects": Said(302, headers={"Location": "http://127.0.0.1:1/"}),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_what_failed_is_tried_again_before_anything_later(
    tmp_path: Path, journal: Journal, receiver: Receiver, fault: Said
) -> None:
    answers = itertools.chain([fault, TAKEN, fault, fault], itertools.repeat(TAKEN))
    receiver.answer = lambda _: next(answers)
    write_config(tmp_path, hook(tmp_path, receiver.origin), receiver.origin)
    with running(tmp_path) as hooks:
        journal.append([alarm(1), alarm(2), alarm(3)])
        hooks.wake()
        until(lambda: len(receiver.asked) == 6)
        until(lambda: state(tmp_path).sent == 3)
    assert numbers(receiver) == [1, 1, 2, 2, 2, 3]
    assert state(tmp_path).fault_en != ""
    assert HookStore(tmp_path).letters() == []


def test_a_refusal_is_final_and_does_not_hold_up_the_rest(tmp_path: Path, journal: Journal, receiver: Receiver) -> None:
    receiver.answer = lambda asked: Said(400) if "烟雾报警 1" in asked.body.decode() else TAKEN
    write_config(tmp_path, hook(tmp_path, f"{receiver.origin}/send?key=K3Y"), receiver.origin)
    with running(tmp_path) as hooks:
        journal.append([alarm(1), alarm(2)])
        hooks.wake()
        until(lambda: state(tmp_path).sent == 1)
    [letter] = HookStore(tmp_path).letters()
    assert (letter.hook, letter.code, letter.attempts) == ("duty", "webhook_refused", 1)
    assert letter.notice is not None
    assert letter.notice.title.zh == "烟雾报警 1"
    assert "HTTP 400" in letter.reason_en
    assert "K3Y" not in f"{letter} {state(tmp_path)}"


def test_after_so_many_attempts_it_is_given_up_and_can_be_sent_again(
    tmp_path: Path, journal: Journal, receiver: Receiver
) -> None:
    receiver.answer = lambda _: Said(500)
    write_config(tmp_path, hook(tmp_path, receiver.origin, "attempts = 3"), receiver.origin)
    with running(tmp_path) as hooks:
        journal.append([alarm(1), alarm(2)])
        hooks.wake()
        until(lambda: state(tmp_path).letters == 2)
        assert numbers(receiver) == [1, 1, 1, 2, 2, 2]
        receiver.answer = lambda _: TAKEN
        assert HookStore(tmp_path).retry("duty") == 2
        assert HookStore(tmp_path).retry("duty") == 0
        hooks.wake()
        until(lambda: state(tmp_path).sent == 2)
    assert numbers(receiver)[6:] == [1, 2]
    assert HookStore(tmp_path).letters() == []


def test_one_letter_of_several_is_sent_again(tmp_path: Path, journal: Journal, receiver: Receiver) -> None:
    receiver.answer = lambda _: Said(404)
    write_config(tmp_path, hook(tmp_path, receiver.origin), receiver.origin)
    with running(tmp_path) as hooks:
        journal.append([alarm(1), alarm(2)])
        hooks.wake()
        until(lambda: state(tmp_path).letters == 2)
    newest, oldest = HookStore(tmp_path).letters()
    assert HookStore(tmp_path).retry("duty", [oldest.number]) == 1
    assert HookStore(tmp_path).letters() == [newest]
    first = HookStore(tmp_path).first("duty")
    assert first is not None
    assert (first.notice, first.attempts) == (oldest.notice, 0)


def test_retry_after_is_kept_to(tmp_path: Path, journal: Journal, receiver: Receiver) -> None:
    answers = itertools.chain([Said(429, headers={"Retry-After": "1"})], itertools.repeat(TAKEN))
    receiver.answer = lambda _: next(answers)
    write_config(tmp_path, hook(tmp_path, receiver.origin), receiver.origin)
    at: list[float] = []
    answer = receiver.answer

    def timed(asked: Asked) -> Said:
        at.append(time.monotonic())
        return answer(asked)

    receiver.answer = timed
    with running(tmp_path) as hooks:
        journal.append([alarm(1)])
        hooks.wake()
        for _ in range(50):  # being woken is no reason to ask earlier
            hooks.wake()
            time.sleep(0.01)
        until(lambda: len(at) == 2)
    assert at[1] - at[0] >= 1.0


def test_a_receiver_that_hangs_keeps_nobody_else_waiting(tmp_path: Path, journal: Journal, receiver: Receiver) -> None:
    with receiving(Said(hang_s=30)) as hanging:
        hooks_said = hook(tmp_path, hanging.origin, id="slow") + hook(tmp_path, receiver.origin, id="duty")
        write_config(
            tmp_path, hooks_said.replace("timeout_s = 0.5", "timeout_s = 20", 1), receiver.origin, hanging.origin
        )
        with running(tmp_path) as hooks:
            journal.append([alarm(1), alarm(2)])
            hooks.wake()
            until(lambda: len(receiver.asked) == 2)
            until(lambda: state(tmp_path, "slow").waiting == 2)
            assert state(tmp_path, "slow").sent == 0
            began = time.monotonic()
        assert time.monotonic() - began < 10, "nor is the end of the program held up"


def test_no_more_a_minute_than_a_robot_takes() -> None:
    now = [100.0]
    pace = Pace(3, lambda: now[0])
    assert [pace.take() for _ in range(3)] == [0, 0, 0]
    assert pace.take() == 60
    now[0] += 59
    assert pace.take() == 1
    now[0] += 1
    assert [pace.take() for _ in range(4)] == [0, 0, 0, 60]


def test_two_hooks_to_one_robot_share_its_pace(tmp_path: Path, journal: Journal, receiver: Receiver) -> None:
    two = [hook(tmp_path, f"{receiver.origin}/k", "per_minute = 3", id=one) for one in ("a", "b")]
    write_config(tmp_path, "".join(two), receiver.origin)
    with running(tmp_path) as hooks:
        journal.append([alarm(number) for number in range(5)])
        hooks.wake()
        until(lambda: len(receiver.asked) == 3)
        until(lambda: state(tmp_path, "a").waiting + state(tmp_path, "b").waiting == 7)
        time.sleep(0.3)
    assert len(receiver.asked) == 3


def test_where_the_allowlist_does_not_lead_nothing_goes(tmp_path: Path, journal: Journal, receiver: Receiver) -> None:
    write_config(tmp_path, hook(tmp_path, f"{receiver.origin}/?key=K3Y", "attempts = 2"))
    with running(tmp_path) as hooks:
        journal.append([alarm(1)])
        hooks.wake()
        until(lambda: state(tmp_path).letters == 1)
    assert receiver.asked == []
    [letter] = HookStore(tmp_path).letters()
    assert letter.code == "outgoing_refused"
    assert "K3Y" not in letter.reason_zh + letter.reason_en


def test_too_many_waiting_are_put_aside_the_oldest_first(tmp_path: Path, journal: Journal, receiver: Receiver) -> None:
    receiver.answer = lambda _: Said(500)
    more = ("most_waiting = 3", "attempts = 1000")
    write_config(tmp_path, hook(tmp_path, receiver.origin, *more), receiver.origin)
    with running(tmp_path) as hooks:
        journal.append([alarm(number) for number in range(10)])
        hooks.wake()
        until(lambda: state(tmp_path).letters == 7)
    titles = [one.notice.title.zh for one in HookStore(tmp_path).letters() if one.notice]
    assert titles == [f"烟雾报警 {number}" for number in range(6, -1, -1)]
    assert state(tmp_path).waiting == 3


def test_a_hook_that_is_gone_leaves_letters_and_a_new_one_begins_now(
    tmp_path: Path, journal: Journal, receiver: Receiver
) -> None:
    receiver.answer = lambda _: Said(500)
    write_config(tmp_path, hook(tmp_path, receiver.origin), receiver.origin)
    with running(tmp_path) as hooks:
        journal.append([alarm(1)])
        hooks.wake()
        until(lambda: state(tmp_path).attempts > 0)
    receiver.answer = lambda _: TAKEN
    receiver.asked.clear()
    write_config(tmp_path, hook(tmp_path, receiver.origin, id="other"), receiver.origin)
    with running(tmp_path) as hooks:
        journal.append([alarm(2)])
        hooks.wake()
        until(lambda: state(tmp_path, "other").sent == 1)
    assert numbers(receiver) == [2]
    assert [one.id for one in HookStore(tmp_path).states()] == ["other"]
    [letter] = HookStore(tmp_path).letters(hook="duty")
    assert letter.code == "webhook_gone"


def test_what_left_the_journal_unread_is_counted(tmp_path: Path, journal: Journal, receiver: Receiver) -> None:
    """The server was away, or the hook switched off in its code, for longer than the journal keeps."""
    from twin.live.seal import Sealer

    write_config(tmp_path, hook(tmp_path, receiver.origin), receiver.origin)
    with running(tmp_path):
        pass
    journal.append([alarm(1), *readings(5)], NOON)
    journal.append([alarm(2, at=NOON + timedelta(days=2))], NOON + timedelta(days=2))
    clock = StandingClock(NOON + timedelta(days=2))
    sealer = Sealer(tmp_path, "Asia/Shanghai", clock=clock)
    sealer.start()
    sealer.seal()
    sealer.close_due()
    assert journal.prune(NOON + timedelta(days=1)) == 6
    with running(tmp_path):
        until(lambda: state(tmp_path).sent == 1)
    assert numbers(receiver) == [2]
    [letter] = HookStore(tmp_path).letters()
    assert (letter.code, letter.notice) == ("webhook_skipped", None)
    assert "Up to 6 of the entries 1 to 7" in letter.reason_en
    assert HookStore(tmp_path).retry("duty") == 0


def test_an_older_copy_of_the_journal_does_not_silence_a_hook(tmp_path: Path, receiver: Receiver) -> None:
    write_config(tmp_path, hook(tmp_path, receiver.origin), receiver.origin)
    with Journal(tmp_path) as journal:
        journal.append(readings(100))
        with running(tmp_path):
            pass
    for one in (tmp_path / "live").glob("journal*"):
        one.unlink()
    with Journal(tmp_path) as journal:
        journal.append([alarm(1)])
        with running(tmp_path) as hooks:
            until(lambda: HookStore(tmp_path).cursor("duty") == 1)
            journal.append([alarm(2)])
            hooks.wake()
            until(lambda: state(tmp_path).sent == 1)
    assert numbers(receiver) == [2]


def test_a_journal_that_cannot_be_read_is_read_again(
    tmp_path: Path, journal: Journal, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twin.live.webhooks.courier.IDLE_S", 0.05)
    write_config(tmp_path, hook(tmp_path, receiver.origin), receiver.origin)
    failing = [True]
    page = JournalReader.page

    def sometimes(self: JournalReader, *args: object, **more: object) -> object:
        if failing[0]:
            raise RuntimeError("a disk")
        return page(self, *args, **more)  # type: ignore[arg-type]

    with running(tmp_path):
        monkeypatch.setattr(JournalReader, "page", sometimes)
        journal.append([alarm(1)])
        time.sleep(0.2)
        failing[0] = False
        until(lambda: state(tmp_path).sent == 1)
    assert numbers(receiver) == [1]


def test_a_test_message_says_that_it_is_one(tmp_path: Path, receiver: Receiver) -> None:
    write_config(tmp_path, hook(tmp_path, receiver.origin, kind="dingtalk"), receiver.origin)
    assert send_test(tmp_path, "duty") is None
    [asked] = receiver.asked
    assert "测试消息" in json.loads(asked.body)["text"]["content"]
    receiver.answer = lambda _: Said(200, b'{"errcode":310000,"errmsg":"sign not match"}')
    fault = send_test(tmp_path, "duty")
    assert "sign not match" in str(fault)


def test_what_happens_to_an_incident_says_which_it_is(tmp_path: Path, journal: Journal, receiver: Receiver) -> None:
    """Only its first entry says what it is about; a grade given later holds from then on."""
    more = ('entries = ["incident.opened", "incident.breached", "incident.closed"]', 'at_least = "B"')
    write_config(tmp_path, hook(tmp_path, receiver.origin, *more), receiver.origin)
    place = {"building_id": "building:lib:A1"}

    def of(case: str, kind: str, **body: object) -> Entry:
        return Entry(f"~{case}-{kind}-{len(str(body))}", f"incident.{kind}", case, NOON, "rules", body=json.dumps(body))

    title = {"zh": "图书馆火情", "en": "Fire in the library"}
    reason = {"zh": "“受理”已超过时限 5 分钟", "en": "'Accept' is over its limit of 5 min"}
    journal.append([of("i0", "opened", title=title, level="A")])
    with running(tmp_path) as hooks:
        journal.append(
            [of("i1", "opened", title=title, level="A", place=place), of("i2", "opened", title="b", level="C")]
        )
        hooks.wake()
        until(lambda: state(tmp_path).sent == 1)
    with running(tmp_path) as hooks:
        journal.append([of("i1", "breached", clock="accept", reason=reason), of("i2", "breached", reason=reason)])
        journal.append([of("i2", "graded", level="A", text="更重"), of("i2", "closed"), of("i0", "closed")])
        hooks.wake()
        until(lambda: state(tmp_path).sent == 4)
    said = [json.loads(one)["text"]["content"].splitlines()[:4] for one in receiver.bodies()]
    assert said[1] == ["事件超时 · 复杂疑难 II", "图书馆火情", "A1", "“受理”已超过时限 5 分钟"]
    assert said[2][:2] == ["事件办结 · 复杂疑难 II", "b"]
    assert said[3][:2] == ["事件办结", "i0"], "of what was before the hook there is the number"


def test_no_hooks_no_file(tmp_path: Path) -> None:
    with running(tmp_path) as hooks:
        hooks.wake()
    assert not (tmp_path / "live").exists()


def test_it_follows_a_running_campus(tmp_path: Path, receiver: Receiver) -> None:
    """As it is wired: whatever is committed wakes the hooks."""
    from twin.live.group_commit import GroupCommit

    write_config(tmp_path, hook(tmp_path, receiver.origin), receiver.origin)
    with ExitStack() as stack:
        journal = stack.enter_context(Journal(tmp_path))
        hooks = stack.enter_context(running(tmp_path))
        commit = stack.enter_context(GroupCommit(journal, on_committed=lambda _stored: hooks.wake()))
        commit.submit([alarm(1)]).result()
        until(lambda: state(tmp_path).sent == 1, seconds=3)


def put(campus: Path, hooks: Webhooks, text: str, *origins: str) -> None:
    """Write the files anew, and look at them as the campus does: twice."""
    write_config(campus, text, *origins)
    hooks.watched.look()
    hooks.watched.look()


def test_hooks_come_change_and_go_while_it_runs(tmp_path: Path, journal: Journal, receiver: Receiver) -> None:
    write_config(tmp_path, "")
    with receiving(TAKEN) as other, running(tmp_path) as hooks:
        journal.append([alarm(1)])
        put(tmp_path, hooks, hook(tmp_path, receiver.origin), receiver.origin)
        journal.append([alarm(2)])
        hooks.wake()
        until(lambda: numbers(receiver) == [2])  # a new hook begins with what comes from now on
        put(tmp_path, hooks, "[[hooks]]\nid = 'duty'\nkind = 'wecom'\n", receiver.origin)
        assert hooks.watched.fault is not None
        assert "hooks[duty].url" in str(hooks.watched.fault)
        journal.append([alarm(3)])
        hooks.wake()
        until(lambda: numbers(receiver) == [2, 3])  # the old file is in force
        put(tmp_path, hooks, hook(tmp_path, other.origin), receiver.origin, other.origin)
        assert hooks.watched.fault is None
        journal.append([alarm(4)])
        hooks.wake()
        until(lambda: numbers(other) == [4])  # it goes on where it was
        put(tmp_path, hooks, "")
        journal.append([alarm(5)])
        hooks.wake()
        assert HookStore(tmp_path).states() == []
    assert (numbers(receiver), numbers(other)) == ([2, 3], [4])


def test_nothing_is_lost_or_doubled_while_hooks_are_exchanged(
    tmp_path: Path, journal: Journal, receiver: Receiver
) -> None:
    def slow(_: Asked) -> Said:
        time.sleep(0.01)
        return TAKEN

    receiver.answer = slow
    write_config(tmp_path, hook(tmp_path, receiver.origin, "per_minute = 5000"), receiver.origin)
    with running(tmp_path) as hooks:
        for number in range(1, 41):
            journal.append([alarm(number)])
            hooks.wake()
            if number % 8 == 0:
                put(
                    tmp_path,
                    hooks,
                    hook(tmp_path, receiver.origin, f"attempts = {number}", "per_minute = 5000"),
                    receiver.origin,
                )
        until(lambda: len(numbers(receiver)) >= 40)
    assert numbers(receiver) == list(range(1, 41))


def test_a_file_that_is_just_being_written_says_nothing_yet(
    tmp_path: Path, journal: Journal, receiver: Receiver
) -> None:
    write_config(tmp_path, hook(tmp_path, receiver.origin), receiver.origin)
    with running(tmp_path) as hooks:
        text = (tmp_path / "config" / "webhooks.toml").read_text(encoding="utf-8")
        (tmp_path / "config" / "webhooks.toml").write_text("", encoding="utf-8")  # as an editor leaves it for a moment
        hooks.watched.look()
        (tmp_path / "config" / "webhooks.toml").write_text(text, encoding="utf-8")
        hooks.watched.look()
        hooks.watched.look()
        journal.append([alarm(1)])
        hooks.wake()
        until(lambda: numbers(receiver) == [1])
