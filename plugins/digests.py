"""Digests: of bytes, of a scheme document, and of what a wheel holds however it was zipped. All SHA-256, hexadecimal.

The digest of a wheel is over the RFC 8785 form of its name, version, requirements and files as (path, size, SHA-256).
Paths in ``*.dist-info`` lose its version. What only says how it was packed or installed is left out: RECORD, INSTALLER,
REQUESTED, direct_url.json and ``.pyc``. So a wheel, the same one zipped again and what an installer makes of it agree.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import rfc8785
from packaging.utils import canonicalize_name

WHEEL_FORM = "guantong-wheel-1"
LEFT_OUT = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})
DIST_INFO = ".dist-info"


def sha256_of(data: bytes) -> str:
    """The digest of bytes."""
    return hashlib.sha256(data).hexdigest()


def document_digest(canonical: str) -> str:
    """The digest of a scheme document by its canonical JSON."""
    return sha256_of(canonical.encode())


def wheel_digest(name: str, version: str, files: Mapping[str, bytes], requires: Iterable[str] = ()) -> str:
    """The canonical digest of a wheel's content; ``files`` by path within the wheel."""
    listed = sorted(
        (path, len(data), sha256_of(data)) for raw, data in files.items() if (path := logical_path(raw)) is not None
    )
    content: dict[str, Any] = {
        "form": WHEEL_FORM,
        "name": canonicalize_name(name),
        "version": version,
        "requires": sorted(requires),
        "files": [list(entry) for entry in listed],
    }
    return sha256_of(rfc8785.dumps(content))


def logical_path(path: str) -> str | None:
    """The path under which a file counts, None when it does not count."""
    top, slash, rest = path.partition("/")
    if path.endswith((".pyc", ".pyo")) or (top.endswith(DIST_INFO) and rest in LEFT_OUT):
        return None
    return f"*{DIST_INFO}{slash}{rest}" if top.endswith(DIST_INFO) else path
