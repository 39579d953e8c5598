"""What a service token may hold: nothing that its minter does not, nowhere else, and no longer."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from pydantic import Field

from core.dates import SHANGHAI
from core.errors import ErrorCode, GuantongError, Where, unknown_code
from core.models import ServiceToken
from core.permissions import Actor, Permission, Via, covers
from core.services.call import Call
from core.services.form import Code, Form, Name
from core.services.rules import in_order
from core.texts import Text

USUAL_DAYS = 90  # platform default
MOST_DAYS = 366  # platform default
PERMISSION = Text("权限", "permission")
# Who opens accounts or sets passwords may become anyone; and a token is nobody's own.
_FOR_PEOPLE = frozenset({Permission.CITY_ACCOUNT_RECORD})


class NewToken(Form):
    """A token to mint: ``permissions`` as ``scope:resource:action``, from the first to the day after the last.

    Without ``ends`` it holds 90 days, or as long as the token that mints it.
    """

    name: Name
    permissions: tuple[Code, ...] = Field(min_length=1, max_length=len(Permission))
    enterprise_id: UUID | None = None
    starts: date | None = None
    ends: date | None = None


def permissions_of(actor: Actor, given: NewToken) -> list[Permission]:
    """The permissions asked for, sorted. The first that reaches further than the minter's own is refused by name."""
    wanted = [_known(text) for text in given.permissions]
    for permission in wanted:
        if not covers(actor.permissions, permission):
            raise _wider(
                f"权限 {permission} 超出本身的权限；请只选自己具有的权限",
                f"permission {permission} is more than you hold; choose among your own",
                "permissions",
            )
        _for_a_token(permission, given.enterprise_id)
    if actor.enterprise_id is not None and given.enterprise_id != actor.enterprise_id:
        raise _wider(
            "令牌只能限于自己的企业；请注明该企业",
            "the token can be for your own enterprise alone; name it",
            "enterprise",
        )
    return sorted(set(wanted))


def _known(text: str) -> Permission:
    try:
        return Permission(text)
    except ValueError:
        raise unknown_code(PERMISSION, text, list(Permission), Where(entry="permissions")) from None


def _for_a_token(permission: Permission, enterprise_id: UUID | None) -> None:
    """What a token can hold at all, and where."""
    if permission.scope == "own" or permission in _FOR_PEOPLE:
        raise _unfit(
            f"权限 {permission} 只能由本人登录行使，不能授予令牌",
            f"permission {permission} is for people who sign in, not for tokens",
        )
    if permission.scope == "city" and enterprise_id is not None:
        raise _unfit(
            f"权限 {permission} 及于全市，不能限于一个企业；请改用 enterprise: 开头的权限",
            f"permission {permission} reaches the whole city and cannot be bound to an enterprise; "
            "use one that begins with enterprise:",
        )
    if permission.scope == "enterprise" and enterprise_id is None:
        raise _unfit(f"权限 {permission} 须注明企业", f"permission {permission} needs the enterprise that it is for")


def period_of(call: Call, given: NewToken, parent: ServiceToken | None) -> tuple[datetime, datetime]:
    """From when until when the token holds: within what mints it, and a year at most."""
    first = given.starts or call.today
    if first < call.today:
        raise GuantongError(
            ErrorCode.BAD_DATE,
            Text(f"“starts”为 {first}，早于今天 {call.today}", f"'starts' is {first}, before today {call.today}"),
            where=Where(entry="starts"),
        )
    in_order(first, given.ends)
    last = first + timedelta(days=MOST_DAYS)
    if given.ends is not None and given.ends > last:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(f"令牌最长 {MOST_DAYS} 天", f"a token holds {MOST_DAYS} days at most"),
            where=Where(entry="ends"),
            nearest=str(last),
        )
    limit = _limit(call.actor, parent)
    starts_at = max(_midnight(first), call.now)
    usual = _midnight(first + timedelta(days=USUAL_DAYS))
    ends_at = _midnight(given.ends) if given.ends else min(usual, limit or usual)
    if limit is not None and (ends_at > limit or starts_at >= limit):
        told = f"{limit.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        raise _wider(
            f"所用令牌至 {told} 止，新令牌不得更久；请缩短，或登录后再办",
            f"the token in use ends at {told}, and what it mints must not last longer; shorten it, or sign in first",
            "ends",
        )
    return starts_at, ends_at


def _limit(actor: Actor, parent: ServiceToken | None) -> datetime | None:
    """When the rights of the minter end by themselves. A session ends too, but not what its account may do."""
    if parent is not None:
        return parent.ends_at
    proof = actor.proof
    return None if proof is None or proof.via is Via.SESSION else proof.until


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def _wider(zh: str, en: str, entry: str) -> GuantongError:
    return GuantongError(ErrorCode.WIDER_THAN_OWN, Text(zh, en), where=Where(entry=entry))


def _unfit(zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.BAD_ARGUMENT, Text(zh, en), where=Where(entry="permissions"))
