"""What can be read from an object without asking anybody."""

from schema.compiled.leaves import NotCompiled
from schema.compiled.selected import TYPENAME, Picked, definition_of


def check_readable(picked: Picked) -> None:
    """Raise NotCompiled unless all that is asked for is attributes, or methods of the object alone."""
    for selected in picked.within.values():
        for one in selected.fields:
            if one.name == TYPENAME:
                continue
            resolver = definition_of(one.field).base_resolver
            if resolver is not None and (resolver.is_async or set(resolver.signature.parameters) != {"self"}):
                raise NotCompiled(f"{selected.type.name}.{one.name} is worked out")
            check_readable(one)
