"""``config/webhooks.toml`` is read strictly, and no key stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live.webhooks.hooked import write_config
from twin.errors import ConfigError
from twin.live.webhooks.settings import HookKind, Style, load_webhook_settings, robots

WECOM = '[[hooks]]\nid = "a"\nkind = "wecom"\nurl = "env:A"\n'


def test_without_a_file_there_are_no_hooks(tmp_path: Path) -> None:
    assert load_webhook_settings(tmp_path).hooks == []


def test_a_hook_says_little_and_has_the_numbers_of_its_kind(tmp_path: Path) -> None:
    write_config(tmp_path, WECOM)
    [hook] = load_webhook_settings(tmp_path).hooks
    assert hook.robot().per_minute == robots()[HookKind.WECOM].per_minute
    assert hook.robot().most_bytes == {Style.TEXT: 2048}
    assert hook.tells_of("alarm.raised")
    assert not hook.tells_of("alarm.refreshed")
    assert not hook.tells_of("reading")


def test_its_own_numbers_go_before(tmp_path: Path) -> None:
    write_config(tmp_path, WECOM + 'per_minute = 3\nmost_bytes = 300\nbusy = []\nstyle = "markdown"\n')
    [hook] = load_webhook_settings(tmp_path).hooks
    assert (hook.robot().per_minute, hook.robot().most_bytes, hook.robot().busy) == (3, {Style.MARKDOWN: 300}, [])


def test_kinds_may_end_in_a_star(tmp_path: Path) -> None:
    write_config(tmp_path, WECOM + 'entries = ["incident.*", "alarm.cleared"]\n')
    [hook] = load_webhook_settings(tmp_path).hooks
    told = {one for one in ("incident.opened", "incidental.x", "alarm.cleared", "alarm.raised") if hook.tells_of(one)}
    assert told == {"incident.opened", "alarm.cleared"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"', r"hooks\[a\]\.url"),
        ('entries = ["*"]', "no kind of entry"),
        ('entries = ["reading"]', "no kind of entry"),
        ("entries = []", r"hooks\[a\]\.entries"),
        ('at_least = "D"', r"hooks\[a\]\.at_least"),
        ('style = "json"', "style of wecom"),
        ('secret = "env:S"', "takes no signature"),
        ("everybody = true", r"hooks\[a\]\.everybody"),
        ("attempts = 0", r"hooks\[a\]\.attempts"),
        (WECOM, "two hooks have the id"),
    ],
)
def test_a_mistake_is_a_line(tmp_path: Path, line: str, said: str) -> None:
    kept = "\n".join(one for one in WECOM.splitlines() if not line.startswith(one.partition(" ")[0] + " "))
    write_config(tmp_path, kept + "\n" + line + "\n")
    with pytest.raises(ConfigError, match=said):
        load_webhook_settings(tmp_path)


def test_a_generic_hook_signs(tmp_path: Path) -> None:
    write_config(tmp_path, WECOM.replace("wecom", "generic"))
    with pytest.raises(ConfigError, match="signs what it sends"):
        load_webhook_settings(tmp_path)
