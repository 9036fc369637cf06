"""What an ordinary run leaves to other days comes on one of them, and the slow set leaves nothing."""

from __future__ import annotations

import pytest

from tests.examples import of_today
from tests.run import DAY, THOROUGH


@pytest.mark.parametrize(("cases", "count"), [(12, 4), (5, 2), (7, 3), (9, 1)])
def test_all_cases_come_within_as_many_days(monkeypatch: pytest.MonkeyPatch, cases: int, count: int) -> None:
    monkeypatch.delenv(THOROUGH, raising=False)
    seen: set[int] = set()
    for day in range(739_000, 739_000 + cases):
        monkeypatch.setenv(DAY, str(day))
        tried = of_today(range(cases), count)
        assert len(set(tried)) == count
        seen.update(tried)
    assert seen == set(range(cases))


def test_the_slow_set_tries_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THOROUGH, "1")
    assert list(of_today(range(12), 4)) == list(range(12))
    monkeypatch.delenv(THOROUGH)
    assert list(of_today(range(3), 4)) == list(range(3))
