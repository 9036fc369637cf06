"""How many examples a property test tries: all in the slow set, a fifth in an ordinary run, others each time."""

from __future__ import annotations

import os
from typing import Final

from tests.run import THOROUGH

LEAST: Final = 8


def examples(all_of_them: int) -> int:
    return all_of_them if THOROUGH in os.environ else max(LEAST, all_of_them // 5)
