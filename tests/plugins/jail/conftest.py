"""Attacked hosts, one an identity, started when the first test asks for it."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pluggy
import pytest

from tests.plugins.jail.attack import SECRET
from tests.plugins.jail.identities import ORDINARY

ROOT = Path(__file__).parents[3]
INSIDE = ("__init__.py", "api.py", "caller.py", "hookspecs.py")


class Attacked:
    """An attacked host: a process that was started as root and became somebody."""

    def __init__(self, identity: str, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.plugins.jail.attacked_host", identity, str(folder), _python(identity)]
        environment = {**os.environ, "CANARY": SECRET}
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def ask(self, **asked: str) -> dict[str, Any]:
        """What it answers."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the attacked host ended with {self._process.wait()}"
        found: dict[str, Any] = json.loads(line)
        return found

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        assert self._process.wait(30) == 0
        self._process.stdout.close()


class Attackeds:
    """Hosts by identity."""

    def __init__(self) -> None:
        self._hosts: dict[str, Attacked] = {}
        self._folders: list[Path] = []

    def __getitem__(self, identity: str) -> Attacked:
        if identity not in self._hosts:
            if os.geteuid() != 0 and identity != "user":
                pytest.skip(f"only root can become {identity}")
            self._folders.append(_world_readable())
            self._hosts[identity] = Attacked(identity, self._folders[-1])
        return self._hosts[identity]

    def close(self) -> None:
        for host in self._hosts.values():
            host.close()
        for folder in self._folders:
            shutil.rmtree(folder)


@pytest.fixture(scope="session")
def attacked() -> Iterator[Attackeds]:
    """The attacked hosts."""
    found = Attackeds()
    yield found
    found.close()


def _world_readable() -> Path:
    """A folder that anybody may use, with the inside of the jail, since a checkout may be closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="guantong-attacked-"))
    folder.chmod(0o755)
    code = folder / "code"
    (code / "plugins").mkdir(parents=True)
    for name in INSIDE:
        shutil.copy(ROOT / "plugins" / name, code / "plugins")
    shutil.copytree(ROOT / "plugins/jail", code / "plugins/jail", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(Path(pluggy.__file__).parent, code / "pluggy", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "world").mkdir()
    (folder / "world").chmod(0o777)
    return folder


def _python(identity: str) -> str:
    """A Python that the identity may run; one in a home of root's is root's alone."""
    if identity != "user" or os.geteuid() != 0:
        return sys.executable
    found = (shutil.which(name, path=_PATH) for name in ("python3.11", "python3"))
    names = [sys.executable, *filter(None, found)]
    for name in names:
        with contextlib.suppress(PermissionError, subprocess.CalledProcessError):
            subprocess.run([name, "-c", _NEW_ENOUGH], user=ORDINARY, group=ORDINARY, extra_groups=[], check=True)
            return name
    pytest.fail(f"an ordinary user may run none of {names}, or they are older than 3.11")


_PATH = "/usr/local/bin:/usr/bin:/bin"
_NEW_ENOUGH = "import sys; sys.exit(sys.version_info < (3, 11))"
