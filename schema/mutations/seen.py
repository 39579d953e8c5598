"""What a decision is about, as its maker read it: whoever decides on what has changed is refused (OUT_OF_DATE)."""

from typing import Any

import strawberry

from schema.ids import row_key

KEY = "Made up by the sender, anew for each thing that is to be done: the same request under it is done once. 请求键"
REASON = "Why, for the audit. 理由"


@strawberry.input(description="A round as one read it. 所据批次")
class SeenRoundInput:
    """Id and revision."""

    round: strawberry.ID = strawberry.field(description="Id of the round. 批次标识")
    revision: int = strawberry.field(description="Its revision, as one read it. 办理次序")

    def read(self) -> dict[str, Any]:
        return {"round_id": row_key(self.round, "Round"), "revision": self.revision}


@strawberry.input(description="An application as one read it. 所据申报")
class SeenApplicationInput:
    """Id and revision."""

    application: strawberry.ID = strawberry.field(description="Id of the application. 申报标识")
    revision: int = strawberry.field(description="Its revision, as one read it. 办理次序")

    def read(self) -> dict[str, Any]:
        return {"application_id": row_key(self.application, "Application"), "revision": self.revision}


@strawberry.input(description="An expert of the pool as one read the entry. 所据专家")
class SeenExpertInput:
    """Id and revision."""

    expert: strawberry.ID = strawberry.field(description="Id of the expert. 专家标识")
    revision: int = strawberry.field(description="Its revision, as one read it. 办理次序")

    def read(self) -> dict[str, Any]:
        return {"expert_id": row_key(self.expert, "Expert"), "revision": self.revision}


@strawberry.input(description="An objection as one read it. 所据异议")
class SeenObjectionInput:
    """Id and revision."""

    objection: strawberry.ID = strawberry.field(description="Id of the objection. 异议标识")
    revision: int = strawberry.field(description="Its revision, as one read it. 办理次序")

    def read(self) -> dict[str, Any]:
        return {"objection_id": row_key(self.objection, "Objection"), "revision": self.revision}


@strawberry.input(description="A request on the strength of an award as one read it. 所据以赛代评申请")
class SeenContestRequestInput:
    """Id and revision."""

    request: strawberry.ID = strawberry.field(description="Id of the request. 申请标识")
    revision: int = strawberry.field(description="Its revision, as one read it. 办理次序")

    def read(self) -> dict[str, Any]:
        return {"request_id": row_key(self.request, "ContestRequest"), "revision": self.revision}


@strawberry.input(description="A step of a round without anything more to say. 批次办理")
class RoundStepInput:
    """Which round, and why."""

    key: str = strawberry.field(description=KEY)
    seen: SeenRoundInput = strawberry.field(description="The round as one read it. 所据批次")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {"key": self.key, **self.seen.read()}
