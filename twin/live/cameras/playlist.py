"""HLS playlists (RFC 8216) handed on: every address leads back through us, none out of the camera's folder."""

from __future__ import annotations

import posixpath
import re
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from twin.errors import BadAddressError, CameraAnswerError, UnknownPathError
from twin.live.cameras.kinds import PARTS, ending
from twin.remote import Origin

# no empty step, none that begins with a dot; no sign that a server may read as something else (%2e, ..;, \)
_STEP: Final = re.compile(r"[\w~!$()+,=:@-][\w.~!$()+,=:@-]*")
_QUERY: Final = re.compile(r"[\w.~!$'()*+,:@/?=&%-]{0,1000}", re.ASCII)
_URI: Final = re.compile(r'(URI=")([^"]*)(")')
LONGEST: Final = 500


def address_in(playlist_url: str, path: str, query: str = "") -> str:
    """Where a path below the folder of the playlist leads; the playlist itself for none. Raises UnknownPathError."""
    if not path:
        return playlist_url
    steps = path.split("/")
    if len(path) > LONGEST or not all(_STEP.fullmatch(one) for one in steps) or ending(path) not in PARTS:
        raise UnknownPathError()
    if not _QUERY.fullmatch(query):
        raise UnknownPathError()
    return folder_of(playlist_url) + "/".join(quote(one) for one in steps) + (f"?{query}" if query else "")


def folder_of(url: str) -> str:
    """The address up to its last slash."""
    bare = url.partition("?")[0]
    return bare[: bare.rindex("/") + 1] if urlsplit(bare).path else bare + "/"


def rewritten(text: str, base_url: str, own_url: str) -> str:
    """The playlist that lies at ``own_url`` with addresses relative to it. Raises CameraAnswerError if one leads out.

    ``base_url`` is the folder that nothing may leave.
    """

    def led_back(address: str) -> str:
        try:
            return _relative(urljoin(own_url, address.strip()), base_url, own_url)
        except (ValueError, BadAddressError) as fault:
            raise CameraAnswerError(detail="there is no address where its playlist has one") from fault

    lines = []
    for line in text.splitlines():
        if line.startswith("#"):
            lines.append(_URI.sub(lambda found: found[1] + led_back(found[2]) + found[3], line))
        else:
            lines.append(led_back(line) if line.strip() else "")
    return "\n".join(lines) + "\n"


def _relative(address: str, base_url: str, own_url: str) -> str:
    where = urlsplit(address)
    base, own = urlsplit(base_url), urlsplit(own_url)
    if where.scheme not in ("http", "https") or Origin.of(address) != Origin.of(base_url):
        raise CameraAnswerError(detail="its playlist leads to another server")
    path = unquote(where.path)
    below = path.removeprefix(unquote(base.path))
    if below == path or not all(_STEP.fullmatch(one) for one in below.split("/")) or ending(below) not in PARTS:
        raise CameraAnswerError(detail="its playlist leads out of its folder")
    found = quote(posixpath.relpath(path, posixpath.dirname(unquote(own.path)) or "/"))
    return found + (f"?{where.query}" if where.query else "")
