"""Starts a reader without pandas: Arrow would load it, 45 MB a process, and nothing that a reader does needs it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class WithoutPandas(MetaPathFinder):
    """As if it were not installed; Arrow takes that as it is."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname == "pandas":
            raise ModuleNotFoundError("a reader has no pandas", name=fullname)
        return None


if __name__ == "__main__":
    sys.meta_path.insert(0, WithoutPandas())
    from twin.screens.child import main

    main()
