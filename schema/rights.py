"""Which permissions open which part of the graph. Which rows are then seen is the storage's part."""

from core.models import Step
from core.permissions import Permission
from core.services.contests import ASK, DECIDE
from core.services.exports.kinds import ASKERS
from core.services.jobs import STOP
from core.services.machine import TRANSITIONS
from core.services.reach import APPLY as APPLYING
from core.services.replicable import CLONE, MARK
from core.services.summary import READ
from core.services.webhooks import KEEP

PEOPLE = (Permission.CITY_PERSON_READ, Permission.ENTERPRISE_PERSON_READ, Permission.OWN_PERSON_READ)
EVALUATIONS = (Permission.CITY_PERSON_READ, Permission.ENTERPRISE_EVALUATION_READ, Permission.OWN_PERSON_READ)
SCHEMES = (Permission.CITY_SCHEME_READ, Permission.ENTERPRISE_SCHEME_READ, Permission.OWN_PERSON_READ)
REVIEWS = (Permission.CITY_SCHEME_READ, Permission.ENTERPRISE_SCHEME_READ)
ENTERPRISES = tuple(dict.fromkeys((*PEOPLE, *SCHEMES)))
PILOT_LIST = (Permission.PUBLIC_PILOT_READ,)
# Who is idle follows from every enterprise's evaluations.
IDLE_PILOTS = (Permission.CITY_PERSON_READ,)
# The tally tells of everybody's.
CREDENTIAL_COUNTS = (Permission.CITY_PERSON_READ,)
TOKENS = (Permission.CITY_TOKEN_MINT, Permission.CITY_AUDIT_READ, Permission.ENTERPRISE_TOKEN_MINT)
POLICY = (Permission.PUBLIC_POLICY_READ,)
IDENTITY = (Permission.CITY_IDENTITY_READ,)
REGISTER = (Permission.ENTERPRISE_SCHEME_REGISTER,)
RELEASE = (Permission.CITY_SCHEME_RELEASE,)
SWITCH = (Permission.CITY_SCHEME_ACTIVATE,)
VERIFY = (Permission.ENTERPRISE_SCHEME_REGISTER, Permission.CITY_SCHEME_RECORD)
SUBMIT, COUNTERSIGN, RETURN, RECORD, WITHDRAW = (
    (TRANSITIONS[step].permission,) for step in (Step.SUBMIT, Step.COUNTERSIGN, Step.RETURN, Step.RECORD, Step.WITHDRAW)
)
KEEP_WEBHOOKS = KEEP
WEBHOOKS = (*KEEP, Permission.CITY_AUDIT_READ)
MINT = (Permission.CITY_TOKEN_MINT, Permission.ENTERPRISE_TOKEN_MINT)
# Whoever may read some round: which, and how much of it, the rows say.
ROUNDS = (
    Permission.CITY_PERSON_READ,
    Permission.ENTERPRISE_EVALUATION_READ,
    Permission.OWN_APPLICATION_FILE,
    Permission.OWN_SCORE_GIVE,
)
# Those who run rounds, and those who review and audit them.
ROUND_STAFF = (Permission.CITY_PERSON_READ, Permission.ENTERPRISE_EVALUATION_READ)
# Who scores reads what they score, but not whose it is.
APPLICATIONS = (*EVALUATIONS, Permission.OWN_SCORE_GIVE)
MARKS = (*ROUND_STAFF, Permission.OWN_SCORE_GIVE)
# What is held up to enterprises is for all who read schemes.
REPLICABLE = REVIEWS
MARK_REPLICABLE, CLONE_SCHEME = MARK, CLONE
# Figures of rounds, for whoever may read the rows that they are counted from.
SUMMARY = READ
OBJECTIONS = (*ROUND_STAFF, Permission.OWN_OBJECTION_RAISE)
RUN = (Permission.ENTERPRISE_ROUND_RUN,)
RECORD_FACTS = (Permission.ENTERPRISE_EVALUATION_RECORD,)
REVIEW_RESULTS = (Permission.CITY_RESULT_REVIEW,)
EXPERT_POOL = (Permission.ENTERPRISE_EXPERT_RECORD,)
DECLARE_TIE = (Permission.ENTERPRISE_ROUND_RUN, Permission.OWN_SCORE_GIVE, Permission.OWN_APPLICATION_FILE)
SCORE = (Permission.OWN_SCORE_GIVE,)
VOTE = (Permission.OWN_VOTE_CAST,)
OBJECT = (Permission.OWN_OBJECTION_RAISE,)
REVOKE_CERTIFICATE = (Permission.CITY_CREDENTIAL_RECORD, Permission.ENTERPRISE_ROUND_RUN)
JOBS = (*ROUND_STAFF, Permission.ENTERPRISE_PERSON_READ, Permission.OWN_SCORE_GIVE)
IMPORT = (
    Permission.CITY_COMPETITION_RECORD,
    Permission.CITY_CREDENTIAL_RECORD,
    Permission.CITY_PERSON_RECORD,
    Permission.CITY_PILOT_RECORD,
    Permission.ENTERPRISE_CREDENTIAL_RECORD,
    Permission.ENTERPRISE_PERSON_RECORD,
    Permission.OWN_SCORE_GIVE,
)
EXPORT = ASKERS
STOP_JOB = STOP
ISSUER_CODE = (Permission.CITY_ENTERPRISE_RECORD,)
RECORD_COMPETITION = (Permission.CITY_COMPETITION_RECORD,)
APPLY = APPLYING
ASK_CONTEST, DECIDE_CONTEST = ASK, DECIDE
CHANGE_PILOT_LIST = (Permission.CITY_PILOT_RECORD,)
