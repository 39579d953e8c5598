"""The whole of it: what a scheme's own Python did, as findings, as tables to freeze, and as lines for its author."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.errors import ErrorCode, GuantongError
from core.schemes import Scheme
from core.scoring import FULL
from core.scoring_tables import TabulatedScore
from core.texts import Text
from plugins.artifact import Artifact
from plugins.conformance.caps import over_caps
from plugins.conformance.facts import Computing, Probed, probe
from plugins.conformance.pair import OpenPair, Pair
from plugins.conformance.tabulate import Scorer, Tabulated, tabulate
from plugins.conformance.words import by_key
from plugins.frozen import FrozenTable, Tables, frozen
from plugins.jailed import code_of, name_of
from plugins.rules.code_rules import fields_in_order
from plugins.rules.subject import Behaviour, Fault, Subject


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen. ``scheme`` is the subject's with its tables in place, with stand-ins where there are none."""

    scheme: Scheme
    behaviour: Behaviour = field(default_factory=Behaviour)
    tables: Tables = field(default_factory=dict)
    report: tuple[Text, ...] = ()


def has_code(scheme: Scheme) -> bool:
    """Whether anything of a scheme is done by Python of its own."""
    return bool(scheme.tabulated or scheme.computed_facts)


async def observe(subject: Subject, artifact: Artifact, open_pair: OpenPair, seed: int) -> Observed:
    """Run a scheme's own Python through everything that it will be asked.

    Raises JAIL_UNAVAILABLE where no jail holds and the subject is verified against the bureau's records; at an author's
    desk it is said instead.
    """
    code = code_of(artifact)
    if code is None or not code.sources:
        text = Text(
            "方案声明了制表评分或计算事实，但上传的文件不含 Python；请构建 wheel",
            "the scheme declares tabulated scorers or computed facts, and the upload holds no Python; build a wheel",
        )
        return _unknown(subject.scheme, Behaviour({"SCH403": (Fault(text, entry="criterion"),)}, is_known=False))
    if not _is_sound(subject):
        return _unknown(subject.scheme, Behaviour(is_known=False))
    try:
        async with open_pair() as pair:
            return await _observed(subject, artifact, pair, seed)
    except GuantongError as fault:
        if fault.code is not ErrorCode.JAIL_UNAVAILABLE or subject.has_records:
            raise
        return _unknown(subject.scheme, Behaviour(is_known=False, unchecked=fault.message))


def _is_sound(subject: Subject) -> bool:
    """Whether the domains can be run through; what is wrong with them other rules tell."""
    declared = {one.key for one in subject.scheme.evidence}
    named = {key for score in subject.scheme.tabulated.values() for key in score.evidence}
    are_apart = all(len(set(one.evidence)) == len(one.axes) for one in subject.scheme.tabulated.values())
    return not subject.faults and named <= declared and are_apart and not list(fields_in_order(subject))


async def _observed(subject: Subject, artifact: Artifact, pair: Pair, seed: int) -> Observed:
    scheme, code, name = subject.scheme, code_of(artifact), name_of(artifact)
    assert code is not None
    fields = by_key(scheme.evidence)
    found = [await tabulate(Scorer(name, code, key, one, fields), pair) for key, one in scheme.tabulated.items()]
    probed = None
    if scheme.computed_facts:
        probed = await probe(Computing(name, code, scheme.evidence, scheme.computed_facts), pair, seed)
    known = {one.shown.criterion: one.shown.score for one in found if one.is_whole}
    settled = _with_scores(scheme, {key: known.get(key, stand_in(one)) for key, one in scheme.tabulated.items()})
    shown = {one.shown.criterion: one.shown for one in found if one.is_whole}
    over = tuple(over_caps(replace(subject, scheme=settled), shown))
    faults = _merged(
        [*(one.faults for one in found), probed.faults if probed else {}, {"SCH406": over} if over else {}]
    )
    is_known = len(known) == len(scheme.tabulated)
    tables = {key: frozen(key, score, code.digest) for key, score in known.items()}
    lines = [_line(one, scheme, tables.get(one.shown.criterion)) for one in found]
    return Observed(settled, Behaviour(faults, is_known), tables, (*lines, *_of_facts(probed, seed)))


def stand_in(score: TabulatedScore) -> TabulatedScore:
    """Full points everywhere: what other rules make of a table that is not known, and they find nothing in it."""
    return replace(score, cells=bytes([FULL]) * score.size)


def _unknown(scheme: Scheme, behaviour: Behaviour) -> Observed:
    return Observed(_with_scores(scheme, {key: stand_in(one) for key, one in scheme.tabulated.items()}), behaviour)


def _with_scores(scheme: Scheme, scores: Mapping[str, TabulatedScore]) -> Scheme:
    criteria = (replace(one, table=scores[one.key]) if one.key in scores else one for one in scheme.criteria)
    return replace(scheme, criteria=tuple(criteria))


def _merged(parts: list[Mapping[str, tuple[Fault, ...]]]) -> dict[str, tuple[Fault, ...]]:
    codes = sorted({code for part in parts for code in part})
    return {code: tuple(fault for part in parts for fault in part.get(code, ())) for code in codes}


def _line(one: Tabulated, scheme: Scheme, table: FrozenTable | None) -> Text:
    name = next(criterion.name for criterion in scheme.criteria if criterion.key == one.shown.criterion)
    score = one.shown.score
    shape = " × ".join(str(len(axis.values)) for axis in score.axes)
    if table is None:
        return Text(
            f"✗ {name.zh}：{shape} = {score.size} 格，未能制表", f"✗ {name.en}: {shape} = {score.size} cells, no table"
        )
    sign = "✗" if set(one.faults) - {"SCH407"} else "✓"
    engines = Text("，第二引擎一致", ", and by the second engine") if one.by_second_engine else Text("", "")
    return Text(
        f"{sign} {name.zh}：{shape} = {score.size} 格，各算两次{engines.zh}；"
        f"{min(score.cells)} 至 {max(score.cells)} 分；表摘要 {table.digest}",
        f"{sign} {name.en}: {shape} = {score.size} cells, each computed twice{engines.en}; {min(score.cells)} to "
        f"{max(score.cells)} points; digest of the table {table.digest}",
    )


def _of_facts(probed: Probed | None, seed: int) -> list[Text]:
    if probed is None:
        return []
    sign = "✗" if probed.faults else "✓"
    told = f"{seed:016x}"  # its decimal digits may happen to be somebody's identity number
    return [
        Text(
            f"{sign} 计算事实：{probed.tried} 组材料各算两次，另由 Hypothesis 搜索；种子 {told}",
            f"{sign} computed facts: {probed.tried} sets of evidence, each computed twice, and a search by Hypothesis; "
            f"seed {told}",
        )
    ]
