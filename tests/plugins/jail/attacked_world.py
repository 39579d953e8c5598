"""What there is to steal, to reach, to spoil and to kill on an attacked host, and how each of it is seen."""

import contextlib
import ctypes
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.plugins.jail.attack import SECRET

VICTIM = "as it was"
IN_MEMORY = Path("/dev/shm/guantong-attack")
FILES = (".ssh/id_ed25519", "guantong.db", "keyring.json")


class World:
    """Files with a secret that anybody may read, sockets that anybody may reach, a file that anybody may spoil."""

    def __init__(self, folder: Path, marker: str) -> None:
        self._folder = folder
        self._marker = marker.encode()
        self._secret = ctypes.create_string_buffer(SECRET.encode())
        for name in FILES:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(SECRET)
        self._descriptor = os.open(folder / FILES[0], os.O_RDONLY)
        os.set_inheritable(self._descriptor, True)
        self._sockets = dict(_sockets(folder))
        self.reset()

    def told(self) -> dict[str, Any]:
        """All that an attacker could have found out."""
        return {
            "host": os.getpid(),
            "folder": str(self._folder),
            "tcp": self._sockets["tcp"].getsockname()[1],
            "udp": self._sockets["udp"].getsockname()[1],
            "abstract": self._sockets["abstract"].getsockname()[1:].decode(),
            "descriptor": self._descriptor,
            "address": ctypes.addressof(self._secret),
        }

    def harms(self, zygotes: frozenset[int]) -> Iterator[str]:
        """What has come of an attack on this world."""
        if list(self._reached()):
            yield "connected"
        victim = self._folder / "victim"
        drop = self._folder / "drop"
        if os.path.lexists(drop) or IN_MEMORY.exists() or not victim.exists() or victim.read_text() != VICTIM:
            yield "written"
        if list(self.left_running(zygotes)):
            yield "left running"

    def left_running(self, zygotes: frozenset[int]) -> Iterator[int]:
        """Processes of the jail beside its zygotes; a fork has the command line of what it was forked from."""
        for place in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                pid = int(place.parent.name)
                if pid not in {*zygotes, os.getpid()} and self._marker in place.read_bytes():
                    yield pid

    def reset(self, zygotes: frozenset[int] = frozenset()) -> None:
        """As it was."""
        for pid in self.left_running(zygotes) if zygotes else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        drop, victim = self._folder / "drop", self._folder / "victim"
        if drop.is_dir() and not drop.is_symlink():
            drop.rmdir()
        drop.unlink(missing_ok=True)
        victim.write_text(VICTIM)
        victim.chmod(0o666)

    def close(self) -> None:
        for one in self._sockets.values():
            one.close()
        os.close(self._descriptor)

    def _reached(self) -> Iterator[str]:
        for name, one in self._sockets.items():
            with contextlib.suppress(BlockingIOError):
                if name == "udp":
                    one.recv(100)
                else:
                    one.accept()[0].close()
                yield name


def _sockets(folder: Path) -> Iterator[tuple[str, socket.socket]]:
    kinds = {
        "tcp": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        "udp": (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
        "path": (socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "listening")),
        "abstract": (socket.AF_UNIX, socket.SOCK_STREAM, f"\0guantong-attack-{os.getpid()}"),
    }
    for name, (family, kind, address) in kinds.items():
        one = socket.socket(family, kind)
        one.bind(address)
        if kind == socket.SOCK_STREAM:
            one.listen(50)
        one.setblocking(False)
        if name == "path":
            (folder / "listening").chmod(0o777)
        yield name, one
