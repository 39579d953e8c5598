"""As whom a job acts, and whether they still may: what an account or a token could when it asked holds no longer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError
from core.models import Account, Job, ServiceToken
from core.permissions import ROLE_PERMISSIONS, Actor, Permission, Role, covers
from core.services.call import Call
from core.texts import Text

_GONE = {
    "disabled": Text("办理人的账户已停用", "the account that it acts for is disabled"),
    "moved": Text("办理人的账户已改为其他角色或范围", "the account that it acts for has another role or bounds by now"),
    "revoked": Text("办理所用的服务令牌已撤销", "the service token that it acts for is revoked"),
    "role": Text("办理人的角色已无此项权限", "the role that it acts in no longer has the permission"),
}


def kept_actor(actor: Actor) -> dict[str, Any]:
    """An actor as a job keeps it."""
    proof = actor.proof
    return {
        "role": actor.role.value,
        "name": actor.name,
        "enterprise_id": _text(actor.enterprise_id),
        "person_id": _text(actor.person_id),
        "authority": actor.authority,
        "permissions": sorted(one.value for one in actor.permissions),
        "account_id": _text(proof.account_id) if proof else None,
        "token_id": _text(proof.token_id) if proof else None,
    }


def actor_of(job: Job) -> Actor:
    """As whom a job acts; a permission that its role has lost since is gone."""
    kept = job.actor
    whole = Actor.of(
        Role(kept["role"]),
        kept["name"],
        enterprise_id=_id(kept["enterprise_id"]),
        person_id=_id(kept["person_id"]),
        authority=kept["authority"],
    )
    held = frozenset(Permission(one) for one in kept["permissions"] if one in set(Permission))
    # What a service token holds is its own, not its role's.
    mine = held if whole.role is Role.SERVICE else held & whole.permissions
    return Actor(whole.role, whole.name, whole.enterprise_id, whole.person_id, mine, whole.authority)


def check_permitted(job: Job, needed: Sequence[Permission]) -> None:
    """Raise NOT_PERMITTED unless the role that the job acts in still may: else it would not even find its own rows."""
    if not actor_of(job).may(*needed):
        raise _stopped("role")


async def check_standing(call: Call, job: Job, needed: Sequence[Permission]) -> None:
    """Raise NOT_PERMITTED unless whoever the job acts for might still ask for it."""
    gone = await _gone(call, job.actor, needed)
    if gone is not None:
        raise _stopped(gone)


def _stopped(why: str) -> GuantongError:
    zh, en = _GONE[why]
    return GuantongError(
        ErrorCode.NOT_PERMITTED,
        Text(
            f"{zh}，任务停止；已写入的内容保留，请由有权限的人员重新上传同一文件",
            f"{en}, so the job stops; what it wrote stays, have somebody who may do it upload the same file again",
        ),
    )


async def _gone(call: Call, kept: dict[str, Any], needed: Sequence[Permission]) -> str | None:
    # Jobs of before these were kept have neither.
    account_id, token_id = _id(kept.get("account_id")), _id(kept.get("token_id"))
    if account_id is not None:
        found = select(Account).where(col(Account.id) == account_id).execution_options(populate_existing=True)
        account = (await call.session.exec(found)).one_or_none()
        if account is None or account.disabled_at is not None:
            return "disabled"
        bounds = (account.role.value, _text(account.enterprise_id), _text(account.person_id))
        if bounds != (kept["role"], kept["enterprise_id"], kept["person_id"]):
            return "moved"
    if token_id is not None:
        by_id = select(ServiceToken).where(col(ServiceToken.id) == token_id).execution_options(populate_existing=True)
        token = (await call.session.exec(by_id)).one_or_none()
        if token is None or token.revoked_at is not None:
            return "revoked"
        if not any(covers(ROLE_PERMISSIONS[token.role], one) for one in call.actor.permissions.intersection(needed)):
            return "role"
    return None


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _id(value: str | None) -> UUID | None:
    return None if value is None else UUID(value)
