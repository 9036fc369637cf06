"""What a foreign file can break is the child: it spins, eats memory, fills the disk, dies, and we say so in one line.

The misbehaving readers come in through the public door, an installed distribution with an entry point.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from layers import registry
from twin.crs import CampusFrame
from twin.errors import MissingCrsError, ReaderCrashError, ReaderLimitError, SourceUnreadableError
from twin.readers import load_reader, reader_names
from twin.readers.base import Source
from twin.readers.sandbox import Worker

READERS = {
    "spin": "while True: pass",
    "eat": "x = bytearray(4 * 2**30)",
    "fill": "(out.folder / 'big').write_bytes(bytes(3 * 2**20))",
    "die": "import os; os.kill(os.getpid(), 11)",
    "leave": "import os; os._exit(3)",
    "raise_ours": "raise MissingCrsError(path=source.path)",
    "raise_other": "raise ValueError('first line\\nsecond line')",
    "miscount": "return ReadReport(found=3, kept=1)",
    "chatter": "print('x' * 100000); import os; os.write(1, b'noise\\n'); return ReadReport(found=1, kept=1)",
}

BODY = """
from twin.errors import MissingCrsError
from twin.readers.base import Inspection, ReadReport

class Reader:
    name = "{name}"
    version = 1
    suffixes = (".{name}",)
    options = {{}}
    def supports(self, path): return path.suffix == ".{name}"
    def companions(self, path): return []
    def inspect(self, path): return Inspection(layers=("surface",), notes=("seen",))
    def read(self, source, out):
        {code}
"""


@pytest.fixture
def plugged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path with one distribution that plugs all of ``READERS`` in."""
    site = tmp_path / "site"
    metadata = site / "misbehaving-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: misbehaving\nVersion: 1.0\n")
    lines = "\n".join(f"{name} = misbehaving_{name}:Reader" for name in READERS)
    (metadata / "entry_points.txt").write_text(f"[campus_twin.readers]\n{lines}\n")
    for name, code in READERS.items():
        (site / f"misbehaving_{name}.py").write_text(textwrap.dedent(BODY).format(name=name, code=code))
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.syspath_prepend(str(site))
    return tmp_path


@pytest.fixture
def worker() -> Iterator[Worker]:
    with Worker({"cpu_s": 2, "memory_mb": 1500, "file_mb": 1}) as one:
        yield one


def attempt(worker: Worker, folder: Path, name: str) -> dict[str, object]:
    path = folder / f"survey.{name}"
    path.write_text("x")
    out = folder / "out"
    out.mkdir(exist_ok=True)
    source = Source(key="s", path=path, campus=CampusFrame("EPSG:4549", "EPSG:5737"))
    return worker.read(name, source, out, registry())


def test_a_plugged_reader_is_a_reader(plugged: Path) -> None:
    assert "spin" in reader_names()
    assert load_reader("spin").supports(plugged / "a.spin")


@pytest.mark.parametrize(
    ("name", "fault", "words"),
    [
        ("spin", ReaderLimitError, "CPU 2 s"),
        ("eat", ReaderLimitError, "memory 1500 MB"),
        ("fill", (ReaderLimitError, SourceUnreadableError), r"file size|File too large"),
        ("die", ReaderCrashError, "SIGSEGV"),
        ("leave", ReaderCrashError, "exit 3"),
        ("raise_ours", MissingCrsError, r"survey\.raise_ours"),
        ("raise_other", SourceUnreadableError, "ValueError: first line"),
        ("miscount", SourceUnreadableError, "found 3 != kept 1"),
    ],
)
def test_one_line_and_the_worker_lives_on(
    plugged: Path, worker: Worker, name: str, fault: type[Exception], words: str
) -> None:
    with pytest.raises(fault, match=words) as caught:
        attempt(worker, plugged, name)
    assert "\n" not in str(caught.value)
    assert worker.inspect("chatter", plugged / "a.chatter").notes == ("seen",)


def test_what_libraries_print_is_not_an_answer(plugged: Path, worker: Worker) -> None:
    assert attempt(worker, plugged, "chatter")["kept"] == 1
