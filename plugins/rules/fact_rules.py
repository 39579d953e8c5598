"""Rules about what a scheme has added to the graph: what was published stays, for others build on it."""

from collections.abc import Iterator

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
