"""The fields of a layer, wherever they are kept."""

from __future__ import annotations

from ioc_app.fields.attributes import list_attributes, read_attribute
from ioc_app.fields.columns import list_columns, read_column
from ioc_app.fields.field import Field, FieldRef, FieldSource, FieldValues
from ioc_app.fields.properties import Properties
from layers import registry
from twin.errors import UnknownColumnError
from twin.model.layer import LayerDefinition
from twin.store.campus import Generation


def list_fields(generation: Generation, properties: Properties, layer_id: str) -> list[Field]:
    """What the layer can be coloured by: columns, then property sets, then attributes."""
    table = generation.table(layer_id)
    fields = [
        *list_columns(_definition(generation, layer_id), table),
        *properties.list_properties(*numbers_of(generation, layer_id)),
        *list_attributes(table),
    ]
    return [one for one in fields if one.is_worth_a_colour]


def read_field(generation: Generation, properties: Properties, layer_id: str, ref: FieldRef) -> FieldValues:
    """The known values of one field; raises UnknownLayerError or UnknownColumnError, naming what there is."""
    table = generation.table(layer_id)
    if ref.source is FieldSource.PROPERTY:
        found = properties.read(*numbers_of(generation, layer_id), ref.set_name, ref.name)
    elif ref.source is FieldSource.ATTRIBUTE:
        found = read_attribute(table, ref.name)
    else:
        found = read_column(_definition(generation, layer_id), table, ref.name)
    if found is None:
        offered = list_columns(_definition(generation, layer_id), table)
        raise UnknownColumnError(layer=layer_id, column=str(ref), known=", ".join(one.ref.name for one in offered))
    return found


def _definition(generation: Generation, layer_id: str) -> LayerDefinition | None:
    """As the program has it; one that was written back as the generation has it."""
    return registry().get(layer_id) or generation.definitions.get(layer_id)


def numbers_of(generation: Generation, layer_id: str) -> tuple[int, int]:
    """The first ``idx`` of a layer and how many follow it: a layer's features are numbered in one run."""
    first = 0
    for one in generation.layer_ids():
        if one == layer_id:
            break
        first += generation.table(one).num_rows
    return first, generation.table(layer_id).num_rows
