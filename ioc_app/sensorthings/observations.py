"""Readings as Observations: pages out of the history, for one Datastream or for many at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pyarrow as pa

from ioc_app.sensorthings.asked import Options
from ioc_app.sensorthings.catalogue import Catalogue
from ioc_app.sensorthings.choosing import Page, ReadPath, page_of
from ioc_app.sensorthings.kinds import Entity
from ioc_app.sensorthings.windows import Window, window_of
from twin.errors import TooManyToLookThroughError
from twin.live.latest import Latest
from twin.model.time import AHEAD, END_OF_TIME, FIRST_MOMENT, microseconds, moment
from twin.store.history import History
from twin.store.reading_pages import Groups, Span, count_readings, first_readings, one_reading, reading_key

MOST_LOOKED: Final = 100_000
"""Readings that are compared one by one for one request, of all its Datastreams together."""
_TIME: Final = ("phenomenonTime",)
_WIDTHS: Final = (timedelta(hours=1), timedelta(hours=48), timedelta(days=64))


class Observations:
    """The readings up to a moment, of points that ``catalogue`` has."""

    def __init__(
        self, history: History, catalogue: Catalogue, latest: Mapping[str, Latest], now: datetime, read: ReadPath
    ) -> None:
        self._history, self._catalogue, self._latest, self._now = history, catalogue, latest, now
        self._read = read

    def get(self, id: str) -> Entity | None:
        """One by its id (``observation_id``)."""
        us, _, key = id.partition("@")
        try:
            at = moment(int(us))
        except (ValueError, OverflowError):
            return None
        if not FIRST_MOMENT <= at < END_OF_TIME or not key:
            return None
        found = [one for _, one in self._entities(one_reading(self._history, at, key))]
        return found[0] if found else None

    def pages(self, groups: Groups, options: Options) -> dict[str, Page]:
        """A page for each group of points, the newest first unless ``$orderby`` says otherwise."""
        window = window_of(options.filter, self._now)
        if window.stream is not None:
            groups = {name: [one for one in points if one == window.stream] for name, points in groups.items()}
        found = {name: Page([], count=0 if options.count else None) for name in groups}
        asked = {name: points for name, points in groups.items() if self._may_have_some(points, window)}
        if not asked or window.span.since >= window.span.until:
            return found
        whole = not self._is_by_time(options) or window.rest is not None
        return found | (self._looked(asked, window, options) if whole else self._first(asked, window, options))

    def _may_have_some(self, points: Sequence[str], window: Window) -> bool:
        """Points that never sent are not searched for, unless among what is ahead of its time."""
        ahead = window.span.until > self._now + AHEAD + timedelta(microseconds=1)
        return bool(points) and (ahead or any(one in self._latest for one in points))

    def _first(self, groups: Groups, window: Window, options: Options) -> dict[str, Page]:
        """Where only time chooses and orders, the history gives no more rows than are needed."""
        newest = not options.order or options.order[0].falls
        end = options.skip + options.top
        rows: dict[str, list[Entity]] = {name: [] for name in groups}
        if options.top:
            rows |= self._newest(groups, window.span, end + 1) if newest else self._oldest(groups, window.span, end + 1)
        counts = count_readings(self._history, groups, window.span) if options.count else {}
        return {
            name: Page(found[options.skip : end], len(found) > end, counts.get(name)) for name, found in rows.items()
        }

    def _oldest(self, groups: Groups, span: Span, need: int) -> dict[str, list[Entity]]:
        return self._rows(first_readings(self._history, groups, span, need, newest=False), groups)

    def _newest(self, groups: Groups, span: Span, need: int) -> dict[str, list[Entity]]:
        """In wider and wider spans before the newest of all, until each group has enough or nothing is older."""
        found: dict[str, list[Entity]] = {}
        pending = dict(groups)
        for since in self._beginnings(groups, span):
            table = first_readings(self._history, pending, replace(span, since=since), need, newest=True)
            for name, rows in self._rows(table, pending).items():
                if len(rows) >= need or since == span.since:
                    found[name] = rows
                    del pending[name]
            if not pending:
                break
        return found

    def _beginnings(self, groups: Groups, span: Span) -> Iterator[datetime]:
        known = [self._latest[one].observed_at for points in groups.values() for one in points if one in self._latest]
        anchor = min(span.until, max(known, default=span.until))
        for width in _WIDTHS:
            if anchor - width > span.since:
                yield anchor - width
        yield span.since

    def _looked(self, groups: Groups, window: Window, options: Options) -> dict[str, Page]:
        """Where more than time chooses or orders, row after row is looked at, up to a bound."""
        most = MOST_LOOKED // len(groups)
        rest = replace(options, filter=window.rest)
        for since in self._beginnings(groups, window.span) if self._stops_early(options) else [window.span.since]:
            table = first_readings(self._history, groups, replace(window.span, since=since), most + 1, newest=True)
            rows = self._rows(table, groups)
            pages = {name: page_of(found, rest, self._read) for name, found in rows.items()}
            if self._stops_early(options) and all(one.more for one in pages.values()):
                break  # what is older comes after these
            if any(len(one) > most for one in rows.values()):
                raise TooManyToLookThroughError(most=MOST_LOOKED)
        return pages

    def _stops_early(self, options: Options) -> bool:
        newest = not options.order or options.order[0].falls
        return newest and self._is_by_time(options) and not options.count

    def _is_by_time(self, options: Options) -> bool:
        return not options.order or (len(options.order) == 1 and options.order[0].path.steps == _TIME)

    def _rows(self, table: pa.Table, groups: Groups) -> dict[str, list[Entity]]:
        found: dict[str, list[Entity]] = {name: [] for name in groups}
        for part, entity in self._entities(table):
            found[part].append(entity)
        return found

    def _entities(self, table: pa.Table) -> Iterator[tuple[str, Entity]]:
        known = set(self._catalogue.points())
        for batch in table.to_batches(max_chunksize=4096):
            for row in batch.to_pylist():
                if row["point_id"] in known:
                    yield row["part"], self._entity(row)

    def _entity(self, row: Mapping[str, Any]) -> Entity:
        point, at, value = row["point_id"], row["observed_at"].astimezone(UTC), row["value"]
        said = {
            "phenomenonTime": at,
            "result": value if value is not None and math.isfinite(value) else None,
            "resultTime": row["received_at"].astimezone(UTC),
            "resultQuality": row["quality"],
        }
        one = {"Datastream": point, "FeatureOfInterest": self._catalogue.place_of(point)}
        return Entity("Observations", f"{microseconds(at)}@{reading_key(point, at, row['message_id'])}", said, one)
