"""Types by name, for types that refer to one another. The other half is a module import, used when a resolver runs."""

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from schema.types.application import Application
    from schema.types.award import Competition, CompetitionAward
    from schema.types.certificate import Certificate
    from schema.types.coaching import Coaching
    from schema.types.committee import CommitteeMember, CommitteeSitting
    from schema.types.contest_request import ContestDecision, ContestRequest
    from schema.types.credential import Credential
    from schema.types.enterprise import Enterprise
    from schema.types.evaluation import Evaluation
    from schema.types.expert import RoundAssessor, TieDeclaration
    from schema.types.filing import Filing
    from schema.types.occupation import Occupation
    from schema.types.person import Person
    from schema.types.pilot_decision import PilotDecision
    from schema.types.pilot_listing import PilotListing
    from schema.types.public_notice import Objection, PublicNotice
    from schema.types.result_filing import ResultFiling
    from schema.types.round import Round
    from schema.types.scheme import Scheme, SchemeVersion
    from schema.types.title_series import Specialty
    from schema.types.wheel import Wheel

ApplicationRef = Annotated["Application", strawberry.lazy("schema.types.application")]
CertificateRef = Annotated["Certificate", strawberry.lazy("schema.types.certificate")]
CoachingRef = Annotated["Coaching", strawberry.lazy("schema.types.coaching")]
CommitteeMemberRef = Annotated["CommitteeMember", strawberry.lazy("schema.types.committee")]
CommitteeSittingRef = Annotated["CommitteeSitting", strawberry.lazy("schema.types.committee")]
CompetitionRef = Annotated["Competition", strawberry.lazy("schema.types.award")]
CompetitionAwardRef = Annotated["CompetitionAward", strawberry.lazy("schema.types.award")]
ContestDecisionRef = Annotated["ContestDecision", strawberry.lazy("schema.types.contest_request")]
ContestRequestRef = Annotated["ContestRequest", strawberry.lazy("schema.types.contest_request")]
CredentialRef = Annotated["Credential", strawberry.lazy("schema.types.credential")]
EnterpriseRef = Annotated["Enterprise", strawberry.lazy("schema.types.enterprise")]
EvaluationRef = Annotated["Evaluation", strawberry.lazy("schema.types.evaluation")]
FilingRef = Annotated["Filing", strawberry.lazy("schema.types.filing")]
ObjectionRef = Annotated["Objection", strawberry.lazy("schema.types.public_notice")]
OccupationRef = Annotated["Occupation", strawberry.lazy("schema.types.occupation")]
PersonRef = Annotated["Person", strawberry.lazy("schema.types.person")]
PilotDecisionRef = Annotated["PilotDecision", strawberry.lazy("schema.types.pilot_decision")]
PilotListingRef = Annotated["PilotListing", strawberry.lazy("schema.types.pilot_listing")]
PublicNoticeRef = Annotated["PublicNotice", strawberry.lazy("schema.types.public_notice")]
ResultFilingRef = Annotated["ResultFiling", strawberry.lazy("schema.types.result_filing")]
RoundAssessorRef = Annotated["RoundAssessor", strawberry.lazy("schema.types.expert")]
RoundRef = Annotated["Round", strawberry.lazy("schema.types.round")]
SchemeRef = Annotated["Scheme", strawberry.lazy("schema.types.scheme")]
SchemeVersionRef = Annotated["SchemeVersion", strawberry.lazy("schema.types.scheme")]
SpecialtyRef = Annotated["Specialty", strawberry.lazy("schema.types.title_series")]
TieDeclarationRef = Annotated["TieDeclaration", strawberry.lazy("schema.types.expert")]
WheelRef = Annotated["Wheel", strawberry.lazy("schema.types.wheel")]
