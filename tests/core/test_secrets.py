"""The keyring: sealing, the blind index, rotation, and its file."""

import json
import stat
from base64 import b64encode
from pathlib import Path

import pytest

from core.errors import ErrorCode, GuantongError
from core.secrets import Sealed, load_keyring, load_or_create, new_keyring, save_keyring


def test_what_is_sealed_opens_in_its_own_context_only() -> None:
    ring = new_keyring()
    sealed = ring.seal("秘密", b"row 1")
    assert ring.open(sealed, b"row 1") == "秘密"
    with pytest.raises(ValueError, match="changed or moved to another row"):
        ring.open(sealed, b"row 2")


def test_a_changed_ciphertext_does_not_open() -> None:
    ring = new_keyring()
    sealed = ring.seal("秘密", b"")
    with pytest.raises(ValueError, match="changed or moved"):
        ring.open(Sealed(sealed.key_id, sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])), b"")


def test_equal_texts_are_sealed_differently_and_indexed_alike() -> None:
    ring = new_keyring()
    assert ring.seal("同", b"").data != ring.seal("同", b"").data
    assert ring.index("同") == ring.index("同") != ring.index("异")
    assert new_keyring().index("同") != ring.index("同")


def test_after_rotation_the_new_key_seals_and_the_old_still_opens() -> None:
    old = new_keyring()
    sealed = old.seal("旧", b"")
    rotated = old.with_new_key("k2")
    assert rotated.open(sealed, b"") == "旧"
    assert rotated.seal("新", b"").key_id == "k2"
    assert rotated.index("旧") == old.index("旧")
    with pytest.raises(LookupError, match="'k2' is not in the keyring"):
        old.open(rotated.seal("新", b""), b"")
    with pytest.raises(GuantongError, match="key 'k2' exists already"):
        rotated.with_new_key("k2")


def test_a_keyring_shows_no_key() -> None:
    ring = new_keyring()
    assert repr(ring) == "Keyring()"


def test_the_first_run_makes_a_private_file_and_the_next_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "keyring.json"
    first = load_or_create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create(path) == first
    assert [found.name for found in path.parent.iterdir()] == ["keyring.json"]


def test_an_existing_keyring_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    first = load_or_create(path)
    with pytest.raises(FileExistsError):
        save_keyring(new_keyring(), path)
    assert load_keyring(path) == first


@pytest.mark.parametrize(
    "content",
    [
        "no json",
        "[]",
        '{"keys": {}}',
        json.dumps({"index": b64encode(bytes(32)).decode(), "keys": {}}),
        json.dumps({"index": b64encode(bytes(16)).decode(), "keys": {"a": b64encode(bytes(32)).decode()}}),
    ],
)
def test_a_broken_keyring_is_refused_without_quoting_it(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keyring.json"
    path.write_text(content)
    with pytest.raises(GuantongError) as caught:
        load_keyring(path)
    assert caught.value.code is ErrorCode.BAD_FILE
    assert "every key 32 bytes in base64" in caught.value.message.en
    assert caught.value.__cause__ is None
