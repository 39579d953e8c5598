"""Committees (评审委员会): the draw, who follows, attendance, the secret vote."""

from typing import Annotated, Any

import strawberry

from core.services import committees, replacements
from core.services.committees import Choice
from plugins.document import scheme_from
from schema import rights
from schema.context import Info
from schema.enums import TitleLevel
from schema.fields import argument, mutation
from schema.ids import row_key
from schema.mutations.attempt import attempt
from schema.mutations.seen import KEY, REASON, SeenRoundInput
from schema.types.committee import CommitteeMember, CommitteeSitting
from schema.types.problem import Problem


@strawberry.input(description="A committee to draw. 抽取评委会")
class DrawCommitteeInput:
    """For a series or one specialty of it, up to which level, with how many seats."""

    key: str = strawberry.field(description=KEY)
    seen: SeenRoundInput = strawberry.field(description="The round as one read it. 所据批次")
    series: str = strawberry.field(description="Code of the series. 系列代码")
    specialty: str | None = strawberry.field(
        description="Code of the specialty; without it, for the series. 专业代码", default=None
    )
    highest: TitleLevel = strawberry.field(description="Up to which level it decides. 最高评审层级")
    seats: int = strawberry.field(description="Number of members. 席位数")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        what = {"series": self.series, "specialty": self.specialty, "highest": self.highest.value}
        return {"key": self.key, "seats": self.seats, **what, **self.seen.read()}


@strawberry.input(description="A member who cannot sit. 更换评委")
class ReplaceMemberInput:
    """The next of the draw follows."""

    key: str = strawberry.field(description=KEY)
    seen: SeenRoundInput = strawberry.field(description="The round as one read it. 所据批次")
    member: strawberry.ID = strawberry.field(description="Id of the member. 评委标识")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {"key": self.key, "member_id": row_key(self.member, "CommitteeMember"), **self.seen.read()}


@strawberry.input(description="Who attends the meeting of a committee. 出席情况")
class RecordAttendanceInput:
    """The members present; without a quorum nothing is recorded."""

    key: str = strawberry.field(description=KEY)
    seen: SeenRoundInput = strawberry.field(description="The round as one read it. 所据批次")
    committee: strawberry.ID = strawberry.field(description="Id of the committee. 评委会标识")
    present: list[strawberry.ID] = strawberry.field(description="Ids of the members present. 出席评委标识")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        present = tuple(row_key(one, "CommitteeMember") for one in self.present)
        committee_id = row_key(self.committee, "CommitteeSitting")
        return {"key": self.key, "committee_id": committee_id, "present": present, **self.seen.read()}


@strawberry.input(description="A member's vote on one title; what is voted is counted and kept nowhere. 表决")
class CastVoteInput:
    """Once, in person, while the committee meets; no reason is asked, for it could tell the vote."""

    key: str = strawberry.field(description=KEY)
    application: strawberry.ID = strawberry.field(description="Id of the application. 申报标识")
    choice: Choice = strawberry.field(description="The vote. 表决意见")

    def read(self) -> dict[str, Any]:
        application_id = row_key(self.application, "Application")
        return {"key": self.key, "application_id": application_id, "choice": self.choice}


@strawberry.type(description="A committee that was drawn, or whose attendance was recorded. 评委会办理结果")
class ChangedCommittee:
    """The committee as it stands now."""

    committee: CommitteeSitting = strawberry.field(description="The committee as it stands now. 评审委员会")


@strawberry.type(description="A member who follows another. 更换评委结果")
class ReplacedMember:
    """Who follows."""

    member: CommitteeMember = strawberry.field(description="Who follows. 递补评委")


@strawberry.type(description="A vote that was cast. 表决结果回执")
class VoteReceipt:
    """That one has voted, and nothing of what."""

    application: strawberry.ID = strawberry.field(description="Id of the application. 申报标识")


CommitteeResult = Annotated[
    ChangedCommittee | Problem, strawberry.union("CommitteeResult", description="What came of it. 评委会办理结果")
]
MemberResult = Annotated[
    ReplacedMember | Problem, strawberry.union("MemberResult", description="What came of it. 更换评委结果")
]
VoteResult = Annotated[VoteReceipt | Problem, strawberry.union("VoteResult", description="What came of it. 表决回执")]
Draw = Annotated[DrawCommitteeInput, argument("The committee. 抽取内容")]
Replace = Annotated[ReplaceMemberInput, argument("Who cannot sit. 更换内容")]
Attend = Annotated[RecordAttendanceInput, argument("Who attends. 出席内容")]
Ballot = Annotated[CastVoteInput, argument("The vote. 表决内容")]


@strawberry.type
class CommitteeMutations:
    """Mutations over committees."""

    @mutation("Draw a committee at random from the pool, once. 随机抽取评委", requires=rights.RUN)
    async def draw_committee(self, info: Info, input: Draw) -> CommitteeResult:
        async def step() -> ChangedCommittee:
            given = committees.NewCommittee(**input.read())
            row = await info.context.do(committees.draw_committee, scheme_from, given, input.reason)
            return ChangedCommittee(committee=CommitteeSitting.of(row))

        return await attempt(step)

    @mutation("Let the next of the draw follow a member who cannot sit. 更换评委", requires=rights.RUN)
    async def replace_member(self, info: Info, input: Replace) -> MemberResult:
        async def step() -> ReplacedMember:
            given = replacements.Stepping(**input.read())
            row = await info.context.do(replacements.replace_member, scheme_from, given, input.reason)
            return ReplacedMember(member=CommitteeMember.of(row))

        return await attempt(step)

    @mutation("Record who attends, before the committee votes. 登记出席", requires=rights.RUN)
    async def record_attendance(self, info: Info, input: Attend) -> CommitteeResult:
        async def step() -> ChangedCommittee:
            given = committees.Attendance(**input.read())
            row = await info.context.do(committees.record_attendance, scheme_from, given, input.reason)
            return ChangedCommittee(committee=CommitteeSitting.of(row))

        return await attempt(step)

    @mutation("Vote on a title, as a member present. 表决", requires=rights.VOTE)
    async def cast_vote(self, info: Info, input: Ballot) -> VoteResult:
        async def step() -> VoteReceipt:
            await info.context.do(committees.cast_vote, committees.Vote(**input.read()))
            return VoteReceipt(application=input.application)

        return await attempt(step)
