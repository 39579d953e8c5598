"""What corresponds to what: the occupations and specialties that a target's conditions are said in."""

from dataclasses import dataclass

from core.ladders import SkillTarget, Target
from core.schemes import CatalogRow
from core.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Pairing:
    """What corresponds to a target: its own and related occupations, its specialties, and their series."""

    own: frozenset[str]
    related: frozenset[str]
    specialties: frozenset[tuple[str, str]]
    same_series: frozenset[tuple[str, str]]

    @property
    def specialty_keys(self) -> frozenset[str]:
        """The specialties as employments and schooling name them."""
        return frozenset(f"{series}:{code}" for series, code in self.specialties)


def _pairing(
    vocabulary: Vocabulary, own: frozenset[str], specialties: frozenset[tuple[str, str]], also: frozenset[str]
) -> Pairing:
    related = also.union(*(vocabulary.related(code) for code in own))
    series = {s for s, _ in specialties}
    return Pairing(own, related, specialties, frozenset(key for key in vocabulary.specialties if key[0] in series))


def pairing_of(target: Target, vocabulary: Vocabulary) -> Pairing:
    """What corresponds to a target where no catalog row says so: the vocabulary's (inferred) correspondence."""
    if isinstance(target, SkillTarget):
        own = frozenset({target.occupation})
        return _pairing(vocabulary, own, vocabulary.specialties_of(target.occupation), frozenset())
    key = (target.series, target.specialty)
    return _pairing(vocabulary, vocabulary.occupations_of(*key), frozenset({key}), frozenset())


def pairing_of_row(row: CatalogRow, vocabulary: Vocabulary) -> Pairing:
    """What corresponds under a catalog row: its two sides and the occupations it calls related."""
    title = (row.title.series, row.title.specialty)
    return _pairing(vocabulary, frozenset({row.skill.occupation}), frozenset({title}), row.related)
