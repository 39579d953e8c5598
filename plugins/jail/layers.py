"""The layers of the jail by name, which of them must stand, and which stood when something was computed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Layer(StrEnum):
    """One wall. Each forbids by itself; that they overlap is meant."""

    ENVIRONMENT = "environment"  # no variable of the host
    DESCRIPTORS = "descriptors"  # only the request's and the answer's pipe are open
    LIMITS = "limits"  # memory, processor time, no process, file, core or locked memory
    CAPABILITIES = "capabilities"  # none
    NO_NEW_PRIVILEGES = "no_new_privileges"
    DIES_WITH_PARENT = "dies_with_parent"
    SECCOMP = "seccomp"  # an allow-list of system calls; any other ends the process
    LANDLOCK = "landlock"  # no path, no TCP; later versions: no abstract socket, no signal to the outside
    NAMESPACES = "namespaces"  # network, IPC, host name and mounts of its own, all empty
    EMPTY_ROOT = "empty_root"  # the root is a folder that no longer exists
    OWN_USER = "own_user"  # a user that owns nothing, where the host is root
    UNDUMPABLE = "undumpable"  # nobody of the same user reads its memory
    NO_NEW_CODE = "no_new_code"  # memory never becomes executable (MDWE)


REQUIRED = frozenset(
    {
        Layer.ENVIRONMENT,
        Layer.DESCRIPTORS,
        Layer.LIMITS,
        Layer.CAPABILITIES,
        Layer.NO_NEW_PRIVILEGES,
        Layer.DIES_WITH_PARENT,
        Layer.SECCOMP,
    }
)
ALL = frozenset(Layer)


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers that stood, and why each of the others did not."""

    in_force: frozenset[Layer]
    missing: tuple[tuple[Layer, str], ...] = ()

    @classmethod
    def of(cls, outcomes: Iterable[Mapping[str, str]]) -> "Layers":
        """From what the zygote and its child tell: the reason by layer, empty where it stands."""
        told = {Layer(name): why for one in outcomes for name, why in one.items()}
        standing = frozenset(layer for layer, why in told.items() if not why)
        return cls(standing, tuple((layer, told.get(layer, "not tried")) for layer in Layer if layer not in standing))

    @property
    def lacking(self) -> tuple[tuple[Layer, str], ...]:
        """Layers that are demanded and do not stand, with the reason."""
        return tuple((layer, why) for layer, why in self.missing if layer in REQUIRED)

    def as_json(self) -> dict[str, Any]:
        """As it is stored with a result."""
        return {"in_force": sorted(self.in_force), "missing": dict(self.missing)}
