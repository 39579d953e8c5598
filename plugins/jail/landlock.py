"""Landlock: no path and no TCP for this process and its children, and what later versions add.

By hand for the same reason as the filter: two system calls. Source: ``linux/landlock.h`` and the kernel's
"Landlock: unprivileged access control".
"""

import ctypes
import os
import struct

from plugins.jail.kernel import system_call

VERSION_FLAG = 1
# Rights over files by version of the interface; what a version does not know must not be asked of it.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_MOST_FILE_RIGHTS = 16  # since version 5
_TCP_SINCE, _SCOPES_SINCE = 4, 6
_TCP = 0b11  # bind, connect
_SCOPES = 0b11  # abstract sockets, signals


def version() -> int:
    """The version of the interface; raises OSError where the kernel has none or it is switched off."""
    return system_call("landlock_create_ruleset", None, 0, VERSION_FLAG)


def deny_all() -> None:
    """Deny everything that this kernel can deny. Needs no new privileges to be had; raises OSError."""
    found = version()
    rights = (1 << _FILE_RIGHTS.get(found, _MOST_FILE_RIGHTS)) - 1
    tcp = _TCP if found >= _TCP_SINCE else 0
    scopes = _SCOPES if found >= _SCOPES_SINCE else 0
    size = 8 if found < _TCP_SINCE else 16 if found < _SCOPES_SINCE else 24
    attributes = struct.pack("=QQQ", rights, tcp, scopes)[:size]
    ruleset = system_call("landlock_create_ruleset", ctypes.create_string_buffer(attributes, size), size, 0)
    try:
        system_call("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)
