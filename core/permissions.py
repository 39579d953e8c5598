"""Who may do what: permissions ``scope:resource:action``, roles as sets of them, and the actor of a request."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from core.errors import ErrorCode, GuantongError, Where
from core.texts import Text


class Permission(StrEnum):
    """Alphabetical. ``scope`` says whose data: public, own, enterprise, city."""

    CITY_ACCOUNT_RECORD = "city:account:record"
    CITY_AUDIT_READ = "city:audit:read"
    CITY_COMPETITION_RECORD = "city:competition:record"
    CITY_CREDENTIAL_RECORD = "city:credential:record"
    CITY_ENTERPRISE_RECORD = "city:enterprise:record"
    CITY_FAULT_REPORT = "city:fault:report"
    CITY_IDENTITY_READ = "city:identity:read"
    CITY_OCCUPATION_IMPORT = "city:occupation:import"
    CITY_PERSON_READ = "city:person:read"
    CITY_PERSON_RECORD = "city:person:record"
    CITY_PILOT_RECORD = "city:pilot:record"
    CITY_RESULT_REVIEW = "city:result:review"
    CITY_SCHEME_ACTIVATE = "city:scheme:activate"
    CITY_SCHEME_COUNTERSIGN = "city:scheme:countersign"
    CITY_SCHEME_READ = "city:scheme:read"
    CITY_SCHEME_RECORD = "city:scheme:record"
    CITY_SCHEME_RELEASE = "city:scheme:release"
    CITY_SCHEME_RETURN = "city:scheme:return"
    CITY_TOKEN_MINT = "city:token:mint"
    CITY_WEBHOOK_RECORD = "city:webhook:record"
    ENTERPRISE_CREDENTIAL_RECORD = "enterprise:credential:record"
    ENTERPRISE_EVALUATION_READ = "enterprise:evaluation:read"
    ENTERPRISE_EVALUATION_RECORD = "enterprise:evaluation:record"
    ENTERPRISE_EXPERT_RECORD = "enterprise:expert:record"
    ENTERPRISE_PERSON_READ = "enterprise:person:read"
    ENTERPRISE_PERSON_RECORD = "enterprise:person:record"
    ENTERPRISE_ROUND_RUN = "enterprise:round:run"
    ENTERPRISE_SCHEME_READ = "enterprise:scheme:read"
    ENTERPRISE_SCHEME_REGISTER = "enterprise:scheme:register"
    ENTERPRISE_SCHEME_SUBMIT = "enterprise:scheme:submit"
    ENTERPRISE_TOKEN_MINT = "enterprise:token:mint"
    ENTERPRISE_WEBHOOK_RECORD = "enterprise:webhook:record"
    OWN_APPLICATION_FILE = "own:application:file"
    OWN_OBJECTION_RAISE = "own:objection:raise"
    OWN_PERSON_READ = "own:person:read"
    OWN_SCORE_GIVE = "own:score:give"
    OWN_VOTE_CAST = "own:vote:cast"
    PUBLIC_PILOT_READ = "public:pilot:read"
    PUBLIC_POLICY_READ = "public:policy:read"

    @property
    def scope(self) -> str:
        return self.value.partition(":")[0]


class Role(StrEnum):
    """The roles of the product (角色)."""

    ANONYMOUS = "anonymous"
    ASSESSOR = "assessor"
    BUREAU_AUDITOR = "bureau-auditor"
    BUREAU_OFFICER = "bureau-officer"
    ENTERPRISE_ADMIN = "enterprise-admin"
    EVALUATION_OFFICER = "evaluation-officer"
    INDUSTRY_REVIEWER = "industry-reviewer"
    SERVICE = "service"
    WORKER = "worker"


_P = Permission
_PUBLIC = frozenset({_P.PUBLIC_PILOT_READ, _P.PUBLIC_POLICY_READ})
_AUDITOR = _PUBLIC | {_P.CITY_AUDIT_READ, _P.CITY_PERSON_READ, _P.CITY_SCHEME_READ}
_ENTERPRISE = _PUBLIC | {_P.ENTERPRISE_EVALUATION_READ, _P.ENTERPRISE_PERSON_READ, _P.ENTERPRISE_SCHEME_READ}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ANONYMOUS: _PUBLIC,
    Role.ASSESSOR: _PUBLIC | {_P.OWN_SCORE_GIVE, _P.OWN_VOTE_CAST},
    Role.BUREAU_AUDITOR: _AUDITOR,
    Role.BUREAU_OFFICER: _AUDITOR
    | {
        _P.CITY_ACCOUNT_RECORD,
        _P.CITY_COMPETITION_RECORD,
        _P.CITY_CREDENTIAL_RECORD,
        _P.CITY_ENTERPRISE_RECORD,
        _P.CITY_IDENTITY_READ,
        _P.CITY_OCCUPATION_IMPORT,
        _P.CITY_PERSON_RECORD,
        _P.CITY_PILOT_RECORD,
        _P.CITY_RESULT_REVIEW,
        _P.CITY_SCHEME_ACTIVATE,
        _P.CITY_SCHEME_RECORD,
        _P.CITY_SCHEME_RELEASE,
        _P.CITY_SCHEME_RETURN,
        _P.CITY_TOKEN_MINT,
        _P.CITY_WEBHOOK_RECORD,
    },
    Role.ENTERPRISE_ADMIN: _ENTERPRISE
    | {
        _P.ENTERPRISE_CREDENTIAL_RECORD,
        _P.ENTERPRISE_PERSON_RECORD,
        _P.ENTERPRISE_SCHEME_REGISTER,
        _P.ENTERPRISE_SCHEME_SUBMIT,
        _P.ENTERPRISE_TOKEN_MINT,
        _P.ENTERPRISE_WEBHOOK_RECORD,
    },
    Role.EVALUATION_OFFICER: _ENTERPRISE
    | {_P.ENTERPRISE_EVALUATION_RECORD, _P.ENTERPRISE_EXPERT_RECORD, _P.ENTERPRISE_ROUND_RUN},
    Role.INDUSTRY_REVIEWER: _PUBLIC | {_P.CITY_SCHEME_COUNTERSIGN, _P.CITY_SCHEME_READ, _P.CITY_SCHEME_RETURN},
    Role.SERVICE: frozenset({_P.CITY_FAULT_REPORT}),
    Role.WORKER: _PUBLIC | {_P.OWN_APPLICATION_FILE, _P.OWN_OBJECTION_RAISE, _P.OWN_PERSON_READ},
}


def scopes_of(role: Role) -> frozenset[str]:
    """Whose data the permissions of a role are about: they say which bounds it needs."""
    return frozenset(permission.scope for permission in ROLE_PERMISSIONS[role])


# Nobody signs in as these: whoever does not, and the platform itself with whatever bears a service token.
NOT_SIGNED_IN = frozenset({Role.ANONYMOUS, Role.SERVICE})


def covers(held: Collection[Permission], wanted: Permission) -> bool:
    """Whether who holds ``held`` reaches all that ``wanted`` reaches: the city's permission covers an enterprise's."""
    return wanted in held or (wanted.scope == "enterprise" and wanted.replace("enterprise", "city", 1) in held)


class Via(StrEnum):
    """By what it was known who acts (身份依据)."""

    SERVICE_TOKEN = "service-token"  # 服务令牌
    SESSION = "session"  # 登录会话
    TOKEN = "token"  # 访问令牌


@dataclass(frozen=True, slots=True)
class Proof:
    """By what a request showed who acts; ``key`` names it in logs and limits, and says nothing of a person.

    It ends at ``until``. ``account_id`` is whose account it was, ``session_id`` in which session, ``token_id`` which
    service token; a demonstration token has none of them.
    """

    via: Via
    key: str
    account_id: UUID | None = None
    token_id: UUID | None = None
    session_id: UUID | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts in a request. ``name`` is kept as text in audit events, so that they survive the account.

    ``enterprise_id`` bounds ``enterprise:`` permissions, ``person_id`` bounds ``own:`` ones. ``authority`` is the body
    (行业主管部门) for which an industry reviewer countersigns. Without ``proof`` it is nobody in particular, or acts
    from within: the command line, the platform.
    """

    role: Role
    name: str
    enterprise_id: UUID | None = None
    person_id: UUID | None = None
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    authority: str | None = None
    # What one may do does not depend on how it was shown.
    proof: Proof | None = field(default=None, compare=False)

    @classmethod
    def of(
        cls,
        role: Role,
        name: str,
        *,
        enterprise_id: UUID | None = None,
        person_id: UUID | None = None,
        authority: str | None = None,
        proof: Proof | None = None,
    ) -> "Actor":
        """The actor of a role with the role's own permissions."""
        return cls(role, name, enterprise_id, person_id, ROLE_PERMISSIONS[role], authority, proof)

    def may(self, *permissions: Permission) -> bool:
        """Whether the actor holds at least one of ``permissions``."""
        return not self.permissions.isdisjoint(permissions)


ANONYMOUS = Actor.of(Role.ANONYMOUS, "anonymous")


def require(actor: Actor, *permissions: Permission, field: str | None = None) -> None:
    """Raise NOT_PERMITTED unless the actor holds at least one of ``permissions``; ``field`` is what asks for them."""
    if actor.may(*permissions):
        return
    needed = ", ".join(permissions)
    raise GuantongError(
        ErrorCode.NOT_PERMITTED,
        Text(
            f"角色 {actor.role} 没有权限 {needed}；请使用具备该权限的令牌",
            f"role {actor.role} lacks {needed}; use a token that carries it",
        ),
        where=Where(entry=field) if field else None,
    )
