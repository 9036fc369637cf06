"""Accounts, sessions and throttle, on a clock that the test turns."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.errors import (
    ConfigError,
    LastAdministratorError,
    LinkSpentError,
    StoreNewerError,
    TooManyAttemptsError,
    WeakPasswordError,
    WrongCredentialsError,
)
from twin.people.links import GOOD_FOR_S, Purpose
from twin.people.passwords import SHORTEST, require_strong
from twin.people.registry import People
from twin.people.roles import KEY_SCOPES, KIOSK_RIGHTS, RIGHTS, Right, Role
from twin.people.sessions import IDLE_S, LONGEST_S

PASSWORD = "seven green bicycles"


class Turned:
    """A clock that stands until it is turned."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def turn(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Turned:
    return Turned()


@pytest.fixture
def people(tmp_path: Path, clock: Turned) -> People:
    return People(tmp_path, clock)


def test_every_role_has_its_rights_and_more_rights_go_with_more_trust() -> None:
    assert set(RIGHTS) == set(Role)
    assert all(RIGHTS[Role.VIEWER] <= rights for rights in RIGHTS.values())
    assert all(rights <= RIGHTS[Role.ADMINISTRATOR] for rights in RIGHTS.values())
    assert {one for one in Role if Right.CAMERAS in RIGHTS[one]} == {Role.OPERATOR, Role.DISPATCHER, Role.ADMINISTRATOR}
    assert Right.CAMERAS not in KEY_SCOPES | KIOSK_RIGHTS
    assert not KEY_SCOPES & {Right.PEOPLE, Right.AUDIT, Right.OWN_ACCOUNT}


@pytest.mark.parametrize(
    "password",
    ["short", "aaaaaaaaaaaaaaaa", "password123456", "admin88888888", "zhangwei123456", "Qwerty123456!", "x" * 201],
)
def test_weak_passwords_are_refused_with_the_reason(password: str) -> None:
    with pytest.raises(WeakPasswordError):
        require_strong(password, "zhangwei")


@given(st.text(min_size=40, max_size=60, alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])))
def test_long_passwords_of_any_script_are_taken_unless_they_repeat_themselves(password: str) -> None:
    normal = unicodedata.normalize("NFKC", password)
    if len(set(normal)) >= 12 and len(normal) <= 200:
        require_strong(password)
    elif len(set(normal)) < 6:
        with pytest.raises(WeakPasswordError):
            require_strong(password)


def test_a_password_is_the_same_however_it_was_composed(people: People) -> None:
    people.accounts.add("rene", Role.VIEWER)
    people.accounts.set_password("rene", "René needs a café")
    people.sessions.require_password("rene", "Rene\u0301 needs a cafe\u0301", "here")
    assert len("René needs a café") > SHORTEST


def test_sessions_end_when_idle_and_at_the_latest_after_a_week(people: People, clock: Turned) -> None:
    people.accounts.add("li", Role.VIEWER)
    token = people.sessions.open("li", "here", "tests")
    clock.turn(IDLE_S - 60)
    assert people.sessions.find(token) is not None  # and this counts as use
    clock.turn(IDLE_S - 60)
    assert people.sessions.find(token) is not None
    clock.turn(IDLE_S + 1)
    assert people.sessions.find(token) is None
    busy = people.sessions.open("li", "here", "tests")
    for _ in range(LONGEST_S // 3600 - 1):
        clock.turn(3600)
        assert people.sessions.find(busy) is not None
    clock.turn(3600)
    assert people.sessions.find(busy) is None
    assert people.sessions.all() == []


def test_a_walls_session_lasts_for_months(people: People, clock: Turned) -> None:
    _, token = people.kiosks.add("north", "tests")
    session = people.sessions.open_kiosk(token, "wall", "tests")
    assert session is not None
    clock.turn(200 * 24 * 3600)
    identity = people.sessions.find(session)
    assert identity is not None
    assert identity.rights == {Right.SEE}


def test_failures_wait_longer_and_longer_and_a_day_forgives(people: People, clock: Turned) -> None:
    people.accounts.add("li", Role.VIEWER)
    people.accounts.set_password("li", PASSWORD)
    waits = []
    for _ in range(9):
        with pytest.raises(WrongCredentialsError):
            people.sessions.log_in("li", "wrong", "10.0.0.1", "")
        try:
            people.sessions.throttle.require_calm("li", "10.0.0.1")
            waits.append(0)
        except TooManyAttemptsError as fault:
            waits.append(fault.params["retry_after_s"])
            clock.turn(fault.params["retry_after_s"])
    assert waits == [0, 0, 0, 0, 0, 2, 3, 5, 9]
    assert people.sessions.log_in("li", PASSWORD, "10.0.0.2", "")  # from elsewhere she is not locked out
    clock.turn(25 * 3600)
    assert people.sessions.log_in("li", PASSWORD, "10.0.0.1", "")


def test_the_last_administrator_stays(people: People) -> None:
    people.accounts.add("root-1", Role.ADMINISTRATOR)
    people.accounts.add("li", Role.VIEWER)
    with pytest.raises(LastAdministratorError):
        people.accounts.change("root-1", disabled=True)
    with pytest.raises(LastAdministratorError):
        people.accounts.change("root-1", role=Role.VIEWER)
    assert people.accounts.get("root-1").disabled is False
    people.accounts.add("root-2", Role.ADMINISTRATOR)
    assert people.accounts.change("root-1", disabled=True).disabled


def test_a_disabled_account_has_no_way_in(people: People) -> None:
    people.accounts.add("boss", Role.ADMINISTRATOR)
    people.accounts.add("li", Role.VIEWER)
    people.accounts.set_password("li", PASSWORD)
    token = people.sessions.open("li", "here", "")
    link = people.links.make("li", Purpose.ENTER)
    people.accounts.change("li", disabled=True)
    assert people.sessions.find(token) is None
    with pytest.raises(LinkSpentError):
        people.links.use(link)
    with pytest.raises(WrongCredentialsError):
        people.sessions.log_in("li", PASSWORD, "here", "")


def test_a_link_grows_old_and_a_new_one_makes_it_void(people: People, clock: Turned) -> None:
    people.accounts.add("li", Role.VIEWER)
    old, new = people.links.make("li", Purpose.ENTER), people.links.make("li", Purpose.ENTER)
    with pytest.raises(LinkSpentError):
        people.links.use(old)
    clock.turn(GOOD_FOR_S + 1)
    with pytest.raises(LinkSpentError):
        people.links.use(new)


def test_a_store_of_a_newer_version_is_left_alone(people: People) -> None:
    with people.store.writing() as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreNewerError, match="schema 99"):
        People(people.store.folder.parent)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[audit]\nhead_sink = 'relative.jsonl'\n", "line 2"),
        ("\n[audit]\nhead_sinc = '/x'\n", "line 3"),
        ("[people]\n", "line 1"),
        ("audit = 1\n", "line 1"),
        ("[audit\n", "security.toml"),
    ],
)
def test_a_mistake_in_the_settings_says_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "security.toml").write_text(text)
    with pytest.raises(ConfigError, match=said):
        People(tmp_path)
