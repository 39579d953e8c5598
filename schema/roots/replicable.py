"""What of schemes is held up to other enterprises."""

import strawberry

from core.storage.pages import Slice
from core.storage.queries import replicable
from core.storage.queries.replicable import REPLICABLE
from schema import rights
from schema.compiled.declared import Pages
from schema.connections import After, Before, Connection, Descending, First, Last, connection
from schema.context import Info
from schema.fields import paged
from schema.types.replicable import ReplicableScheme


@strawberry.type
class ReplicableRoot:
    """Root fields over what is replicable."""

    @paged(
        "What the bureau holds up as replicable, the latest first unless told. 可复制的方案内容",
        requires=rights.REPLICABLE,
        reads=Pages(REPLICABLE),
    )
    async def replicable_schemes(
        self,
        info: Info,
        descending: Descending = True,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[ReplicableScheme]:
        run, actor, part = info.context.run, info.context.actor, Slice(first, after, last, before)
        page = await run(replicable.replicable_page, actor, descending=descending, part=part)
        return connection(page, part, ReplicableScheme.of, lambda: run(replicable.count_replicable, actor))
