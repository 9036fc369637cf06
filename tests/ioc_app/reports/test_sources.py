"""A report asks the same question once: its screens share numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from ioc_app.reports.sources import Making
from twin.screens.question import Answer, Question
from twin.screens.said import Window

AT = datetime(2026, 11, 26, 16, tzinfo=UTC)


class Asked:
    def __init__(self) -> None:
        self.questions: list[Question] = []

    def answer(self, question: Question) -> Answer:
        self.questions.append(question)
        return Answer(("n",), [{"n": len(self.questions)}])


def test_the_same_question_is_asked_once() -> None:
    asked = Asked()
    sources: Any = SimpleNamespace(asked=asked)
    wanted: Any = SimpleNamespace(known_seq=7, cleared=False)
    making, another = Making(sources, wanted), Making(sources, wanted)
    first = making.ask("SELECT 1 AS n", Window.DAY, AT)
    assert making.ask("SELECT 1 AS n", Window.DAY, AT) is first
    assert making.ask("SELECT 1 AS n", Window.WEEK, AT) is not first
    assert making.ask("SELECT 1 AS n", Window.DAY, AT, most_rows=1) is not first
    assert another.ask("SELECT 1 AS n", Window.DAY, AT) is not first
    assert len(set(asked.questions)) == 3
    assert len(asked.questions) == 4
