"""The five elements of a scheme version, read from what was filed."""

from datetime import date

import strawberry

from core import schemes
from core.facts import ContestRank, ContestTier
from core.schemes import FactType, LinkKind, PreferenceMatter, PreferredPerson
from schema.context import Info
from schema.fields import computed, listed
from schema.types.margin import FloorMargin, margins_of
from schema.types.need import SchemeNeed, needs_of
from schema.types.rung import Rung
from schema.types.standards import DeclaredEvidence, SchemeBonus, SchemeCriterion
from schema.types.target import SkillTarget, TitleTarget
from schema.types.text import Text


@strawberry.type(description="A group of people. 具体人群")
class SchemeGroup:
    """A group, with what makes somebody one of it."""

    key: str = strawberry.field(description="Its key. 代码")
    name: Text = strawberry.field(description="Name. 名称")
    needs: list[SchemeNeed] = listed("Everything that makes one of it. 条件", 3)

    @classmethod
    def of(cls, group: schemes.Group) -> "SchemeGroup":
        return cls(key=group.key, name=Text.of(group.name), needs=needs_of(group.condition))


@strawberry.type(description="A contest in place of an evaluation. 以赛代评")
class SchemeContest:
    """A contest; with both targets one contest gives two certificates."""

    key: str = strawberry.field(description="Its key. 代码")
    name: Text = strawberry.field(description="Name. 名称")
    tier: ContestTier = strawberry.field(description="Tier. 竞赛级别")
    rank: ContestRank = strawberry.field(description="Result that is needed. 名次")
    clause: str = strawberry.field(description="The clause. 条款")
    skill: SkillTarget | None = strawberry.field(description="Skill level that it gives. 技能等级")
    title: TitleTarget | None = strawberry.field(description="Title that it gives. 职称")

    @classmethod
    def of(cls, contest: schemes.ContestRule) -> "SchemeContest":
        return cls(
            key=contest.key,
            name=Text.of(contest.name),
            tier=contest.tier,
            rank=contest.rank,
            clause=contest.citation.clause,
            skill=SkillTarget.of(contest.skill) if contest.skill else None,
            title=TitleTarget.of(contest.title) if contest.title else None,
        )


@strawberry.type(description="One step of the process. 评价流程")
class SchemeProcessStep:
    """A step."""

    key: str = strawberry.field(description="Its key. 代码")
    name: Text = strawberry.field(description="Name. 名称")

    @classmethod
    def of(cls, step: schemes.ProcessStep) -> "SchemeProcessStep":
        return cls(key=step.key, name=Text.of(step.name))


@strawberry.type(
    description="What holding a level leads to: training, use on posts, or treatment. 与培养、使用、待遇衔接"
)
class SchemeLink:
    """A link."""

    key: str = strawberry.field(description="Its key. 代码")
    kind: LinkKind = strawberry.field(description="What it is linked with. 衔接类别")
    text: Text = strawberry.field(description="In words. 内容")
    level: Rung | None = strawberry.field(description="The level that it is for; none: every level. 适用层级")
    like: Rung | None = strawberry.field(
        description="A level of the other ladder whose holders are treated the same. 比照层级"
    )
    clause: str = strawberry.field(description="The clause. 条款")
    starts: date = strawberry.field(description="First day. 起始日期")
    ends: date | None = strawberry.field(description="First day no longer in force. 截止日期（不含）")

    @classmethod
    def of(cls, link: schemes.Link) -> "SchemeLink":
        return cls(
            key=link.key,
            kind=link.kind,
            text=Text.of(link.text),
            level=Rung.of(link.level) if link.level else None,
            like=Rung.of(link.like) if link.like else None,
            clause=link.citation.clause,
            starts=link.period.start,
            ends=link.period.until,
        )


@strawberry.type(description="Who comes first among equals: winners of contests, and their coaches. 优先考虑")
class SchemePreference:
    """A preference; it gives no certificate."""

    key: str = strawberry.field(description="Its key. 代码")
    text: Text = strawberry.field(description="In words. 内容")
    people: list[PreferredPerson] = strawberry.field(description="Whom it is for. 优先对象")
    tiers: list[ContestTier] = strawberry.field(description="Tiers of competition that count. 竞赛级别")
    rank: ContestRank = strawberry.field(description="The least result that counts. 名次")
    matters: list[PreferenceMatter] = strawberry.field(description="In what they come first. 优先事项")
    clause: str = strawberry.field(description="The clause. 条款")
    starts: date = strawberry.field(description="First day. 起始日期")
    ends: date | None = strawberry.field(description="First day no longer in force. 截止日期（不含）")

    @classmethod
    def of(cls, preference: schemes.Preference) -> "SchemePreference":
        return cls(
            key=preference.key,
            text=Text.of(preference.text),
            people=[one for one in PreferredPerson if one in preference.people],
            tiers=[tier for tier in ContestTier if tier in preference.tiers],
            rank=preference.rank,
            matters=[one for one in PreferenceMatter if one in preference.matters],
            clause=preference.citation.clause,
            starts=preference.period.start,
            ends=preference.period.until,
        )


@strawberry.type(description="A typed fact that the scheme adds to the graph. 扩展事实")
class DeclaredFact:
    """A fact."""

    key: str = strawberry.field(description="Its key. 代码")
    name: Text = strawberry.field(description="Name. 名称")
    type: FactType = strawberry.field(description="Its type. 类型")
    on: str = strawberry.field(description="person or evaluation. 所属对象")

    @classmethod
    def of(cls, fact: schemes.FactField) -> "DeclaredFact":
        return cls(key=fact.key, name=Text.of(fact.name), type=fact.type, on=fact.on)


@strawberry.type(description="One direction of a row, with everything that it asks for. 单向条件")
class SchemeRule:
    """A directed rule."""

    years: int | None = strawberry.field(description="Years asked for; none: those of the policy. 年限要求")
    clause: str = strawberry.field(description="The clause. 条款")
    needs: list[SchemeNeed] = listed("What it asks for besides. 其他条件", 3)

    @classmethod
    def maybe(cls, rule: schemes.DirectedRule | None) -> "SchemeRule | None":
        if rule is None:
            return None
        return cls(years=rule.years, clause=rule.citation.clause, needs=needs_of(rule.conditions))


@strawberry.type(description="One row of the catalog, with its conditions. 目录条目")
class SchemeRow:
    """A row as it was filed."""

    number: int = strawberry.field(description="Number of the row. 行号")
    skill: SkillTarget = strawberry.field(description="The skill side. 技能等级")
    title: TitleTarget = strawberry.field(description="The title side. 职称")
    starts: date = strawberry.field(description="First day. 起始日期")
    ends: date | None = strawberry.field(description="First day no longer in force. 截止日期（不含）")
    skill_to_title: SchemeRule | None = strawberry.field(description="From skill to title, if open. 技能到职称")
    title_to_skill: SchemeRule | None = strawberry.field(description="From title to skill, if open. 职称到技能")
    related: list[str] = strawberry.field(description="Codes of further occupations whose work counts. 相关职业编码")
    groups: list[str] = listed("Keys of the groups it is for; none: everybody. 适用人群", 5)
    is_dual_certificate: bool = strawberry.field(description="One evaluation, two certificates. 一评双证")
    is_dual_track: bool = strawberry.field(description="Promotion on both tracks. 双线晋升")

    @classmethod
    def of(cls, row: schemes.CatalogRow) -> "SchemeRow":
        return cls(
            number=row.number,
            skill=SkillTarget.of(row.skill),
            title=TitleTarget.of(row.title),
            starts=row.period.start,
            ends=row.period.until,
            skill_to_title=SchemeRule.maybe(row.skill_to_title),
            title_to_skill=SchemeRule.maybe(row.title_to_skill),
            related=sorted(row.related),
            groups=list(row.groups),
            is_dual_certificate=row.dual_certificate,
            is_dual_track=row.dual_track,
        )


@strawberry.type(description="What a version of a scheme says: the five elements. 方案五要素")
class SchemeContent:
    """A scheme as core reads it."""

    scheme: strawberry.Private[schemes.Scheme]
    scheme_key: str = strawberry.field(description="Key of the scheme. 方案代码")
    version: str = strawberry.field(description="Version. 版本号")
    name: Text = strawberry.field(description="Name. 名称")
    digest: str = strawberry.field(description="Digest of the document. 文档摘要")
    starts: date = strawberry.field(description="First day by its own words. 起始日期")
    ends: date | None = strawberry.field(description="First day no longer in force. 截止日期（不含）")
    industry_authority: str = strawberry.field(description="The authority that countersigns. 行业主管部门")
    title_pass_mark: int | None = strawberry.field(description="Least total for a title, if any. 职称合格总分")

    @classmethod
    def of(cls, scheme: schemes.Scheme) -> "SchemeContent":
        return cls(
            scheme=scheme,
            scheme_key=scheme.key,
            version=scheme.version,
            name=Text.of(scheme.name),
            digest=scheme.digest,
            starts=scheme.period.start,
            ends=scheme.period.until,
            industry_authority=scheme.industry_authority,
            title_pass_mark=scheme.title_pass_mark,
        )

    @computed("The correspondence catalog, with its conditions. 对应关系目录", size=50)
    def rows(self) -> list[SchemeRow]:
        return [SchemeRow.of(row) for row in self.scheme.rows]

    @computed("Groups of people. 具体人群", size=5)
    def groups(self) -> list[SchemeGroup]:
        return [SchemeGroup.of(group) for group in self.scheme.groups]

    @computed("Evidence that it declares. 材料", size=10)
    def evidence(self) -> list[DeclaredEvidence]:
        return [DeclaredEvidence.of(field) for field in self.scheme.evidence]

    @computed("Criteria of the standards. 评价标准", size=10)
    def criteria(self) -> list[SchemeCriterion]:
        return [SchemeCriterion.of(criterion) for criterion in self.scheme.criteria]

    @computed("Extra points. 加分", size=5)
    def bonuses(self) -> list[SchemeBonus]:
        return [SchemeBonus.of(bonus) for bonus in self.scheme.bonuses]

    @computed("Contests in place of an evaluation. 以赛代评", size=5)
    def contests(self) -> list[SchemeContest]:
        return [SchemeContest.of(contest) for contest in self.scheme.contests]

    @computed("Steps of the process, in order. 评价流程", size=10)
    def process(self) -> list[SchemeProcessStep]:
        return [SchemeProcessStep.of(step) for step in self.scheme.process]

    @computed("Preferences for winners and their coaches. 优先考虑", size=5)
    def preferences(self) -> list[SchemePreference]:
        return [SchemePreference.of(preference) for preference in self.scheme.preferences]

    @computed("Links with training, use and treatment. 与培养、使用、待遇衔接", size=5)
    def links(self) -> list[SchemeLink]:
        return [SchemeLink.of(link) for link in self.scheme.links]

    @computed("Facts that it adds to the graph. 扩展事实", size=10)
    def facts(self) -> list[DeclaredFact]:
        return [DeclaredFact.of(fact) for fact in self.scheme.facts]

    @computed("How far each direction stands above the policy's floor. 高于政策底线的年限", size=100, weight=200)
    def margins(self, info: Info) -> list[FloorMargin]:
        return margins_of(self.scheme, info.context.policy)
