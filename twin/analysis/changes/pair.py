"""Two generations of one campus."""

from __future__ import annotations

import pyarrow as pa

from twin.analysis.changes.layer import changes_of_layer
from twin.analysis.changes.result import Changes
from twin.errors import GenerationsApartError
from twin.model.feature import COMMON
from twin.store.campus import Generation
from twin.store.secrecy import masked


def changes_between(old: Generation, new: Generation, *, exactly: bool = True) -> Changes:
    """What became of every feature from ``old`` to ``new``, layers in the order of the newer one.

    Unless ``exactly``, what lies underground is compared as it is told (``Generation.told``): on a grid, without
    levels, so that the difference of two secrets tells neither. Raises GenerationsApartError for campuses whose CRS or
    height datum was changed between the two.
    """
    said = (old.manifest.crs, old.manifest.vertical_datum), (new.manifest.crs, new.manifest.vertical_datum)
    if said[0] != said[1]:
        raise GenerationsApartError(old=old.number, new=new.number, was=" + ".join(said[0]), now=" + ".join(said[1]))
    names = [*new.layer_ids(), *(one for one in old.layer_ids() if one not in new.layer_ids())]
    secret = set() if exactly else _underground(old) | _underground(new)
    layers = [changes_of_layer(one, _told(old, one, secret), _told(new, one, secret)) for one in names]
    return Changes(old.number, new.number, new.manifest.crs, tuple(layers))


def _underground(generation: Generation) -> set[str]:
    return {name for name, one in generation.definitions.items() if one.underground}


def _told(generation: Generation, layer_id: str, secret: set[str]) -> pa.Table:
    if layer_id not in generation.manifest.layers:
        return COMMON.empty_table()
    table = generation.told(layer_id, exactly=layer_id not in secret)
    # a layer that was declared to lie underground only in the other generation is masked in both
    return masked(table) if layer_id in secret - _underground(generation) else table
