"""Files sealed in pieces, so that none is in memory as a whole twice; a piece opens in its own place alone."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final, Protocol
from uuid import UUID

from core.errors import ErrorCode, GuantongError, Where
from core.secrets import Keyring, Sealed
from core.texts import Text

PIECE: Final = 1024 * 1024


class Kept(Protocol):
    """A file whose pieces are kept; ``digest`` is of its bytes before they were sealed (SHA-256)."""

    id: UUID
    filename: str
    digest: str


class Piece(Protocol):
    """A sealed piece as it is kept; ``number`` counts from 0."""

    number: int
    key_id: str
    data: bytes


def pieces(content: bytes) -> Iterator[bytes]:
    """The bytes, a piece at a time."""
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of an open file, from its beginning."""
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def sealed(keyring: Keyring, file_id: UUID, content: Iterable[bytes]) -> Iterator[Sealed]:
    """Every piece of a file, in order."""
    for number, piece in enumerate(content):
        yield keyring.seal_bytes(piece, _context(file_id, number))


def opened(keyring: Keyring, file_id: UUID, kept: Iterable[Piece]) -> Iterator[bytes]:
    """The bytes of every piece of a file, as they come."""
    for one in kept:
        yield keyring.open_bytes(Sealed(one.key_id, one.data), _context(file_id, one.number))


def whole(keyring: Keyring, file: Kept, kept: Iterable[Piece]) -> bytes:
    """The bytes of a file. Raises DIGEST_MISMATCH when they are no longer what was stored."""
    content = b"".join(opened(keyring, file.id, kept))
    if hashlib.sha256(content).hexdigest() != file.digest:
        raise not_what_it_was(file)
    return content


def not_what_it_was(file: Kept) -> GuantongError:
    """The error for a file that has changed since it was stored."""
    return GuantongError(
        ErrorCode.DIGEST_MISMATCH,
        Text(
            f"文件“{file.filename}”与其摘要不符；请重新上传",
            f"the file '{file.filename}' is not what its digest says; upload it anew",
        ),
        where=Where(file=file.filename),
    )


def _context(file_id: UUID, number: int) -> bytes:
    return file_id.bytes + number.to_bytes(4, "big")
