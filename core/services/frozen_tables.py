"""The frozen tables of a wheel's own scorers: kept like artifacts, each under its own digest, named on the wheel."""

from collections.abc import Mapping

from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import ErrorCode, GuantongError
from core.models import Wheel
from core.services.artifacts import Upload, artifacts_bytes, store_artifact
from core.services.call import Call
from core.texts import Text

MEDIA_TYPE = "application/json"


async def freeze(call: Call, wheel: Wheel, tables: Mapping[str, str]) -> None:
    """Keep the tables of a wheel that passed, canonical JSON by criterion. Those that are frozen already stay."""
    if tables and not wheel.tables:
        wheel.tables = {key: await store_artifact(call, _file(wheel, key, text)) for key, text in tables.items()}


def _file(wheel: Wheel, criterion: str, content: str) -> Upload:
    name = f"{wheel.key}-{wheel.version}-{criterion}.json"
    return Upload(filename=name, media_type=MEDIA_TYPE, content=content.encode())


async def tables_of(session: AsyncSession, wheel: Wheel) -> dict[str, str]:
    """The tables of a wheel, canonical JSON by criterion. Raises DIGEST_MISMATCH when one is missing or changed."""
    if not wheel.tables:
        return {}
    found = await artifacts_bytes(session, wheel.tables.values())
    for key, digest in wheel.tables.items():
        if digest not in found:
            raise GuantongError(
                ErrorCode.DIGEST_MISMATCH,
                Text(
                    f"要素 {key} 的评分表（摘要 {digest}）不在库中；请从备份恢复",
                    f"the table of criterion {key} (digest {digest}) is not in the store; restore it from a backup",
                ),
            )
    return {key: found[digest].decode() for key, digest in wheel.tables.items()}
