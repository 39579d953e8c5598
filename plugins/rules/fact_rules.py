"""Rules about what a scheme adds to the graph: it can have a value, and what was published stays."""

from collections import Counter
from collections.abc import Iterator

from core.schemes import FactType
from core.texts import Text
from core.vocabulary.scheme_terms import FACT_TYPES
from plugins.rules.subject import Fault, Subject


def facts_keep_their_type(subject: Subject) -> Iterator[Fault]:
    """A fact that an earlier version published keeps its type: facts may be added, never retyped.

    Example: ``type = "text"`` for the key of a fact that is published as ``integer``.
    """
    published = {(fact.on, fact.key): fact for fact in subject.published}
    for fact in subject.scheme.facts:
        known = published.get((fact.on, fact.key))
        if known is not None and known.type is not fact.type:
            now, before = FACT_TYPES[fact.type], FACT_TYPES[known.type]
            text = Text(
                f"事实“{fact.name.zh}”已按“{before.zh}”公布，不能改为“{now.zh}”；请另取标识新增一项",
                f"the fact '{fact.name.en}' is published as {before.en} and cannot become {now.en}; add another "
                "under a new key",
            )
            yield Fault(text, entry=f"fact.{fact.key}.type", value=fact.type, nearest=known.type)


def facts_stay(subject: Subject) -> Iterator[Fault]:
    """A fact that an earlier version published is declared again; else its field stays in the graph and is empty.

    Example: a version without ``[[fact]] key = "signal_generation"``, which the one before declares.
    """
    declared = {(fact.on, fact.key) for fact in subject.scheme.facts}
    for fact in subject.published:
        if (fact.on, fact.key) not in declared:
            text = Text(
                f"已公布的事实“{fact.name.zh}”不再声明；其字段仍在图中，此后为空",
                f"the published fact '{fact.name.en}' is declared no longer; its field stays in the graph and is empty",
            )
            yield Fault(text, entry="fact", nearest=fact.key)


def facts_can_have_a_value(subject: Subject) -> Iterator[Fault]:
    """Bounds are of whole numbers and run upwards, choices are of texts and differ: some value of the fact is right.

    Example: ``at_least = 6`` and ``at_most = 1``, or ``choices = ["一级"]`` of a fact whose type is ``integer``.
    """
    for fact in subject.scheme.facts:
        entry, name = f"fact.{fact.key}", fact.name
        bounds = [
            (key, value) for key, value in (("at_least", fact.least), ("at_most", fact.most)) if value is not None
        ]
        if fact.type is not FactType.INTEGER:
            for key, value in bounds:
                text = Text(
                    f"{key} 只用于整数；事实“{name.zh}”为{FACT_TYPES[fact.type].zh}",
                    f"{key} is of whole numbers; the fact '{name.en}' is {FACT_TYPES[fact.type].en}",
                )
                yield Fault(text, entry=f"{entry}.{key}", value=str(value))
        elif fact.least is not None and fact.most is not None and fact.least > fact.most:
            text = Text(
                f"事实“{name.zh}”的下限 {fact.least} 大于上限 {fact.most}，没有可取之值",
                f"the fact '{name.en}' has at least {fact.least} and at most {fact.most}: no value is right",
            )
            yield Fault(text, entry=f"{entry}.at_most", value=str(fact.most), nearest=str(fact.least))
        if fact.choices and fact.type is not FactType.TEXT:
            text = Text(
                f"choices 只用于文字；事实“{name.zh}”为{FACT_TYPES[fact.type].zh}",
                f"choices are of texts; the fact '{name.en}' is {FACT_TYPES[fact.type].en}",
            )
            yield Fault(text, entry=f"{entry}.choices")
        for choice, times in Counter(fact.choices).items():
            if times > 1:
                text = Text(
                    f"事实“{name.zh}”的可选值“{choice}”写了{times}次",
                    f"the fact '{name.en}' names the choice '{choice}' {times} times",
                )
                yield Fault(text, entry=f"{entry}.choices", value=choice)
