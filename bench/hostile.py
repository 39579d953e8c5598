"""What comes of hostile requests, and how long a second client waits meanwhile: a Markdown table.

A server of the product as it runs, with the demonstration; the attacks are those of the tests, each made again and
again for a while, every time from an address that nobody has asked from, over HTTP and over a WebSocket. Meanwhile a
second client, a process of its own, asks a small query again and again over one connection. Its median wait while
nothing else is asked is told first, then the longest of its waits during each attack.

    python -m bench.hostile [--seconds N] [--only TEXT]
"""

import argparse
import asyncio
import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from server.operations import load_demonstration, migrate_database
from server.settings import load_settings
from tests.server.hostile import Attacker, Run, SecondClient
from tests.server.hostile_documents import DOCUMENTS, Document
from tests.server.hostile_requests import BODIES, REQUESTS
from tests.server.hostile_servers import Attacked, attacked
from tests.server.hostile_sockets import ASKED, SOCKETS
from tests.server.hostile_wire import GREETING, Frames, frame, subscribe

ROW = "| {} | {} | {} |"


def thousand_sockets(port: int) -> str:
    """As many sockets as may be open, held for a while, and 200 more."""
    with ExitStack() as opened:
        answers = Counter[str]()
        for _ in range(12):
            one = Attacker(port)
            for _ in range(100):
                connection, answer = one.upgraded()
                opened.enter_context(closing(connection))
                answers[answer.split(b" ")[1].decode()] += 1
        time.sleep(2)
    return said(answers)


def two_thousand_operations(port: int) -> str:
    """A hundred sockets of one client, and twenty operations on each at once."""
    one = Attacker(port)
    with ExitStack() as opened:
        sockets = [Frames(opened.enter_context(closing(one.upgraded()[0]))) for _ in range(100)]
        for each in sockets:
            each.say(GREETING)
            each.connection.sendall(b"".join(frame(subscribe(ASKED, str(number))) for number in range(20)))
        return said(Counter(outcome for each in sockets for outcome in until_closed(each)))


def until_closed(socket: Frames) -> Iterator[str]:
    """What comes of twenty operations, or of those before the socket is closed."""
    for _ in range(20):
        yield (outcome := socket.outcome())
        if outcome.startswith(("closed", "gone")):
            return


SCENES: dict[str, Callable[[int], str]] = {
    "1,200 idle sockets from 12 addresses": thousand_sockets,
    "2,000 operations at once on 100 sockets of one client": two_thousand_operations,
}


def said(outcomes: Counter[str]) -> str:
    """The outcomes, the most frequent first; how often where there are several."""
    if len(outcomes) == 1:
        return next(iter(outcomes))
    return ", ".join(f"{outcome} ×{times}" for outcome, times in outcomes.most_common())


def by_http(document: Document) -> Run:
    return lambda one: one.ask(document.query, document.variables)


def by_socket(document: Document) -> Run:
    return lambda one: one.subscribes(document.payload)


def attacks() -> Iterator[tuple[str, Run]]:
    for document in DOCUMENTS:
        yield f"{document.name}, over HTTP", by_http(document)
        yield f"{document.name}, over a WebSocket", by_socket(document)
    yield from ((one.name, one.run) for one in (*BODIES, *REQUESTS, *SOCKETS))


def ask_on(port: int, token: str, parent: Connection) -> None:
    """The second client: on every word of the parent, the milliseconds of its waits since the last one."""
    second, told = SecondClient(port, token, pause=0.01), 0
    second.start()
    while parent.recv():
        second.is_answered()
        parent.send(second.waits[told:])
        told = len(second.waits)
    second.end()


@contextmanager
def second_client(server: Attacked) -> Iterator[Connection]:
    """A second client in a process of its own, where nobody else's work is in its way."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=ask_on, args=(server.port, server.token, theirs))
    process.start()
    try:
        yield ours
    finally:
        ours.send(False)
        process.join()


def waits(second: Connection, run: Callable[[], str]) -> tuple[str, list[float]]:
    """What came of it, and the milliseconds that the second client waited meanwhile."""
    _asked(second)
    outcome = run()
    return outcome, _asked(second)


def _asked(second: Connection) -> list[float]:
    second.send(True)
    found: list[float] = second.recv()
    return found


def again_and_again(port: int, run: Run, seconds: float) -> str:
    outcomes, ends = Counter[str](), time.monotonic() + seconds
    while not outcomes or time.monotonic() < ends:
        outcomes[run(Attacker(port))] += 1
    return said(outcomes)


def idle(second: Connection) -> str:
    """The median wait while nothing else is asked, and the longest."""

    def nothing() -> str:
        time.sleep(3)
        return ""

    _, found = waits(second, nothing)
    return f"{statistics.median(found):.1f} ms (median), {max(found):.0f} ms at most"


def measure(server: Attacked, second: Connection, seconds: float, only: str) -> None:
    load = os.getloadavg()[0]
    print(f"\n{os.cpu_count()} processors, load {load:.1f}. While nothing else is asked: {idle(second)}\n")
    print(ROW.format("attack", "outcome", "second client's longest wait, ms"))
    print(ROW.format("---", "---", "---:"))
    longest = []
    named = [(name, lambda run=run: again_and_again(server.port, run, seconds)) for name, run in attacks()]
    named += [(name, lambda scene=scene: scene(server.port)) for name, scene in SCENES.items()]
    for name, run in named:
        if only in name:
            outcome, found = waits(second, run)
            print(ROW.format(name, outcome, f"{max(found):.0f}"), flush=True)
            longest.append((max(found), name))
    print(f"\n{len(longest)} attacks; the longest wait of all: {max(longest)[0]:.0f} ms ({max(longest)[1]})")
    print(f"median of the longest waits: {statistics.median(wait for wait, _ in longest):.0f} ms")
    print(f"afterwards, while nothing else is asked: {idle(second)}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=0.5, help="how long each attack is made again")
    parser.add_argument("--only", default="", help="attacks whose name holds this")
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with tempfile.TemporaryDirectory() as directory:
        settings = load_settings(home=Path(directory))
        asyncio.run(migrate_database(settings))
        asyncio.run(load_demonstration(settings))
        with attacked(settings.home, deadline="3") as server:
            server.second.end()
            with second_client(server) as second:
                measure(server, second, given.seconds, given.only)


if __name__ == "__main__":
    main()
