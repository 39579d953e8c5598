"""What can be read from an object without asking anybody."""

from collections.abc import Collection

from schema.compiled.leaves import NotCompiled
from schema.compiled.selected import TYPENAME, Picked, definition_of


def check_readable(picked: Picked, told: Collection[str] = ()) -> None:
    """Raise NotCompiled unless all that is asked for, but for the keys ``told``, is attributes or methods alone."""
    for selected in picked.within.values():
        for one in selected.fields:
            if one.name == TYPENAME or one.key in told:
                continue
            resolver = definition_of(one.field).base_resolver
            if resolver is not None and (resolver.is_async or set(resolver.signature.parameters) != {"self"}):
                raise NotCompiled(f"{selected.type.name}.{one.name} is worked out")
            check_readable(one)
