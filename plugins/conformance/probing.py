"""Which evidence computed facts are tried with: corners, a grid, and whatever Hypothesis thinks of, by one seed."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from random import Random

from core.schemes import EvidenceField

Amounts = dict[str, int]
MOST_OF_GRID = 600
MOST_TRIES = 60


def seed_of(digest: str, policy: str, nonce: str) -> int:
    """A seed that the same wheel, policy and nonce give again, and that no author can know beforehand."""
    return int.from_bytes(hashlib.sha256(f"{digest}\n{policy}\n{nonce}".encode()).digest()[:8], "big")


def corners(fields: Sequence[EvidenceField]) -> Iterator[Amounts]:
    """Nobody's evidence, everything, and each kind alone at its most and alone wanting."""
    nothing, everything = dict.fromkeys((one.key for one in fields), 0), {one.key: one.most for one in fields}
    yield nothing
    yield everything
    for one in fields:
        yield nothing | {one.key: one.most}
        yield nothing | {one.key: 1}
        yield everything | {one.key: 0}


def grid(fields: Sequence[EvidenceField], random: Random) -> Iterator[Amounts]:
    """A few amounts of each kind in every combination, or as many of these as are tried at most."""
    values = [sorted({0, 1, one.most // 2, one.most}) for one in fields]
    size = 1
    for few in values:
        size *= len(few)
    if size <= MOST_OF_GRID:
        found = product(*values)
        yield from (dict(zip((one.key for one in fields), amounts, strict=True)) for amounts in found)
        return
    for _ in range(MOST_OF_GRID):
        yield {one.key: random.randint(0, one.most) for one in fields}


def smallest(
    fields: Sequence[EvidenceField], random: Random, fails: Callable[[Amounts], bool], known: Mapping[str, int] | None
) -> Amounts | None:
    """The least evidence that fails, as Hypothesis shrinks it: below what is known to fail, else from anywhere.

    None where it finds nothing within its tries. Blocks: for a thread.
    """
    from hypothesis import HealthCheck, Phase, find, settings  # noqa: PLC0415  # half a second that few calls need
    from hypothesis import strategies as st  # noqa: PLC0415
    from hypothesis.errors import NoSuchExample  # noqa: PLC0415

    most = {one.key: one.most if known is None else known[one.key] for one in fields}
    anything = st.fixed_dictionaries({key: st.integers(0, highest) for key, highest in most.items()})
    options = settings(
        max_examples=MOST_TRIES,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    try:
        return find(anything, fails, settings=options, random=random)
    except NoSuchExample:
        return dict(known) if known is not None else None
