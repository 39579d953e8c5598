"""Whatever has a global id."""

import strawberry

from schema.compiled.declared import OwnId
from schema.fields import computed
from schema.ids import encode_id


@strawberry.interface(description="Anything that can be fetched again by its id. 可按标识查询的对象")
class Node:
    """A node of the graph; ``key`` names it among the nodes of its type."""

    key: strawberry.Private[str]

    @computed("Opaque id, the same at every reading. 全局标识", reads=OwnId())
    def id(self) -> strawberry.ID:
        return strawberry.ID(encode_id(type(self).__name__, self.key))
