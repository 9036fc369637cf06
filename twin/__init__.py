"""The campus twin: from survey files to one layered 3D campus.

In a Python session::

    import twin
    campus = twin.open("my-campus")             # a folder, whether it is served or not
    campus = twin.connect("http://10.0.0.5:8050", key="env:TWIN_KEY")
    help(campus)                                # all that it can be asked

Where to start, by what you want to do:

- read a new file format        -> ``twin/readers/base.py``, then any file beside it
- say what a layer means        -> ``layers/`` (one file per layer)
- follow a build                -> ``twin/build/``
- ask a finished campus         -> ``twin/notebook/campus.py``, and what it stands on: ``twin/store/campus.py``
- compute something of it       -> ``twin/analysis/``
- say what a screen shows       -> ``twin/screens/shipped/`` and ``docs/screens.md``
- see the shapes parts share    -> ``twin/model/``
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twin.notebook.campus import Campus

__version__ = "0.1.0"


def open(folder: str | Path) -> Campus:
    """The campus in ``folder``, which was built at least once. Raises NotACampusError, NeverBuiltError.

    Reads files and nothing else, so it may be used while the campus is served, and of a copy of it anywhere.
    """
    import getpass

    from twin.notebook.campus import Campus
    from twin.notebook.folder import FolderSource

    return Campus(FolderSource(Path(folder), made_by=getpass.getuser()))


def connect(
    url: str, *, key: str | None = None, exactly: str | None = None, ca_file: str | Path | None = None
) -> Campus:
    """The campus that a server at ``url`` serves, asked with the same calls as one of ``open``.

    ``key``: what ``twin key add DIR NAME --scope see`` printed, or ``env:NAME`` or ``file:PATH`` that hold it; without
    one the environment's ``TWIN_KEY``. Persons are masked, and so is where exactly things lie underground, unless
    ``exactly`` gives a reason, which the server keeps, and the key has the scope ``underground``. To write layers back
    it needs the scope ``layers``. ``ca_file``: the authority of a server with a certificate of the house. Raises
    NoAccessError, RemoteUnreachableError.
    """
    from twin.notebook.campus import Campus
    from twin.notebook.server import ServerSource, key_of

    return Campus(
        ServerSource(url, key_of(key), exactly=exactly, ca_file=Path(ca_file) if ca_file is not None else None)
    )
