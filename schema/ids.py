"""Opaque global ids (Relay): what a node is and which one, unreadable on purpose."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import NamedTuple, NoReturn
from uuid import UUID

from core.errors import ErrorCode, GuantongError
from core.redaction import shown
from core.texts import Text

_LONGEST = 300


class GlobalId(NamedTuple):
    """The type of a node and its key within the type."""

    type_name: str
    key: str


def encode_id(type_name: str, key: object) -> str:
    """The global id of one node."""
    return urlsafe_b64encode(f"{type_name}:{key}".encode()).decode().rstrip("=")


def decode_id(text: str) -> GlobalId:
    """What a global id says. Raises BAD_ARGUMENT for anything that no answer ever gave out."""
    try:
        if len(text) > _LONGEST:
            raise ValueError("too long")
        decoded = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode()
        type_name, key = decoded.split(":", 1)
    except (ValueError, Base64Error):
        _refuse(text)
    if not type_name or not key or encode_id(type_name, key) != text:
        _refuse(text)
    return GlobalId(type_name, key)


def key_of(text: str, *type_names: str) -> str:
    """The key of an id that must name a node of one of ``type_names``."""
    found = decode_id(text)
    if found.type_name not in type_names:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                f"此处需要 {' 或 '.join(type_names)} 的标识，收到的是 {found.type_name} 的标识",
                f"an id of {' or '.join(type_names)} is needed here; this is one of {found.type_name}",
            ),
        )
    return found.key


def row_key(text: str, *type_names: str) -> UUID:
    """The key of an id that must name a stored row of one of ``type_names``."""
    try:
        return UUID(key_of(text, *type_names))
    except ValueError:
        _refuse(text)


def stored_key(text: str, *type_names: str) -> UUID:
    """The key of a row of one of ``type_names`` by its id, as an answer gave it or as it stands in the database."""
    try:
        return UUID(text)
    except ValueError:
        return row_key(text, *type_names)


def not_found(zh: str, en: str, what: str) -> GuantongError:
    """The error of one thing that is not there, or not for this reader, who must not learn which. ``what`` names it."""
    return GuantongError(
        ErrorCode.NOT_FOUND, Text(f"{zh} {what} 不存在，或无权查看", f"no {en} {what}, or not visible to this reader")
    )


def _refuse(text: str) -> NoReturn:
    raise GuantongError(
        ErrorCode.BAD_ARGUMENT,
        Text(
            f"标识“{shown(text)}”无效；请原样使用查询结果中的 id",
            f"'{shown(text)}' is no id; use an id exactly as an answer gave it",
        ),
    )
