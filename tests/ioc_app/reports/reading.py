"""A report as a reader sees it: its text, and the cells of its tables below their headings."""

from __future__ import annotations

from html.parser import HTMLParser


class ReadReport(HTMLParser):
    """``rows`` are the cells of every table line; ``tags`` every element that is there."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.rows: list[list[str]] = []
        self._words: list[str] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._inside = True
        elif tag == "small" and self._inside:
            self.rows[-1][-1] += "|"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._inside = False

    def handle_data(self, data: str) -> None:
        self._words.append(data)
        if self._inside:
            self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        return "\n".join(self._words)

    def row(self, first: str) -> list[str]:
        """The one line whose first cell begins so."""
        [found] = [one for one in self.rows if one and one[0].startswith(first)]
        return found
