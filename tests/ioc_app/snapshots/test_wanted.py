"""What is asked for: its moments, its address in the app, its way into a process of its own and back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ioc_app.snapshots.pictures import view_of
from ioc_app.snapshots.wanted import MOMENTS, Wanted, job_of, wanted_of
from tests.examples import examples
from twin.errors import SnapshotSpanError
from twin.model.time import AsOf
from twin.render import View

AT = datetime(2026, 11, 26, 6, 20, 0, 250_000, tzinfo=UTC)
WANTED = Wanted(AsOf(AT, 812), "李工", AT + timedelta(hours=1), screens=("energy",), view="1,2,3,4,5,6", language="zh")


@settings(max_examples=examples(60))
@given(st.integers(1, 40 * 86_400), st.integers(2, 200))
def test_moments_go_evenly_from_the_first_to_the_last(seconds: int, most: int) -> None:
    found = replace(WANTED, since=AT - timedelta(seconds=seconds), most_moments=most).moments()
    steps = {round((after - before).total_seconds(), 3) for before, after in pairwise(found)}
    assert (found[0], found[-1]) == (AT - timedelta(seconds=seconds), AT)
    assert len(found) <= most
    assert max(steps) - min(steps) <= 0.002
    assert min(steps) >= 1


def test_without_a_beginning_it_is_one_moment() -> None:
    assert WANTED.moments() == [AT]
    assert len(replace(WANTED, since=AT - timedelta(days=1)).moments()) == MOMENTS


@pytest.mark.parametrize("since", [AT, AT + timedelta(seconds=1), AT - timedelta(days=32)])
def test_a_span_must_be_one(since: datetime) -> None:
    with pytest.raises(SnapshotSpanError, match="no span"):
        replace(WANTED, since=since).checked()


def test_nothing_is_shown_of_what_has_not_come() -> None:
    with pytest.raises(SnapshotSpanError):
        replace(WANTED, made_at=AT - timedelta(seconds=1)).checked()


def test_the_address_says_the_moment_what_was_known_and_where_one_stood() -> None:
    said = {name: one[0] for name, one in parse_qs(WANTED.link().removeprefix("#")).items()}
    assert said == {
        "view": "1,2,3,4,5,6",
        "screen": "energy",
        "at": "2026-11-26T06:20:00.250Z",
        "known": "812",
        "lang": "zh",
        "theme": "dark",
    }
    assert "view" not in replace(WANTED, view="top").link()


def test_a_job_is_the_same_on_the_other_side() -> None:
    one = replace(WANTED, since=AT - timedelta(minutes=5), layers=("buildings",), exactly="开挖", size_px=(800, 600))
    for wanted in (WANTED, one):
        assert wanted_of(json.loads(json.dumps(job_of("png", wanted)))) == ("png", wanted)


def test_a_view_is_read_as_the_app_writes_it() -> None:
    assert view_of("1,2,103,1,2,0,p80") == View((1, 2, 103), (1, 2, 0), 80)
    assert view_of("top") == "top"
    assert view_of("1,2,3,4,5,6") == "1,2,3,4,5,6"  # the renderer's own form
