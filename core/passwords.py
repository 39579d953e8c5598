"""Passwords: few rules, argon2id, and as much work for a name that nobody has as for one that somebody has."""

import secrets
from functools import cached_property
from unicodedata import normalize

from pwdlib import PasswordHash

from core.errors import ErrorCode, GuantongError
from core.texts import Text

SHORTEST = 12  # characters; platform default
LONGEST = 128  # characters: hashing takes its time
_GENERATED_BYTES = 18


class Passwords:
    """Hashes and compares. ``hasher`` may be one that works less, for tests."""

    def __init__(self, hasher: PasswordHash | None = None) -> None:
        self._hasher = hasher or PasswordHash.recommended()

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe())

    def hash(self, name: str, password: str) -> str:
        """The hash to keep of a new password for the account ``name``. Raises PASSWORD_WEAK. Takes its time."""
        password = normalize("NFC", password)
        _check(normalize("NFC", name), password)
        return self._hasher.hash(password)

    def matches(self, password: str, kept: str | None) -> bool:
        """Whether it is the password whose hash was kept. Takes as long when there is none."""
        decoy = self._decoy
        password = normalize("NFC", password)
        right = self._hasher.verify(password[:LONGEST], kept or decoy)
        return right and kept is not None and len(password) <= LONGEST


def generated_password() -> str:
    """A password that nobody guesses."""
    return secrets.token_urlsafe(_GENERATED_BYTES)


def _check(name: str, password: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        raise _weak(
            f"密码须为 {SHORTEST} 至 {LONGEST} 个字符，现为 {len(password)} 个",
            f"a password has {SHORTEST} to {LONGEST} characters; this has {len(password)}",
        )
    if name.casefold() in password.casefold():
        raise _weak("密码不得包含账户名", "a password must not hold the name of the account")
    if len(set(password)) < SHORTEST // 2:
        raise _weak(
            f"密码至少须有 {SHORTEST // 2} 个不同的字符",
            f"a password needs at least {SHORTEST // 2} different characters",
        )


def _weak(zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.PASSWORD_WEAK, Text(f"{zh}；请另选一个", f"{en}; choose another"))
