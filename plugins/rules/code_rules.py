"""Rules about a scheme's own Python (自带代码): its fields, and what it did in the jail on every cell of its tables."""

from collections.abc import Iterator
from itertools import pairwise

from core.schemes import EvidenceField
from core.scoring_tables import Axis
from core.texts import Text
from plugins.rules.subject import Fault, Subject


def fields_in_order(subject: Subject) -> Iterator[Fault]:
    """The values of every field of a tabulated scorer rise from 0 to no more than what counts.

    Example: ``values = [0, 40, 10]``, which is neither from worst to best nor the other way round.
    """
    known = {field.key: field for field in subject.scheme.evidence}
    for key, score in subject.scheme.tabulated.items():
        for place, axis in enumerate(score.axes):
            entry = f"criterion.{key}.scoring.fields[{place + 1}]"
            if axis.evidence in known and (fault := _out_of_order(axis, known[axis.evidence])):
                nearest = sorted({0, *(one for one in axis.values if one <= known[axis.evidence].most)})
                yield Fault(fault, entry=f"{entry}.values", value=list(axis.values), nearest=nearest)


def _out_of_order(axis: Axis, field: EvidenceField) -> Text | None:
    if axis.values[0] != 0:
        return Text(
            f"字段“{field.name.zh}”须从 0（没有）开始，现从 {axis.values[0]} 开始",
            f"the field '{field.name.en}' begins with 0, for whoever has none, and not with {axis.values[0]}",
        )
    falls = next(((low, high) for low, high in pairwise(axis.values) if low >= high), None)
    if falls:
        return Text(
            f"字段“{field.name.zh}”的取值须由差到好：{falls[1]} 不应在 {falls[0]} 之后",
            f"the values of field '{field.name.en}' go from worst to best: {falls[1]} does not follow {falls[0]}",
        )
    if axis.values[-1] > field.most:
        return Text(
            f"字段“{field.name.zh}”的取值 {axis.values[-1]} 超出计入上限 {field.most}",
            f"the value {axis.values[-1]} of field '{field.name.en}' is beyond the {field.most} that count",
        )
    return None


def code_answers(subject: Subject) -> Iterator[Fault]:
    """The scheme's Python is there, runs, and gives a whole number from 0 to 100 wherever it is asked.

    Example: ``return CriterionPoints(criterion, 20 * evidence["methods"])``, which six methods take beyond 100.
    """
    yield from subject.behaviour.faults.get("SCH403", ())


def code_is_deterministic(subject: Subject) -> Iterator[Fault]:
    """The same evidence gives the same answer: in another process, in another order, on another day, by another engine.

    Example: points for the first name in a ``set`` of texts, whose order changes from process to process.
    """
    yield from subject.behaviour.faults.get("SCH404", ())


def scorers_rise(subject: Subject) -> Iterator[Fault]:
    """Better evidence never scores lower: shown for every two neighbouring cells of every table.

    Example: 80 points for two apprentices brought to qualification, 70 for three.
    """
    yield from subject.behaviour.faults.get("SCH405", ())


def scorers_keep_caps(subject: Subject) -> Iterator[Fault]:
    """What papers, degree, seniority or awards move in the tables of a certificate stays within their cap (破四唯).

    Example: a scorer of weight 500 that gives 60 of its 100 points for papers, among other things.
    """
    yield from subject.behaviour.faults.get("SCH406", ())


def fields_have_effect(subject: Subject) -> Iterator[Fault]:
    """Every field of a tabulated scorer changes the points of somebody.

    Example: a field for safe days that the Python never reads.
    """
    yield from subject.behaviour.faults.get("SCH407", ())


def facts_as_declared(subject: Subject) -> Iterator[Fault]:
    """The computed facts are exactly those declared with ``computed = true``, each of its type, and of a person.

    Example: ``ComputedFact("generation", "第四代")`` for a fact whose type is ``integer``.
    """
    for fact in subject.scheme.computed_facts:
        if fact.on != "person":
            text = Text(
                f'计算事实“{fact.name.zh}”只能属于人员（on = "person"）',
                f"the computed fact '{fact.name.en}' is one of a person (on = \"person\")",
            )
            yield Fault(text, entry=f"fact.{fact.key}.on", value=fact.on, nearest="person")
    yield from subject.behaviour.faults.get("SCH408", ())
