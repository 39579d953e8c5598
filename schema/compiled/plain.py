"""An object of the graph as plain values: what is asked of it is read from its attributes."""

from typing import Any

from graphql import get_named_type, is_leaf_type, is_list_type, is_non_null_type

from schema.compiled.selected import TYPENAME, Picked, Selected, definition_of


def plain(value: Any, promised: Any, picked: Picked) -> Any:
    """What a field found, as JSON has it; ``promised`` is its type in the schema."""
    if is_non_null_type(promised):
        return plain(value, promised.of_type, picked)
    if value is None:
        return None
    if is_list_type(promised):
        return [plain(one, promised.of_type, picked) for one in value]
    if is_leaf_type(promised):
        return promised.serialize(value)
    return _object(value, picked.within[get_named_type(promised).name])


def _object(value: Any, selected: Selected) -> dict[str, Any]:
    return {one.key: field_of(value, one, selected) for one in selected.fields}


def field_of(value: Any, picked: Picked, selected: Selected) -> Any:
    """One field of an object."""
    if picked.name == TYPENAME:
        return selected.type.name
    definition, promised = definition_of(picked.field), picked.field
    assert promised is not None
    if definition.base_resolver is None:
        found = getattr(value, definition.python_name)
    else:
        found = definition.base_resolver.wrapped_func(value)
    return plain(found, promised.type, picked)
