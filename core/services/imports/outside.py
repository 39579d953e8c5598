"""What imports are handed from outside core: how contents of schemes are read, and ids as answers give them."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from core.schemes import DocumentReader


@dataclass(frozen=True, slots=True)
class Outside:
    """``key`` reads the id of a row of a kind. Raises BAD_ARGUMENT for what no answer ever gave out."""

    read: DocumentReader
    key: Callable[[str, str], UUID]
