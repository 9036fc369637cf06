"""What of a file of readings was refused: as dead letters, and as the text that lies beside the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twin.errors import FileCounts, MoreRowsRefusedError, RowFault, RowRefusedError, TwinError
from twin.live.messages import Refused


def letters_of(name: str, refused: Sequence[dict[str, Any]], counts: FileCounts) -> list[Refused]:
    """A letter for each refused reading, its row in it; one for all those that the reader did not tell one by one."""
    letters = [
        Refused(one["row"] - 1, RowRefusedError(file=name, why=_fault(one), counts=counts), one["raw"])
        for one in refused
    ]
    if (more := counts.refused - len(letters)) > 0:
        letters.append(Refused(0, MoreRowsRefusedError(file=name, number=more, counts=counts), name))
    return letters


def told(name: str, refused: Sequence[dict[str, Any]], counts: FileCounts) -> str:
    """Lines for people: the sum, then reading by reading, in Chinese and again in English."""
    faults = [_fault(one) for one in refused]
    more = counts.refused - len(faults)
    lines: list[str] = []
    for language in ("zh", "en"):
        lines += [f"{name}{'：' if language == 'zh' else ': '}{counts.text(language)}"]
        lines += [one.text(language) for one in faults]
        lines += [MoreRowsRefusedError(file=name, number=more, counts=counts).text(language)] if more else []
        lines += [""]
    return "\n".join(lines)


def called(fault: TwinError, name: str) -> TwinError:
    """The same fault of a file that is called by its name: where it lay is nobody's business."""
    if "path" not in fault.params:
        return fault
    said = fault.to_dict()
    return TwinError.from_dict({**said, "params": {**said["params"], "path": name}})


def _fault(one: dict[str, Any]) -> RowFault:
    return RowFault(one["row"], one["reason"], one["params"])
