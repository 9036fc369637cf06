"""The administrator's command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from twin.cli import main
from twin.cli.people import ROLES, SCOPES
from twin.people.identity import IdentityKind
from twin.people.registry import People
from twin.people.roles import KEY_SCOPES, Right, Role


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "campus.toml").touch()
    return tmp_path


def run(*words: str, **options: str) -> Result:
    return CliRunner().invoke(main, list(words), **options)  # type: ignore[arg-type]


def test_the_command_line_names_what_the_table_has() -> None:
    assert set(ROLES) == set(Role)
    assert set(SCOPES) == KEY_SCOPES


def test_a_person_comes_and_goes(folder: Path) -> None:
    campus = str(folder)
    added = run(
        "user", "add", campus, "zhang", "--role", "administrator", "--display-name", "张伟", "--url", "https://x/y/"
    )
    token = re.fullmatch(r"https://x/y/enter/([\w-]{43})\n", added.output)
    assert token is not None
    people = People(folder)
    assert people.links.look(token[1]).account == "zhang"
    assert (
        run("user", "add", campus, "li", "--role", "viewer", "--password-stdin", input="six red lanterns\n").exit_code
        == 0
    )
    assert people.sessions.log_in("li", "six red lanterns", "here", "")
    weak = run("user", "add", campus, "wu", "--role", "viewer", "--password-stdin", input="short\n")
    assert (weak.exit_code, "wu" in run("user", "list", campus).output) == (1, False)
    assert run("user", "disable", campus, "zhang").exit_code == 1  # the last administrator
    assert run("user", "role", campus, "li", "administrator").exit_code == 0
    assert run("user", "disable", campus, "zhang").exit_code == 0
    assert "disabled" in run("user", "list", campus).output
    assert run("user", "enable", campus, "zhang").exit_code == 0
    assert run("user", "link", campus, "nobody").exit_code == 1


def test_keys_and_kiosks_are_shown_once_and_revoked(folder: Path) -> None:
    campus = str(folder)
    secret = run("key", "add", campus, "gateway", "--scope", "send").output.strip()
    people = People(folder)
    identity = people.keys.find(secret)
    assert identity is not None
    assert (identity.kind, identity.rights) == (IdentityKind.KEY, {Right.SEND})
    assert secret not in run("key", "list", campus).output
    assert run("key", "revoke", campus, "gateway").exit_code == 0
    assert people.keys.find(secret) is None
    link = run("kiosk", "add", campus, "north").output.strip()
    assert link.startswith("http://127.0.0.1:8050/kiosk/")
    assert "north" in run("kiosk", "list", campus).output
    assert run("kiosk", "revoke", campus, "north").exit_code == 0
    assert people.sessions.open_kiosk(link.rsplit("/", 1)[1], "", "") is None


def test_the_audit_knows_what_was_done_here(folder: Path) -> None:
    campus = str(folder)
    run("user", "add", campus, "zhang", "--role", "administrator")
    run("key", "add", campus, "gateway", "--scope", "see")
    head = run("audit", "head", campus).output.strip()
    verified = run("audit", "verify", campus, "--head", head).output
    assert (verified.endswith(f"{head}\n"), verified.count("\n"), "2" in verified) == (True, 1, True)
    assert run("audit", "verify", campus, "--head", "1-" + "0" * 64).exit_code == 1
    shown = run("audit", "show", campus).output.splitlines()
    assert ["account.added" in shown[0], "key.added" in shown[1]] == [True, True]
    assert "console:" in shown[0]


def test_what_was_done_is_said_in_one_line(folder: Path) -> None:
    campus = str(folder)
    run("user", "add", campus, "zhang", "--role", "administrator")
    run("user", "add", campus, "li", "--role", "viewer")
    run("key", "add", campus, "gateway", "--scope", "send")
    run("kiosk", "add", campus, "north")
    for words, name in (
        (("user", "disable", campus, "li"), "li"),
        (("user", "enable", campus, "li"), "li"),
        (("user", "role", campus, "li", "operator"), "operator"),
        (("key", "revoke", campus, "gateway"), "gateway"),
        (("kiosk", "revoke", campus, "north"), "north"),
        (("audit", "verify", campus), "8"),
    ):
        for language in ("zh", "en"):
            done = CliRunner().invoke(main, list(words), env={"TWIN_LANGUAGE": language})
            if words[0] not in ("key", "kiosk") or language == "zh":
                assert (done.exit_code, done.output.count("\n")) == (0, 1), words
                assert name in done.output or words[0] == "audit"


@pytest.mark.parametrize("act", [("disable", "zhang"), ("role", "zhang", "viewer")])
def test_the_last_administrator_who_can_log_in_goes_only_with_a_word(folder: Path, act: tuple[str, ...]) -> None:
    campus, (verb, *rest) = str(folder), act
    run("user", "add", campus, "zhang", "--role", "administrator", "--password-stdin", input="six red lanterns\n")
    alone = run("user", verb, campus, *rest)
    assert (alone.exit_code, "--anyway" in alone.output, alone.output.count("\n")) == (1, True, 1)
    run("user", "add", campus, "li", "--role", "administrator")  # who has no password yet
    assert run("user", verb, campus, *rest).exit_code == 1
    people = People(folder)
    assert people.accounts.get("zhang").role is Role.ADMINISTRATOR
    assert not people.accounts.get("zhang").disabled
    people.accounts.set_password("li", "seven blue lanterns")
    assert run("user", verb, campus, *rest).exit_code == 0
    assert run("user", "disable", campus, "li").exit_code == 1
    assert run("user", "disable", campus, "li", "--anyway").exit_code == 0
    assert people.accounts.get("li").disabled


def test_no_campus_is_said(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert run("user", "list", str(nowhere)).exit_code == 1
    assert not nowhere.exists()
