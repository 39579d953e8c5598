"""The accounts of the demonstration: one for each role, with passwords that only the owner of this machine can read.

They are examples, and so sign in to a demonstration alone, whatever becomes of its database.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID

from core.passwords import Passwords, generated_password
from core.services.accounts import NewAccount, open_account, set_password
from core.services.call import Call
from core.services.reach import person_by_number
from core.storage.queries.identity import account_by_name
from core.storage.queries.lookups import enterprises_by_key
from server.demonstration.crew import BORN_ON, crew_serials
from server.demonstration.form import AccountForm, City
from server.demonstration.numbers import identity_number
from server.demonstration.round_form import read_rounds

FILE = "demonstration-accounts.txt"
REASON = "示例账户 demonstration account"
HEADING = "# 演示账户：账户名，密码。Accounts of the demonstration: name, password. They sign in nowhere else.\n"


@dataclass(frozen=True, slots=True)
class Accounts:
    """Opens the accounts that are not there yet."""

    call: Call
    city: City
    passwords: Passwords
    file: Path

    async def run(self) -> list[str]:
        """The names of the accounts that were opened. A password that lies in the file already is taken again."""
        missing = [form for form in self.city.account if await account_by_name(self.call.session, form.name) is None]
        if missing:
            kept = read_passwords(self.file)
            for form in missing:
                kept.setdefault(form.name, generated_password())
                await self._open(form, kept[form.name])
            _write_passwords(self.file, kept)
        return [form.name for form in missing]

    async def _open(self, form: AccountForm, password: str) -> None:
        given = NewAccount(
            name=form.name,
            role=form.role,
            enterprise_id=await self._enterprise(form.enterprise),
            person_id=await self._person(form.person),
            authority=form.authority,
            is_example=True,
        )
        account = await open_account(self.call, given, REASON)
        await set_password(self.call, account.id, self.passwords.hash(form.name, password), REASON)

    async def _enterprise(self, key: str | None) -> UUID | None:
        if key is None:
            return None
        found = await enterprises_by_key(self.call.session, self.call.actor, self.city.as_of, [key])
        return found[key].id

    async def _person(self, key: str | None) -> UUID | None:
        if key is None:
            return None
        found = await person_by_number(self.call, self._number(key))
        assert found is not None, f"{key} is not in the database"
        return found.id

    def _number(self, key: str) -> str:
        """The identity number of somebody of the city by key, or of a crew by name."""
        for person in self.city.person:
            if person.key == key:
                return identity_number(person.born_on, person.serial)
        serials = next(crew_serials(crew) for crew in read_rounds().crew if key in crew_serials(crew))
        return identity_number(BORN_ON, serials[key])


def read_passwords(file: Path) -> dict[str, str]:
    """The passwords by account; none without the file."""
    if not file.exists():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines if line and not line.startswith("#"))


def _write_passwords(file: Path, passwords: dict[str, str]) -> None:
    """Private from the start, and whole: it is written apart and put in place."""
    lines = "".join(f"{name} {password}\n" for name, password in sorted(passwords.items()))
    with NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as draft:  # made with mode 0600
        draft.write(HEADING + lines)
    os.replace(draft.name, file)  # noqa: PTH105
