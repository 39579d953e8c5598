"""Names in the graph for the keys of schemes and facts: safe and unique by how they are made, whatever the keys are.

A key is lower case with digits and underscores and begins with a letter. Only an underscore before a letter gives way
to a capital, so that the key can be read back from its name: two keys never share one. A core field of the same name
goes first; the scheme's then ends in ``_scheme``, which neither core nor any key is ever written with.
"""

import re
from collections.abc import Collection

_JOINT = re.compile(r"_([a-z])")
BESIDE_CORE = "_scheme"


def name_of(key: str) -> str:
    """The name of a key: ``lingnan_ship`` becomes ``lingnanShip``, ``line_2`` stays as it is."""
    return _JOINT.sub(lambda found: found[1].upper(), key)


def mounted_as(key: str, taken: Collection[str]) -> str:
    """The field under which the facts of a scheme hang, beside core's own fields."""
    name = name_of(key)
    return f"{name}{BESIDE_CORE}" if name in taken else name


def type_name(key: str, of: str) -> str:
    """The type of a scheme's facts of people or evaluations: ``LingnanShipPersonFacts``. No core type ends so."""
    name = name_of(key)
    return f"{name[0].upper()}{name[1:]}{of.capitalize()}Facts"
