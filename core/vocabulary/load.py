"""Reads the vocabulary files of this folder into one immutable look-up object."""

import csv
import tomllib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from core.citations import Citation, Confidence, Source
from core.errors import ErrorCode, GuantongError
from core.ladders import Level
from core.texts import Text
from core.vocabulary.lookup import Vocabulary
from core.vocabulary.model import Branch, LevelInfo, Occupation, Series, Specialty

FOLDER = Path(__file__).parent
Row = dict[str, Any]
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def load_vocabulary(extra: Iterable[Occupation] = ()) -> Vocabulary:
    """The shipped vocabulary, with the occupations of ``extra`` beside the shipped ones.

    An occupation that is shipped too keeps its shipped row, which knows the corresponding specialties. Raises DUPLICATE
    when ``extra`` gives a shipped code another name. Without extras the result is cached.
    """
    shipped = _shipped()
    added = tuple(extra)
    return _with(shipped, added) if added else shipped


def _with(shipped: Vocabulary, added: tuple[Occupation, ...]) -> Vocabulary:
    occupations = dict(shipped.occupations)
    for occupation in added:
        known = occupations.setdefault(occupation.code, occupation)
        if known.name.zh != occupation.name.zh:
            raise _other_name(known, occupation)
    return assembled(shipped.levels, shipped.series, shipped.specialties, occupations)


def _other_name(known: Occupation, other: Occupation) -> GuantongError:
    return GuantongError(
        ErrorCode.DUPLICATE,
        Text(
            f"职业编码 {known.code} 是“{known.name.zh}”，不能再作“{other.name.zh}”",
            f"occupation code {known.code} is '{known.name.zh}' and cannot also be '{other.name.zh}'",
        ),
        nearest=known.name.zh,
    )


@lru_cache(maxsize=1)
def _shipped() -> Vocabulary:
    cite = _Citations(_rows("sources.toml", "source"))
    bands = {row["id"]: _text(row) for row in _rows("bands.toml", "band")}
    levels = [
        _level(row, bands, cite) for name in ("skill_levels.toml", "title_levels.toml") for row in _rows(name, "level")
    ]
    series = [_series(row, cite) for row in _rows("title_series.toml", "series")]
    specialties = [_specialty(row, cite) for row in _rows("specialties.toml", "specialty")]
    occupations = _occupations(cite)
    return assembled(
        {level.level: level for level in levels},
        {one.code: one for one in series},
        {one.key: one for one in specialties},
        {one.code: one for one in occupations},
    )


def assembled(
    levels: Mapping[Level, LevelInfo],
    series: Mapping[str, Series],
    specialties: Mapping[tuple[str, str], Specialty],
    occupations: Mapping[str, Occupation],
) -> Vocabulary:
    """A vocabulary of its rows, with its indexes."""
    return Vocabulary(
        levels=_frozen(levels),
        series=_frozen(series),
        specialties=_frozen(specialties),
        occupations=_frozen(occupations),
        by_minor_class=_grouped((one.minor_class, one.code) for one in occupations.values()),
        by_specialty=_grouped((key, one.code) for one in occupations.values() for key in one.specialties),
    )


def _frozen(mapping: Mapping[K, V]) -> Mapping[K, V]:
    return mapping if isinstance(mapping, MappingProxyType) else MappingProxyType(dict(mapping))


def _grouped(pairs: Iterable[tuple[K, str]]) -> Mapping[K, frozenset[str]]:
    groups: dict[K, set[str]] = defaultdict(set)
    for key, code in pairs:
        groups[key].add(code)
    return MappingProxyType({key: frozenset(codes) for key, codes in groups.items()})


class _Citations:
    """Turns the citation columns of a row into a citation of a listed source."""

    def __init__(self, sources: list[Row]) -> None:
        self._sources = {
            row["id"]: Source(
                id=row["id"],
                title=row["title"],
                number=row.get("number"),
                issued_by=row["issued_by"],
                issued_on=row.get("issued_on"),
                url=row["url"],
                read_from=row.get("read_from"),
            )
            for row in sources
        }

    def of(self, row: Row) -> Citation:
        return self.at(row["source"], row["clause"], row["confidence"], row.get("note"))

    def at(self, source: str, clause: str, confidence: str, note: str | None = None) -> Citation:
        return Citation(self._sources[source], clause, Confidence(confidence), note=note)


def _rows(file: str, table: str) -> list[Row]:
    rows: list[Row] = tomllib.loads((FOLDER / file).read_text(encoding="utf-8"))[table]
    return rows


def _text(row: Row) -> Text:
    return Text(row["zh"], row["en"])


def _level(row: Row, bands: dict[str, Text], cite: _Citations) -> LevelInfo:
    return LevelInfo(
        level=Level(row["code"]),
        order=row["order"],
        tier=row["tier"],
        band=row["band"],
        band_name=bands[row["band"]],
        name=_text(row),
        standard_label=row.get("standard_label"),
        certificate_digit=row.get("certificate_digit"),
        high_skill=row["high_skill"],
        citation=cite.of(row),
    )


def _series(row: Row, cite: _Citations) -> Series:
    branches = tuple(_branch({**row, **branch}, branch, cite) for branch in row["branch"])
    return Series(row["code"], row["number"], _text(row), branches, cite.of(row))


def _branch(inherited: Row, own: Row, cite: _Citations) -> Branch:
    titles = {level: _text(own[rung]) for level in Level if (rung := level.value.removeprefix("title:")) in own}
    return Branch(_text(own) if "zh" in own else None, MappingProxyType(titles), cite.of(inherited))


def _specialty(row: Row, cite: _Citations) -> Specialty:
    return Specialty(
        series=row["series"],
        code=row["code"],
        name=_text(row),
        branch=row.get("branch", 0),
        citation=cite.of(row),
        domain=row.get("domain"),
        anchor=row.get("anchor"),
    )


def _occupations(cite: _Citations) -> list[Occupation]:
    with (FOLDER / "occupations.csv").open(encoding="utf-8", newline="") as file:
        return [_occupation(row, cite) for row in csv.DictReader(file)]


def _occupation(row: dict[str, str], cite: _Citations) -> Occupation:
    return Occupation(
        code=row["code"],
        name=Text(row["zh"], row["en"]),
        green="L" in row["marks"],
        digital="S" in row["marks"],
        minor_class_name=row["minor_class"],
        specialties=frozenset(_key(name) for name in row["specialties"].split()),
        citation=cite.at(row["source"], row["code"], row["confidence"]),
        correspondence=cite.at(row["correspondence_source"], row["code"], row["correspondence_confidence"]),
    )


def _key(name: str) -> tuple[str, str]:
    series, code = name.split(":")
    return series, code
