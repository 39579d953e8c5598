"""The docket (案卷) of a filing: its rows, locked for the step that follows."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError
from core.models import Enterprise, Filing, Scheme
from core.permissions import Permission
from core.services.call import Call
from core.services.form import Form
from core.services.reach import ENTERPRISE, existing, not_found
from core.texts import Text

FILING = Text("备案申请", "filing")
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]  # SHA-256


class Seen(Form):
    """The filing as the actor read it: its revision, and the digest of the content that the decision is about."""

    filing_id: UUID
    revision: int = Field(ge=1)
    digest: Digest


@dataclass(slots=True)
class Docket:
    """A filing with its scheme and that scheme's enterprise."""

    filing: Filing
    scheme: Scheme
    owner: Enterprise

    @property
    def name(self) -> Text:
        """Scheme and version, as errors name them."""
        key, version = self.scheme.key, self.filing.version
        return Text(f"方案“{key}”版本 {version} ", f"version {version} of scheme '{key}'")


async def lock_scheme(call: Call, scheme_id: UUID) -> Scheme:
    """The scheme, locked until the transaction ends: steps and activations of one scheme follow one another."""
    query = select(Scheme).where(col(Scheme.id) == scheme_id).with_for_update()
    return (await call.session.exec(query.execution_options(populate_existing=True))).one()


async def open_docket(call: Call, filing_id: UUID) -> Docket:
    """The docket of a filing that the actor may see, its scheme locked and everything read after that."""
    found = (await call.session.exec(select(Filing.scheme_id).where(col(Filing.id) == filing_id))).one_or_none()
    if found is None:
        raise not_found(FILING)
    scheme = await lock_scheme(call, found)
    if not call.actor.may(Permission.CITY_SCHEME_READ) and call.actor.enterprise_id != scheme.enterprise_id:
        raise not_found(FILING)
    fresh = select(Filing).where(col(Filing.id) == filing_id).execution_options(populate_existing=True)
    filing = (await call.session.exec(fresh)).one()
    return Docket(filing, scheme, await existing(call, Enterprise, scheme.enterprise_id, ENTERPRISE))


async def seen_docket(call: Call, seen: Seen) -> Docket:
    """The docket, if it still is what the actor saw. Raises OUT_OF_DATE."""
    docket = await open_docket(call, seen.filing_id)
    filing = docket.filing
    if (filing.revision, filing.digest) == (seen.revision, seen.digest):
        return docket
    raise GuantongError(
        ErrorCode.OUT_OF_DATE,
        Text(
            f"{docket.name.zh}已改为第 {filing.revision} 次办理、摘要 {filing.digest}，"
            f"您所据的是第 {seen.revision} 次、摘要 {seen.digest}；请重新查看后再决定",
            f"{docket.name.en} is at step {filing.revision} with digest {filing.digest} by now; you decided on step "
            f"{seen.revision} with digest {seen.digest}: read it again",
        ),
    )
