"""Rules about contests in place of evaluation (以赛代评, 一赛双证), held against the policy's own contest routes."""

from collections.abc import Iterator

from core.facts import ContestTier
from core.ladders import RANK, TITLE_LEVELS, Ladder, Level, Target
from core.policy.requirements import RequireContest
from core.policy.stack import PackRoute
from core.schemes import ContestRule
from core.texts import Text, join
from core.vocabulary.terms import RANKS as RANK_NAMES
from core.vocabulary.terms import TIERS
from plugins.rules.claims import RANKS
from plugins.rules.subject import Fault, Subject, unusable

OWN = ContestTier.ENTERPRISE
ENTERPRISE = "pilot_enterprise"
# The policy's words for who gives the certificates of contests that are not the enterprise's own.
ISSUERS = {
    "city_bureau": Text("市人力资源社会保障局", "the city's human resources bureau"),
    "evaluation_body": Text("评价机构", "an evaluation body"),
    ENTERPRISE: Text("试点企业", "the pilot enterprise"),
}
ISSUER_OF = {Ladder.TITLE: "contest.title_issuer", Ladder.SKILL: "contest.skill_issuer"}
CERTIFICATES = {
    Ladder.TITLE: Text("职称证书", "title"),
    Ladder.SKILL: Text("技能等级证书", "skill certificate"),
}


def contest_is_recognised(subject: Subject) -> Iterator[Fault]:
    """A contest is the enterprise's own, or of a tier that the policy recognises.

    Example: ``tier = "city"``, where the plan names 世界技能大赛 and 全国技能大赛 alone.
    """
    for value in subject.versions("contest.tiers"):
        tiers = {OWN.value, *_words(value.is_)}
        for contest in subject.scheme.contests:
            if contest.tier.value not in tiers:
                name = TIERS[contest.tier]
                text = Text(f"{name.zh}不能代替评价", f"a {name.en} does not stand in for an evaluation")
                yield _fault(text, contest, "tier", contest.tier.value, OWN.value, str(value.citation))


def contest_is_the_enterprises_own(subject: Subject) -> Iterator[Fault]:
    """World and national contests lead to certificates by the policy's own way; a scheme gives those of its own alone.

    Whoever wins there applies by that way, whatever the scheme says; a preference or treatment may refer to it.

    Example: 全国技能大赛 优胜奖 → 工程师, a title that the city's bureau gives.
    """
    for contest, target in _outcomes(subject):
        for issuer, clause in _issuers(subject, contest, target):
            yield _not_its_own(subject, contest, target.ladder, issuer, clause)


def _outcomes(subject: Subject) -> Iterator[tuple[ContestRule, Target]]:
    """Every contest with each certificate that it leads to."""
    for contest in subject.scheme.contests:
        yield from ((contest, target) for target in (contest.skill, contest.title) if target)


def _issuers(subject: Subject, contest: ContestRule, target: Target) -> Iterator[tuple[Text, str]]:
    """Whoever else gives the certificate of a contest of a tier that the policy recognises, with the clause."""
    recognised = {tier for value in subject.versions("contest.tiers") for tier in _words(value.is_)}
    if contest.tier is OWN or contest.tier.value not in recognised:
        return
    for value in subject.versions(ISSUER_OF[target.ladder]):
        if value.is_ not in ISSUERS:
            raise unusable(value, value.is_, ISSUERS)
        if value.is_ != ENTERPRISE:
            yield ISSUERS[str(value.is_)], str(value.citation)


def _not_its_own(subject: Subject, contest: ContestRule, ladder: Ladder, issuer: Text, clause: str) -> Fault:
    tier, certificate = TIERS[contest.tier], CERTIFICATES[ladder]
    routes = (route for route in _routes(subject, contest.tier) if route.target.ladder is ladder)
    levels = sorted({route.target for route in routes}, key=RANK.__getitem__)
    reached = join([subject.vocabulary.level_text(level) for level in levels], zh="、", en=" and ")
    text = Text(
        f"{tier.zh}获奖选手的{certificate.zh}由{issuer.zh}颁发，不由企业方案颁发；请删去，"
        f"获奖者按政策自身途径申报{reached.zh}，方案可在优先或待遇条款中引用",
        f"{issuer.en} gives winners of {tier.en} their {certificate.en}, no scheme does; remove it: winners apply for "
        f"{reached.en} by the policy's own way, which a preference or treatment may refer to",
    )
    return _fault(text, contest, "tier", contest.tier.value, OWN.value, clause)


def _words(given: object) -> list[str]:
    return [str(one) for one in given] if isinstance(given, list) else []


def contest_rank_is_enough(subject: Subject) -> Iterator[Fault]:
    """A contest gives a certificate for no lower rank than the policy's lowest.

    Example: ``rank = "participant"``, where the plan asks for 优胜奖.
    """
    for value in subject.versions("contest.min_rank"):
        lowest = next((rank for rank in RANKS if rank.value == value.is_), None)
        if lowest is None:
            raise unusable(value, value.is_, RANKS)
        for contest in subject.scheme.contests:
            if RANKS[contest.rank] < RANKS[lowest]:
                given, asked = RANK_NAMES[contest.rank], RANK_NAMES[lowest]
                text = Text(f"名次“{given.zh}”低于“{asked.zh}”", f"the rank '{given.en}' is below '{asked.en}'")
                yield _fault(text, contest, "rank", contest.rank.value, lowest.value, str(value.citation))


def contest_is_no_shortcut(subject: Subject) -> Iterator[Fault]:
    """What an enterprise may give for a contest that the policy has a way for, it gives on that way's conditions.

    Example: a pack lets enterprises give 工程师 for 全国技能大赛 优胜奖 after a year in the city; a scheme at once.
    """
    for contest, target in _outcomes(subject):
        if any(_issuers(subject, contest, target)):
            continue  # said by contest_is_the_enterprises_own
        routes = [route for route in _routes(subject, contest.tier) if route.target is target.level]
        route = next((route for route in routes if len(route.requires) > 1), None)
        if route:
            text = Text(
                f"政策另有条件：{route.label.zh}；方案不得仅凭竞赛名次颁发",
                f"the policy asks for more: {route.label.en}; a scheme may not give it for the contest alone",
            )
            yield _fault(text, contest, "tier", contest.tier.value, OWN.value, str(route.citations[0]))


def contest_level_is_in_reach(subject: Subject) -> Iterator[Fault]:
    """A contest leads no higher than the policy's own contests do, and to two levels only that the policy pairs.

    Example: an enterprise contest → 首席技师, or → 技师 and 高级工程师 together.
    """
    for contest in subject.scheme.contests:
        too_high = [
            fault for target in (contest.skill, contest.title) if target for fault in _high(subject, contest, target)
        ]
        yield from too_high or _unpaired(subject, contest)


def _high(subject: Subject, contest: ContestRule, target: Target) -> Iterator[Fault]:
    highest = _highest(subject, target.ladder)
    if highest and RANK[target.level] > RANK[highest]:
        given, most = (subject.vocabulary.level_text(level) for level in (target.level, highest))
        text = Text(f"竞赛最高对应{most.zh}，不能是{given.zh}", f"a contest leads to {most.en} at most, not {given.en}")
        entry = "skill_level" if target.ladder is Ladder.SKILL else "title_level"
        yield _fault(text, contest, entry, target.level, most.zh, _clause(subject, highest))


def _unpaired(subject: Subject, contest: ContestRule) -> Iterator[Fault]:
    if not contest.skill or not contest.title:
        return
    skill, title = contest.skill.level, contest.title.level
    if not subject.policy.floor(skill, title) and not subject.policy.floor(title, skill):
        one, other = subject.vocabulary.level_text(skill), subject.vocabulary.level_text(title)
        text = Text(f"政策没有把{one.zh}与{other.zh}相对应", f"the policy does not pair {one.en} with {other.en}")
        paired = [floor for level in TITLE_LEVELS for floor in subject.policy.floor(skill, level)]
        nearest = "、".join(dict.fromkeys(subject.vocabulary.level_text(floor.target).zh for floor in paired))
        clause = str(paired[-1].citations[0]) if paired else None
        yield _fault(text, contest, "title_level", title, nearest or None, clause)


def _routes(subject: Subject, tier: ContestTier | None = None) -> Iterator[PackRoute]:
    """The policy's own contest routes in the scheme's days, for one tier or for any."""
    for route in subject.policy.routes:
        forms = [one.form for one in route.requires if isinstance(one.form, RequireContest)]
        if forms and route.period.overlaps(subject.scheme.period) and (tier is None or tier in forms[0].contest_tiers):
            yield route


def _highest(subject: Subject, ladder: Ladder) -> Level | None:
    levels = (route.target for route in _routes(subject) if route.target.ladder is ladder)
    return max(levels, key=lambda level: RANK[level], default=None)


def _clause(subject: Subject, level: Level) -> str:
    return str(next(route.citations[0] for route in _routes(subject) if route.target is level))


def _fault(text: Text, contest: ContestRule, entry: str, value: object, nearest: object, clause: str | None) -> Fault:
    return Fault(text, entry=f"contest.{contest.key}.{entry}", value=value, nearest=nearest, clause=clause)
