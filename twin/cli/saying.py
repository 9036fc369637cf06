"""What the command line prints: a line is one line, whatever text of others is in it. Commands print through this."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click
from rich.text import Text

from twin.model.text import json_visible, visible


def say(line: str, *, err: bool = False) -> None:
    """One line, in which nothing steers the terminal."""
    click.echo(visible(line), err=err)


def say_json(value: Any) -> None:
    """A document for programs, harmless on a terminal, too."""
    click.echo(json_visible(json.dumps(value, ensure_ascii=False, indent=2)))


def shown(text: str, style: str = "") -> Text:
    """A cell or line for rich: never its markup."""
    return Text(visible(text), style=style)


def shown_lines(texts: Iterable[str]) -> Text:
    """A cell of several lines."""
    return Text("\n").join(shown(one) for one in texts)
