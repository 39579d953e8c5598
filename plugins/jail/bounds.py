"""How much a call in the jail may take: the platform's own bounds (平台默认), technical and none of the policy's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one call may take. Seconds are of the clock on the wall, from the fork to the last byte of the answer.

    The kernel counts processor time as well, a little longer, should the host itself be held up.
    """

    seconds: float = 2.0
    memory: int = 256 << 20  # bytes of address space, the interpreter's own of about 30 MiB among them
    answer: int = 4 << 20  # bytes of an answer
    request: int = 32 << 20  # bytes of sources and evidence together
    text: int = 400  # characters of an error of the scheme that are kept
    facts: int = 40  # computed facts of one person, as many as a scheme may declare
    at_once: int = 4  # calls that run side by side
    of_one_scheme: int = 2  # of them, those of one scheme, so that no scheme keeps all others waiting


DEFAULT_BOUNDS = Bounds()
