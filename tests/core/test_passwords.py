"""Passwords: the few rules, and that a name nobody has costs what one costs that somebody has."""

import pytest

from core.errors import ErrorCode, GuantongError
from core.passwords import Passwords, generated_password
from tests.hashing import CountingHasher, quick_passwords


@pytest.mark.parametrize(
    ("password", "zh", "en"),
    [
        ("short", "密码须为 12 至 128 个字符，现为 5 个", "a password has 12 to 128 characters; this has 5"),
        ("x" * 129, "密码须为 12 至 128 个字符，现为 129 个", "a password has 12 to 128 characters; this has 129"),
        ("my-zhang-SAN-2026", "密码不得包含账户名", "a password must not hold the name of the account"),
        ("abababababab", "密码至少须有 6 个不同的字符", "a password needs at least 6 different characters"),
    ],
)
def test_weak_passwords(password: str, zh: str, en: str) -> None:
    with pytest.raises(GuantongError) as caught:
        quick_passwords().hash("Zhang-San", password)
    assert caught.value.code is ErrorCode.PASSWORD_WEAK
    assert caught.value.message.zh == f"{zh}；请另选一个"
    assert caught.value.message.en == f"{en}; choose another"
    assert password not in str(caught.value)


def test_a_password_matches_its_own_hash_only() -> None:
    """With the real work that the product does."""
    passwords = Passwords()
    kept = passwords.hash("officer", "一个足够长的示例密码短语")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.matches("一个足够长的示例密码短语", kept)
    assert not passwords.matches("一个足够长的示例密码短诗", kept)


def test_however_a_letter_is_composed() -> None:
    passwords = quick_passwords()
    kept = passwords.hash("officer", "caf\u00e9 au lait, s'il")
    assert passwords.matches("cafe\u0301 au lait, s'il", kept)


def test_a_longest_password_and_one_that_goes_on() -> None:
    passwords = quick_passwords()
    longest = ("a sound password " * 8)[:128]
    kept = passwords.hash("officer", longest)
    assert passwords.matches(longest, kept)
    assert not passwords.matches(longest + "x", kept)


def test_the_same_work_with_and_without_a_kept_hash() -> None:
    hasher = CountingHasher()
    passwords = Passwords(hasher.whole)
    kept = passwords.hash("officer", "a sound password")
    work = []
    for password, hash_ in (("a sound password", kept), ("another password", kept), ("a sound password", None)):
        before = hasher.verified
        passwords.matches(password, hash_)
        work.append(hasher.verified - before)
    assert work == [1, 1, 1]
    assert not passwords.matches("a sound password", None)


def test_generated_passwords_are_accepted_and_differ() -> None:
    made = {generated_password() for _ in range(100)}
    assert len(made) == 100
    assert all(quick_passwords().hash("officer", one) for one in made)
