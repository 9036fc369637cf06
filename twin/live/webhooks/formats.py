"""A notice in the form that each receiver takes, and what its answer means.

WeCom: https://developer.work.weixin.qq.com/document/path/91770. DingTalk: custom robots, text with 加签. Generic: JSON
whose bytes are signed with HMAC-SHA256.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import parse_qsl, quote_plus, urlsplit
from zoneinfo import ZoneInfo

from twin.errors import TwinError, WebhookBusyError, WebhookRefusedError
from twin.live.webhooks.notice import Notice
from twin.live.webhooks.plain import clipped, plain, unmarked
from twin.live.webhooks.settings import HookKind, HookSettings, Style
from twin.model.levels import LEVELS
from twin.model.live import Level
from twin.remote import Answer

LONGEST_WAIT_S: Final = 3600.0  # whatever a receiver asks for
BUSY: Final = frozenset({408, 425, 429})
# the three colours that WeCom's Markdown has
_COLOURS: Final = {Level.MAJOR: "warning", Level.A: "warning", Level.B: "info", Level.C: "comment"}


@dataclass(frozen=True, slots=True)
class Post:
    """What is sent. ``url`` holds a key."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Keys:
    """What of a hook is secret."""

    url: str
    secret: str = ""


def post_of(notice: Notice, hook: HookSettings, keys: Keys, at: datetime, timezone: ZoneInfo) -> Post:
    """``at`` is the time of sending, which DingTalk wants signed."""
    style = hook.style_in_use()
    content = _CONTENTS[style](notice, hook, timezone)
    if hook.kind is HookKind.GENERIC:
        return _signed_json(content, notice, keys)
    content = clipped(content, hook.robot().most_bytes[style])
    if hook.kind is HookKind.WECOM:
        return _json(keys.url, {"msgtype": style.value, style.value: {"content": content}})
    said = {"msgtype": "text", "text": {"content": content}, "at": {"isAtAll": False}}
    return _json(dingtalk_url(keys, at) if keys.secret else keys.url, said)


def dingtalk_url(keys: Keys, at: datetime) -> str:
    """The address with the milliseconds of sending, signed with the robot's secret."""
    stamp = round(at.timestamp() * 1000)
    signed = hmac.digest(keys.secret.encode(), f"{stamp}\n{keys.secret}".encode(), hashlib.sha256)
    joint = "&" if urlsplit(keys.url).query else "?"
    return f"{keys.url}{joint}timestamp={stamp}&sign={quote_plus(base64.b64encode(signed))}"


def _signed_json(content: str, notice: Notice, keys: Keys) -> Post:
    post = _json(keys.url, json.loads(content))
    signature = hmac.new(keys.secret.encode(), post.body, hashlib.sha256).hexdigest()
    own = {"X-Twin-Signature": f"sha256={signature}", "X-Twin-Kind": notice.kind, "X-Twin-Seq": str(notice.seq)}
    return Post(post.url, {**post.headers, **own}, post.body)


def _json(url: str, said: Any) -> Post:
    body = json.dumps(said, ensure_ascii=False).encode()
    return Post(url, {"Content-Type": "application/json; charset=utf-8"}, body)


def _lines(notice: Notice, hook: HookSettings, timezone: ZoneInfo, written: Callable[[str], str]) -> list[str]:
    """Heading, title, place, reason, time; empty ones are left out."""
    language = hook.language
    level = _level(notice.level, language)
    heading = written(hook.prefix) + " · ".join(one for one in (written(notice.word(language)), level) if one)
    title, text = (written(getattr(one, language)) for one in (notice.title, notice.text))
    at = datetime.fromisoformat(notice.occurred_at).astimezone(timezone).strftime("%Y-%m-%d %H:%M:%S")
    about = title or written(notice.subject)
    return [heading, *(one for one in (about, written(notice.place), text if text != title else "", at) if one)]


def _level(level: str | None, language: str) -> str:
    if level is None:
        return ""
    sign = LEVELS[Level(level)]
    return f"{getattr(sign.title, language)} {sign.numeral}"


def _text(notice: Notice, hook: HookSettings, timezone: ZoneInfo) -> str:
    return "\n".join(_lines(notice, hook, timezone, plain))


def _markdown(notice: Notice, hook: HookSettings, timezone: ZoneInfo) -> str:
    heading, *rest = _lines(notice, hook, timezone, unmarked)
    colour = _COLOURS[Level(notice.level)] if notice.level else "comment"
    return "\n".join([f'**<font color="{colour}">{heading}</font>**', *(f"> {one}" for one in rest)])


def _as_json(notice: Notice, hook: HookSettings, _timezone: ZoneInfo) -> str:
    """As it is: in JSON text is text. What is too long for the receiver loses its texts' ends."""
    most = hook.robot().most_bytes[Style.JSON]
    sign = LEVELS[Level(notice.level)] if notice.level else None
    level = {"code": notice.level, "rank": sign.rank, "title": sign.title.to_dict()} if sign else None
    said = {**asdict(notice), "level": level, "language": hook.language}
    raw = json.dumps(said, ensure_ascii=False)
    if len(raw.encode()) > most:
        texts = {key: {one: clipped(text, most // 16) for one, text in said[key].items()} for key in ("title", "text")}
        short = {key: clipped(said[key], most // 16) for key in ("subject", "place")}
        raw = json.dumps({**said, **texts, **short}, ensure_ascii=False)
    return raw


_CONTENTS: Final[dict[Style, Callable[[Notice, HookSettings, ZoneInfo], str]]] = {
    Style.TEXT: _text,
    Style.MARKDOWN: _markdown,
    Style.JSON: _as_json,
}


def fault_of(answer: Answer, hook: HookSettings, keys: Keys) -> TwinError | None:
    """None where the receiver has it, WebhookBusyError where it asks to try again, WebhookRefusedError for good."""
    status = answer.status
    if status in BUSY or status >= 500:
        return WebhookBusyError(detail=f"HTTP {status}")
    if status >= 300:
        return WebhookRefusedError(detail=f"HTTP {status}")
    return None if hook.kind is HookKind.GENERIC else _robot_fault(answer.body, hook, keys)


def _robot_fault(body: bytes, hook: HookSettings, keys: Keys) -> TwinError | None:
    """Robots answer 200 to everything and say in the body what they think."""
    try:
        said = json.loads(body)
        code, message = int(said["errcode"]), str(said.get("errmsg", ""))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return WebhookBusyError(detail="HTTP 200, but not the answer of a robot")
    if code == 0:
        return None
    detail = f"errcode {code} {without_keys(message, keys)}".strip()
    return WebhookBusyError(detail=detail) if code in hook.robot().busy else WebhookRefusedError(detail=detail)


def without_keys(text: str, keys: Keys) -> str:
    """What a receiver says, without what it repeats of our address."""
    parts = urlsplit(keys.url)
    hidden = [keys.url, parts.query, parts.path, keys.secret, *(value for _, value in parse_qsl(parts.query))]
    for one in sorted((one for one in hidden if len(one) > 3), key=len, reverse=True):
        text = text.replace(one, "…")
    return clipped(plain(text), 200)


def asked_wait_s(answer: Answer, now: datetime) -> float:
    """``Retry-After`` in seconds (RFC 9110: a number or a date), an hour at most; 0 where none is asked."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said), LONGEST_WAIT_S)
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return 0.0
    wait_s = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    return min(max(wait_s, 0.0), LONGEST_WAIT_S)
