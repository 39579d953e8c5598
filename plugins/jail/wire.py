"""Frames on a pipe, as the inside writes and reads them: four bytes of length, then JSON; never what could be code."""

import json
import os
import struct
from typing import Any

HEADER = struct.Struct(">I")
_PIECE = 1 << 20


def write_frame(descriptor: int, value: object) -> None:
    """Write one value; NaN and infinities are refused with ValueError."""
    data = json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
    rest = memoryview(HEADER.pack(len(data)) + data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def read_frame(descriptor: int) -> Any:
    """One value from the host, which the inside trusts; EOFError when it is gone."""
    (length,) = HEADER.unpack(_read(descriptor, HEADER.size))
    return json.loads(_read(descriptor, length))


def _read(descriptor: int, length: int) -> bytes:
    found = bytearray()
    while len(found) < length:
        piece = os.read(descriptor, min(length - len(found), _PIECE))
        if not piece:
            raise EOFError
        found += piece
    return bytes(found)
