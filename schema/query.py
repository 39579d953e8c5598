"""The root of all reads."""

import strawberry

from schema.roots.changes import ChangesRoot
from schema.roots.contests import ContestsRoot
from schema.roots.counts import CountsRoot
from schema.roots.jobs import JobsRoot
from schema.roots.nodes import NodesRoot
from schema.roots.plugins import PluginsRoot
from schema.roots.policy import PolicyRoot
from schema.roots.records import RecordsRoot
from schema.roots.replicable import ReplicableRoot
from schema.roots.rounds import RoundsRoot
from schema.roots.summary import SummaryRoot
from schema.roots.tokens import TokensRoot
from schema.roots.vocabulary import VocabularyRoot
from schema.roots.webhooks import WebhooksRoot


@strawberry.type(description="Everything that can be read. 查询入口")
class Query(
    NodesRoot,
    PolicyRoot,
    VocabularyRoot,
    RecordsRoot,
    CountsRoot,
    RoundsRoot,
    ContestsRoot,
    PluginsRoot,
    ChangesRoot,
    TokensRoot,
    JobsRoot,
    SummaryRoot,
    ReplicableRoot,
    WebhooksRoot,
):
    """The fields of all roots together."""
