"""Keys: identity numbers are sealed (AES-256-GCM) and found by a keyed index, so no table holds one in clear."""

import hashlib
import hmac
import json
import os
import secrets
import tempfile
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import ErrorCode, GuantongError, Where
from core.texts import Text

_NONCE_BYTES = 12
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed text: nonce and ciphertext, and the id of the key that opens it."""

    key_id: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Keyring:
    """Sealing keys by id, oldest first: the newest seals, any opens. The index key stays, for the index is stored."""

    keys: Mapping[str, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)

    def seal(self, text: str, context: bytes) -> Sealed:
        """Seal ``text`` for one ``context`` (the row it belongs to): moved to another row, it does not open."""
        return self.seal_bytes(text.encode(), context)

    def seal_bytes(self, content: bytes, context: bytes) -> Sealed:
        """Seal bytes for one ``context``."""
        key_id = list(self.keys)[-1]
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return Sealed(key_id, nonce + AESGCM(self.keys[key_id]).encrypt(nonce, content, context))

    def open(self, sealed: Sealed, context: bytes) -> str:
        """The text that was sealed in ``context``. An unknown key or a changed ciphertext is a fault of operation."""
        return self.open_bytes(sealed, context).decode()

    def open_bytes(self, sealed: Sealed, context: bytes) -> bytes:
        """The bytes that were sealed in ``context``, with the same faults."""
        if sealed.key_id not in self.keys:
            raise LookupError(f"key {sealed.key_id!r} is not in the keyring; add the old key to it")
        nonce, ciphertext = sealed.data[:_NONCE_BYTES], sealed.data[_NONCE_BYTES:]
        try:
            return AESGCM(self.keys[sealed.key_id]).decrypt(nonce, ciphertext, context)
        except InvalidTag as fault:
            raise ValueError(
                f"what was sealed with key {sealed.key_id!r} was changed or moved to another row"
            ) from fault

    def index(self, text: str) -> str:
        """The blind index of ``text``: equal for equal texts, and useless without the key (HMAC-SHA256, hex)."""
        return hmac.new(self.index_key, text.encode(), hashlib.sha256).hexdigest()

    def with_new_key(self, key_id: str) -> "Keyring":
        """A keyring that seals with a fresh key and still opens what the older keys sealed."""
        if key_id in self.keys:
            raise GuantongError(
                ErrorCode.DUPLICATE, Text(f"密钥“{key_id}”已存在", f"key '{key_id}' exists already; name another")
            )
        return Keyring({**self.keys, key_id: secrets.token_bytes(_KEY_BYTES)}, self.index_key)


def new_keyring() -> Keyring:
    """A keyring with one fresh key."""
    return Keyring({"k1": secrets.token_bytes(_KEY_BYTES)}, secrets.token_bytes(_KEY_BYTES))


def load_keyring(path: Path) -> Keyring:
    """Read a keyring file: JSON ``{"index": base64, "keys": {id: base64, …}}``, oldest key first, 32 bytes each."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        keys = {key_id: _key(text) for key_id, text in content["keys"].items()}
        if not keys:
            raise ValueError("no key")
        return Keyring(keys, _key(content["index"]))
    except (ValueError, KeyError, TypeError, AttributeError, Base64Error):
        # The cause may quote the file, and with it a key.
        raise GuantongError(
            ErrorCode.BAD_FILE,
            Text(
                "密钥文件应为 JSON：index 与 keys，每个密钥为32字节的 base64",
                "a keyring file is JSON with index and keys, every key 32 bytes in base64",
            ),
            where=Where(file=str(path)),
        ) from None


def _key(text: str) -> bytes:
    key = b64decode(text, validate=True)
    if len(key) != _KEY_BYTES:
        raise ValueError("wrong length")
    return key


def save_keyring(keyring: Keyring, path: Path) -> None:
    """Write a new keyring file that only its owner may read; an existing file is left alone (``FileExistsError``)."""
    content = {
        "index": b64encode(keyring.index_key).decode(),
        "keys": {key_id: b64encode(key).decode() for key_id, key in keyring.keys.items()},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written apart and linked whole: another process never reads half a file. Such files are private from the start.
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)
        os.link(draft, path)
    finally:
        Path(draft).unlink()


def load_or_create(path: Path) -> Keyring:
    """The keyring at ``path``, made on the first run of the demonstration."""
    if not path.exists():
        with suppress(FileExistsError):  # another process was first
            save_keyring(new_keyring(), path)
    return load_keyring(path)
