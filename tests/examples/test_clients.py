"""The example clients as somebody starts from them: generated, compiled in strict mode, and run against a server.

``make examples`` installs what that takes into ``build/examples``. Without it these tests are skipped; with
``GUANTONG_REQUIRE_NODE=1`` they fail instead.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.clients.programs import IS_REQUIRED
from tests.server.processes import PRODUCT, ROOT, Running, running

INSTALLED = ROOT / "build" / "examples"
PYTHON = INSTALLED / "python" / "bin"
LONGEST = 180  # seconds, after which a program hangs
FILE_NAME = re.compile(r"花名册-\d{8}-\d{6}\.csv")
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def in_typescript(folder: Path) -> list[str]:
    (folder / "node_modules").symlink_to(INSTALLED / "typescript" / "node_modules")
    made(folder, "npm", "run", "--silent", "generate")
    made(folder, "npm", "run", "--silent", "build")
    return ["node", "dist/main.js"]


def in_python(folder: Path) -> list[str]:
    made(folder, str(PYTHON / "ariadne-codegen"))
    assert "Success: no issues found" in made(folder, str(PYTHON / "mypy"))
    return [str(PYTHON / "python"), "-W", "error", "main.py"]


LANGUAGES = {"typescript": in_typescript, "python": in_python}


@pytest.fixture(scope="module", params=LANGUAGES)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A function that runs a client, which was generated and compiled in a copy of the sources."""
    require_tools()
    copy = tmp_path_factory.mktemp("clone")
    (copy / "schema").mkdir()
    shutil.copy(ROOT / "schema" / "schema.graphql", copy / "schema")
    left = shutil.ignore_patterns("node_modules", "generated", "dist", ".venv", "guantong_client", ".mypy_cache")
    shutil.copytree(ROOT / "examples", copy / "examples", ignore=left)
    folder = copy / "examples" / request.param
    program = LANGUAGES[request.param](folder)
    return lambda *arguments, **variables: started(folder, *program, *arguments, **variables)


@pytest.fixture(scope="module")
def server(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = shutil.copytree(demonstration, tmp_path_factory.mktemp("installation") / "home")
    with running(PRODUCT, home, "serve") as server:
        yield server


@pytest.fixture(scope="module")
def token(server: Running) -> str:
    """As README.md says to get one."""
    home = {"GUANTONG_HOME": str(server.log.parent), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    asked = ["token", "enterprise-admin", "--enterprise", "lingnan_ship"]
    done = started(ROOT, sys.executable, "-c", PRODUCT, *asked, **home)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_client_reads_is_refused_and_follows_a_job(run: Run, server: Running, token: str) -> None:
    done = run(GUANTONG_URL=f"{server.base}/graphql", GUANTONG_TOKEN=token)
    assert (done.returncode, done.stderr) == (0, "")
    policy, value, person, *opportunities, refused, roster = done.stdout.splitlines()
    assert re.fullmatch(r"policy: \d{3} values in force", policy)
    assert re.fullmatch(r"  .+: .+ \(.+\)", value)
    assert person == "陈示远, born 1986-04-12"
    assert any("NOW Welder, special-grade technician" in one for one in opportunities)
    assert any("Senior engineer" in one and "; missing: " in one for one in opportunities)
    assert refused == (
        "refused: UNKNOWN_CODE at columns: export column 'nam' is not in the vocabulary; did you mean name?"
    )
    assert re.fullmatch(r"roster: DONE, (\d+) of \1 rows, FILE \(\d+ bytes\)", FILE_NAME.sub("FILE", roster))


def test_whoever_shows_no_token_reads_what_is_open_and_is_told_of_the_rest(run: Run, server: Running) -> None:
    done = run(GUANTONG_URL=f"{server.base}/graphql")
    assert done.returncode == 1
    assert re.fullmatch(r"policy: \d{3} values in force\n  .+\n", done.stdout)
    assert "role anonymous lacks" in done.stderr
    assert done.stderr.startswith("refused: ")


def made(folder: Path, *command: str) -> str:
    """What a step of the build printed; it must end well."""
    done = started(folder, *command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def started(folder: Path, *command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """A program that has ended, without a proxy and without settings but those that are named."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GUANTONG_") and not name.lower().endswith("_proxy")
    }
    return subprocess.run(
        command, cwd=folder, env=kept | variables, capture_output=True, text=True, encoding="utf-8", timeout=LONGEST
    )


def require_tools() -> None:
    if shutil.which("node") and (INSTALLED / "typescript" / "node_modules").is_dir() and (PYTHON / "mypy").exists():
        return
    reason = "node, or what generates the example clients, is not here: run make examples"
    if IS_REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)
