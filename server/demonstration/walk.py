"""A round of the demonstration, walked step by step as its office, its applicants, its assessors and the bureau do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from core.ladders import Level
from core.models import Application, Round
from core.permissions import Role
from core.rounds.tally import scored_by_assessors
from core.schemes import Scheme
from core.services.applications import RoundApplication, file_application
from core.services.artifacts import sha256
from core.services.call import Call
from core.services.certificates import issue_certificates, report_certificates
from core.services.claims import ClaimDecision, NewClaim
from core.services.committees import (
    Attendance,
    Choice,
    NewCommittee,
    Vote,
    cast_vote,
    draw_committee,
    record_attendance,
)
from core.services.evidence_files import NewEvidenceFile, upload_evidence
from core.services.experts import Assignment, assign_assessor
from core.services.marking import Mark, NewMarks, give_marks
from core.services.objections import NewObjection, raise_objection
from core.services.qualification import Review, review_application
from core.services.results import (
    ResultReturn,
    RowComment,
    accept_results,
    conclude_round,
    file_results,
    notice_results,
    return_results,
)
from core.services.round_docket import SeenRound
from core.services.rounds import (
    NewRound,
    announce_round,
    cancel_round,
    close_applications,
    end_review,
    lay_before_committee,
    open_applications,
    plan_round,
)
from core.services.targets import sides_of
from core.storage.queries.rounds import claims_of_applications, committees_of, members_of
from plugins.document import scheme_from
from server.demonstration.crew import EVIDENCE_SINCE, Crew, Somebody
from server.demonstration.desk import REASON, Desk, Story
from server.demonstration.proof import proof
from server.demonstration.round_form import Aims, RoundForm

# Days after the round's start, a Monday; the applications end on its second Friday.
SCHEDULE = {
    "announce": 0,
    "plan": 1,
    "open": 2,
    "apply": 3,
    "close": 14,
    "review": 15,
    "end_review": 16,
    "mark": 17,
    "deliberate": 18,
    "vote": 18,
    "conclude": 21,
    "notice": 21,
    "file": 29,
    "accept": 31,
    "certify": 32,
    "report": 35,
}
APPLICATIONS_END = 11
# Where a round leaves the way that all others go.
ASIDE = {"cancel": ("apply", 18), "object": ("notice", 23), "send_back": ("file", 31)}
SEATS, GOOD_MARK = 7, 82


class Applicant(NamedTuple):
    """Somebody who applies, for what, and with how much of which evidence."""

    who: Somebody
    aims: Aims
    claims: Mapping[str, int]


@dataclass(slots=True)
class Walk:
    """One round under way; ``applicants`` by key."""

    desk: Desk
    crew: Crew
    form: RoundForm
    applicants: Mapping[str, Applicant]
    scheme: Scheme
    objector: Somebody
    row: Round | None = None
    filed: dict[str, Application] = field(default_factory=dict)

    async def story(self) -> Story:
        """The round from its start to the step that it has come to."""
        until, days = ASIDE.get(self.form.last, (self.form.last, None))
        async for day in self.way(until):
            yield day
        if days is not None:
            yield self.form.starts + timedelta(days=days)
            await getattr(self, self.form.last)()

    async def way(self, until: str, since: str = "announce") -> Story:
        """The steps of the schedule from one to another, both included."""
        names = list(SCHEDULE)
        for name in names[names.index(since) : names.index(until) + 1]:
            yield self.form.starts + timedelta(days=SCHEDULE[name])
            await getattr(self, name)()

    @property
    def round(self) -> Round:
        assert self.row is not None, "the round is announced first"
        return self.row

    def seen(self, **given: Any) -> dict[str, Any]:
        """The round as its office has just read it."""
        return {"key": self.desk.key(), "round_id": self.round.id, "revision": self.round.revision} | given

    async def step(self, use_case: Any, by_bureau: bool = False) -> None:
        """A step that takes nothing else."""
        call = self.desk.bureau() if by_bureau else self.desk.by(self.crew.office)
        self.row = await use_case(call, scheme_from, SeenRound(**self.seen()), REASON)

    async def announce(self) -> None:
        start = self.form.starts
        given = NewRound(
            key=self.desk.key(),
            scheme_version_id=self.crew.version_id,
            zh=self.form.zh,
            reference_day=start,
            applications_until=start + timedelta(days=APPLICATIONS_END),
            is_example=True,
        )
        self.row = await announce_round(self.desk.by(self.crew.office), scheme_from, given, REASON)

    async def plan(self) -> None:
        await self.step(plan_round)

    async def open(self) -> None:
        await self.step(open_applications)

    async def apply(self) -> None:
        for key in self.form.applicants:
            one = self.applicants[key]
            call = self.desk.by(one.who.acting(Role.WORKER))
            evidence = tuple([await self._claim(call, one.who, *claim) for claim in one.claims.items()])
            given = RoundApplication(key=self.desk.key(), round_id=self.round.id, evidence=evidence, **one.aims.given())
            self.filed[key] = await file_application(call, scheme_from, given, REASON)

    async def _claim(self, call: Call, who: Somebody, key: str, amount: int) -> NewClaim:
        """A claim with the file that shows it, uploaded beforehand."""
        kind = next(field.name.zh for field in self.scheme.evidence if field.key == key)
        content = proof(who.name, kind, amount)
        given = NewEvidenceFile(
            key=self.desk.key(), filename=f"{kind}（示例）.pdf", digest=sha256(content), content=content
        )
        file = await upload_evidence(call, given, REASON)
        return NewClaim(evidence=key, amount=amount, since=EVIDENCE_SINCE, files=(file.digest,))

    async def close(self) -> None:
        await self.step(close_applications)

    async def review(self) -> None:
        for row in self.filed.values():
            office = self.desk.by(self.crew.office)
            claims = (await claims_of_applications(office.session, office.actor, [row.id]))[row.id]
            accepted = tuple(ClaimDecision(evidence=one.key, accepted=True) for one in claims)
            given = Review(
                key=self.desk.key(), application_id=row.id, revision=row.revision, admitted=True, evidence=accepted
            )
            await review_application(office, scheme_from, given, REASON)

    async def end_review(self) -> None:
        for assessor in self.crew.assessors:
            given = Assignment(**self.seen(person_id=assessor.id))
            await assign_assessor(self.desk.by(self.crew.office), scheme_from, given, REASON)
        await self.step(end_review)

    async def mark(self) -> None:
        """Each assessor for themselves: a little apart, as people are."""
        for place, assessor in enumerate(self.crew.assessors):
            for row in self.filed.values():
                criteria = scored_by_assessors(self.scheme, sides_of(row))
                marks = tuple(
                    Mark(criterion=one.key, points=GOOD_MARK + 2 * place - nth) for nth, one in enumerate(criteria)
                )
                given = NewMarks(key=self.desk.key(), application_id=row.id, marks=marks)
                await give_marks(self.desk.by(assessor.acting(Role.ASSESSOR)), scheme_from, given, REASON)

    async def deliberate(self) -> None:
        """The committee is drawn, gets the titles, and meets."""
        call, form = self.desk.by(self.crew.office), self.crew.form
        drawn = NewCommittee(
            **self.seen(series=form.series, specialty=form.specialty, highest=Level.INTERMEDIATE, seats=SEATS)
        )
        committee = await draw_committee(call, scheme_from, drawn, REASON)
        await self.step(lay_before_committee)
        members = (await members_of(call.session, call.actor, [committee.id]))[committee.id]
        present = Attendance(**self.seen(committee_id=committee.id, present=tuple(one.id for one in members)))
        await record_attendance(call, scheme_from, present, REASON)

    async def vote(self) -> None:
        """A title that fails has four votes of seven."""
        call = self.desk.by(self.crew.office)
        [committee] = (await committees_of(call.session, call.actor, [self.round.id]))[self.round.id]
        members = (await members_of(call.session, call.actor, [committee.id]))[committee.id]
        for key, row in self.filed.items():
            for place, member in enumerate(members):
                agrees = key not in self.form.failed or place < SEATS // 2 + 1
                choice = Choice.AGREE if agrees else Choice.DISAGREE
                given = Vote(key=self.desk.key(), application_id=row.id, choice=choice)
                expert = self.crew.experts[member.person_id]
                await cast_vote(self.desk.by(expert.acting(Role.ASSESSOR)), given)

    async def conclude(self) -> None:
        await self.step(conclude_round)

    async def notice(self) -> None:
        await self.step(notice_results)

    async def object(self) -> None:
        """A colleague objects to a noticed result."""
        row = next(iter(self.filed.values()))
        given = NewObjection(
            key=self.desk.key(),
            round_id=self.round.id,
            application_id=row.id,
            text="所列工艺改进系班组共同完成，请核实本人贡献（示例）",
        )
        await raise_objection(self.desk.by(self.objector.acting(Role.WORKER)), scheme_from, given, REASON)

    async def file(self) -> None:
        await self.step(file_results)

    async def send_back(self) -> None:
        """The bureau returns the results with a comment on a row."""
        row = next(iter(self.filed.values()))
        comments = (RowComment(row=str(row.id), comment="请补正现岗位名称与备案职业的对应（示例）"),)
        given = ResultReturn(**self.seen(comments=comments))
        self.row = await return_results(self.desk.bureau(), scheme_from, given, REASON)

    async def accept(self) -> None:
        await self.step(accept_results, by_bureau=True)

    async def certify(self) -> None:
        await self.step(issue_certificates)

    async def report(self) -> None:
        await self.step(report_certificates)

    async def cancel(self) -> None:
        """Nobody applied."""
        await self.step(cancel_round)
