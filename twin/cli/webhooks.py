"""``twin webhooks``: who is told outside, whether that works, what could not be told."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from twin.cli.saying import say, say_json

FOLDER = click.Path(file_okay=False, path_type=Path)

_folder = click.argument("folder", type=FOLDER)


@click.group()
def webhooks() -> None:
    """Messages to WeCom, DingTalk and programs of the house: config/webhooks.toml."""


@webhooks.command("list")
@_folder
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_hooks(folder: Path, as_json: bool) -> None:
    """Each hook of FOLDER: whether it delivers, what waits, what was put aside, what went wrong last."""
    from twin.cli import language
    from twin.live.webhooks.status import hook_statuses

    found = hook_statuses(folder)
    if as_json:
        say_json([asdict(one) for one in found])
        return
    for one in found:
        say(
            f"{one.id:<20} {one.kind:<9} {one.state:<9} {one.sent} sent, {one.waiting} waiting, {one.letters} letters, "
            f"last {one.last_success_at or 'never'}; {one.at_least} and graver of {', '.join(one.entries)}"
        )
        if one.last_fault is not None:
            say(f"    {one.last_fault_at} {getattr(one.last_fault, language())}")


@webhooks.command("test")
@_folder
@click.argument("hook")
def send_test_message(folder: Path, hook: str) -> None:
    """Send a message that says it is a test to HOOK, now; exit code 1 when the receiver does not take it."""
    from twin.live.webhooks.running import send_test

    fault = send_test(folder, hook)
    if fault is not None:
        raise fault
    say(f"{hook}: taken")


@webhooks.command("letters")
@_folder
@click.option("--hook", help="Only of this hook.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
def list_letters(folder: Path, hook: str | None, limit: int) -> None:
    """What could not be told, the last at the bottom: number, when, to whom, what, why."""
    from twin.cli import language
    from twin.live.webhooks.status import letter_dict
    from twin.live.webhooks.store import HookStore

    for one in reversed(HookStore(folder).letters(hook=hook, limit=limit)):
        said = letter_dict(one)
        title = said["title"][language()] if said["title"] else ""
        say(f"{one.number:>6} {said['at']} {one.hook} {said['kind'] or ''} {title}".rstrip())
        say(f"       {said['reason'][language()]}")


@webhooks.command("retry")
@_folder
@click.argument("hook")
@click.argument("numbers", nargs=-1, type=int)
def retry_letters(folder: Path, hook: str, numbers: tuple[int, ...]) -> None:
    """Let the letters of HOOK wait again, or only those with these NUMBERS; a running server takes them in seconds."""
    from twin.errors import UnknownWebhookError
    from twin.live.webhooks.settings import load_webhook_settings
    from twin.live.webhooks.store import HookStore

    known = [one.id for one in load_webhook_settings(folder).hooks]
    if hook not in known:
        raise UnknownWebhookError(hook=hook, known=", ".join(known) or "-")
    say(f"{HookStore(folder).retry(hook, numbers)} wait again")
