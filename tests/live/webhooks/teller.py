"""The process that is killed: writes alarms into the journal and tells of them.

``python -m tests.live.webhooks.teller CAMPUS FIRST`` says ``acked NUMBER`` for each alarm that is on disk.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

from tests.live.webhooks.hooked import alarm
from twin.live.disk_watch import DiskWatch
from twin.live.group_commit import GroupCommit
from twin.live.journal import Journal
from twin.live.webhooks.running import Webhooks
from twin.store.journal_reader import JournalReader


def main(campus: Path, number: int) -> None:
    with Journal(campus) as journal:
        hooks = Webhooks(campus, JournalReader(campus))
        hooks.start()
        disk = DiskWatch(campus, min_free_bytes=0)
        with GroupCommit(journal, disk=disk, on_committed=lambda _: hooks.wake()) as commit:
            while True:
                commit.submit([alarm(number)]).result()
                os.write(sys.stdout.fileno(), f"acked {number}\n".encode())
                number += 1
                time.sleep(random.uniform(0, 0.02))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
