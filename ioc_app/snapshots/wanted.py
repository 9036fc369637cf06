"""What a snapshot is to show, and on whose behalf."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import quote

from twin.errors import SnapshotSpanError
from twin.model.time import AsOf

Form = Literal["png", "pdf", "glb", "zip", "html"]
Style = Literal["dark", "light", "blue", "red_gold"]
Language = Literal["zh", "en"]

FORMS: Final[tuple[Form, ...]] = ("png", "pdf", "glb", "zip", "html")
LONGEST: Final = timedelta(days=31)
MOMENTS: Final = 120
_A_SCREEN: Final = 10  # numbers and panels of screens are recorded at every so many moments
LEAST_STEP: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """``since`` None: the one moment ``as_of.at``, else all from then until it.

    ``layers`` None: all that may be shown. ``exactly`` is the reason why what lies underground is in it, None: it is
    not. ``cleared``: whether names and plates may be read. ``view`` is as the app's link writes it.
    """

    as_of: AsOf
    by: str
    made_at: datetime
    since: datetime | None = None
    screens: tuple[str, ...] = ()
    layers: tuple[str, ...] | None = None
    view: str | None = None
    language: Language = "zh"
    style: Style = "dark"
    size_px: tuple[int, int] = (3840, 2160)
    most_moments: int = MOMENTS
    exactly: str | None = None
    cleared: bool = False

    def checked(self) -> Wanted:
        """Raises SnapshotSpanError."""
        since, at = self.since, self.as_of.at
        if at > self.made_at or (since is not None and not timedelta() < at - since <= LONGEST):
            raise SnapshotSpanError(
                since=since.isoformat() if since else at.isoformat(), at=at.isoformat(), days=LONGEST.days
            )
        return self

    def link(self) -> str:
        """What the app writes behind its address to show the same, known as it was then."""
        said = {
            "view": self.view if self.view and "," in self.view else None,
            "screen": self.screens[0] if self.screens else None,
            "at": self.as_of.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            "known": self.as_of.known_seq,
            "lang": self.language,
            "theme": self.style,
        }
        return "#" + "&".join(f"{name}={quote(str(one), safe=',:')}" for name, one in said.items() if one is not None)

    def moments(self) -> list[datetime]:
        """Those that are recorded: evenly through the interval, its first and its last among them."""
        return self._spread(self.most_moments)

    def screen_moments(self) -> list[datetime]:
        """The same of what screens say, which changes slower and takes longer."""
        return self._spread(max(2, self.most_moments // _A_SCREEN))

    def _spread(self, most: int) -> list[datetime]:
        end = self.as_of.at
        if self.since is None or self.since >= end:
            return [end]
        steps = max(1, min(most - 1, (end - self.since) // LEAST_STEP))
        between = [self.since + (end - self.since) * step / steps for step in range(1, steps)]
        return [self.since, *(_to_the_millisecond(one) for one in between), end]


def _to_the_millisecond(at: datetime) -> datetime:
    """A browser's time has no more."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def job_of(form: Form, wanted: Wanted) -> dict[str, Any]:
    """As JSON, for a process of its own."""
    said = asdict(wanted)
    times = {"at": wanted.as_of.at.isoformat(), "known_seq": wanted.as_of.known_seq}
    since = wanted.since.isoformat() if wanted.since else None
    return {"form": form, **said, "as_of": times, "made_at": wanted.made_at.isoformat(), "since": since}


def wanted_of(job: Mapping[str, Any]) -> tuple[Form, Wanted]:
    """The other way."""
    said = {name: one for name, one in job.items() if name != "form"}
    as_of = AsOf(datetime.fromisoformat(said.pop("as_of")["at"]), job["as_of"]["known_seq"])
    made_at, since = datetime.fromisoformat(said.pop("made_at")), said.pop("since")
    lists = {name: tuple(one) for name, one in said.items() if isinstance(one, list)}
    wanted = Wanted(as_of=as_of, made_at=made_at, **{**said, **lists})
    return job["form"], replace(wanted, since=datetime.fromisoformat(since) if since else None)
