"""Schemes of pilot enterprises, their versions and correspondence catalogs."""

from datetime import date

import strawberry

from core import models
from core.ladders import SkillTarget as CoreSkillTarget
from core.ladders import TitleTarget as CoreTitleTarget
from core.storage.pages import Slice
from core.storage.queries.enterprises import ENTERPRISE
from core.storage.queries.filings import FILING_BY_ID, FILINGS_OF_SCHEME
from core.storage.queries.nested import ROWS_OF_VERSION
from core.storage.queries.round_lookups import ROUNDS_OF_VERSION
from core.storage.queries.schemes import SCHEME, VERSION, VERSIONS_OF_SCHEME
from schema import rights
from schema.arguments import AsOf
from schema.compiled.declared import Known, Latest, Many, One, Pages, Stored, shows
from schema.connections import After, Before, Connection, First, Last, connection
from schema.context import Info
from schema.fields import computed, paged, stored, within
from schema.relations import loaded
from schema.types import enterprise, filing, round
from schema.types.content import SchemeContent
from schema.types.finding import Finding
from schema.types.node import Node
from schema.types.problem import Problem, fault_of
from schema.types.refs import EnterpriseRef, FilingRef, RoundRef
from schema.types.target import SkillTarget, TitleTarget
from schema.types.text import Text

ON_RECORD = ("recorded_from", "recorded_until")


def on_record_by(_known: object, day: date, since: str | None, until: str | None) -> bool:
    """Whether a version is on record on a day, by days as JSON has them."""
    is_begun = since is not None and date.fromisoformat(since) <= day
    return is_begun and (until is None or day < date.fromisoformat(until))


@strawberry.type(description="One direction of a catalog row. 单向规则")
class DirectedRule:
    """A rule from one side to the other."""

    years: int | None = strawberry.field(description="Years asked for; none: those of the policy. 年限要求")
    clause: str | None = strawberry.field(description="What it rests on. 依据")


@shows(models.CatalogRow)
@strawberry.type(description="One row of a correspondence catalog: both sides and two rules. 对应条目")
class CorrespondenceEntry(Node):
    """A skill level of an occupation beside a title level of a specialty."""

    row: strawberry.Private[models.CatalogRow]
    number: int = stored("Number of the row. 行号")
    skill: SkillTarget = strawberry.field(description="The skill side. 技能等级")
    title: TitleTarget = strawberry.field(description="The title side. 职称")
    skill_to_title: DirectedRule | None = within(
        "From skill to title, if open. 技能到职称",
        "skill_to_title",
        years=Stored("skill_to_title_years"),
        clause=Stored("skill_to_title_clause"),
    )
    title_to_skill: DirectedRule | None = within(
        "From title to skill, if open. 职称到技能",
        "title_to_skill",
        years=Stored("title_to_skill_years"),
        clause=Stored("title_to_skill_clause"),
    )
    is_dual_certificate: bool = stored("One evaluation, two certificates. 一评双证", "dual_certificate")
    is_dual_track: bool = stored("Promotion on both tracks. 双线晋升", "dual_track")
    starts: date = stored("First day. 起始日期")
    ends: date | None = stored("First day no longer in force. 截止日期（不含）")

    @classmethod
    def of(cls, row: models.CatalogRow) -> "CorrespondenceEntry":
        return cls(
            key=str(row.id),
            row=row,
            number=row.number,
            skill=SkillTarget.of(CoreSkillTarget(row.occupation, row.skill_level, row.trade)),
            title=TitleTarget.of(CoreTitleTarget(row.series, row.specialty, row.title_level)),
            skill_to_title=_rule(row.skill_to_title, row.skill_to_title_years, row.skill_to_title_clause),
            title_to_skill=_rule(row.title_to_skill, row.title_to_skill_years, row.title_to_skill_clause),
            is_dual_certificate=row.dual_certificate,
            is_dual_track=row.dual_track,
            starts=row.starts,
            ends=row.ends,
        )

    @computed("The version that it belongs to. 方案版本", reads=One(VERSION, "scheme_version_id"))
    async def scheme_version(self, info: Info) -> "SchemeVersion":
        return SchemeVersion.of(await loaded(info.context.loaders.versions, self.row.scheme_version_id))


def _rule(is_open: bool, years: int | None, clause: str | None) -> DirectedRule | None:
    return DirectedRule(years=years, clause=clause) if is_open else None


@shows(models.SchemeVersion)
@strawberry.type(description="One version of a scheme. 方案版本")
class SchemeVersion(Node):
    """A version, with its own period and the days on which it was on record."""

    row: strawberry.Private[models.SchemeVersion]
    version: str = stored("Version. 版本号")
    name: Text = within("Name. 名称", zh=Stored("zh"), en=Stored("en"))
    digest: str = stored("Digest of the document. 内容摘要")
    document: str = stored("The document as canonical JSON. 方案原文（规范化JSON）")
    starts: date = stored("First day by its own words. 起始日期")
    ends: date | None = stored("First day no longer in force. 截止日期（不含）")
    recorded_from: date | None = stored("First day on record. 备案起始日期")
    recorded_until: date | None = stored("First day no longer on record. 备案截止日期（不含）")
    record_number: str | None = stored("Number of the record. 备案编号")
    is_example: bool = stored("Invented, for demonstration. 是否示例数据")

    @classmethod
    def of(cls, row: models.SchemeVersion) -> "SchemeVersion":
        return cls(
            key=str(row.id),
            row=row,
            version=row.version,
            name=Text(zh=row.zh, en=row.en),
            digest=row.digest,
            document=row.document,
            starts=row.starts,
            ends=row.ends,
            recorded_from=row.recorded_from,
            recorded_until=row.recorded_until,
            record_number=row.record_number,
            is_example=row.is_example,
        )

    @computed("Whether it is on record on a day. 当日是否备案", reads=Known(ON_RECORD, on_record_by))
    def is_on_record(self, info: Info, as_of: AsOf = None) -> bool:
        return on_record(self.row, info.context.day(as_of))

    @computed("The scheme that it is a version of. 工作方案", reads=One(SCHEME, "scheme_id"))
    async def scheme(self, info: Info) -> "Scheme":
        return Scheme.of(await loaded(info.context.loaders.schemes, self.row.scheme_id))

    @computed(
        "The five elements, read from its document; null, with an error, when contentFault says why. 方案五要素",
        weight=50,
    )
    async def content(self, info: Info) -> SchemeContent | None:
        content = await info.context.contents.of_version(self.row)
        return await info.context.in_turn(lambda: SchemeContent.of(content))

    @computed("Why its content cannot be read, if so: it is not what was approved. 内容故障")
    async def content_fault(self, info: Info) -> Problem | None:
        return await fault_of(info.context.contents.of_version(self.row))

    @computed(
        "The filing that put it on record, where the reader may read it. 备案申请",
        reads=One(FILING_BY_ID, "id", by="scheme_version_id"),
    )
    async def filing(self, info: Info) -> FilingRef | None:
        row = await info.context.loaders.filings_by_version.load(self.row.id)
        return filing.Filing.of(row) if row else None

    @computed("What its newest verification found; none where the reader may not read it. 校验结果", size=10)
    async def findings(self, info: Info) -> list[Finding] | None:
        filed = await info.context.loaders.filings_by_version.load(self.row.id)
        if filed is None:
            return None
        *_, newest = [None, *await info.context.loaders.verifications.load(filed.wheel_id)]
        return [Finding.of(one) for one in newest.findings] if newest else None

    @paged("Its correspondence catalog, by row number. 对应关系目录", reads=Pages(ROWS_OF_VERSION))
    async def entries(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[CorrespondenceEntry]:
        loaders, part = info.context.loaders, Slice(first, after, last, before)
        page = await loaders.rows_pages.load((self.row.id, part))
        return connection(page, part, CorrespondenceEntry.of, lambda: loaders.row_counts.load(self.row.id))

    @paged(
        "Rounds under it that the reader may read, the latest first. 评价批次",
        requires=rights.ROUNDS,
        reads=Pages(ROUNDS_OF_VERSION),
    )
    async def rounds(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[RoundRef]:
        loaders, part = info.context.loaders.rounds, Slice(first, after, last, before)
        page = await loaders.pages_of_versions.load((self.row.id, part))
        return connection(page, part, round.Round.of, lambda: loaders.counts_of_versions.load(self.row.id))


def on_record(row: models.SchemeVersion, day: date) -> bool:
    """Whether a version is on record on a day."""
    since, until = row.recorded_from, row.recorded_until
    return since is not None and since <= day and (until is None or day < until)


@shows(models.Scheme)
@strawberry.type(description="A scheme of a pilot enterprise, over all its versions. 工作方案")
class Scheme(Node):
    """A scheme."""

    row: strawberry.Private[models.Scheme]
    code: str = stored("Key of the scheme. 方案代码", "key", name="key")

    @classmethod
    def of(cls, row: models.Scheme) -> "Scheme":
        return cls(key=str(row.id), row=row, code=row.key)

    @computed("Whose scheme it is. 企业", reads=One(ENTERPRISE, "enterprise_id"))
    async def enterprise(self, info: Info) -> EnterpriseRef:
        return enterprise.Enterprise.of(await loaded(info.context.loaders.enterprises, self.row.enterprise_id))

    @computed("Its versions that the reader may read, oldest first. 方案版本", size=5, reads=Many(VERSIONS_OF_SCHEME))
    async def versions(self, info: Info) -> list[SchemeVersion]:
        return [SchemeVersion.of(row) for row in await info.context.loaders.versions_of.load(self.row.id)]

    @computed("The version on record on a day. 当日备案版本", reads=Latest(VERSIONS_OF_SCHEME, ON_RECORD))
    async def version_on_record(self, info: Info, as_of: AsOf = None) -> SchemeVersion | None:
        day = info.context.day(as_of)
        rows = await info.context.loaders.versions_of.load(self.row.id)
        return next((SchemeVersion.of(row) for row in reversed(rows) if on_record(row, day)), None)

    @computed(
        "Filings of its versions that the reader may read, in the order they were begun. 备案申请",
        requires=rights.REVIEWS,
        size=5,
        reads=Many(FILINGS_OF_SCHEME),
    )
    async def filings(self, info: Info) -> list[FilingRef]:
        return [filing.Filing.of(row) for row in await info.context.loaders.filings_of.load(self.row.id)]
