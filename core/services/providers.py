"""Who provides a scheme key: one enterprise, and one distribution of it."""

from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError, Where
from core.models import Enterprise, Wheel, WheelState
from core.services.call import Call
from core.services.surroundings import others_keys
from core.services.verifier import Candidate
from core.texts import Text

_PLACE = Where(file="scheme.toml", entry="scheme.key")


async def check_provider(call: Call, owner: Enterprise, candidate: Candidate) -> None:
    """Refuse a key that another enterprise, or another distribution, provides already; both are named."""
    if candidate.key is None:
        return
    holder = (await others_keys(call.session, owner.uscc, candidate.key)).get(candidate.key)
    if holder is not None:
        raise _taken(candidate.key, f"企业“{holder}”", f"enterprise '{holder}'", f"“{owner.zh}”", f"'{owner.zh}'")
    other = await _other_distribution(call, owner, candidate)
    if other is not None:
        own = candidate.distribution
        raise _taken(candidate.key, f"分发包“{other}”", f"distribution '{other}'", f"“{own}”", f"'{own}'")


async def _other_distribution(call: Call, owner: Enterprise, candidate: Candidate) -> str | None:
    """A scheme without a package contests nobody's name."""
    if candidate.distribution is None:
        return None
    query = select(Wheel.distribution).where(
        col(Wheel.key) == candidate.key,
        col(Wheel.enterprise_id) == owner.id,
        col(Wheel.state) == WheelState.VERIFIED,
        col(Wheel.distribution).is_not(None),
        col(Wheel.distribution) != candidate.distribution,
    )
    return (await call.session.exec(query.order_by(col(Wheel.id)))).first()


def _taken(key: str, zh: str, en: str, own_zh: str, own_en: str) -> GuantongError:
    return GuantongError(
        ErrorCode.DUPLICATE,
        Text(
            f"方案标识“{key}”已由{zh}提供，{own_zh}须换用别的标识",
            f"scheme key '{key}' is provided by {en} already; {own_en} has to take another",
        ),
        where=_PLACE,
    )
