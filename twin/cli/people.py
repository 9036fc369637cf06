"""``twin user``, ``twin key``, ``twin kiosk``, ``twin audit``: what an administrator does at the machine itself."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from twin.cli.saying import say
from twin.errors import NotACampusError

if TYPE_CHECKING:
    from twin.people.identity import Actor
    from twin.people.registry import People

FOLDER = click.Path(file_okay=False, path_type=Path)
ROLES = ("viewer", "operator", "dispatcher", "engineer", "administrator")  # twin.people.roles, held together by a test
SCOPES = ("see", "send", "layers", "underground")
DEFAULT_URL = "http://127.0.0.1:8050/"

_url = click.option("--url", default=DEFAULT_URL, show_default=True, help="Where the campus is served.")
_folder = click.argument("folder", type=FOLDER)
_anyway = click.option("--anyway", is_flag=True, help="Even if no administrator is left who can log in.")


def people_of(folder: Path) -> People:
    from twin.people.registry import People

    if not (folder / "campus.toml").is_file():
        raise NotACampusError(path=folder)
    return People(folder)


def console() -> Actor:
    """Whoever sits at the machine, as the audit writes it down."""
    from twin.people.identity import Actor, IdentityKind

    return Actor(getpass.getuser(), IdentityKind.CONSOLE, "local")


def _when(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


@click.group()
def user() -> None:
    """Accounts: who may log in, and as what."""


@user.command("add")
@_folder
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--display-name", default="", help="The full name that others see.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead.")
@_url
def add_user(folder: Path, name: str, role: str, display_name: str, password_stdin: bool, url: str) -> None:
    """Make an account, and print a link, good once, with which its owner chooses a password.

    \b
    twin user add my-campus zhangwei --role operator --display-name 张伟
    """
    from twin.people.passwords import require_strong
    from twin.people.roles import Role

    people = people_of(folder)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    if password is not None:
        require_strong(password, name, display_name)
    account = people.accounts.add(name, Role(role), display_name)
    people.audit.append(console(), "account.added", account.name, role=role)
    if password is None:
        _print_link(people, account.name, url)
    else:
        people.accounts.set_password(account.name, password)


@user.command("link")
@_folder
@click.argument("name")
@_url
def link_user(folder: Path, name: str, url: str) -> None:
    """Print a new one-time link for somebody who has forgotten the password; earlier links are void."""
    people = people_of(folder)
    account = people.accounts.get(name)
    people.audit.append(console(), "link.made", account.name)
    _print_link(people, account.name, url)


def _print_link(people: People, account: str, url: str) -> None:
    from twin.people.links import Purpose

    say(f"{url.rstrip('/')}/enter/{people.links.make(account, Purpose.PASSWORD)}")


@user.command("list")
@_folder
def list_users(folder: Path) -> None:
    """Accounts, their roles, and whether they can log in."""
    for one in people_of(folder).accounts.all():
        state = "disabled" if one.disabled else "" if one.has_password else "no password yet"
        say(f"{one.name:<20} {one.role.value:<14} {one.display_name} {state}".rstrip())


@user.command("role")
@_folder
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@_anyway
def change_role(folder: Path, name: str, role: str, anyway: bool) -> None:
    """Give an account another role; it holds within a second."""
    from twin.people.roles import Role

    people = people_of(folder)
    people.accounts.change(name, role=Role(role), anyway=anyway)
    people.audit.append(console(), "account.changed", name, role=role)
    say(_DONE["role"][_language()].format(name=name, role=role))


@user.command("disable")
@_folder
@click.argument("name")
@_anyway
def disable_user(folder: Path, name: str, anyway: bool) -> None:
    """Shut an account out: its sessions and sockets end within a second."""
    _set_disabled(folder, name, disabled=True, anyway=anyway)


@user.command("enable")
@_folder
@click.argument("name")
def enable_user(folder: Path, name: str) -> None:
    """Let a disabled account in again."""
    _set_disabled(folder, name, disabled=False)


def _set_disabled(folder: Path, name: str, *, disabled: bool, anyway: bool = False) -> None:
    people = people_of(folder)
    people.accounts.change(name, disabled=disabled, anyway=anyway)
    people.audit.append(console(), "account.changed", name, disabled=disabled)
    say(_DONE["disabled" if disabled else "enabled"][_language()].format(name=name))


# what was done, in one line
_DONE = {
    "role": {"zh": "账户“{name}”现在的角色是 {role}", "en": "'{name}' is {role} now"},
    "disabled": {"zh": "账户“{name}”已停用，其会话随即结束", "en": "'{name}' is disabled; its sessions end now"},
    "enabled": {"zh": "账户“{name}”已启用", "en": "'{name}' may log in again"},
    "key": {"zh": "密钥“{name}”（{id}）已作废", "en": "key '{name}' ({id}) is worthless now"},
    "kiosk": {"zh": "大屏“{name}”（{id}）的链接已作废", "en": "the link of '{name}' ({id}) is worthless now"},
    "verified": {
        "zh": "审计日志完整，共 {lines} 行；摘要 {head}",
        "en": "the audit is whole, {lines} lines; head {head}",
    },
}


def _language() -> str:
    from twin.cli import language

    return language()


@click.group()
def key() -> None:
    """Keys for devices and programs."""


@key.command("add")
@_folder
@click.argument("name")
@click.option(
    "--scope", "scopes", type=click.Choice(SCOPES), multiple=True, required=True, help="May be given several times."
)
def add_key(folder: Path, name: str, scopes: tuple[str, ...]) -> None:
    """Make a key and print its secret, this once. 'send' lets events and readings in, 'see' lets the campus be read.

    \b
    twin key add my-campus gateway-3 --scope send
    Programs send it as 'Authorization: Bearer SECRET'; QGIS and GDAL as the password of any user.
    """
    from twin.people.roles import Right

    people = people_of(folder)
    made, secret = people.keys.add(name, [Right(one) for one in scopes], console().name)
    people.audit.append(console(), "key.added", made.name, id=made.id, scope=list(made.scope))
    say(secret)


@key.command("list")
@_folder
def list_keys(folder: Path) -> None:
    """Keys, what each may do, who made it."""
    for one in people_of(folder).keys.all():
        say(f"{one.id}  {one.name:<24} {' '.join(one.scope):<10} {one.created_by} {_when(one.created_at)}")


@key.command("revoke")
@_folder
@click.argument("key")
def revoke_key(folder: Path, key: str) -> None:
    """Make a key, by its name or id, worthless within a second."""
    people = people_of(folder)
    gone = people.keys.revoke(key)
    people.audit.append(console(), "key.revoked", gone.name, id=gone.id)
    say(_DONE["key"][_language()].format(name=gone.name, id=gone.id))


@click.group()
def kiosk() -> None:
    """Read-only links for walls."""


@kiosk.command("add")
@_folder
@click.argument("wall")
@_url
def add_kiosk(folder: Path, wall: str, url: str) -> None:
    """Print the link that the browser of a wall opens: it shows, and changes nothing, until it is revoked."""
    people = people_of(folder)
    made, token = people.kiosks.add(wall, console().name)
    people.audit.append(console(), "kiosk.added", made.wall, id=made.id)
    say(f"{url.rstrip('/')}/kiosk/{token}")


@kiosk.command("list")
@_folder
def list_kiosks(folder: Path) -> None:
    """Walls that have a link."""
    for one in people_of(folder).kiosks.all():
        say(f"{one.id}  {one.wall:<24} {one.created_by} {_when(one.created_at)}")


@kiosk.command("revoke")
@_folder
@click.argument("wall")
def revoke_kiosk(folder: Path, wall: str) -> None:
    """Make the link of a wall, by its name or id, worthless; its screens ask for a login within a second."""
    people = people_of(folder)
    gone = people.kiosks.revoke(wall)
    people.audit.append(console(), "kiosk.revoked", gone.wall, id=gone.id)
    say(_DONE["kiosk"][_language()].format(name=gone.wall, id=gone.id))


@click.group()
def audit() -> None:
    """Who did what, when, from where."""


@audit.command("show")
@_folder
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--actor", default="", help="Only of this account, key or kiosk.")
@click.option("--action", default="", help="Only this act, such as login.failed.")
def show_audit(folder: Path, limit: int, actor: str, action: str) -> None:
    """The latest lines, the last one at the bottom."""
    for one in reversed(people_of(folder).audit.lines(limit=limit, actor=actor, action=action)):
        detail = "" if one.detail == "{}" else one.detail
        who = f"{one.kind}:{one.actor} {one.address}"
        say(f"{one.seq:>6} {one.at} {who} {one.action} {one.target} {detail}".rstrip())


@audit.command("head")
@_folder
def show_head(folder: Path) -> None:
    """The number and hash of the last line: write it down elsewhere."""
    say(str(people_of(folder).audit.head()))


@audit.command("verify")
@_folder
@click.option("--head", "text", help="A head that was written down: of a duty report, or of the sink.")
def verify_audit(folder: Path, text: str | None) -> None:
    """Recompute the chain: no line was altered; with --head also that none up to there is missing."""
    from twin.people.audit import Head

    found = people_of(folder).audit.verify(Head.parse(text) if text else None)
    say(_DONE["verified"][_language()].format(lines=found.seq, head=found))
