"""Secrets come from the environment or a file. Production refuses those that anybody could know or guess."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from pydantic import SecretStr

from core.errors import ErrorCode, GuantongError
from core.texts import Text
from server.settings import PREFIX, Settings

DEMONSTRATION_PREFIX = "demonstration-"
SHORTEST_SECRET = 32  # bytes: the length of an HS256 digest
FEWEST_DIFFERENT = 10  # bytes that differ, in a secret that was drawn and not typed
# What example files of all kinds hold where a secret belongs.
PLACEHOLDERS = (b"changeme", b"change-me", b"change_me", b"replace-me", b"replace_me", b"placeholder", b"insecure")


def signing_secret(settings: Settings) -> bytes:
    """The secret that signs tokens; the demonstration makes its own on first use. Raises SETTINGS_INVALID."""
    if settings.is_demonstration:
        return _demonstration_secret(settings.prepare_home())
    secret = configured_secret(settings.token_secret, settings.token_secret_file, "TOKEN_SECRET")
    if secret is None:
        raise _refused(
            "生产模式须设 GUANTONG_TOKEN_SECRET 或 GUANTONG_TOKEN_SECRET_FILE",
            "production mode needs GUANTONG_TOKEN_SECRET or GUANTONG_TOKEN_SECRET_FILE",
        )
    _check_strong(secret)
    return secret


def client_secret(settings: Settings) -> str | None:
    """The secret by which the OIDC provider knows this client; a public client has none. Raises SETTINGS_INVALID."""
    secret = configured_secret(settings.oidc_client_secret, settings.oidc_client_secret_file, "OIDC_CLIENT_SECRET")
    if secret is None:
        return None
    if not settings.is_demonstration:
        _check_no_default(secret, Text("客户端密钥", "the client secret"))
    try:
        return secret.decode()
    except UnicodeDecodeError:
        raise _refused("客户端密钥须为 UTF-8 文本", "the client secret must be text in UTF-8") from None


def configured_secret(value: SecretStr | None, file: Path | None, name: str) -> bytes | None:
    """A secret that is set, or lies in the file that is set; neither is none."""
    if value is not None:
        return value.get_secret_value().encode()
    if file is None:
        return None
    try:
        return file.read_bytes().strip()
    except OSError as error:
        raise _refused(
            f"无法读取 {PREFIX}{name}_FILE（{file}）：{error.strerror}",
            f"cannot read {PREFIX}{name}_FILE ({file}): {error.strerror}",
        ) from None


def write_once(path: Path, content: bytes) -> None:
    """Two processes that start at once must end up with one whole file, private from the start: the first link wins."""
    with NamedTemporaryFile(dir=path.parent) as draft:  # made with mode 0600
        draft.write(content)
        draft.flush()
        with suppress(FileExistsError):
            os.link(draft.name, path)


def _demonstration_secret(home: Path) -> bytes:
    path = home / "token.key"
    if not path.exists():
        write_once(path, f"{DEMONSTRATION_PREFIX}{secrets.token_urlsafe(32)}".encode())
    return path.read_bytes()


def _check_strong(secret: bytes) -> None:
    _check_no_default(secret, Text("令牌密钥", "the token secret"))
    if len(secret) < SHORTEST_SECRET:
        raise _refused(
            f"令牌密钥至少 {SHORTEST_SECRET} 字节，现为 {len(secret)} 字节",
            f"the token secret needs at least {SHORTEST_SECRET} bytes and has {len(secret)}",
        )
    if len(set(secret)) < FEWEST_DIFFERENT:
        raise _refused(
            f"令牌密钥只有 {len(set(secret))} 种字节，容易猜到；请随机生成",
            f"the token secret has {len(set(secret))} different bytes and is easily guessed; draw one at random",
        )


def _check_no_default(secret: bytes, what: Text) -> None:
    if secret.startswith(DEMONSTRATION_PREFIX.encode()):
        raise _refused(
            "生产模式不得使用演示密钥；请另行生成", "production mode refuses the demonstration secret; generate another"
        )
    found = next((one for one in PLACEHOLDERS if one in secret.lower()), None)
    if found is not None:
        told = found.decode()
        raise _refused(
            f"{what.zh}含占位文字“{told}”；请另行生成", f"{what.en} holds the placeholder '{told}'; generate another"
        )


def _refused(zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.SETTINGS_INVALID, Text(zh, en))
