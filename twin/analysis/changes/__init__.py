"""What differs between two generations of a campus, layer by layer, feature by feature.

``changes_between`` compares; ``Changes.to_arrow`` is one table of all that is not the same (docs/resurvey.md).
"""

from twin.analysis.changes.layer import changes_of_layer
from twin.analysis.changes.pair import changes_between
from twin.analysis.changes.result import Change, Changes, LayerChanges

__all__ = ["Change", "Changes", "LayerChanges", "changes_between", "changes_of_layer"]
