"""The demonstration: example enterprises that do not exist, an example scheme, and invented people."""

from contextlib import nullcontext
from pathlib import Path

from core.passwords import Passwords
from core.permissions import Actor, Role
from core.services.call import Call
from core.storage.queries.lookups import enterprises_by_key
from core.storage.row_scope import EVERY_ROW
from server.demonstration.accounts import Accounts
from server.demonstration.clock import FixedClock
from server.demonstration.form import read_city
from server.demonstration.numbers import CertificateNumbers
from server.demonstration.round_form import read_rounds
from server.demonstration.rounds import Known, tell
from server.demonstration.seed import Seeding
from server.wiring import Parts

OFFICER = Actor.of(Role.BUREAU_OFFICER, "示例经办人 demonstration officer")


async def seed(parts: Parts) -> None:
    """Store the demonstration, once: a database that holds it already is left as it is."""
    city = read_city()
    async with parts.database.write(EVERY_ROW) as session:
        if await enterprises_by_key(session, OFFICER, city.as_of, [city.enterprise[0].key]):
            return
        call = Call(
            session=session,
            actor=OFFICER,
            clock=FixedClock(city.as_of),
            vocabulary=parts.vocabulary,
            policy=parts.policy,
            keyring=parts.keyring,
            request_id="demonstration",
            # What it verifies against is not committed yet, and nobody else is served while it is put in.
            aside=lambda: nullcontext(session),
        )
        numbers = CertificateNumbers(parts.vocabulary)
        seeding = Seeding(call, city, numbers)
        await seeding.run()
        known = Known(seeding.enterprises, seeding.versions, seeding.people, seeding.competitions)
        await tell(call, city, read_rounds(), known, numbers)


async def open_accounts(parts: Parts, file: Path, passwords: Passwords | None = None) -> list[str]:
    """Open an account for each role, once; the names of those that were opened. Their passwords go into ``file``."""
    async with parts.use_cases(OFFICER, "demonstration") as call:
        return await Accounts(call, read_city(), passwords or Passwords(), file).run()
