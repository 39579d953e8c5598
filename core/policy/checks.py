"""What spans entries of a pack: ids, dates without gap or overlap, citations that resolve, names that exist."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from core.errors import ErrorCode, GuantongError, Where, nearest_of, unknown_code
from core.ladders import Level
from core.policy.cited import Cited
from core.policy.model import ClockForm, DatedCited, LevelGroupForm, Named, RouteForm, ValueForm
from core.policy.reading import PackFile
from core.policy.requirements import RequireCredential
from core.texts import Text
from core.vocabulary import load_vocabulary

Entry = ValueForm | ClockForm | LevelGroupForm | RouteForm


@dataclass(frozen=True, slots=True)
class Names:
    """Every name that an entry of any of the packs may use."""

    sources: frozenset[str]
    clocks: frozenset[str]
    levels: frozenset[str]
    series: frozenset[str]


def names_of(files: Sequence[PackFile]) -> Names:
    """The names that the packs together define."""
    groups = {group.id for file in files for group in file.form.level_group}
    return Names(
        sources=frozenset(source.id for file in files for source in file.form.source),
        clocks=frozenset(clock.id for file in files for clock in file.form.clock),
        levels=frozenset({*(level.value for level in Level), *groups}),
        series=frozenset(load_vocabulary().series),
    )


def check_files(files: Sequence[PackFile]) -> list[GuantongError]:
    """Every fault that can be seen without laying the packs over one another, plus packs that cannot be laid."""
    names = names_of(files)
    faults = [*_same_breadth(files), *_twice_cited(files)]
    for file in files:
        faults += [*_twice_named(file), *_faults_of_entries(file, names)]
    return faults


def entries_of(file: PackFile) -> Iterator[Entry]:
    """Every dated entry of a pack."""
    form = file.form
    yield from form.value
    yield from form.clock
    yield from form.level_group
    yield from form.route


def _faults_of_entries(file: PackFile, names: Names) -> Iterator[GuantongError]:
    for entry in entries_of(file):
        yield from _dates(file, entry)
        yield from _citations(file, entry, names)
        yield from _words(file, entry, names)


def _same_breadth(files: Sequence[PackFile]) -> Iterator[GuantongError]:
    ordered = sorted(files, key=lambda file: file.form.pack.breadth)
    for broad, other in pairwise(ordered):
        if broad.form.pack.breadth == other.form.pack.breadth:
            message = Text(
                f"与 {broad.name} 同为第 {other.form.pack.breadth} 级，一级只能有一个政策包",
                f"breadth {other.form.pack.breadth} is that of {broad.name} too; one pack a breadth",
            )
            yield GuantongError(ErrorCode.DUPLICATE, message, where=Where(file=other.name, entry=other.form.pack.id))


def _twice_cited(files: Sequence[PackFile]) -> Iterator[GuantongError]:
    first: dict[str, PackFile] = {}
    for file in files:
        for source in file.form.source:
            if first.setdefault(source.id, file) is not file:
                yield _duplicate(
                    file, source.id, f"已见于 {first[source.id].name}", f"already in {first[source.id].name}"
                )


def _twice_named(file: PackFile) -> Iterator[GuantongError]:
    seen: set[str] = set()
    for id_ in (*(source.id for source in file.form.source), *(entry.id for entry in entries_of(file))):
        if id_ in seen:
            yield _duplicate(file, id_, "在本文件中出现两次", "occurs twice in this file")
        seen.add(id_)


def _duplicate(file: PackFile, id_: str, zh: str, en: str) -> GuantongError:
    message = Text(f"编号“{id_}”{zh}，请改名", f"id '{id_}' {en}; rename one")
    return GuantongError(ErrorCode.DUPLICATE, message, where=Where(file=file.name, entry=id_))


def _versions(entry: Entry) -> Sequence[DatedCited]:
    return entry.version


def _dates(file: PackFile, entry: Entry) -> Iterator[GuantongError]:
    ordered = sorted(_versions(entry), key=lambda version: version.from_)
    for earlier, later in pairwise(ordered):
        if earlier.until is None or earlier.until > later.from_:
            yield at(file, entry, later.from_, ErrorCode.POLICY_OVERLAP, _overlap(earlier, later))
        elif earlier.until < later.from_:
            yield at(file, entry, earlier.until, ErrorCode.POLICY_GAP, _gap(earlier.until, later.from_))


def _overlap(earlier: DatedCited, later: DatedCited) -> Text:
    return Text(
        f"自 {later.from_} 起与 {earlier.from_} 起的取值重叠，请写明前者的 until",
        f"the version from {later.from_} overlaps that from {earlier.from_}; give the earlier one its until",
    )


def _gap(start: date, until: date) -> Text:
    return Text(f"{start} 至 {until} 没有取值，请补上", f"no version from {start} until {until}; add one")


def at(
    file: PackFile, entry: Entry, day: date, code: ErrorCode, message: Text, nearest: str | None = None
) -> GuantongError:
    """A fault of one version of one entry."""
    where = Where(file=file.name, entry=entry.id, cell=day.isoformat())
    return GuantongError(code, message, where=where, nearest=nearest)


def _citations(file: PackFile, entry: Entry, names: Names) -> Iterator[GuantongError]:
    for version in _versions(entry):
        cited = [source for one in _cited(entry, version) for source in _sources(one)]
        for source in dict.fromkeys(cited):
            if source not in names.sources:
                message = Text(f"依据“{source}”不在来源表中", f"source '{source}' is not listed")
                nearest = nearest_of(source, sorted(names.sources))
                yield at(file, entry, version.from_, ErrorCode.POLICY_UNCITED, message, nearest)


def _cited(entry: Entry, version: DatedCited) -> Iterator[Cited]:
    yield version
    if isinstance(entry, RouteForm):
        yield from (one for v in entry.version if v is version for one in v.requires)


def _sources(cited: Cited) -> Iterator[str]:
    yield cited.source
    if isinstance(cited, DatedCited) and cited.authority is not None:
        yield cited.authority


def _words(file: PackFile, entry: Entry, names: Names) -> Iterator[GuantongError]:
    where = Where(file=file.name, entry=entry.id)
    for what, word, known in _named_words(entry, names):
        if word not in known:
            yield unknown_code(what, word, sorted(known), where)


def _named_words(entry: Entry, names: Names) -> Iterable[tuple[Text, str, frozenset[str]]]:
    """Every word of an entry that must exist elsewhere: what it is, the word, and the words there are."""
    match entry:
        case ValueForm():
            return _value_words(entry, names)
        case LevelGroupForm():
            plain = frozenset(level.value for level in Level)
            words = [word for version in entry.version for word in (*version.as_source, version.as_target)]
            return [(_LEVEL, word, plain) for word in words]
        case RouteForm():
            return _route_words(entry, names)
        case ClockForm():
            return ()


_LEVEL = Text("等级", "level")
_SERIES = Text("职称系列", "title series")
_CLOCK = Text("起算方式", "clock")


def _value_words(entry: ValueForm, names: Names) -> Iterator[tuple[Text, str, frozenset[str]]]:
    if entry.names is None:
        return
    what, known = (_SERIES, names.series) if entry.names is Named.SERIES else (_LEVEL, names.levels)
    for version in entry.version:
        for word in version.is_ if isinstance(version.is_, list) else [version.is_]:
            yield what, str(word), known


def _route_words(entry: RouteForm, names: Names) -> Iterator[tuple[Text, str, frozenset[str]]]:
    yield _LEVEL, entry.target, names.levels
    if entry.floor_for is not None:
        yield _LEVEL, entry.floor_for, names.levels
    yield from ((_SERIES, code, names.series) for code in entry.series or ())
    for version in entry.version:
        for one in version.requires:
            if isinstance(one, RequireCredential):
                yield _LEVEL, one.held, names.levels
                yield _CLOCK, one.clock, names.clocks
