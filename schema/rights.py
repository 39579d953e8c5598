"""Which permissions open which part of the graph. Which rows are then seen is the storage's part."""

from core.models import Step
from core.permissions import Permission
from core.services.machine import TRANSITIONS

PEOPLE = (Permission.CITY_PERSON_READ, Permission.ENTERPRISE_PERSON_READ, Permission.OWN_PERSON_READ)
EVALUATIONS = (Permission.CITY_PERSON_READ, Permission.ENTERPRISE_EVALUATION_READ, Permission.OWN_PERSON_READ)
SCHEMES = (Permission.CITY_SCHEME_READ, Permission.ENTERPRISE_SCHEME_READ, Permission.OWN_PERSON_READ)
REVIEWS = (Permission.CITY_SCHEME_READ, Permission.ENTERPRISE_SCHEME_READ)
ENTERPRISES = tuple(dict.fromkeys((*PEOPLE, *SCHEMES)))
PILOT_LIST = (Permission.PUBLIC_PILOT_READ,)
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
MINT = (Permission.CITY_TOKEN_MINT, Permission.ENTERPRISE_TOKEN_MINT)
