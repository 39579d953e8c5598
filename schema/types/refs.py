"""Types by name, for types that refer to one another. The other half is a module import, used when a resolver runs."""

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from schema.types.award import CompetitionAward
    from schema.types.credential import Credential
    from schema.types.enterprise import Enterprise
    from schema.types.evaluation import Evaluation
    from schema.types.filing import Filing
    from schema.types.occupation import Occupation
    from schema.types.person import Person
    from schema.types.pilot_listing import PilotListing
    from schema.types.scheme import Scheme, SchemeVersion
    from schema.types.title_series import Specialty
    from schema.types.wheel import Wheel

CompetitionAwardRef = Annotated["CompetitionAward", strawberry.lazy("schema.types.award")]
CredentialRef = Annotated["Credential", strawberry.lazy("schema.types.credential")]
EnterpriseRef = Annotated["Enterprise", strawberry.lazy("schema.types.enterprise")]
EvaluationRef = Annotated["Evaluation", strawberry.lazy("schema.types.evaluation")]
FilingRef = Annotated["Filing", strawberry.lazy("schema.types.filing")]
OccupationRef = Annotated["Occupation", strawberry.lazy("schema.types.occupation")]
PersonRef = Annotated["Person", strawberry.lazy("schema.types.person")]
PilotListingRef = Annotated["PilotListing", strawberry.lazy("schema.types.pilot_listing")]
SchemeRef = Annotated["Scheme", strawberry.lazy("schema.types.scheme")]
SchemeVersionRef = Annotated["SchemeVersion", strawberry.lazy("schema.types.scheme")]
SpecialtyRef = Annotated["Specialty", strawberry.lazy("schema.types.title_series")]
WheelRef = Annotated["Wheel", strawberry.lazy("schema.types.wheel")]
