"""What was freed goes back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

# each piece that stays holds back what was freed before it, until the library is asked to look
PIECES = """
import ctypes, os, threading
from twin.model.collecting import give_back, tables_like_all_else
tables_like_all_else()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
def take():
    pieces = [libc.malloc(8_000) for _ in range(2_000)]
    for one in pieces:
        ctypes.memset(one, 1, 8_000)
    for n, one in enumerate(pieces[:-1]):
        if n % 100:
            libc.free(one)
def held_mb():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
threads = [threading.Thread(target=take) for _ in range(4)]
for one in threads:
    one.start()
for one in threads:
    one.join()
before = held_mb()
give_back()
print(before - held_mb())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps them, and can be asked")
def test_pieces_that_were_freed_go_back() -> None:
    done = subprocess.run([sys.executable, "-c", PIECES], capture_output=True, text=True, check=True)
    assert float(done.stdout) > 40, "of 64 MB that four threads took and freed"
