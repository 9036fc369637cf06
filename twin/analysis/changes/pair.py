"""Two generations of one campus."""

from __future__ import annotations

import pyarrow as pa

from twin.analysis.changes.layer import changes_of_layer
from twin.analysis.changes.masking import as_told
from twin.analysis.changes.result import Changes
from twin.errors import GenerationsApartError
from twin.model.feature import COMMON
from twin.store.campus import Generation


def changes_between(old: Generation, new: Generation, *, exactly: bool = True) -> Changes:
    """What became of every feature from ``old`` to ``new``, layers in the order of the newer one.

    What became of a thing is the same for everybody; unless ``exactly``, values and places of what lies underground are
    left out (``as_told``). Raises GenerationsApartError for campuses whose CRS or height datum was changed between the
    two.
    """
    said = (old.manifest.crs, old.manifest.vertical_datum), (new.manifest.crs, new.manifest.vertical_datum)
    if said[0] != said[1]:
        raise GenerationsApartError(old=old.number, new=new.number, was=" + ".join(said[0]), now=" + ".join(said[1]))
    names = [*new.layer_ids(), *(one for one in old.layer_ids() if one not in new.layer_ids())]
    # what only one of them declares to lie underground, too
    secret = set() if exactly else _underground(old) | _underground(new)
    compared = (changes_of_layer(one, _table(old, one), _table(new, one)) for one in names)
    layers = (as_told(one) if one.layer_id in secret else one for one in compared)
    return Changes(old.number, new.number, new.manifest.crs, tuple(layers))


def _underground(generation: Generation) -> set[str]:
    return {name for name, one in generation.definitions.items() if one.underground}


def _table(generation: Generation, layer_id: str) -> pa.Table:
    return generation.table(layer_id) if layer_id in generation.manifest.layers else COMMON.empty_table()
