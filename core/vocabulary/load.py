"""Reads the vocabulary files into one immutable look-up object."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Placeholder until the data files land."""


def load_vocabulary() -> Vocabulary:
    raise NotImplementedError
