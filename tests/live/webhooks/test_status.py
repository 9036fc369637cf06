"""What screens and the command line say of hooks, and what they never say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ioc_app.app import create_app
from tests.entering import entered
from tests.ioc_app.small_campus import small_campus
from tests.live.entries import NOON
from tests.live.webhooks.hooked import alarm, hook, write_config
from tests.receiving import Said, receiving
from twin.cli import main
from twin.errors import WebhookBusyError, WebhookRefusedError
from twin.live.webhooks.courier import Courier
from twin.live.webhooks.notice import Notice, notice_of
from twin.live.webhooks.store import HookStore
from twin.model.entries import StoredEntry
from twin.people.roles import Role

pytestmark = pytest.mark.serves
ADDRESS = "https://robot.example/send?key=K3Y-OF-THE-ROBOT"


def notice(seq: int) -> Notice:
    return notice_of(StoredEntry(seq, NOON, alarm(seq)), lambda _: None)


@pytest.fixture
def campus(tmp_path: Path) -> Path:
    """One hook that failed at its second message and waits with it, one that never had anything to say."""
    folder = small_campus().write(tmp_path / "campus")
    write_config(folder, hook(folder, ADDRESS) + hook(folder, ADDRESS, id="quiet"))
    store = HookStore(folder)
    store.prepare(["duty", "quiet"], 0, NOON)
    store.take("duty", [notice(one) for one in (1, 2, 3)], 3)
    for _ in range(2):
        first = store.first("duty")
        assert first is not None
        store.sent("duty", first.number, NOON) if first.seq == 1 else store.failed(
            "duty", first.number, WebhookRefusedError(detail="HTTP 400"), NOON, for_good=True
        )
    first = store.first("duty")
    assert first is not None
    store.failed("duty", first.number, WebhookBusyError(detail="HTTP 500"), NOON, for_good=False)
    return folder


def ask(*words: Any, code: int = 0) -> str:
    result = CliRunner(env={"TWIN_LANGUAGE": "en"}).invoke(main, ["webhooks", *map(str, words)])
    assert result.exit_code == code, result.output
    assert "K3Y" not in result.output
    return result.output


def test_the_command_line_lists_hooks_and_letters(campus: Path) -> None:
    said = json.loads(ask("list", campus, "--json"))
    assert [(one["id"], one["state"], one["sent"], one["waiting"], one["letters"]) for one in said] == [
        ("duty", "retrying", 1, 1, 1),
        ("quiet", "never", 0, 0, 0),
    ]
    assert "HTTP 500" in ask("list", campus)
    assert "Smoke 2" in ask("letters", campus)
    assert "HTTP 400" in ask("letters", campus, "--hook", "duty")
    assert ask("letters", campus, "--hook", "quiet") == ""


def test_letters_are_sent_again_when_somebody_says_so(campus: Path) -> None:
    assert "There are: duty, quiet" in ask("retry", campus, "other", code=1)
    assert ask("retry", campus, "duty", 99) == "0 wait again\n"
    assert ask("retry", campus, "duty") == "1 wait again\n"
    assert ask("letters", campus) == ""


def test_a_test_message_ends_in_one_line(campus: Path) -> None:
    assert "outgoing.toml" in ask("test", campus, "duty", code=1)
    with receiving(Said(200, b'{"errcode":0}')) as receiver:
        write_config(campus, hook(campus, receiver.origin), receiver.origin)
        assert ask("test", campus, "duty") == "duty: taken\n"
        assert len(receiver.asked) == 1


def test_the_interface_says_how_it_goes_and_never_where(campus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Courier, "start", lambda _: None)  # it would try again, and what is asked about is of before
    with entered(create_app(campus), Role.ENGINEER) as client:
        answer = client.get("/api/v1/webhooks")
        duty, quiet = answer.json()
        assert (duty["state"], duty["last_fault"]["en"]) == (
            "retrying",
            "The receiver does not take it now (HTTP 500); it is tried again by itself.",
        )
        assert duty["last_success_at"] == "2026-03-10T04:00:00+00:00"
        assert quiet["last_fault"] is None
        letters = client.get("/api/v1/webhooks/letters", params={"hook": "duty"})
        [letter] = letters.json()
        assert (letter["kind"], letter["title"]["en"], letter["seq"]) == ("alarm.raised", "Smoke 2", 2)
        assert client.get("/api/v1/webhooks/letters", params={"hook": "quiet"}).json() == []
        for text in (answer.text, letters.text):
            assert "K3Y" not in text
            assert "robot.example" not in text


def test_without_hooks_there_is_nothing_to_say(tmp_path: Path) -> None:
    folder = small_campus().write(tmp_path)
    assert ask("list", folder) == ""
    assert ask("letters", folder) == ""
    assert not (folder / "live").exists()
