"""The product as a stranger meets it: a fresh clone, an empty home directory, ``make run``, twice.

Standard library only, because nothing of this project's environment may help.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
LONGEST_START = 420  # seconds
LONGEST_STOP = 10
KEPT = ("PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "TMPDIR")


class Clone:
    """A clone of HEAD with a home directory and a port of its own."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "guantong"
        self.log = place / "run.log"
        self.base = f"http://127.0.0.1:{free_port()}"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(self.folder)], check=True)
        home = place / "home"
        home.mkdir()
        # How packages are fetched here is the machine's affair, everything else is left behind.
        passed = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("PIP_")}
        self.environment = passed | {"HOME": str(home), "PORT": self.base.rpartition(":")[2]}

    @contextmanager
    def running(self, what: str) -> Iterator[None]:
        """``make run`` until the block ends, then SIGTERM as an operator would send it."""
        began = time.monotonic()
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                ["make", "run"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait(process)
            print(f"{what}: answers after {time.monotonic() - began:.1f} s", flush=True)
            yield
            asked = time.monotonic()
            process.terminate()
            process.wait(LONGEST_STOP)
            print(f"{what}: stopped {time.monotonic() - asked:.1f} s after SIGTERM", flush=True)
            check(not self.answers(), "the server still answers after make was stopped")
        except BaseException:
            sys.stderr.write(self.log.read_text("utf-8", "replace")[-6000:])
            raise
        finally:
            kill_group(process)

    def answers(self) -> bool:
        try:
            return fetch(f"{self.base}/healthz")[0] == 200
        except OSError:
            return False

    def ask(self, query: str, token: str | None = None) -> dict[str, Any]:
        """The answer to a query."""
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        status, body = fetch(f"{self.base}/graphql", json.dumps({"query": query}).encode(), headers)
        check(status == 200, f"/graphql answers {status}: {body[:500]}")
        answer: dict[str, Any] = json.loads(body)
        return answer

    def example(self, number: int) -> str:
        """One of the queries that are ready on the page."""
        (path,) = (self.folder / "server/static/examples").glob(f"{number}-*.graphql")
        return path.read_text("utf-8")

    def command(self, *arguments: str) -> str:
        program = str(self.folder / ".venv/bin/guantong")
        result = subprocess.run(
            [program, *arguments], cwd=self.folder, env=self.environment, check=True, capture_output=True, text=True
        )
        return result.stdout.strip()

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        until = time.monotonic() + LONGEST_START
        while not self.answers():
            check(process.poll() is None, f"make run ended by itself with {process.returncode}")
            check(time.monotonic() < until, f"no answer after {LONGEST_START} s")
            time.sleep(0.2)


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        clone = Clone(Path(place))
        with clone.running("first run"):
            look_at_the_page(clone)
            policy = ask_without_a_token(clone)
            token = clone.command("token", "bureau-auditor")
            people = clone.ask(clone.example(2), token)
            check("errors" not in people, f"an auditor cannot read people: {people}")
            check(bool(found_names(people)), "the demonstration has no people")
        with clone.running("second run"):
            check(clone.ask(clone.example(1)) == policy, "the policy answers differently after a restart")
            # The same ids, under a token of the first run: neither data nor keys were made anew.
            check(clone.ask(clone.example(2), token) == people, "data was not kept from one run to the next")
    print("fresh clone: all as it should be")


def look_at_the_page(clone: Clone) -> None:
    status, page = fetch(f"{clone.base}/")
    check(status == 200 and "graphiql" in page, "the page does not show GraphiQL")
    for path in ("/static/graphiql/graphiql.min.js", "/static/page.js"):
        check(fetch(f"{clone.base}{path}")[0] == 200, f"{path} is not served")


def ask_without_a_token(clone: Clone) -> dict[str, Any]:
    policy = clone.ask(clone.example(1))
    check("errors" not in policy and bool(policy["data"]), f"anonymous cannot read the policy: {policy}")
    people = clone.ask(clone.example(2))
    check(not found_names(people), f"anonymous can read people: {people}")
    return policy


def found_names(answer: Any) -> list[str]:
    """Every ``name`` anywhere in an answer's data."""
    if isinstance(answer, list):
        return [name for part in answer for name in found_names(part)]
    if not isinstance(answer, dict):
        return []
    own = [answer["name"]] if isinstance(answer.get("name"), str) else []
    return own + [name for key, part in answer.items() if key != "errors" for name in found_names(part)]


def fetch(url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, str]:
    try:
        with DIRECT.open(urllib.request.Request(url, body, headers or {}), timeout=20) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise SystemExit(f"fresh clone: {otherwise}")


if __name__ == "__main__":
    main()
