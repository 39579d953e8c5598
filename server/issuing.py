"""Makes tokens for the demonstration: whose rights, in which enterprise, as which person."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from core.dates import today
from core.errors import ErrorCode, GuantongError, nearest_of
from core.permissions import NOT_SIGNED_IN, ROLE_PERMISSIONS, Actor, Permission, Role, scopes_of
from core.storage.database import Database
from core.storage.queries.enterprises import enterprises_page
from core.storage.queries.lookups import enterprises_by_key
from core.storage.queries.people import people_by_id
from core.storage.row_scope import RowScope
from core.texts import Text
from schema.ids import stored_key
from server.clock import SystemClock
from server.settings import Settings
from server.tokens import token_authority

CLOCK = SystemClock()
ISSUER = Actor.of(Role.BUREAU_OFFICER, "command line")


async def demonstration_token(
    settings: Settings,
    database: Database,
    role: Role,
    enterprise: str | None,
    person: str | None,
    lifetime: timedelta,
    authority: str | None = None,
) -> str:
    """A signed token. Raises BAD_ARGUMENT when the role and its bounds do not fit, NOT_FOUND when nobody is there."""
    if not settings.is_demonstration:
        raise _refused("生产模式不发演示令牌", "production mode gives out no demonstration tokens")
    _check_bounds(role, enterprise, person)
    _check_authority(role, authority)
    actor = Actor.of(
        role,
        " ".join(filter(None, (role.value, enterprise, person, authority))),
        enterprise_id=None if enterprise is None else await enterprise_id_of(database, enterprise),
        person_id=None if person is None else await person_id_of(database, person),
        authority=authority,
    )
    return token_authority(settings, CLOCK).issue(actor, lifetime)


def _check_bounds(role: Role, enterprise: str | None, person: str | None) -> None:
    if role in NOT_SIGNED_IN:
        raise _refused(f"角色 {role} 不用令牌", f"role {role} has no token")
    scopes = scopes_of(role)
    for scope, option, given in (("enterprise", "--enterprise KEY", enterprise), ("own", "--person ID", person)):
        if scope in scopes and given is None:
            raise _refused(f"角色 {role} 须注明 {option}", f"role {role} needs {option}")
        if scope not in scopes and given is not None:
            raise _refused(f"角色 {role} 不带 {option}", f"role {role} takes no {option}")


def _check_authority(role: Role, authority: str | None) -> None:
    """A reviewer without one may read and approves nothing."""
    if authority is not None and Permission.CITY_SCHEME_COUNTERSIGN not in ROLE_PERMISSIONS[role]:
        raise _refused(f"角色 {role} 不带 --authority NAME", f"role {role} takes no --authority NAME")


async def enterprise_id_of(database: Database, key: str) -> UUID:
    """The enterprise of a key. Raises NOT_FOUND with the nearest."""
    day = today(CLOCK)
    async with database.read(RowScope.of(ISSUER)) as session:
        found = await enterprises_by_key(session, ISSUER, day, [key])
        if found:
            return next(iter(found.values())).id
        known = await enterprises_page(session, ISSUER, day)
    raise _not_found(Text("企业", "enterprise"), key, [row.key for row in known.rows])


async def person_id_of(database: Database, given: str) -> UUID:
    """The person of an id, as it is stored or as an answer gave it. Raises NOT_FOUND."""
    wanted = stored_key(given, "Person")
    async with database.read(RowScope.of(ISSUER)) as session:
        if not await people_by_id(session, ISSUER, today(CLOCK), [wanted]):
            raise _not_found(Text("人员", "person"), given, ())
    return wanted


def _not_found(what: Text, given: str, known: Iterable[str]) -> GuantongError:
    return GuantongError(
        ErrorCode.NOT_FOUND,
        Text(f"没有{what.zh}“{given}”", f"there is no {what.en} '{given}'"),
        nearest=nearest_of(given, list(known)),
    )


def _refused(zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.BAD_ARGUMENT, Text(zh, en))
