"""Blocks: core's own reasons why one may not apply although every condition holds. Always listed apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.citations import Citation
from core.dates import Period, add_years
from core.eligibility.evaluate import has_ended
from core.eligibility.routes import Offer, Route
from core.facts import CredentialKind, HeldCredential, PersonFacts
from core.ladders import RANK, Level, SkillTarget, Target, TitleTarget, at_or_above
from core.policy.stack import PolicyStack
from core.schemes import Scheme
from core.texts import Text


class BlockCode(StrEnum):
    """Why the way is closed."""

    ALREADY_HELD = "already_held"
    FRAUD_BAR = "fraud_bar"
    ONE_A_YEAR = "one_a_year"
    NOT_EMPLOYED = "not_employed"
    OFF_LIST = "off_list"
    NO_AUTHORITY = "no_authority"
    CLOSES_FIRST = "closes_first"


@dataclass(frozen=True, slots=True)
class Block:
    """One block; ``until`` is the day on which it lifts by itself, None when it takes an act."""

    code: BlockCode
    text: Text
    until: date | None
    citation: Citation


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority to evaluate (职称自主评审权, 技能等级认定): one scope, or every one, up to a level."""

    scope: str | None
    highest: Level
    period: Period

    def covers(self, scope: str, level: Level, day: date) -> bool:
        same_ladder = self.highest.ladder is level.ladder
        return same_ladder and self.scope in (None, scope) and RANK[level] <= RANK[self.highest] and day in self.period


@dataclass(frozen=True, slots=True)
class Employer:
    """A pilot enterprise as eligibility sees it: its listings, its two kinds of authority, its recorded schemes."""

    enterprise: str
    listings: tuple[Period, ...]
    authorities: tuple[Authority, ...]
    schemes: tuple[Scheme, ...]

    def is_listed(self, day: date) -> bool:
        return any(day in listing for listing in self.listings)

    def leaves_on(self, day: date) -> date | None:
        """The day on which the listing that holds ``day`` is known to end."""
        return next((listing.until for listing in self.listings if day in listing), None)

    def may_evaluate(self, target: Target, day: date) -> bool:
        scope = target.occupation if isinstance(target, SkillTarget) else target.series
        return any(a.covers(scope, target.level, day) for a in self.authorities)


def holds_already(held: HeldCredential, target: Target, day: date) -> bool:
    """Whether a credential that stands on ``day`` is the target or a higher rung of the same line."""
    if held.awarded_on > day or has_ended(held, day):
        return False
    if held.level.ladder is not target.ladder or RANK[held.level] < RANK[target.level]:
        return False
    if isinstance(target, TitleTarget):
        # A professional qualification opens the same ways as a title but is none.
        is_title = held.kind is CredentialKind.PROFESSIONAL_TITLE
        return is_title and (held.series, held.specialty) == (target.series, target.specialty)
    return held.occupation == target.occupation


def person_blocks(facts: PersonFacts, target: Target, day: date, policy: PolicyStack) -> Iterator[Block]:
    """Blocks that lie in the person, whoever evaluates."""
    standing = next((c for c in facts.credentials if holds_already(c, target, day)), None)
    if standing:
        rule = policy.value("block.already_held", day)
        text = Text(
            f"已于 {standing.awarded_on} 取得同级或更高级", f"this or a higher level held since {standing.awarded_on}"
        )
        yield Block(BlockCode.ALREADY_HELD, text, standing.ends_on, rule.citation)
    yield from _fraud(facts, day, policy)
    if isinstance(target, SkillTarget):
        yield from _one_a_year(facts, day, policy)


def _fraud(facts: PersonFacts, day: date, policy: PolicyStack) -> Iterator[Block]:
    if facts.fraud_found_on is None or facts.fraud_found_on > day:
        return
    rule = policy.value("block.fraud_bar_years", day)
    until = add_years(facts.fraud_found_on, policy.integer("block.fraud_bar_years", day))
    if day < until:
        text = Text(f"弄虚作假，{until} 前不得申报", f"barred for deceit until {until}")
        yield Block(BlockCode.FRAUD_BAR, text, until, rule.citation)


def _one_a_year(facts: PersonFacts, day: date, policy: PolicyStack) -> Iterator[Block]:
    limit = policy.integer("block.skill_certificates_per_year", day)
    # 学徒工 is a rung without a certificate of its own.
    rungs = at_or_above(Level.JUNIOR_WORKER)
    on_ladder = (c for c in facts.credentials if c.level in rungs and not has_ended(c, day))
    this_year = [c for c in on_ladder if c.awarded_on.year == day.year and c.awarded_on <= day]
    if len(this_year) >= limit:
        rule = policy.value("block.skill_certificates_per_year", day)
        text = Text(
            f"{day.year} 年已取得 {len(this_year)} 本技能证书，同一年度限 {limit} 本",
            f"{len(this_year)} skill certificate(s) obtained in {day.year}; the limit is {limit} a year",
        )
        yield Block(BlockCode.ONE_A_YEAR, text, date(day.year + 1, 1, 1), rule.citation)


def offer_blocks(
    facts: PersonFacts, target: Target, offer: Offer | None, employer: Employer | None, day: date, policy: PolicyStack
) -> Iterator[Block]:
    """Blocks that lie between the person and the enterprise whose scheme offers the target."""
    if offer is None:
        return
    cite = policy.value("pilot.both_authorities_required", day).citation
    if not any(s.employer == offer.enterprise and day in s.period for s in facts.work):
        text = Text("当日不在该企业任职", "not employed there on the day")
        yield Block(BlockCode.NOT_EMPLOYED, text, None, cite)
    if employer is None or not employer.is_listed(day):
        text = Text("企业当日不在试点名单", "the enterprise is not on the pilot list on the day")
        yield Block(BlockCode.OFF_LIST, text, None, cite)
    elif not employer.may_evaluate(target, day):
        text = Text("企业当日无此系列或职业、层级的评价权", "the enterprise has no authority to evaluate this level")
        yield Block(BlockCode.NO_AUTHORITY, text, None, cite)


def closing_block(route: Route, closes_on: date | None, met_on: date | None) -> Block | None:
    """The block of a route that closes before the day on which its conditions would be met."""
    if met_on is None or closes_on is None:
        return None
    until = closes_on
    text = Text(f"通道于 {until} 终止，届时条件尚未满足", f"the route closes on {until}, before the conditions are met")
    citation = next(leaf.citation for leaf in route.leaves)
    return Block(BlockCode.CLOSES_FIRST, text, None, citation)
