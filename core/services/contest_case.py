"""The case of an award (以赛代评): whose it is, by whose rule it leads where, and what stands against that today."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlmodel import col, select

from core.citations import Citation
from core.conditions import Awarded
from core.eligibility.blocks import Employer
from core.eligibility.contests import contest_decision, contest_outcomes, shortcomings, with_award
from core.eligibility.decisions import Case, Decision
from core.eligibility.rulebook import Rulebook
from core.errors import ErrorCode, GuantongError, Where
from core.facts import ContestAward, ContestTier, PersonFacts
from core.ladders import SkillTarget, Target
from core.models import (
    Activation,
    ActivationState,
    Award,
    Competition,
    ContestPath,
    Enterprise,
    Person,
    Scheme,
    SchemeVersion,
)
from core.policy.stack import PolicyStack
from core.rounds.steps import Party
from core.schemes import DocumentReader, NoSchemes, SchemeSource
from core.schemes import Scheme as Content
from core.scoring_tables import CriterionSide
from core.services.award_uses import HeldAward
from core.services.call import Call
from core.services.pinned import VERSION, Pinned, content_of_version
from core.services.reach import ENTERPRISE, existing, not_found, person_in_reach
from core.storage.employers import load_employers
from core.storage.facts import load_facts
from core.storage.visibility import on, scheme_versions_visible_to
from core.texts import Text, join

AWARD = Text("获奖", "award")
TIERS, SCOPE = "contest.tiers", "contest.scope"
TITLE_ISSUER, SKILL_ISSUER = "contest.title_issuer", "contest.skill_issuer"
OWN_CONTESTS, TWO_CERTIFICATES = "contest.enterprise_contests_allowed", "contest.one_contest_two_certificates"
Under = tuple[Pinned, Content]


@dataclass(frozen=True, slots=True)
class Won:
    """An award with its competition and its holder, and the facts as a decision on it sees them today."""

    award: Award
    competition: Competition
    person: Person
    facts: PersonFacts

    @property
    def held(self) -> HeldAward:
        """The award as its uses are told of."""
        return HeldAward(self.award.id, self.competition.zh, self.known)

    @property
    def known(self) -> ContestAward:
        """The award as rules read it."""
        [award] = self.facts.awards
        return award


@dataclass(frozen=True, slots=True)
class AwardCase:
    """An award before the enterprise where its holder works; ``under`` its scheme, or the policy's own rule."""

    won: Won
    enterprise: Enterprise
    employer: Employer
    under: Under | None

    @property
    def path(self) -> ContestPath:
        return ContestPath.POLICY if self.under is None else ContestPath.ENTERPRISE


@dataclass(frozen=True, slots=True)
class AwardOutcome:
    """What an award leads to for one target. ``issuer`` is a word of the policy, or the enterprise's credit code.

    ``citation`` is the clause by which that body issues.
    """

    decision: Decision
    path: ContestPath
    issuer: str
    citation: Citation


def side_of(target: Target) -> CriterionSide:
    """Which of the two certificates a target is."""
    return CriterionSide.SKILL if isinstance(target, SkillTarget) else CriterionSide.TITLE


def issuing_party(path: ContestPath, side: CriterionSide) -> Party:
    """Who decides on one certificate: the bureau on titles by the policy's own rule, the enterprise on all others."""
    by_bureau = path is ContestPath.POLICY and side is CriterionSide.TITLE
    return Party.BUREAU if by_bureau else Party.OFFICE


async def won_in_reach(call: Call, award_id: UUID) -> Won:
    """An award of somebody whom the actor may read."""
    award = await existing(call, Award, award_id, AWARD)
    person = await person_in_reach(call, award.person_id)
    competition = await existing(call, Competition, award.competition_id, AWARD)
    facts = (await load_facts(call.session, [person.id], call.today))[person.id]
    known = ContestAward(competition.tier, award.rank, award.occupation, award.awarded_on)
    return Won(award, competition, person, with_award(facts, known))


async def award_outcomes(call: Call, schemes: SchemeSource, award_id: UUID) -> list[AwardOutcome]:
    """Everything that an award leads to today, by the policy and by the schemes where its holder works."""
    won = await won_in_reach(call, award_id)
    employers = {spell.employer for spell in won.facts.work if call.today in spell.period}
    found = await load_employers(call.session, sorted(employers), call.today, schemes)
    case = Case.of(won.facts, call.today, Rulebook(call.policy, call.vocabulary), found)
    host_id = won.competition.enterprise_id
    host = await call.session.get(Enterprise, host_id) if host_id is not None else None
    return outcomes_in(case, won.known, call.policy, host.uscc if host else None)


def outcomes_in(case: Case, award: ContestAward, policy: PolicyStack, host: str | None) -> list[AwardOutcome]:
    """Everything that an award leads to in a case, whose facts are those of its holder with this award alone.

    ``host`` is the credit code of the enterprise that held the contest: an enterprise's counts under its own schemes.
    """
    found = (_outcome(policy, decision) for decision in contest_outcomes(case, award))
    by_own = award.tier is ContestTier.ENTERPRISE
    return [one for one in found if one.path is ContestPath.POLICY or not by_own or one.issuer == host]


def _outcome(policy: PolicyStack, decision: Decision) -> AwardOutcome:
    if decision.offer is not None:
        rule = policy.value(OWN_CONTESTS, decision.day)
        return AwardOutcome(decision, ContestPath.ENTERPRISE, decision.offer.enterprise, rule.citation)
    issuer = SKILL_ISSUER if isinstance(decision.targets[0], SkillTarget) else TITLE_ISSUER
    rule = policy.value(issuer, decision.day)
    return AwardOutcome(decision, ContestPath.POLICY, str(rule.is_), rule.citation)


async def award_case(
    call: Call, read: DocumentReader, award_id: UUID, enterprise_id: UUID, version_id: UUID | None
) -> AwardCase:
    """The case of an award before an enterprise, under a version of its scheme or by the policy."""
    won = await won_in_reach(call, award_id)
    enterprise = await existing(call, Enterprise, enterprise_id, ENTERPRISE)
    [employer] = await load_employers(call.session, [enterprise.uscc], call.today, NoSchemes())
    if version_id is None:
        return AwardCase(won, enterprise, employer, None)
    pinned = await _pinned(call, version_id, enterprise)
    content = await content_of_version(pinned, read)
    return AwardCase(won, enterprise, replace(employer, schemes=(content,)), (pinned, content))


async def _pinned(call: Call, version_id: UUID, owner: Enterprise) -> Pinned:
    visible = scheme_versions_visible_to(call.actor, call.today)
    query = select(SchemeVersion).where(col(SchemeVersion.id) == version_id, visible)
    version = (await call.session.exec(query)).one_or_none()
    scheme = await call.session.get(Scheme, version.scheme_id) if version is not None else None
    if version is None or scheme is None or scheme.enterprise_id != owner.id:
        raise not_found(VERSION)
    return Pinned(version, scheme, owner)


async def check_case(call: Call, case: AwardCase, targets: Sequence[Target]) -> dict[Target, Decision]:
    """The decision on each target, every one open today. Raises NOT_ELIGIBLE with the clause of what is not."""
    if case.under is None:
        _works_there(call, case)
    else:
        await _contest_of_the_enterprise(call, case, case.under[0], targets)
    rules = Rulebook(call.policy, call.vocabulary)
    of_case = Case.of(case.won.facts, call.today, rules, (case.employer,))
    found = {target: _open(call, case, of_case, target) for target in targets}
    if case.under is None:
        for target in targets:
            _body_may_evaluate(call, case, target)
    return found


def _works_there(call: Call, case: AwardCase) -> None:
    uscc, day = case.enterprise.uscc, call.today
    if not any(spell.employer == uscc and day in spell.period for spell in case.won.facts.work):
        raise _refused(call, Text("当日不在该企业任职", "not employed at the enterprise on that day"), SCOPE)


async def _contest_of_the_enterprise(call: Call, case: AwardCase, pinned: Pinned, targets: Sequence[Target]) -> None:
    """Pilot enterprises may let their own contests count, where the policy lets them, while their scheme is active."""
    if not call.policy.flag(OWN_CONTESTS, call.today):
        raise _refused(call, Text("企业竞赛不能代评", "enterprise contests do not stand in"), OWN_CONTESTS)
    held_by = case.won.competition.enterprise_id
    if case.won.competition.tier is ContestTier.ENTERPRISE and held_by != case.enterprise.id:
        text = Text("不是本企业举办的岗位竞赛、技能比武", "the contest was not one of this enterprise")
        raise _refused(call, text, OWN_CONTESTS)
    if len(targets) > 1 and not call.policy.flag(TWO_CERTIFICATES, call.today):
        raise _refused(call, Text("一赛只能取得一证", "one contest gives one certificate"), TWO_CERTIFICATES)
    stands = (col(Activation.withdrawn_at).is_(None), on(Activation, call.today))
    active = select(Activation.id).where(
        col(Activation.scheme_id) == pinned.scheme.id, *stands, col(Activation.state) == ActivationState.ACTIVE
    )
    if (await call.session.exec(active)).first() is None:
        text = Text("方案当日未启用或已暂停", "the scheme is not active on that day")
        raise _refused(call, text, "filing.reviewers")


def _open(call: Call, case: AwardCase, of_case: Case, target: Target) -> Decision:
    decision = contest_decision(of_case, target, case.under[1] if case.under else None)
    if decision is None:
        text = Text("没有以赛代评的通道通往这一目标", "no contest leads to this target")
        raise _refused(call, text, TIERS if case.under is None else OWN_CONTESTS)
    if decision.blocks:
        text = join([block.text for block in decision.blocks])
        raise _not_eligible(text, str(decision.blocks[0].citation))
    if not decision.is_open:
        raise _not_eligible(*_unmet(decision, case.won.known))
    return decision


def _unmet(decision: Decision, award: ContestAward) -> tuple[Text, str | None]:
    """What is needed, what is there and what lacks, of the first condition that does not hold."""
    [*leaves], conditions = decision.routes[0].route.leaves, decision.explanation.conditions
    leaf, first = next((leaf, one) for leaf, one in zip(leaves, conditions, strict=True) if not one.is_met)
    lacks = join(list(shortcomings(leaf, award))) if isinstance(leaf, Awarded) else first.gap or first.need
    text = Text(
        f"需要：{first.need.zh}；现有：{first.have.zh}；{lacks.zh}",
        f"needed: {first.need.en}; there is: {first.have.en}; {lacks.en}",
    )
    return text, str(first.citation) if first.citation else None


def _body_may_evaluate(call: Call, case: AwardCase, target: Target) -> None:
    """By the policy's rule an evaluation body issues the skill certificate: the enterprise, where it has authority."""
    if isinstance(target, SkillTarget) and not case.employer.may_evaluate(target, call.today):
        text = Text(
            "所在企业无此职业、等级的评价权，技能证书由有权的评价机构颁发",
            "the enterprise may not evaluate this level; a body that may issues the skill certificate",
        )
        raise _refused(call, text, SKILL_ISSUER)


def _refused(call: Call, text: Text, rests_on: str) -> GuantongError:
    return _not_eligible(text, str(call.policy.value(rests_on, call.today).citation))


def _not_eligible(text: Text, clause: str | None) -> GuantongError:
    return GuantongError(ErrorCode.NOT_ELIGIBLE, text, where=Where(entry="award_id"), clause=clause)
