"""The root of all changes."""

import strawberry

from schema.mutations.activations import ActivationMutations
from schema.mutations.applications import ApplicationMutations
from schema.mutations.committees import CommitteeMutations
from schema.mutations.competitions import CompetitionMutations
from schema.mutations.contests import ContestMutations
from schema.mutations.evidence import EvidenceMutations
from schema.mutations.experts import ExpertMutations
from schema.mutations.facts import FactMutations
from schema.mutations.filings import FilingMutations
from schema.mutations.jobs import JobMutations
from schema.mutations.people import PeopleMutations
from schema.mutations.pilot import PilotMutations
from schema.mutations.registration import RegistrationMutations
from schema.mutations.replicable import ReplicableMutations
from schema.mutations.results import ResultMutations
from schema.mutations.rounds import RoundMutations
from schema.mutations.scoring import ScoringMutations
from schema.mutations.service_tokens import ServiceTokenMutations
from schema.mutations.webhooks import WebhookMutations


@strawberry.type(description="Everything that can be changed; with errors in the answer nothing was. 办理入口")
class Mutation(
    RegistrationMutations,
    FilingMutations,
    ActivationMutations,
    PeopleMutations,
    ServiceTokenMutations,
    RoundMutations,
    ApplicationMutations,
    EvidenceMutations,
    ExpertMutations,
    ScoringMutations,
    CommitteeMutations,
    ResultMutations,
    CompetitionMutations,
    ContestMutations,
    PilotMutations,
    JobMutations,
    FactMutations,
    ReplicableMutations,
    WebhookMutations,
):
    """The fields of all subjects together."""
