"""Argon2 with as little work as it does, and one that counts: the algorithm and its form are the real ones."""

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from core.passwords import Passwords


class CountingHasher(Argon2Hasher):
    """Counts how often something was compared."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified = 0

    @property
    def whole(self) -> PasswordHash:
        return PasswordHash((self,))

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        self.verified += 1
        return super().verify(password, hash)


def quick_passwords() -> Passwords:
    return Passwords(CountingHasher().whole)
