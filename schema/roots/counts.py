"""How many credentials there are by issuer, kind, level and year: sums of what the database keeps with every write."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import strawberry

from core.facts import CredentialKind
from core.storage.queries import credential_counts
from core.storage.queries.credential_counts import CountsAsked, CredentialDimension, named_counts_query
from schema import rights
from schema.asking import Asking
from schema.compiled.declared import Summed
from schema.context import Info
from schema.enums import describe
from schema.fields import argument, computed
from schema.ids import row_key
from schema.inputs import LevelInput
from schema.types.credential_count import CredentialCount
from schema.types.enterprise import Enterprise

describe(
    CredentialDimension,
    "What credentials are counted by. 凭证统计维度",
    {
        CredentialDimension.ENTERPRISE: "The issuing enterprise, by its id; none comes last. 发证企业",
        CredentialDimension.KIND: "Kind of credential. 凭证类别",
        CredentialDimension.LEVEL: "Level, lowest first, skill levels before titles. 等级或层级",
        CredentialDimension.YEAR: "Calendar year of award. 取得年份",
    },
)
By = Annotated[list[CredentialDimension], argument("What to count by, each once; answers are in this order. 统计维度")]


@strawberry.input(description="Which credentials are counted; all given parts must hold. 凭证统计筛选条件")
class CredentialCountFilter:
    """Filter of counts: by the dimensions alone, since nothing else is kept."""

    enterprise: strawberry.ID | None = strawberry.field(
        description="Id of the issuing enterprise. 发证企业", default=None
    )
    kind: CredentialKind | None = strawberry.field(description="Kind. 凭证类别", default=None)
    level: LevelInput | None = strawberry.field(description="Level. 等级或层级", default=None)
    year_from: int | None = strawberry.field(description="First year of award. 取得年份起", default=None)
    year_to: int | None = strawberry.field(description="Last year of award. 取得年份止", default=None)

    def read(self) -> credential_counts.CredentialCountFilter:
        return credential_counts.CredentialCountFilter(
            enterprise_id=row_key(self.enterprise, "Enterprise") if self.enterprise else None,
            kind=self.kind,
            level=self.level.read() if self.level else None,
            year_from=self.year_from,
            year_to=self.year_to,
        )


def _asked(_asking: Asking, given: Mapping[str, Any]) -> CountsAsked:
    return CountsAsked(tuple(given["by"]), (given.get("filter") or CredentialCountFilter()).read())


Wanted = Annotated[CredentialCountFilter | None, argument("Which credentials are counted. 筛选条件")]


@strawberry.type
class CountsRoot:
    """Root fields over what is counted."""

    @computed(
        "How many credentials there are, group by group, exact as of the answer; for the bureau. 凭证统计",
        requires=rights.CREDENTIAL_COUNTS,
        weight=100,
        size=1000,
        reads=Summed(named_counts_query, _asked),
    )
    async def credential_counts(self, info: Info, by: By, filter: Wanted = None) -> list[CredentialCount]:
        wanted = (filter or CredentialCountFilter()).read()
        found = await info.context.run(credential_counts.credential_counts, info.context.actor, by, wanted)
        issuers = await _issuers(info, found)
        return [CredentialCount.of(one, issuers.get(one.enterprise_id)) for one in found]


async def _issuers(info: Info, found: Sequence[credential_counts.CredentialCount]) -> dict[UUID | None, Enterprise]:
    """The enterprises of all groups, loaded together and made once each."""
    ids = list(dict.fromkeys(one.enterprise_id for one in found if one.enterprise_id is not None))
    rows = await info.context.loaders.enterprises.load_many(ids)
    return {row.id: Enterprise.of(row) for row in rows if row is not None}
