"""What spans packs: whatever a route rests on is in force as long as the route, and no pack is laxer unawares."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations, product

from core.dates import Period
from core.errors import ErrorCode, GuantongError
from core.ladders import Level
from core.policy.checks import Entry, at
from core.policy.entries import years_of
from core.policy.layers import DAYS_PER_YEAR, HIGHER_LEVEL_COUNTS, Layers, pieces, uncovered
from core.policy.model import RouteForm, RouteVersion, Stricter, ValueForm, ValueType, ValueVersion
from core.policy.reading import PackFile
from core.policy.requirements import RequireCredential
from core.policy.routes import expand, level_names
from core.texts import Text


def check_layers(files: Sequence[PackFile], layers: Layers) -> list[GuantongError]:
    """Every fault that only shows once the packs lie over one another."""
    gaps = [*_clock_gaps(files, layers), *_route_gaps(files, layers)]
    if gaps:
        return gaps
    changed = [*_retyped_values(files), *_retargeted_routes(files)]
    if changed:
        return changed
    return [*_laxer_values(files), *_laxer_routes(files, layers), *_rival_floors(files, layers)]


def _route_gaps(files: Sequence[PackFile], layers: Layers) -> Iterator[GuantongError]:
    for file in files:
        for entry in file.form.route:
            for version in entry.version:
                for needed, day in _missing(layers, entry, version):
                    yield at(file, entry, day, ErrorCode.POLICY_GAP, _needs(needed, day))


def _missing(layers: Layers, entry: RouteForm, version: RouteVersion) -> Iterator[tuple[str, date]]:
    """What a route version rests on that is not in force on all of its days, with the first such day."""
    held = [one for one in version.requires if isinstance(one, RequireCredential)]
    groups = [name for name in dict.fromkeys(level_names(entry, version)) if name not in set(Level)]
    dated = {name: [one.period for one in layers.groups[name]] for name in groups}
    dated |= {one.clock: [clock.period for clock in layers.clocks[one.clock]] for one in held}
    if held:
        dated[HIGHER_LEVEL_COUNTS] = [value.period for value in layers.values.get(HIGHER_LEVEL_COUNTS, ())]
    for name, periods in dated.items():
        day = uncovered(version.period, periods)
        if day is not None:
            yield name, day


def _clock_gaps(files: Sequence[PackFile], layers: Layers) -> Iterator[GuantongError]:
    spans = [value.period for value in layers.values.get(DAYS_PER_YEAR, ())]
    for file in files:
        for clock in file.form.clock:
            for version in clock.version:
                day = uncovered(version.period, spans)
                if day is not None:
                    yield at(file, clock, day, ErrorCode.POLICY_GAP, _needs(DAYS_PER_YEAR, day))


def _needs(name: str, day: date) -> Text:
    return Text(f"所依据的 {name} 在 {day} 没有取值", f"it rests on {name}, which has no value on {day}")


def _closer(files: Sequence[PackFile]) -> Iterator[tuple[PackFile, PackFile]]:
    """Each pair of packs: the broader, the more specific."""
    for broad in files:
        yield from ((broad, close) for close in files if broad.form.pack.breadth < close.form.pack.breadth)


def _retyped_values(files: Sequence[PackFile]) -> Iterator[GuantongError]:
    """Values that a closer pack gives another type: they could not be compared, nor read."""
    for broad, close in _closer(files):
        broader = {value.id: value for value in broad.form.value}
        for value in close.form.value:
            floor = broader.get(value.id)
            for version in value.version:
                if floor and not _alike(version.is_, floor.version[0].is_):
                    shown, known = type(version.is_).__name__, type(floor.version[0].is_).__name__
                    message = Text(
                        f"类型 {shown} 与上位政策的 {known} 不同", f"type {shown} is not the broader pack's {known}"
                    )
                    yield at(close, value, version.from_, ErrorCode.POLICY_INVALID, message)


def _alike(one: ValueType, other: ValueType) -> bool:
    numbers = (int, float)
    return type(one) is type(other) or (type(one) in numbers and type(other) in numbers)


def _retargeted_routes(files: Sequence[PackFile]) -> Iterator[GuantongError]:
    """Routes that a closer pack takes over by their id, but leads elsewhere."""
    for broad, close in _closer(files):
        broader = {route.id: route for route in broad.form.route}
        for route in close.form.route:
            known = broader.get(route.id)
            if known and (known.target, known.direction) != (route.target, route.direction):
                message = Text(
                    f"与上位政策的同名途径目标不同：{known.target}，请另取编号",
                    f"the broader pack's route of this id leads to {known.target}; choose another id",
                )
                yield at(close, route, route.version[0].from_, ErrorCode.POLICY_INVALID, message)


def _laxer_values(files: Sequence[PackFile]) -> Iterator[GuantongError]:
    for broad, close in _closer(files):
        broader = {value.id: value for value in broad.form.value}
        for value in close.form.value:
            if value.id in broader:
                yield from _laxer_versions(close, value, broader[value.id])


def _laxer_versions(file: PackFile, value: ValueForm, broader: ValueForm) -> Iterator[GuantongError]:
    for version in value.version:
        for floor in broader.version:
            common = version.period & floor.period
            if common and version.authority is None and is_laxer(version.is_, floor.is_, broader.stricter):
                yield _laxer(file, value, common.start, _shown(version), _shown(floor))


def _shown(version: ValueVersion) -> Text:
    given = version.is_
    shown = ", ".join(str(one) for one in given) if isinstance(given, list) else str(given)
    return Text(shown, shown)


def _laxer(file: PackFile, entry: Entry, day: date, given: Text, floor: Text) -> GuantongError:
    message = Text(
        f"{given.zh}，宽于上位政策的 {floor.zh}；须在 authority 写明授权依据",
        f"{given.en} is laxer than {floor.en} of the broader pack; cite in authority what permits it",
    )
    return at(file, entry, day, ErrorCode.POLICY_LAXER, message)


def is_laxer(given: ValueType, floor: ValueType, stricter: Stricter) -> bool:
    """Whether ``given`` asks for less than ``floor``. Lists compare as sets: the stricter one holds the other."""
    if stricter is Stricter.NONE:
        return False
    strict, lax = (given, floor) if stricter is Stricter.HIGHER else (floor, given)
    if isinstance(strict, list) and isinstance(lax, list):
        return not all(one in strict for one in lax)
    return bool(strict < lax)  # type: ignore[operator]


def _laxer_routes(files: Sequence[PackFile], layers: Layers) -> Iterator[GuantongError]:
    for broad, close in _closer(files):
        for entry in close.form.route:
            for floor in broad.form.route:
                yield from _laxer_route_versions(close, entry, floor, layers)


def _laxer_route_versions(
    file: PackFile, entry: RouteForm, floor: RouteForm, layers: Layers
) -> Iterator[GuantongError]:
    for version in entry.version:
        for bound in floor.version:
            common = version.period & bound.period
            given, least = _years(version), _years(bound)
            if common is None or version.authority is not None or given >= least:
                continue
            day = next((day for day in _days(common, layers) if _bounds(layers, floor, entry, day)), None)
            if day is not None:
                bound_text = Text(f"{least} 年（{floor.id}）", f"{least} years ({floor.id})")
                yield _laxer(file, entry, day, Text(f"{given} 年", f"{given} years"), bound_text)


def _years(version: RouteVersion) -> int:
    return sum(years_of(requirement) for requirement in version.requires)


def _days(period: Period, layers: Layers) -> list[date]:
    """The days of ``period`` on which a level group may come to mean something else."""
    groups = [group.period for versions in layers.groups.values() for group in versions]
    return [piece.start for piece in pieces(period, [day for one in groups for day in (one.start, one.end)])]


def _bounds(layers: Layers, floor: RouteForm, entry: RouteForm, day: date) -> bool:
    """Whether a broader pack's route binds this one: the same route, or the floor of the same pair of levels."""
    return floor.id == entry.id or not _pairs(layers, floor, day).isdisjoint(_pairs(layers, entry, day))


def _pairs(layers: Layers, entry: RouteForm, day: date) -> set[tuple[Level, Level]]:
    """The pairs of levels, held and aimed at, that a route is the floor of."""
    if entry.floor_for is None:
        return set()
    (target,) = expand(layers, entry.target, "target", day)
    return {(held, target) for held in expand(layers, entry.floor_for, "source", day)}


def _rival_floors(files: Sequence[PackFile], layers: Layers) -> Iterator[GuantongError]:
    """Two floors of one pack for one pair of levels on one day: no one could say which binds."""
    for file in files:
        for first, other in combinations(file.form.route, 2):
            for one, two in product(first.version, other.version):
                common = one.period & two.period
                if common is not None and not _pairs(layers, first, common.start).isdisjoint(
                    _pairs(layers, other, common.start)
                ):
                    message = Text(
                        f"与 {first.id} 同为一对等级的下限，只能有一个",
                        f"{first.id} is the floor of the same levels; only one can be",
                    )
                    yield at(file, other, common.start, ErrorCode.POLICY_OVERLAP, message)
