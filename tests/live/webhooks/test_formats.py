"""What leaves: text that stays text, within the receiver's limits, signed as the receiver checks it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live.webhooks.hooked import alarm
from twin.errors import WebhookBusyError, WebhookRefusedError
from twin.live.webhooks.formats import Keys, asked_wait_s, dingtalk_url, fault_of, post_of, without_keys
from twin.live.webhooks.notice import Notice, notice_of
from twin.live.webhooks.plain import clipped, plain, unmarked
from twin.live.webhooks.settings import HookKind, HookSettings
from twin.model.entries import StoredEntry
from twin.model.text import Title
from twin.remote import Answer

AT = datetime(2026, 11, 26, 4, 0, 0, 123_000, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
WECOM = Keys("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa")
DINGTALK = Keys("https://oapi.dingtalk.com/robot/send?access_token=XXXXXX", "SECthis is a secret")
NAMES = {"building:lib:A1": "图书馆", "storey:lib:3F": "3F"}


def settings(kind: str = "wecom", **more: Any) -> HookSettings:
    return HookSettings(id="a", kind=HookKind(kind), url="env:A", secret=None if kind == "wecom" else "env:S", **more)


def notice(**more: Any) -> Notice:
    return notice_of(StoredEntry(7, AT, alarm(1, **more)), NAMES.get)


def content(hook: HookSettings, about: Notice) -> str:
    said = json.loads(post_of(about, hook, WECOM, AT, ZONE).body)
    text: str = said[said["msgtype"]]["content"]
    return text


def test_a_message_says_what_how_grave_where_why_and_when() -> None:
    assert content(settings(prefix="【滨江】"), notice()).splitlines() == [
        "【滨江】告警 · 重大 I",
        "烟雾报警 1",
        "图书馆 › 3F › 301 › SMK-001",
        "烟雾 12 %/m，限值 10 %/m",
        "2026-03-10 12:00:00",
    ]
    assert content(settings(language="en"), notice(level="C")).startswith("Alarm · C, ordinary IV\nSmoke 1\n")


def test_markdown_has_the_level_as_colour() -> None:
    first, *rest = content(settings(style="markdown"), notice()).splitlines()
    assert first == '**<font color="warning">告警 · 重大 I</font>**'
    assert all(one.startswith("> ") for one in rest)


def test_what_people_write_about_an_incident_stays_inside() -> None:
    for kind in ("alarm.commented", "incident.opened", "incident.suspended", "order.issued"):
        said = content(settings(), notice(kind=kind, text="张伟 13800000000", reason="李娜", said="王芳"))
        assert not any(one in said for one in ("张伟", "李娜", "王芳")), kind


def test_persons_and_attributes_stay_inside() -> None:
    more = {"author": "张伟", "assignee": "李娜", "attributes": {"driver": "王芳"}, "comment": "电话 13800000000"}
    for hook in (settings(), settings("dingtalk"), settings("generic")):
        post = post_of(notice(kind="incident.opened", **more), hook, DINGTALK, AT, ZONE)
        assert not {"张伟", "李娜", "王芳", "13800000000"} & set(re.findall(r"[\w]+", post.body.decode()))


@pytest.mark.parametrize(
    "body", ["", "[]", "null", "{", '{"title": 3, "text": [], "level": "z", "place": 4}', '{"level": {}}', "[" * 9000]
)
def test_whatever_a_body_holds_something_is_told(body: str) -> None:
    entry = replace(alarm(1, kind="incident.opened"), body=body)
    assert content(settings(), notice_of(StoredEntry(1, AT, entry), NAMES.get)).startswith("事件立案\nSMK-001\n")


HOSTILE = [
    ("@all 请点击", "＠all 请点击"),
    ("<@userid> <@all>", "<＠userid> <＠all>"),
    ("https://evil.com/x", "https：//evil. com/x"),
    ("www.evil.com", "www. evil. com"),
    ("evil。com evil．com", "evil. com evil. com"),
    ("10.1.2.3/login", "10.1.2. 3/login"),
    ("javascript:alert(1)", "javascript：alert(1)"),
    ("tel:110 mailto:a@b", "tel：110 mailto：a＠b"),
    ("a\nb\r\nc\td", "a b c d"),
    ("\u202egnp.exe\u202c\u2066x\u200b", "gnp. exex"),
    ("a\0b\x1b[31m", "ab[31m"),
    ("half \ud83d", "half ?"),
    ("值 4.25 升，EM-B01:power", "值 4.25 升，EM-B01:power"),
    ("z" + "\u0301" * 50, "z\u0301\u0301"),
]


@pytest.mark.parametrize(("said", "shown"), HOSTILE)
def test_text_of_others_is_text(said: str, shown: str) -> None:
    assert plain(said) == shown


LINK = re.compile(r"(?i)[a-z0-9][.。．｡][a-z]|://|\b(javascript|mailto|tel|data):|@")


@given(st.text(max_size=200) | st.sampled_from([one for one, _ in HOSTILE]))
def test_no_text_makes_a_link_a_mention_or_a_second_line(said: str) -> None:
    shown = plain(said)
    assert not LINK.search(shown)
    assert "\n" not in shown
    assert plain(shown) == shown
    assert not set(unmarked(said)) & set("<>[]`*#\\|")


@given(st.text(max_size=3000), st.text(max_size=3000), st.sampled_from(["text", "markdown"]))
def test_no_message_is_longer_than_the_receiver_takes(title: str, text: str, style: str) -> None:
    about = replace(notice(), title=Title(title, title), text=Title(text, text))
    said = content(settings(style=style), about)
    assert len(said.encode()) <= {"text": 2048, "markdown": 4096}[style]


@given(st.text(max_size=300), st.integers(200, 400))
def test_what_is_clipped_is_whole_characters(text: str, most: int) -> None:
    text = text.encode("utf-8", "replace").decode()
    found = clipped(text, most)
    assert len(found.encode()) <= most
    assert found == text or (found.endswith("…") and text.startswith(found[:-1]))


def test_dingtalk_gets_its_signature() -> None:
    """Made with another program: timestamp, line feed and secret, signed with the secret."""
    url = urlsplit(dingtalk_url(DINGTALK, AT))
    asked = parse_qs(url.query)
    assert asked["timestamp"] == ["1795665600123"]
    assert asked["access_token"] == ["XXXXXX"]
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here: nobody else can sign")
    text = f"1795665600123\n{DINGTALK.secret}".encode()
    made = subprocess.run(
        [openssl, "dgst", "-sha256", "-hmac", DINGTALK.secret, "-binary"], input=text, capture_output=True, check=True
    )
    assert asked["sign"] == [base64.b64encode(made.stdout).decode()]


def test_dingtalk_calls_nobody() -> None:
    said = json.loads(post_of(notice(), settings("dingtalk"), DINGTALK, AT, ZONE).body)
    assert said["at"] == {"isAtAll": False}


def test_a_program_gets_json_that_it_can_check() -> None:
    text = '<b>"12"</b> & http://a'
    about = replace(notice(), text=Title(text, text))
    post = post_of(about, settings("generic"), DINGTALK, AT, ZONE)
    expected = hmac.new(DINGTALK.secret.encode(), post.body, hashlib.sha256).hexdigest()
    assert post.headers["X-Twin-Signature"] == f"sha256={expected}"
    said = json.loads(post.body)
    assert (said["entry_id"], said["seq"], said["kind"]) == ("~alarm.raised-1", 7, "alarm.raised")
    assert said["text"]["en"] == text
    assert said["level"] == {"code": "major", "rank": 1, "title": {"zh": "重大", "en": "Major"}}
    assert said["place_ids"]["space_id"] == "space:lib:301"
    assert post.body == post_of(about, settings("generic"), DINGTALK, AT.replace(year=2027), ZONE).body


def test_json_fits_too() -> None:
    long = "长" * 2000
    about = replace(notice(), text=Title(long, long), title=Title(long, long), subject=long, place=long)
    post = post_of(about, settings("generic", most_bytes=4000), DINGTALK, AT, ZONE)
    assert len(post.body) <= 4000
    assert json.loads(post.body)["text"]["zh"].endswith("…")


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (200, b'{"errcode":0,"errmsg":"ok"}', None),
        (200, b'{"errcode":45009,"errmsg":"api freq out of limit"}', WebhookBusyError),
        (200, b'{"errcode":-1}', WebhookBusyError),
        (200, b'{"errcode":93000,"errmsg":"invalid webhook url"}', WebhookRefusedError),
        (200, b"<html>captive portal</html>", WebhookBusyError),
        (200, b'{"errcode":Infinity}', WebhookBusyError),
        (200, b"[1]", WebhookBusyError),
        (400, b"", WebhookRefusedError),
        (403, b"", WebhookRefusedError),
        (408, b"", WebhookBusyError),
        (429, b"", WebhookBusyError),
        (500, b"", WebhookBusyError),
        (503, b'{"errcode":0}', WebhookBusyError),
    ],
)
def test_what_an_answer_means(status: int, body: bytes, fault: type[Exception] | None) -> None:
    found = fault_of(Answer(status, {}, body), settings(), WECOM)
    assert (None if found is None else type(found)) is fault
    if status != 200:
        assert type(fault_of(Answer(status, {}, body), settings("generic"), WECOM)) is type(found)


def test_what_a_receiver_repeats_of_our_key_is_not_kept() -> None:
    said = f"bad key 693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa in {WECOM.url}"
    shown = without_keys(said, WECOM)
    assert "693a91f6" not in shown
    assert "cgi-bin" not in shown


@pytest.mark.parametrize(
    ("said", "wait_s"),
    [
        ("", 0),
        ("17", 17),
        ("999999999999", 3600),
        ("-1", 0),
        ("soon", 0),
        ("Thu, 26 Nov 2026 04:01:00 GMT", 59.877),
        ("Thu, 26 Nov 2020 04:01:00 GMT", 0),
        ("٣", 0),
    ],
)
def test_how_long_a_receiver_asks_to_wait(said: str, wait_s: float) -> None:
    assert asked_wait_s(Answer(429, {"retry-after": said}, b""), AT) == pytest.approx(wait_s)
